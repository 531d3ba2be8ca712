"""The kinds of place the code knows are those the published table allows."""

from portal.places.kinds import PlaceKind
from portal.publication.store import Store


def test_the_kinds_are_those_of_the_table(city: Store) -> None:
    assert {str(k) for k in PlaceKind} == set(city.dataset("places").column("kind").allowed)

"""How the city stands among others in what a target is about."""

from portal.plan.peers import standing
from portal.plan.progress import indicator
from portal.publication.store import Store


def test_a_rank_is_among_cities_with_undoubted_figures_and_told_with_the_doubtful_ones_too(city: Store) -> None:
    row = indicator(city, "synthetic_road_area")
    assert row is not None
    found = standing(city, row)
    assert found is not None
    assert (found.period, found.rank, found.of) == ("2024", 3, 4)
    assert (found.rank_with_doubtful, found.of_with_doubtful) == (4, 5)
    assert found.measure.dataset == "city-comparison"


def test_a_target_no_other_city_has_figures_for_has_no_rank(city: Store) -> None:
    row = indicator(city, "synthetic_parking_spaces")
    assert row is not None
    assert standing(city, row) is None

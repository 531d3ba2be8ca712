"""How the city stands among others in what a target is about."""

from portal.plan.peers import standing
from portal.plan.progress import indicator
from portal.publication.store import Store


def test_a_rank_is_among_cities_with_undoubted_figures_and_told_with_the_doubtful_ones_too(store: Store) -> None:
    row = indicator(store, "road_area_per_capita")
    assert row is not None
    found = standing(store, row)
    assert found is not None
    assert (found.period, found.rank, found.of) == ("2024", 12, 13)
    assert (found.rank_with_doubtful, found.of_with_doubtful) == (15, 16)
    assert found.measure.dataset == "city-comparison"


def test_a_target_no_other_city_has_figures_for_has_no_rank(store: Store) -> None:
    row = indicator(store, "parking_spaces_new")
    assert row is not None
    assert standing(store, row) is None

"""Figures of the real city that must come out of the measures as they stand in the sources."""

import pytest

from portal.measures.query import MeasureQuery
from portal.measures.registry import measures
from portal.measures.result import MeasureResult
from portal.measures.run import run
from portal.publication.store import Store


def ask(
    store: Store, measure: str, operation: str, *places: str, year: int | None = None, **more: object
) -> MeasureResult:
    years = {"from": year, "to": year} if year else {}
    given = {"measure": measure, "operation": operation, "places": places, **years, **more}
    return run(store, MeasureQuery.model_validate(given))


def test_rank_of_road_area(store: Store) -> None:
    result = ask(store, "road_area_per_capita", "rank", "洛阳", year=2024)
    first, rank = result.rows[0], result.number("rank")
    assert (first.place, round(first.value, 2), first.rank) == ("许昌", 38.07, 1)
    assert rank is not None
    assert (rank.value, rank.of) == (12, 13)
    assert "连存疑的也算进去，洛阳在16个里排第15。" in [n.zh for n in result.notes]
    assert sorted(r.place or "" for r in result.rows if r.doubtful) == ["三门峡", "信阳", "商丘"]


@pytest.mark.parametrize(
    ("measure", "own", "other"),
    [
        ("road_area_per_capita", 15.34, 10.18),
        ("park_green_area_per_capita", 17.26, 14.62),
        ("sewage_treatment_rate", 99.9999, 100),
    ],
)
def test_two_cities_side_by_side(store: Store, measure: str, own: float, other: float) -> None:
    rows = ask(store, measure, "compare", "洛阳", "郑州", year=2024).rows
    digits = 4 if measure == "sewage_treatment_rate" else 2
    assert [(r.place, round(r.value, digits)) for r in rows] == [("洛阳", own), ("郑州", other)]


def test_series_of_the_green_space_rate(store: Store) -> None:
    result = ask(store, "green_space_rate", "series", **{"from": 2020, "to": 2024})
    assert [(r.year, round(r.value, 2)) for r in result.rows] == [
        (2020, 36.51),
        (2021, 38.67),
        (2022, 39.26),
        (2023, 39.35),
        (2024, 39.67),
    ]


def test_mean_of_the_green_space_rate_of_undoubted_cities(store: Store) -> None:
    mean = ask(store, "green_space_rate", "mean", year=2024).number("mean")
    assert mean is not None
    assert (round(mean.value, 2), mean.of) == (40.07, 15)


def test_gas_and_population(store: Store) -> None:
    assert round(ask(store, "gas_coverage", "value", year=2022).rows[0].value, 2) == 95.74
    assert ask(store, "population", "value", "洛龙区").rows[0].value == 918358
    assert ask(store, "population", "value", "Luanchuan").rows[0].value == 327121


def test_every_measure_can_be_asked_for_its_value_and_cites_a_source(store: Store) -> None:
    registry = measures(store)
    assert len(registry.measures) > 80
    for measure in registry.measures:
        result = run(store, MeasureQuery(measure=measure.id, dataset=measure.dataset))
        assert result.rows, measure.id
        assert all(r.source is not None and r.unit for r in result.rows), measure.id


def test_the_same_measure_of_two_datasets_is_answered_from_the_one_that_holds_what_is_asked(store: Store) -> None:
    assert [m.dataset for m in measures(store).offered("road_area_per_capita")] == ["city-comparison", "observations"]
    # 2023 is not in the comparison of cities, other cities are not among the observations.
    assert ask(store, "road_area_per_capita", "value", year=2023).dataset == "observations"
    assert ask(store, "road_area_per_capita", "value", "郑州").dataset == "city-comparison"

"""What the data page tells of a table: where words occur, what each column holds, how its numbers are spread."""

import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from portal.datasets.profile import Bar, Profile, find, numeric, profile, spread, units
from portal.datasets.row_parameters import parse
from portal.datasets.row_query import RowQuery, whole_table
from portal.publication.store import Store
from tests.portal.synthetic_store import described, publish

DATASET = described(
    [
        {"name": "id", "type": "string"},
        {"name": "n", "type": "integer", "description_zh": "合成的数"},
        {"name": "x", "type": "number"},
        {"name": "day", "type": "date"},
        {"name": "unit", "type": "string"},
        {"name": "lon", "type": "number"},
        {"name": "shape", "type": "geojson"},
    ],
    keywords=["关键字"],
)
ROWS = {
    "id": ["a", "b", "c", "d"],
    "n": [1, 2, 2, None],
    "x": [0.5, float("nan"), 2.5, None],
    "day": [datetime.date(2020, 1, 1), None, datetime.date(2023, 12, 31), None],
    "unit": ["个", "%", "个", None],
    "lon": [1.0, 2.0, 3.0, 4.0],
    "shape": [None, '{"type":"Point","coordinates":[0,0]}', None, None],
}


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return publish(tmp_path_factory.mktemp("explore"), DATASET, pa.table(ROWS))


def _query(*pairs: tuple[str, str]) -> RowQuery:
    return parse(DATASET, pairs, 100)


def test_a_profile_counts_and_bounds_each_column_over_the_rows_found(synthetic: Store) -> None:
    total, profiles = profile(synthetic, _query(("filter.unit", "个"), ("limit", "1")))
    found = {p.column.name: p for p in profiles}
    assert total == 2
    assert found["n"] == Profile(DATASET.column("n"), 0, 2, 1, 2)
    assert found["day"] == Profile(DATASET.column("day"), 0, 2, datetime.date(2020, 1, 1), datetime.date(2023, 12, 31))
    assert found["id"] == Profile(DATASET.column("id"), 0, 2, None, None)
    assert found["shape"] == Profile(DATASET.column("shape"), 2, None, None, None)


def test_a_profile_of_the_whole_table_tells_what_is_missing(synthetic: Store) -> None:
    total, profiles = profile(synthetic, whole_table(DATASET))
    assert (total, {p.column.name: p.missing for p in profiles}) == (
        4,
        {"id": 0, "n": 1, "x": 1, "day": 2, "unit": 1, "lon": 0, "shape": 3},
    )


def test_a_profile_of_no_rows_is_empty_not_an_error(synthetic: Store) -> None:
    total, profiles = profile(synthetic, _query(("q", "nothing-of-the-kind")))
    assert total == 0
    assert [(p.distinct, p.least) for p in profiles if p.column.name == "n"] == [(0, None)]


def test_few_numbers_get_a_bar_each_and_what_is_no_number_none(synthetic: Store) -> None:
    assert spread(synthetic, whole_table(DATASET), DATASET.column("n")) == [Bar(1, 1, 1), Bar(2, 2, 2)]
    assert spread(synthetic, whole_table(DATASET), DATASET.column("x")) == [Bar(0.5, 0.5, 1), Bar(2.5, 2.5, 1)]
    assert spread(synthetic, _query(("filter.id", "d")), DATASET.column("n")) == []


def test_many_numbers_are_put_into_equal_ranges_and_none_is_lost(tmp_path: Path) -> None:
    dataset = described([{"name": "id", "type": "string"}, {"name": "x", "type": "number"}])
    numbers = [float(n) for n in range(101)]
    store = publish(tmp_path, dataset, pa.table({"id": [str(n) for n in range(101)], "x": numbers}))
    bars = spread(store, whole_table(dataset), dataset.column("x"))
    assert len(bars) == 20
    assert (bars[0], bars[-1]) == (Bar(0.0, 5.0, 5), Bar(95.0, 100.0, 6))
    assert sum(b.count for b in bars) == 101


def test_a_range_without_numbers_is_an_empty_bar_not_left_out(tmp_path: Path) -> None:
    dataset = described([{"name": "id", "type": "string"}, {"name": "x", "type": "number"}])
    numbers = [*(float(n) for n in range(25)), 100.0]
    store = publish(tmp_path, dataset, pa.table({"id": [str(n) for n in numbers], "x": numbers}))
    bars = spread(store, whole_table(dataset), dataset.column("x"))
    assert [b.count for b in bars] == [5, 5, 5, 5, 5, *[0] * 14, 1]


def test_units_are_those_of_the_rows_found(synthetic: Store) -> None:
    assert units(synthetic, whole_table(DATASET)) == ["%", "个"]
    assert units(synthetic, _query(("filter.id", "b"))) == ["%"]


def test_a_place_on_the_map_is_no_number_to_draw() -> None:
    assert [c.name for c in numeric(DATASET)] == ["n", "x"]


def test_words_are_found_in_rows_columns_and_descriptions(synthetic: Store) -> None:
    assert [(f.rows, [c.name for c in f.columns], f.described) for f in find(synthetic, "个")] == [(2, [], False)]
    assert [(f.rows, [c.name for c in f.columns], f.described) for f in find(synthetic, "合成的数")] == [
        (0, ["n"], False)
    ]
    assert [(f.rows, f.described) for f in find(synthetic, "关键字")] == [(0, True)]
    assert find(synthetic, "没有的词") == []
    assert find(synthetic, "  ") == []


def test_every_word_must_occur(city: Store) -> None:
    assert find(city, "泊位 没有这个词") == []
    assert {f.dataset.id for f in find(city, "合成泊位")} == {"indicators", "observations", "clauses", "sentences"}

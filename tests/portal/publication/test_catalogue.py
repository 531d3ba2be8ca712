"""Dataset descriptions: what pages, API, downloads and checks say about a table comes from here alone."""

import datetime
import re
from pathlib import Path

import pytest

from pipelines.sources.datasets import read_descriptions
from portal.publication.catalogue import Change, Dataset, latest_updates

DATASETS = read_descriptions(Path(__file__).resolve().parents[3] / "datasets")
NAMED = {d.id: d for d in DATASETS}


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda d: d.id)
def test_a_real_description_says_what_a_reader_needs(dataset: Dataset) -> None:
    assert dataset.summary_zh.endswith("。")
    assert dataset.summary_en.endswith(".")
    assert dataset.keywords
    assert dataset.contact
    assert dataset.license_url.startswith("https://")
    assert dataset.first_published <= dataset.updated
    for column in dataset.columns:
        assert column.description_zh, column.name
        assert column.description_en, column.name


def test_the_table_of_a_dataset_is_its_id_as_sql_writes_names() -> None:
    assert NAMED["indicators"].table == "indicators"
    assert NAMED["city-comparison"].table == "city_comparison"
    assert all(re.fullmatch("[a-z][a-z0-9_]*", d.table) for d in DATASETS)


def test_a_dataset_can_be_drawn_where_it_has_a_geometry_or_lon_and_lat() -> None:
    assert {d.id for d in DATASETS if d.has_geometry} == {"districts", "places"}


def test_a_column_is_found_by_its_name() -> None:
    assert NAMED["indicators"].column("quote").verbatim_in == "clause"
    with pytest.raises(KeyError, match="nothing"):
        NAMED["indicators"].column("nothing")


def test_every_reference_names_a_table_and_column_there_is() -> None:
    names = {f"{d.table}.{c.name}" for d in DATASETS for c in d.columns}
    references = {c.references for d in DATASETS for c in d.columns if c.references}
    assert references <= names
    assert {"clauses.clause", "indicators.id", "sources.id", "districts.code"} <= references


def test_the_latest_updates_come_first_and_one_reason_of_a_day_is_told_once() -> None:
    one, two = NAMED["indicators"], NAMED["places"]
    first = Change(date=datetime.date(2025, 1, 1), reason="合成：首次")
    second = Change(date=datetime.date(2025, 2, 1), reason="合成：更正")
    one = one.model_copy(update={"changelog": (first, second)})
    two = two.model_copy(update={"changelog": (first,)})
    found = latest_updates([one, two], 3)
    assert [(u.change, u.datasets) for u in found] == [(second, (one,)), (first, (one, two))]
    assert [u.change for u in latest_updates([one, two], 1)] == [second]
    assert latest_updates([one.model_copy(update={"changelog": ()})], 3) == []

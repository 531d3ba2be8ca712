"""What changed of a district or target between two versions, counted over their files by what rows refer to."""

from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.publish import write_version
from portal.publication.editions import Edition, editions
from portal.publication.store import Store
from portal.publication.subject_changes import Counted, changes
from tests.portal.synthetic_store import described, publish

COLUMNS: list[dict[str, Any]] = [
    {"name": "id", "type": "string", "required": True, "unique": True},
    {"name": "districts", "type": "string", "references": "districts.code", "separator": "|"},
    {"name": "length", "type": "integer"},
]
DATASET = described(COLUMNS, primary_key=["id"])
BEFORE = [
    {"id": "a", "districts": "1", "length": 1},
    {"id": "b", "districts": "1|2", "length": 2},
    {"id": "c", "districts": "3", "length": 3},
    {"id": "d", "districts": None, "length": 4},
]
AFTER = [
    {"id": "a", "districts": "1", "length": 1},
    {"id": "b", "districts": "1|2", "length": 20},
    {"id": "c", "districts": "2", "length": 3},
    {"id": "d", "districts": None, "length": 40},
    {"id": "e", "districts": "4", "length": 5},
]


def versions_of(folder: Path, before: pa.Table | None, after: pa.Table | None) -> tuple[Store, Edition, Edition]:
    """Two versions of one table; None where a version does not have it."""
    other = pa.table({"x": [1]})
    store = publish(folder, DATASET, after if after is not None else other)
    manifest = store.manifest.model_copy(update={"version": "synthetic-0", "files": ()})
    write_version(folder, manifest, {DATASET.table: before} if before is not None else {"other": other})
    known = {e.version: e for e in editions(folder)}
    return store, known["synthetic-0"], known["synthetic-1"]


def counted(folder: Path, code: str, before: pa.Table | None, after: pa.Table | None) -> list[Counted]:
    store, old, new = versions_of(folder, before, after)
    return changes(store, old, new, {"districts.code": {code}})


def test_a_row_counts_for_each_district_it_names_or_named(tmp_path: Path) -> None:
    store, old, new = versions_of(tmp_path, pa.Table.from_pylist(BEFORE), pa.Table.from_pylist(AFTER))
    found = {code: changes(store, old, new, {"districts.code": {code}}) for code in "12345"}
    assert found == {
        "1": [Counted("synthetic-table", changed=1)],
        "2": [Counted("synthetic-table", changed=2)],
        "3": [Counted("synthetic-table", changed=1)],
        "4": [Counted("synthetic-table", added=1)],
        "5": [],
    }


def test_a_row_that_is_gone_is_told_and_one_that_is_as_it_was_is_not(tmp_path: Path) -> None:
    gone = pa.Table.from_pylist(BEFORE[1:])
    assert counted(tmp_path, "1", pa.Table.from_pylist(BEFORE), gone) == [Counted("synthetic-table", removed=1)]
    assert counted(tmp_path / "same", "1", gone, gone) == []


def test_every_row_of_a_new_table_is_new(tmp_path: Path) -> None:
    assert counted(tmp_path, "1", None, pa.Table.from_pylist(BEFORE)) == [Counted("synthetic-table", added=2)]


def test_a_column_a_version_did_not_have_is_no_change(tmp_path: Path) -> None:
    narrow = pa.Table.from_pylist(BEFORE).select(["id", "districts"])
    assert counted(tmp_path, "1", narrow, pa.Table.from_pylist(BEFORE)) == []


def test_a_table_that_did_not_name_districts_is_not_compared(tmp_path: Path) -> None:
    nameless = pa.Table.from_pylist(BEFORE).select(["id", "length"])
    assert counted(tmp_path, "1", nameless, pa.Table.from_pylist(AFTER)) == []

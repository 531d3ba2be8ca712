"""A table in partitions: folders other programs know, one table again when read, and nothing of it when one file is not what it was."""

import datetime
import hashlib
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from pipelines.parquet_files import write_table
from pipelines.sources.problems import BuildError
from portal.datasets.export import export
from portal.datasets.row_parameters import parse
from portal.datasets.row_query import whole_table
from portal.publication.manifest import MANIFEST, PublicationError, read_manifest, sha256
from portal.publication.store import Store
from portal.publication.versions import diff
from tests.portal.synthetic_store import described, publish

COLUMNS: list[dict[str, Any]] = [
    {"name": "id", "type": "integer", "required": True, "unique": True},
    {"name": "district", "type": "string"},
    {"name": "day", "type": "date"},
    {"name": "open", "type": "boolean"},
    {"name": "value", "type": "number"},
]
DAYS = [datetime.date(2021, 12, 31), None, datetime.date(2022, 1, 1)]
DISTRICTS = ["合成 甲/区", "007", None]
ROWS = 12


def synthetic_rows() -> pa.Table:
    """Twelve made-up rows; of districts one looks like a number, one has a slash in it, and one is empty."""
    return pa.table(
        {
            "id": pa.array(range(ROWS), pa.int64()),
            "district": pa.array([DISTRICTS[i % 3] for i in range(ROWS)], pa.string()),
            "day": pa.array([DAYS[i // 2 % 3] for i in range(ROWS)], pa.date32()),
            "open": pa.array([i % 2 == 0 for i in range(ROWS)], pa.bool_()),
            "value": pa.array([i * 1.5 for i in range(ROWS)], pa.float64()),
        }
    )


def published(folder: Path, partition: str) -> Store:
    """The twelve rows as a version of their own."""
    return publish(folder, described(COLUMNS, partition=partition, primary_key=["id"]), synthetic_rows())


@pytest.mark.parametrize(
    ("partition", "folders"),
    [
        ("", []),
        ("year(day)", ["year=2021", "year=2022", "year=__HIVE_DEFAULT_PARTITION__"]),
        (
            "district",
            [
                "district=007",
                "district=%E5%90%88%E6%88%90%20%E7%94%B2%2F%E5%8C%BA",
                "district=__HIVE_DEFAULT_PARTITION__",
            ],
        ),
        ("open", ["open=false", "open=true"]),
        ("day", ["day=2021-12-31", "day=2022-01-01", "day=__HIVE_DEFAULT_PARTITION__"]),
    ],
)
def test_a_table_is_published_by_partition_and_read_as_one(tmp_path: Path, partition: str, folders: list[str]) -> None:
    store = published(tmp_path, partition)
    (file,) = store.manifest.files
    assert [Path(p.path).parent.name for p in file.parts] == folders
    assert (file.rows, file.path) == (ROWS, "synthetic_table" if partition else "synthetic_table.parquet")
    for stored in file.stored:
        path = store.folder / stored.path
        assert (stored.bytes, stored.sha256) == (path.stat().st_size, sha256(path))
        assert stored.rows == pq.read_metadata(path).num_rows
    rows = sorted(store.table("synthetic_table").to_pylist(), key=lambda row: row["id"])
    assert rows == synthetic_rows().to_pylist()
    assert store.table("synthetic_table").schema == synthetic_rows().schema


def test_a_manifest_without_partitions_says_nothing_of_them(tmp_path: Path) -> None:
    store = published(tmp_path, "")
    assert "partition" not in (store.folder / MANIFEST).read_text("utf-8")
    assert '"parts"' not in (store.folder / MANIFEST).read_text("utf-8")


def test_the_same_rows_give_the_same_files(tmp_path: Path) -> None:
    one, other = (published(tmp_path / name, "district").manifest.files for name in ("one", "other"))
    assert one == other


def test_the_checksum_of_a_table_in_partitions_is_that_of_its_list_of_checksums(tmp_path: Path) -> None:
    store = published(tmp_path, "district")
    (file,) = store.manifest.files
    lines = [f"{sha256(store.folder / p.path)}  {p.path}\n" for p in file.parts]
    assert file.sha256 == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_other_programs_read_the_folders(tmp_path: Path) -> None:
    store = published(tmp_path, "year(day)")
    read = ds.dataset(store.folder / "synthetic_table", partitioning="hive").to_table()
    assert sorted(read["id"].to_pylist()) == list(range(ROWS))
    assert {(d.year if d else None) for d in read["day"].to_pylist()} == {None, 2021, 2022}
    assert [
        y for y, d in zip(read["year"].to_pylist(), read["day"].to_pylist(), strict=True) if d and y != d.year
    ] == []


def test_a_query_opens_no_file_of_another_partition(tmp_path: Path) -> None:
    store = published(tmp_path, "district")
    (file,) = store.manifest.files
    (store.folder / file.parts[1].path).write_bytes(b"not Parquet")
    found = store.rows("SELECT id FROM synthetic_table WHERE district = '007' ORDER BY id")
    assert [r["id"] for r in found] == [1, 4, 7, 10]
    with pytest.raises(duckdb.Error):
        store.rows("SELECT sum(value) FROM synthetic_table")


@pytest.fixture(autouse=True)
def _read_from_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a large table is: a small one would be held in memory."""
    monkeypatch.setattr("portal.publication.store._HELD_BYTES", 0)


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "xlsx", "zip"])
def test_downloads_are_those_of_the_table_in_one_file(tmp_path: Path, kind: str) -> None:
    whole, parted = published(tmp_path / "whole", ""), published(tmp_path / "parted", "district")
    written = []
    for store in (whole, parted):
        dataset = store.manifest.datasets[0]
        path = tmp_path / f"{len(written)}.{kind}"
        export(store, parse(dataset, [("order", "id")], 100, None), kind, path)  # type: ignore[arg-type]
        written.append(path.read_bytes())
    if kind in {"csv", "json", "parquet"}:
        assert written[0] == written[1]
    path = tmp_path / f"whole.{kind}"
    export(parted, whole_table(parted.manifest.datasets[0]), kind, path)  # type: ignore[arg-type]
    assert path.stat().st_size
    if kind == "parquet":
        assert pq.read_table(path).sort_by("id").equals(synthetic_rows())


def test_a_version_that_lacks_one_file_of_a_table_is_not_opened(tmp_path: Path) -> None:
    store = published(tmp_path, "district")
    part = store.manifest.files[0].parts[2]
    path = store.folder / part.path
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(PublicationError, match=f"文件 {part.path} 与清单的校验值不符"):
        read_manifest(store.folder)
    path.unlink()
    with pytest.raises(PublicationError, match=f"缺少文件 {part.path}"):
        read_manifest(store.folder)


def test_versions_are_compared_whether_in_partitions_or_not(tmp_path: Path) -> None:
    before = published(tmp_path / "before", "")
    dataset = described(COLUMNS, partition="district", primary_key=["id"])
    changed = synthetic_rows().slice(1).set_column(4, "value", pa.array([-1.0] + [i * 1.5 for i in range(2, ROWS)]))
    after = publish(tmp_path / "after", dataset, changed)
    for one, other, counts in ((before, after, (0, 1, 1)), (after, before, (1, 0, 1))):
        (found,) = diff(one, other)
        assert (found.added_count, found.removed_count, found.changed_count) == counts


@pytest.mark.parametrize(
    ("partition", "sentence"),
    [
        ("place", "partition 写了不存在的列 place（现有 id、district、day、open、value）"),
        ("year(district)", "partition 的 year() 要一列日期，district 列不是（string）；写着年份的列直接写列名"),
        ("value", "partition 要一列文字、整数、日期或是非，value 列不是（number）"),
        ("month(day)", "String should match pattern"),
    ],
)
def test_a_partition_that_cannot_be_is_told(partition: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as raised:
        described(COLUMNS, partition=partition)
    assert sentence in str(raised.value)


def test_a_year_beside_a_column_of_that_name_is_told() -> None:
    with pytest.raises(ValidationError, match="表里又有 year 列"):
        described([*COLUMNS, {"name": "year", "type": "integer"}], partition="year(day)")


def test_too_many_partitions_and_names_too_long_are_told(tmp_path: Path) -> None:
    many = pa.table({"id": pa.array(range(1001), pa.int64())})
    with pytest.raises(
        BuildError, match=r"按 id 分成 1001 个文件，最多 1000 个。请在 dataset\.toml 里换一个 partition。"
    ):
        write_table(tmp_path, "synthetic_table", many, "id")
    long = pa.table({"name": pa.array(["合成" * 100], pa.string())})
    with pytest.raises(BuildError, match="太长，不能作文件夹的名称"):
        write_table(tmp_path, "synthetic_table", long, "name")


def test_a_table_without_rows_has_one_file_all_the_same(tmp_path: Path) -> None:
    dataset = described(COLUMNS, partition="district", primary_key=["id"])
    store = publish(tmp_path, dataset, synthetic_rows().slice(0, 0))
    assert store.rows("SELECT id, district, day FROM synthetic_table") == []
    assert len(store.manifest.files[0].parts) == 1

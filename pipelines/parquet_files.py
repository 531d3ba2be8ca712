"""A table as Parquet: one file, or a file a partition in folders that other programs know (`district=合成区`, `year=2022`)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.sources.problems import BuildError
from portal.publication.manifest import PublishedFile, StoredFile, listed, sha256

PARTITIONS_MAX = 1000
"""Files a table may be published in: each is opened by a query that says nothing of the partition."""
# DuckDB's own size of a row group: a download of a million rows takes half the memory and two thirds of the time it takes from one group.
_ROW_GROUP = 122_880
# File systems take 255 bytes; the column's name comes before it.
_NAME_MAX = 180
_EMPTY = "__HIVE_DEFAULT_PARTITION__"


def write_table(folder: Path, name: str, table: pa.Table, partition: str = "") -> PublishedFile:
    """Write a table (zstd Parquet) into a version's folder.

    Args:
        folder: of the version.
        name: the table's.
        table: its rows. In partitions they stand in the order of those, within one in their own; each file keeps every column.
        partition: as the dataset's description says it: a column, `year(column)`, or nothing for one file.
    Returns:
        what the manifest says of it.
    Raises:
        BuildError: there would be too many files, or one that cannot be named.
    """
    columns = {field.name: str(field.type) for field in table.schema}
    if not partition:
        whole = _written(folder, f"{name}.parquet", table)
        return PublishedFile(table=name, **whole.model_dump(), columns=columns)
    parts = tuple(_written(folder, f"{name}/{at}/data.parquet", rows) for at, rows in _parted(name, table, partition))
    return PublishedFile(
        table=name,
        path=name,
        rows=table.num_rows,
        bytes=sum(p.bytes for p in parts),
        sha256=listed(parts),
        columns=columns,
        partition=partition,
        parts=parts,
    )


def _written(folder: Path, path: str, table: pa.Table) -> StoredFile:
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, target, compression="zstd", row_group_size=_ROW_GROUP)
    return StoredFile(path=path, rows=table.num_rows, bytes=target.stat().st_size, sha256=sha256(target))


def _parted(name: str, table: pa.Table, partition: str) -> Iterator[tuple[str, pa.Table]]:
    """Each partition's folder with its rows, in the order of their values, empty cells last; one without rows where there are none."""
    column = partition.removeprefix("year(").removesuffix(")")
    told = table[column]
    key = column if column == partition else "year"
    if column != partition:
        told = pc.year(told)
    values = sorted(v for v in pc.unique(told).to_pylist() if v is not None)
    problem = f"最多 {PARTITIONS_MAX} 个。" if len(values) > PARTITIONS_MAX else ""
    if long := [v for v in values if len(_folder(v)) > _NAME_MAX]:
        problem = f"其中“{long[0][:30]}…”太长，不能作文件夹的名称。"
    if problem:
        told_so = f"表 {name} 按 {partition} 分成 {len(values)} 个文件，{problem}请在 dataset.toml 里换一个 partition。"
        raise BuildError([told_so])
    for value in values:
        yield f"{key}={_folder(value)}", table.filter(pc.equal(told, pa.scalar(value, told.type)))
    if told.null_count or not values:
        yield f"{key}={_EMPTY}", table.filter(pc.is_null(told))


def _folder(value: Any) -> str:
    """A value in the name of a folder, as Hive and what reads its layout write it."""
    return quote(str(value).lower() if isinstance(value, bool) else str(value), safe="")

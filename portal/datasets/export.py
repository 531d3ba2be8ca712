"""A dataset, whole or filtered, as a file of any format."""

from collections.abc import Callable
from pathlib import Path

from portal.datasets.export_csv import write_csv
from portal.datasets.export_json import write_geojson, write_json
from portal.datasets.export_xlsx import write_xlsx
from portal.datasets.export_zip import write_zip
from portal.datasets.file_writing import copy_to
from portal.datasets.formats import Format, published_file
from portal.datasets.row_query import RowQuery
from portal.publication.manifest import DamagedError, sha256
from portal.publication.store import Store


def export(store: Store, query: RowQuery, kind: Format, path: Path, bom: bool = False) -> None:
    """Write the rows of a query to a file.

    Args:
        store: the published version.
        query: which rows and columns.
        kind: the format.
        path: the file to write; replaced where it exists.
        bom: for CSV, start with a byte order mark, which Excel needs to read Chinese and programs do not.
    Raises:
        ExportError: the dataset or the number of rows does not fit the format.
    """
    if kind == "csv":
        write_csv(store, query, path, bom)
    else:
        _WRITERS[kind](store, query, path)


def _parquet(store: Store, query: RowQuery, path: Path) -> None:
    published = published_file(store, query.dataset)
    if query.is_whole_table and not published.parts:
        store.hand_out(published, path)
        # The version was whole when it was opened; a disk may have failed since, and the file carries its checksum as its tag.
        if sha256(path) != published.sha256:
            raise DamagedError(f"发布的文件 {published.path} 已损坏。请管理员运行 portal build 重新发布。")
        return
    sql, parameters = query.sql()
    copy_to(store, sql, parameters, path, "FORMAT parquet, COMPRESSION zstd")


_WRITERS: dict[Format, Callable[[Store, RowQuery, Path], None]] = {
    "xlsx": write_xlsx,
    "parquet": _parquet,
    "json": write_json,
    "geojson": write_geojson,
    "zip": write_zip,
}

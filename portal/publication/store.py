"""Read-only DuckDB over a published version."""

import contextlib
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from portal.publication import memory_tables, remote_tables, slow_queries
from portal.publication.catalogue import Dataset
from portal.publication.duckdb_extensions import OFFLINE, load
from portal.publication.manifest import Manifest, PublicationError, PublishedFile, read_manifest
from portal.publication.object_bytes import ObjectBytes
from portal.publication.sql_text import quoted
from portal.publication.table_source import table_source
from portal.publication.time_limit import watched
from portal.settings import Settings

# A row of any dataset, to be read: column → cell. Rows of the plan and of places have types of their own beside what reads them.
Row = Mapping[str, Any]
# A row in the making, to which columns are still added.
NewRow = dict[str, Any]

# Parquet files held in memory, the smallest first; a larger one is read from its file by every query.
_HELD_BYTES = 16 * 1024**2
_REMEMBERED = 256


class Store:
    """One published version, open for reading; every file was checked against its checksum.

    Args:
        folder: the version's folder.
        settings: DuckDB's limits.
    Raises:
        PublicationError: the version is not whole.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._settings = settings
        self.manifest: Manifest = read_manifest(folder, self.is_remote)
        self.folder = folder
        self._recent = lru_cache(_REMEMBERED)(lambda sql, *parameters: self.rows(sql, parameters))
        # Of tables and columns: what the log may name of a statement.
        self.names = slow_queries.names((f.table, f.columns) for f in self.manifest.files)
        self._connection = connect(settings)
        memory_tables.prepare(self._connection)
        # An older version beside this one may have a table there, even where this one has none.
        self._reaches_out = isinstance(settings.published, str)
        if self._reaches_out:
            remote_tables.prepare(self._connection, settings)
        self._here = {s.path for f in self.manifest.files if not self.is_remote(f) for s in f.stored}
        self._open_tables()

    def _open_tables(self) -> None:
        """Name every table; the smallest are copied into memory.

        Raises:
            PublicationError: one cannot be read.
        """
        room = _HELD_BYTES
        for file in sorted(self.manifest.files, key=lambda f: f.bytes):
            source = self.source(file)
            room -= file.bytes
            if room >= 0 and not self.is_remote(file):
                memory_tables.hold(self._connection, file.table, source)
                continue
            try:
                self._connection.execute(f"CREATE VIEW {quoted(file.table)} AS FROM {source}")
            except duckdb.Error as error:
                reason = str(error).partition("\n")[0]
                raise PublicationError(
                    f"表 {file.table} 读不出（{reason}）。请检查 PORTAL_S3_ENDPOINT 和网络。"
                ) from error

    @property
    def version(self) -> str:
        """The version's id."""
        return self.manifest.version

    def dataset(self, dataset_id: str) -> Dataset:
        """The catalogue entry of a dataset.

        Raises:
            KeyError: the version has no such dataset.
        """
        for dataset in self.manifest.datasets:
            if dataset.id == dataset_id:
                return dataset
        raise KeyError(dataset_id)

    def part(self, path: str, start: int, length: int) -> bytes:
        """Some bytes of a published file, given its path in the version's folder, wherever it lies.

        Raises:
            AwayError: it lies in object storage and cannot be read.
            OSError: it cannot be read here.
        """
        if path in self._here:
            with (self.folder / path).open("rb") as file:
                file.seek(start)
                return file.read(length)
        return self._there.part(f"{self.version}/{path}", start, length)

    @cached_property
    def _there(self) -> ObjectBytes:
        return ObjectBytes(str(self._settings.published), self._settings)

    def source(self, file: PublishedFile, version: str = "") -> str:
        """What stands after FROM to read a table of this version, or of another beside it."""
        if self.is_remote(file):
            return table_source(file, lambda path: f"{self._settings.published}/{version or self.version}/{path}")
        folder = self.folder.parent / version if version else self.folder
        return table_source(file, lambda path: str((folder / path).resolve()))

    def hand_out(self, file: PublishedFile, target: Path) -> None:
        """Copy a table's one file, byte for byte, wherever it lies.

        Raises:
            AwayError: it lies in object storage and cannot be read.
            OSError: it cannot be read or written.
        """
        if not self.is_remote(file):
            shutil.copyfile(self.folder / file.path, target)
            return
        with target.open("wb") as copied:
            for piece in self._there.pieces(f"{self.version}/{file.path}"):
                copied.write(piece)

    def is_remote(self, file: PublishedFile) -> bool:
        """Whether a table stays in object storage, and each query reads what it needs of it there."""
        return remote_tables.is_remote(file, self._settings)

    @contextlib.contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own for one request, for as long as a query may take (`time_limit.limited`).

        Raises:
            TooSlowError: it took longer.
            AwayError: a table in object storage cannot be read.
        """
        cursor = self._connection.cursor()
        away = remote_tables.told_when_away(self._connection) if self._reaches_out else contextlib.nullcontext()
        try:
            with away, watched(cursor):
                yield cursor
        finally:
            cursor.close()

    def rows(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> list[Row]:
        """The rows of a query as dictionaries of Python values."""
        with self._timed(sql), self.cursor() as cursor:
            result = cursor.execute(sql, parameters)
            names = [d[0] for d in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    @contextlib.contextmanager
    def _timed(self, sql: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            slow_queries.told_if_slow("portal", sql, self.names, time.perf_counter() - started)

    def remembered(self, sql: str, *parameters: object) -> list[Row]:
        """The rows of a query whose answer is small and asked for again and again; a version does not change."""
        return [dict(row) for row in self._recent(sql, *parameters)]

    def table(self, name: str) -> pa.Table:
        """A whole published table as Arrow.

        Raises:
            KeyError: the version has no such table.
        """
        if name not in {f.table for f in self.manifest.files}:
            raise KeyError(name)
        with self.cursor() as cursor:
            return cursor.execute(f"SELECT * FROM {quoted(name)}").to_arrow_table()


def connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that fetches nothing, with the spatial extension from its package; coordinates are lon, lat."""
    connection = duckdb.connect(
        config={
            **OFFLINE,
            "memory_limit": settings.database_memory,
            "threads": str(settings.database_threads),
        }
    )
    load(connection, "spatial")
    # DuckDB's own bar would be drawn across those of the commands.
    connection.execute("SET enable_progress_bar = false")
    # Global: a plain SET stays with this connection and its cursors would measure with the axes swapped.
    connection.execute("SET GLOBAL geometry_always_xy = true")
    return connection

"""Read-only DuckDB over a published version, and the switch to the next one."""

import contextlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from portal import held
from portal.catalogue import Dataset
from portal.extensions import OFFLINE, load
from portal.mirror import Mirror
from portal.publication import CURRENT, Manifest, PublicationError, current_version, read_manifest, versions
from portal.settings import Settings

Row = dict[str, Any]

# Parquet files held in memory, the smallest first; a larger one is read from its file by every query.
_HELD_BYTES = 16 * 1024**2

_log = logging.getLogger(__name__)


class Store:
    """One published version, open for reading; every file was checked against its checksum.

    Args:
        folder: the version's folder.
        settings: DuckDB's limits.
    Raises:
        PublicationError: the version is not whole.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.manifest: Manifest = read_manifest(folder)
        self.folder = folder
        self._remembered: dict[str, list[Row]] = {}
        self._connection = connect(settings)
        held.prepare(self._connection)
        room = _HELD_BYTES
        for file in sorted(self.manifest.files, key=lambda f: f.bytes):
            path = str(folder / file.path).replace("'", "''")
            source = f"read_parquet('{path}')"
            room -= file.bytes
            if room >= 0:
                held.hold(self._connection, file.table, source)
            else:
                self._connection.execute(f'CREATE VIEW "{file.table}" AS FROM {source}')

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

    @contextlib.contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own for one request."""
        cursor = self._connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def rows(self, sql: str, parameters: Sequence[object] | dict[str, object] = ()) -> list[Row]:
        """The rows of a query as dictionaries of Python values."""
        with self.cursor() as cursor:
            result = cursor.execute(sql, parameters)
            names = [d[0] for d in result.description or ()]
            return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def remembered(self, sql: str, parameters: dict[str, object]) -> list[Row]:
        """The rows of one of the program's own queries, run once: a version does not change. Not for a visitor's parameters."""
        if sql not in self._remembered:
            self._remembered[sql] = self.rows(sql, parameters)
        return [row.copy() for row in self._remembered[sql]]

    def table(self, name: str) -> pa.Table:
        """A whole published table as Arrow.

        Raises:
            KeyError: the version has no such table.
        """
        if name not in {f.table for f in self.manifest.files}:
            raise KeyError(name)
        with self.cursor() as cursor:
            return cursor.execute(f'SELECT * FROM "{name}"').to_arrow_table()


class Publications:
    """Hands out the current version's store; takes up a new version when CURRENT changes, keeps the old one when it is broken.

    Where they are in object storage, a copy in a temporary folder is read (`portal.mirror`).
    Older versions stay open while they are asked for, a few at a time. Readers keep the store they were given until they are done with it.

    Args:
        settings: where versions are published.
        kept: older versions open at most; the one not asked for the longest is closed first.
    """

    def __init__(self, settings: Settings, kept: int = 4) -> None:
        self._settings = settings
        self._kept = kept
        self._older: OrderedDict[str, Store] = OrderedDict()
        self._lock = threading.Lock()
        self._seen: int | None = None
        self._store: Store | None = None
        self._problem: str | None = None
        place = settings.published
        self._mirror = Mirror(place, settings) if isinstance(place, str) else None
        self.published = self._mirror.folder if self._mirror else Path(place)

    @property
    def problem(self) -> str | None:
        """What keeps the newest version from being served, and what to do; None where nothing does."""
        return (self._mirror.problem if self._mirror else None) or self._problem

    def refresh(self) -> None:
        """Take up what is published in object storage by now."""
        if self._mirror:
            self._mirror.refresh()

    def follow(self) -> None:
        """Take up what is published in object storage from now on; a folder is looked at by every request anyway."""
        if self._mirror:
            self._mirror.follow()

    def current(self) -> Store:
        """The store of the current version, or of the last good one; `problem` then says what is wrong.

        Raises:
            PublicationError: no version can be opened.
        """
        if self._store is None:
            self.refresh()
        changed = _mtime(self.published / CURRENT)
        if self._store is None or changed != self._seen:
            with self._lock:
                if self._store is None or changed != self._seen:
                    self._store = self._open()
                    self._seen = changed
        return self._store

    def version(self, version: str) -> Store:
        """The store of any version on disk, the current one included.

        Raises:
            KeyError: there is no such version.
            PublicationError: it is damaged, or no version can be opened.
        """
        current = self.current()
        if version == current.version:
            return current
        with self._lock:
            if version not in self.versions():
                self._older.pop(version, None)
                raise KeyError(version)
            store = self._older.pop(version, None) or Store(self.published / version, self._settings)
            self._older[version] = store
            while len(self._older) > self._kept:
                self._older.popitem(last=False)
        return store

    def versions(self) -> list[str]:
        """The versions on disk, newest first."""
        return versions(self.published)

    def _open(self) -> Store:
        published = self.published
        named = current_version(published)
        if named is None and self._store is None and not versions(published):
            raise PublicationError(self.problem or f"{published} 里还没有发布版本。请先运行 portal build。")
        candidates = [named] if named else []
        candidates += [v for v in versions(published) if v not in candidates]
        self._problem = (
            None if named else f"{published / CURRENT} 缺失，正在使用最近一次的发布版本。请运行 portal build。"
        )
        for version in candidates:
            if self._store is not None and version != named and self._store.version == version:
                return self._store
            try:
                return Store(published / version, self._settings)
            except (PublicationError, duckdb.Error) as error:
                self._problem = self._problem or str(error)
                _log.error("%s", error)
        if self._store is not None:
            return self._store
        raise PublicationError(self.problem or f"{published} 里没有可用的发布版本。请运行 portal build。")


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
    # Global: a plain SET stays with this connection and its cursors would measure with the axes swapped.
    connection.execute("SET GLOBAL geometry_always_xy = true")
    return connection


def _mtime(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0

"""Downloads made ready as files, so that they have a length, ranges and checksums, and are made once however often they are asked for."""

import contextlib
import hashlib
import logging
import tempfile
import threading
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
from fastapi import Request
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

import portal.datasets
from portal.api.http import is_fresh, validators
from portal.api.problems import Problem
from portal.datasets.export import export
from portal.datasets.formats import MEDIA_TYPES, Format, published_file
from portal.datasets.row_query import RowQuery, whole_table
from portal.publication.store import Store
from portal.telemetry import journal
from portal.texts.errors import sentence
from portal.texts.files import FILE_TEXTS, told

CACHE_BYTES_MAX = 2 * 1024**3
FILES_MAX = 400
_log = logging.getLogger(__name__)
_COMPRESSED = ("csv", "json", "geojson")
_CHUNK = 1024 * 1024
# A download's ETag stands for its bytes: it changes with the code that writes them and the words it writes.
_CODE = [*sorted(Path(str(portal.datasets.__file__)).parent.glob("*.py")), FILE_TEXTS]
_WRITER = hashlib.sha256(b"".join(p.read_bytes() for p in _CODE)).hexdigest()


@dataclass
class _Entry:
    """A file of the cache; it is not deleted while `users` are sending it."""

    path: Path
    lock: threading.Lock = field(default_factory=threading.Lock)
    users: int = 0
    bytes: int = 0
    ready: bool = False


class Downloads:
    """A bounded cache of export files in a temporary folder, the least recently used deleted first.

    Args:
        bytes_max: room on disk for files nobody is fetching just now.
        files_max: how many of them are kept.
    """

    def __init__(self, bytes_max: int = CACHE_BYTES_MAX, files_max: int = FILES_MAX) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="portal-downloads-")
        self._bytes_max, self._files_max = bytes_max, files_max
        self._entries: dict[str, _Entry] = {}
        self._lock = threading.Lock()
        self._closed = False

    def lease(self, key: str, write: Any) -> "_Entry":
        """The file of a key, written by `write(path)` where it is not there; to be given back with `release`."""
        with self._lock:
            entry = self._entries.pop(key, None) or _Entry(Path(self._folder.name) / key)
            self._entries[key] = entry
            entry.users += 1
        try:
            with entry.lock:
                if not entry.ready:
                    self._write(write, entry.path)
                    entry.bytes = entry.path.stat().st_size
                    entry.ready = True
        except BaseException:
            entry.path.unlink(missing_ok=True)
            self.release(entry)
            with self._lock:
                if not entry.users and self._entries.get(key) is entry:
                    del self._entries[key]
            raise
        self._make_room(self._bytes_max, self._files_max)
        return entry

    def close(self) -> None:
        """Delete every file; what is still being written has nowhere to go any more, which is no fault to tell of."""
        self._closed = True
        self._folder.cleanup()

    def _write(self, write: Any, path: Path) -> None:
        """Write a file; where the disk is full, once more after every file nobody is fetching is gone.

        Raises:
            Problem: 503, there is still no room, or nothing can be written at all.
        """
        try:
            write(path)
        except (OSError, duckdb.IOException):
            self._make_room(0, 0)
            try:
                write(path)
            except (OSError, duckdb.IOException) as error:
                if not self._closed:
                    _log.error("a download could not be written: %s", journal.cause(error))
                raise Problem(503, sentence("file.no_room"), {"Retry-After": "120"}) from None

    def release(self, entry: _Entry) -> None:
        """Give a file back."""
        with self._lock:
            entry.users -= 1

    def size(self, key: str) -> int | None:
        """The bytes of a key's file where it is there."""
        with self._lock:
            entry = self._entries.get(key)
        return entry.bytes if entry and entry.ready else None

    def _make_room(self, bytes_max: int, files_max: int) -> None:
        with self._lock:
            total = sum(e.bytes for e in self._entries.values())
            for key, entry in list(self._entries.items()):
                if total <= bytes_max and len(self._entries) <= files_max:
                    break
                if entry.users == 0 and entry.ready:
                    entry.path.unlink(missing_ok=True)
                    del self._entries[key]
                    total -= entry.bytes


class _Leased(FileResponse):
    """A file of the cache, given back once it is sent; a range that cannot be is a problem like any other."""

    chunk_size = _CHUNK

    def __init__(self, downloads: Downloads, entry: _Entry, headers: dict[str, str], media_type: str) -> None:
        super().__init__(entry.path, headers=headers, media_type=media_type)
        self._give_back = lambda: downloads.release(entry)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._give_back()

    @classmethod
    def _parse_range_header(cls, http_range: str, file_size: int) -> list[tuple[int, int]]:
        try:
            return super()._parse_range_header(http_range, file_size)
        except Exception as error:
            size = getattr(error, "max_size", None)
            if size is None:
                # RFC 9110 §14.2: a Range header that cannot be understood is ignored.
                return []
            why = sentence("file.range", bytes=size, range=http_range[:80])
            raise Problem(416, why, {"Content-Range": f"bytes */{size}"}) from None


def download(
    request: Request, downloads: Downloads, store: Store, query: RowQuery, kind: Format, bom: bool = False
) -> Response:
    """A query's rows as a file: 200, 206 for a range of it, or 304 where the client has it.

    Raises:
        ExportError: the rows do not fit the format.
        Problem: 416, the range is outside the file.
    """
    key = cache_key(store, query, kind, bom)
    ranged = "range" in request.headers
    packed = kind in _COMPRESSED and not ranged and "gzip" in request.headers.get("accept-encoding", "")
    headers = validators(f'"{key}{"-gzip" if packed else ""}"', store)
    headers["Content-Disposition"] = disposition(file_name(store, query, kind), _plain_name(query, kind))
    if kind in _COMPRESSED:
        headers["Vary"] = "Accept-Encoding"
    if is_fresh(request.headers, headers["ETag"], headers["Last-Modified"]):
        return Response(status_code=304, headers=headers)
    entry = _file(downloads, store, query, kind, bom, packed)
    if packed:
        headers["Content-Encoding"] = "gzip"
    return _Leased(downloads, entry, headers, MEDIA_TYPES[kind])


def write_ahead(downloads: Downloads, store: Store) -> None:
    """Write every table's whole CSV, as it is and packed, so that the first who asks for it waits no longer than the next.

    Where one cannot be written, none after it is: who asks for them is told why.
    """
    with contextlib.suppress(Problem, duckdb.Error):
        for dataset in store.manifest.datasets:
            if store.is_remote(published_file(store, dataset)):
                # Nobody may ever ask for it, and it would be read whole.
                continue
            downloads.release(_file(downloads, store, whole_table(dataset), "csv", bom=False, packed=True))


def _file(downloads: Downloads, store: Store, query: RowQuery, kind: Format, bom: bool, packed: bool) -> _Entry:
    """The file of a query's rows, leased; packed from the one that is not."""
    key = cache_key(store, query, kind, bom)
    entry = downloads.lease(key, lambda path: export(store, query, kind, path, bom=bom))
    if not packed:
        return entry
    try:
        return downloads.lease(f"{key}.gz", lambda path: _compress(entry.path, path))
    finally:
        downloads.release(entry)


def cache_key(store: Store, query: RowQuery, kind: Format, bom: bool = False) -> str:
    """What a download's bytes depend on, as a hex digest: for a whole Parquet file, the published file's own SHA-256."""
    published = published_file(store, query.dataset)
    if kind == "parquet" and query.is_whole_table and not published.parts:
        return published.sha256
    parts = (store.version, _WRITER, query.dataset.id, kind, str(bom and kind == "csv"), query.urlencoded())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def file_name(store: Store, query: RowQuery, kind: str) -> str:
    """The name a download is saved under: the dataset's title, the version, and whether it was filtered."""
    part = f"-{told('download.filtered').zh}" if query.pairs() else ""
    return f"{query.dataset.title_zh}-{store.version}{part}.{kind}".replace("/", "_").replace("\\", "_")


def _plain_name(query: RowQuery, kind: str) -> str:
    """The name for clients that read no other letters: the dataset's id, and whether it was filtered."""
    part = f"-{told('download.filtered').en}" if query.pairs() else ""
    return f"{query.dataset.id}{part}.{kind}"


def disposition(name: str, plain: str) -> str:
    """A Content-Disposition header (RFC 6266) with a Chinese name and a plain one for old clients."""
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _compress(source: Path, target: Path) -> None:
    packer = zlib.compressobj(1, wbits=31)
    with source.open("rb") as plain, target.open("wb") as packed:
        while chunk := plain.read(_CHUNK):
            packed.write(packer.compress(chunk))
        packed.write(packer.flush())

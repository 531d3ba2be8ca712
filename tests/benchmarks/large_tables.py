"""Ten million rows in object storage beside the same rows on the disk: a filtered page, an aggregate, and how much of the table was read.

The table is synthetic, and says so in its name; the storage is moto's, on this machine, so what is compared is the work and the bytes,
not a network. Of requests the first time each asks for rows nobody has asked for; the second time the same again.
"""

import contextlib
import datetime
import logging
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from pipelines.publish import push
from portal.publication.manifest import PublishedFile, current_version, read_manifest
from portal.publication.object_storage import ObjectStorage
from portal.settings import Settings
from tests.benchmarks.measuring import Measured, Server, serving, wait
from tests.benchmarks.rows import DATASET, TABLE, lot, publish
from tests.portal.s3_server import BUCKET, PUBLICATION

ROWS = 10_000_000
PARTITION = "year(day)"
YEARS = (2021, 2022, 2023, 2024, 2025)
PAGES = 15
# Further apart than the days of one row group, so that no page finds what another has read.
_STRIDE = 97
_BEGIN = datetime.date(2021, 1, 1)
_LIMITS = {
    # Nobody is stopped before the end: the first time is what is measured.
    "PORTAL_READ_SECONDS": "60",
    "PORTAL_QUERY_SECONDS": "60",
    "PORTAL_LARGE_TABLE_MB": "16",
}
_ALL = f"SELECT lot, count(*) AS n, avg(occupied) AS occupied, max(turnover) AS turnover FROM {TABLE} GROUP BY lot"


def measure(environment: Mapping[str, str]) -> Iterator[Measured]:
    """Both portals, one request after the other.

    Args:
        environment: settings under which the real corpus and datasets have been published.
    """
    with tempfile.TemporaryDirectory(prefix="portal-bench-large-") as name, storing() as storage:
        published = Path(name) / "published"
        publish(Path(environment["PORTAL_PUBLISHED"]), published, ROWS, PARTITION)
        version = current_version(published)
        assert version is not None
        (table,) = (f for f in read_manifest(published / version).files if f.table == TABLE)
        push(published, ObjectStorage(PUBLICATION, Settings(**storage.given)))
        yield Measured("千万行：合成表在对象存储里的大小", table.bytes / 1e6, None, "MB")
        here = {**environment, **_LIMITS, "PORTAL_PUBLISHED": str(published)}
        there = {**environment, **_LIMITS, "PORTAL_PUBLISHED": PUBLICATION, **storage.environment}
        storage.read(table)
        with serving(here) as disk, serving(there) as remote:
            for server in (disk, remote):
                wait(server.process, lambda s=server: s.client.get("/readyz").json()["encoder"] == "ready")
                server.client.post("/api/v1/query", json={"sql": "SELECT 1"}).raise_for_status()
            yield Measured("千万行：启动时读了表的", storage.read(table) * 100, 2, "%")
            yield from beside("筛选并排序的一页", pages(), (disk, remote), storage, table, 5)
            yield from beside("只按停车场筛选的一页，要看全表", scans(), (disk, remote), storage, table, 100)
            yield from beside("一年的汇总（SQL）", aggregates(), (disk, remote), storage, table, 25)
            yield from beside("全表的汇总（SQL）", [("POST", {"sql": _ALL})], (disk, remote), storage, table, 100)


Asked = tuple[str, dict[str, Any]]


def pages() -> list[Asked]:
    """Three days of one car park, the busiest first; each elsewhere in the table."""
    asked: list[Asked] = []
    for turn in range(PAGES):
        first, last = (_BEGIN + datetime.timedelta(turn * _STRIDE + later) for later in (0, 2))
        days = {"filter.day__ge": first.isoformat(), "filter.day__le": last.isoformat()}
        asked.append(("GET", {"filter.lot": lot(turn), **days, "order": "-turnover"}))
    return asked


def scans() -> list[Asked]:
    """All days of one car park, the busiest first: no part of the table can be left out."""
    return [("GET", {"filter.lot": lot(PAGES), "order": "-turnover"})]


def aggregates() -> list[Asked]:
    """A year by car park, each year once."""
    where = "WHERE day BETWEEN DATE '{0}-01-01' AND DATE '{0}-12-31'"
    return [("POST", {"sql": _ALL.replace("GROUP BY", f"{where.format(year)} GROUP BY")}) for year in YEARS]


def beside(
    what: str,
    asked: Iterable[Asked],
    servers: tuple[Server, Server],
    storage: "Storage",
    table: PublishedFile,
    most_percent: float,
) -> Iterator[Measured]:
    """The medians of both, the first time and again, their ratio, and the part of the table that was read each time.

    Raises:
        RuntimeError: the two do not tell the same.
    """
    asked = list(asked)
    for again in (False, True):
        times: list[tuple[float, float]] = []
        read: list[float] = []
        for one in asked * (5 if again and len(asked) == 1 else 1):
            (here, disk_told), (there, remote_told) = (_taken(server, one) for server in servers)
            if disk_told != remote_told:
                raise RuntimeError(f"{one} gets different answers")
            times.append((here, there))
            read.append(storage.read(table) * 100)
        disk, remote = (statistics.median(column) for column in zip(*times, strict=True))
        when = "再问" if again else "第一次"
        yield Measured(f"千万行：{what}，{when}（本机文件）", disk, None, "ms")
        yield Measured(f"千万行：{what}，{when}（对象存储）", remote, None, "ms")
        yield Measured(f"千万行：{what}，{when}，是本机的几倍", remote / disk, 3 if again else None, "倍")
        yield Measured(
            f"千万行：{what}，{when}，每次读了表的", statistics.median(read), 0 if again else most_percent, "%"
        )


def _ask(server: Server, asked: Asked) -> httpx.Response:
    how, given = asked
    if how == "GET":
        return server.client.get(f"/api/v1/datasets/{DATASET}/rows", params=given).raise_for_status()
    return server.client.post("/api/v1/query", json=given).raise_for_status()


def _taken(server: Server, asked: Asked) -> tuple[float, list[tuple[Any, ...]]]:
    """How many ms it took, and what was told."""
    started = time.perf_counter()
    reply = _ask(server, asked)
    return (time.perf_counter() - started) * 1000, _told(reply)


def _told(reply: httpx.Response) -> list[tuple[Any, ...]]:
    """The rows, as what of them is equal may stand in any order and means end in other digits."""
    rows = reply.json()["rows"]
    return sorted(tuple(round(v, 6) if isinstance(v, float) else v for v in row.values()) for row in rows)


class Storage:
    """An object storage on this machine that counts what is read of each file."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}
        self._lock = threading.Lock()
        self._server = make_server("127.0.0.1", 0, self._counted, threaded=True)
        self._inner = DomainDispatcherApplication(create_backend_app)
        threading.Thread(target=self._server.serve_forever, name="storage", daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self.given = {"s3_endpoint": self.endpoint, "s3_key_id": "key", "s3_secret": "secret"}
        self.environment = {f"PORTAL_{name.upper()}": value for name, value in self.given.items()}
        httpx.put(f"{self.endpoint}/{BUCKET}", trust_env=False).raise_for_status()

    def read(self, table: PublishedFile) -> float:
        """What part of a table's bytes was given since this was last asked."""
        with self._lock:
            given = sum(count for path, count in self._given.items() if f"/{table.path}/" in path)
            self._given.clear()
        return given / table.bytes

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()

    def _counted(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterator[bytes]:
        counts = environ["REQUEST_METHOD"] == "GET"
        for piece in self._inner(environ, start):
            if counts:
                with self._lock:
                    path = environ["PATH_INFO"]
                    self._given[path] = self._given.get(path, 0) + len(piece)
            yield piece


@contextlib.contextmanager
def storing() -> Iterator[Storage]:
    """The storage for as long as the block lasts."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    storage = Storage()
    try:
        yield storage
    finally:
        storage.close()

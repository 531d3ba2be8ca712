"""One table of a million rows, served by the portal and by Datasette on the same machine: pages, an aggregate, the whole as CSV.

The table is synthetic, and says so in its name: made-up berths of made-up car parks, by formula.
"""

import contextlib
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.publish import write_version
from portal.publication.manifest import current_version, read_manifest, switch
from tests.benchmarks.measuring import Measured, Server, resident, serving, timed, wait
from tests.portal.synthetic_store import described

ROWS = 1_000_000
PAGES = 50
AGGREGATES = 10
DATASET = "synthetic-berth-occupancy"
TABLE = "synthetic_berth_occupancy"
LOTS = 200
AGGREGATE = f"SELECT lot, count(*) AS n, avg(occupied) AS occupied, max(turnover) AS turnover FROM {TABLE} GROUP BY lot"
COLUMNS = [
    {"name": "id", "type": "integer", "required": True, "unique": True},
    {"name": "lot", "type": "string", "required": True},
    {"name": "day", "type": "date", "required": True},
    {"name": "hour", "type": "integer", "required": True},
    {"name": "berths", "type": "integer", "required": True},
    {"name": "occupied", "type": "integer", "required": True},
    {"name": "turnover", "type": "number", "required": True},
]


def measure(environment: Mapping[str, str]) -> Iterator[Measured]:
    """Ours, Datasette's and the ratio of the two, one request after the other; DuckDB's own COPY as the limit of the CSV.

    Args:
        environment: settings under which the real corpus and datasets have been published.
    """
    with tempfile.TemporaryDirectory(prefix="portal-bench-rows-") as name:
        folder = Path(name)
        parquet = publish(Path(environment["PORTAL_PUBLISHED"]), folder / "published")
        copying = best(lambda: copy(parquet, folder / "copied.csv"))
        settings = {**environment, "PORTAL_PUBLISHED": str(folder / "published")}
        with serving(settings) as ours, datasette(parquet, folder) as theirs:
            # Neither is asked to compress: Datasette cannot.
            ours.client.headers["Accept-Encoding"] = theirs.headers["Accept-Encoding"] = "identity"
            wait(ours.process, lambda: ours.client.get("/readyz").json()["encoder"] == "ready")
            yield from downloads(ours, theirs, copying)
            rows, table = f"/api/v1/datasets/{DATASET}/rows", f"/rows/{TABLE}.json"
            yield from beside("首页", lambda _: ours.client.get(rows), lambda _: theirs.get(table), PAGES, 1)
            yield from beside(
                "筛选并排序的一页（每次另一个停车场）",
                lambda turn: ours.client.get(rows, params={"filter.lot": lot(turn), "order": "-turnover"}),
                lambda turn: theirs.get(table, params={"lot": lot(turn), "_sort_desc": "turnover"}),
                PAGES,
                1,
            )
            yield from beside(
                "筛选并排序的一页（同一筛选再看）",
                lambda _: ours.client.get(rows, params={"filter.lot": lot(0), "order": "-turnover"}),
                lambda _: theirs.get(table, params={"lot": lot(0), "_sort_desc": "turnover"}),
                PAGES,
                1,
            )
            yield from beside(
                "按停车场汇总",
                lambda _: ours.client.post("/api/v1/query", json={"sql": AGGREGATE}),
                lambda _: theirs.get("/rows.json", params={"sql": AGGREGATE}),
                AGGREGATES,
                50,
            )


Request = Callable[[int], httpx.Response]


def lot(number: int) -> str:
    """The name of a synthetic car park."""
    return f"合成停车场{number % LOTS:03}"


def beside(what: str, ours: Request, theirs: Request, times: int, ratio: float) -> Iterator[Measured]:
    """The median of both in ms, and how many times as fast ours is; each request is told which turn it is."""
    for ask in (ours, theirs):
        ask(0).raise_for_status()
    # In turns: what else the machine does meets both alike.
    pairs = [(timed(lambda t=turn: ours(t)) * 1000, timed(lambda t=turn: theirs(t)) * 1000) for turn in range(times)]
    our, their = (statistics.median(column) for column in zip(*pairs, strict=True))
    yield Measured(f"百万行：{what}（本门户）", our, None, "ms")
    yield Measured(f"百万行：{what}（Datasette）", their, None, "ms")
    yield Measured(f"百万行：{what}，快几倍", their / our, ratio, "倍", at_least=True)


def downloads(ours: Server, theirs: httpx.Client, copying: float) -> Iterator[Measured]:
    """The whole table as CSV, the first time and again, and the memory a download takes."""
    path = f"/api/v1/datasets/{DATASET}.csv"
    # Looking at the memory slows the client: it is watched over a download of its own, of another file.
    with highest(ours.process.pid) as memory:
        fetched(ours.client, f"{path}?bom=1")
    first, size = fetched(ours.client, path)
    again, _ = fetched(ours.client, path)
    yield Measured("百万行：下载时内存增长", memory() * 1000, 200, "MB")
    stream, their_size = fetched(theirs, f"/rows/{TABLE}.csv?_stream=on&_size=max")
    yield Measured("百万行：整表 CSV（本门户，第一次）", size / 1e6 / first, None, "MB/s")
    yield Measured("百万行：整表 CSV（本门户，再次）", size / 1e6 / again, None, "MB/s")
    yield Measured("百万行：整表 CSV（Datasette）", their_size / 1e6 / stream, None, "MB/s")
    yield Measured("百万行：整表 CSV，快几倍", stream / first, 40, "倍", at_least=True)
    yield Measured("百万行：整表 CSV，是 DuckDB COPY 的几倍时间", first / copying, 2, "倍")


def fetched(client: httpx.Client, path: str) -> tuple[float, int]:
    """Seconds and bytes of a download as it is, not compressed.

    Raises:
        RuntimeError: it is not the header and a line for each row.
    """
    lines = size = 0
    started = 0.0

    def fetch() -> None:
        nonlocal lines, size
        with client.stream("GET", path) as reply:
            reply.raise_for_status()
            for chunk in reply.iter_raw(1024 * 1024):
                lines += chunk.count(b"\n")
                size += len(chunk)

    started = timed(fetch)
    if lines != ROWS + 1:
        raise RuntimeError(f"{path} has {lines} lines")
    return started, size


@contextlib.contextmanager
def highest(process: int) -> Iterator[Callable[[], float]]:
    """Watches a process's memory; gives by how many GB it rose at most."""
    idle = resident(process)
    seen = [idle]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            seen.append(resident(process))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield lambda: max(seen) - idle
    finally:
        done.set()
        watching.join()


def publish(real: Path, target: Path, rows: int = ROWS, partition: str = "") -> Path:
    """A version with the real tables and the synthetic one beside them; the latter's file or folder.

    Args:
        real: where the real tables are published.
        target: a folder to make.
        rows: of the synthetic table.
        partition: as a dataset's description says it.
    """
    version = current_version(real)
    assert version is not None
    manifest = read_manifest(real / version)
    tables = {f.table: pq.read_table(real / version / f.path) for f in manifest.files}
    dataset = described(
        COLUMNS,
        id=DATASET,
        title_zh="合成泊位占用",
        title_en="Synthetic berth occupancy",
        primary_key=["id"],
        partition=partition,
    )
    target.mkdir()
    manifest = manifest.model_copy(update={"version": "synthetic-rows", "datasets": (*manifest.datasets, dataset)})
    write_version(target, manifest, {**tables, TABLE: synthetic_table(rows)})
    switch(target, manifest.version)
    return target / manifest.version / (TABLE if partition else f"{TABLE}.parquet")


def synthetic_table(rows: int = ROWS) -> pa.Table:
    """The rows, by formula; the same each time."""
    return duckdb.sql(
        f"""
        SELECT i AS id, '合成停车场' || lpad(CAST(hash(i) % {LOTS} AS VARCHAR), 3, '0') AS lot,
               DATE '2021-01-01' + CAST(i // 4800 AS INTEGER) AS day, (i // 200) % 24 AS hour,
               CAST(40 + hash(i + 1) % 200 AS BIGINT) AS berths, CAST(hash(i + 2) % 40 AS BIGINT) AS occupied,
               (hash(i + 3) % 1000) / 100 AS turnover
        FROM range({rows}) numbers(i)
        """
    ).to_arrow_table()


def copy(parquet: Path, target: Path) -> None:
    """What the CSV is measured against: DuckDB itself, with as many threads as the portal gives it."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(f"COPY (FROM read_parquet('{parquet}')) TO '{target}' (FORMAT csv, HEADER true)")


def best(work: Callable[[], object], times: int = 3) -> float:
    """The shortest of a few times, in seconds."""
    return min(timed(work) for _ in range(times))


@contextlib.contextmanager
def datasette(parquet: Path, folder: Path) -> Iterator[httpx.Client]:
    """Datasette over the same table in SQLite, indexed by what is asked for, opened as immutable: its fastest way.

    Raises:
        ModuleNotFoundError: it is not installed; `make bench` does that.
    """
    import datasette as _  # noqa: F401

    database = folder / "rows.db"
    rows = duckdb.sql(f"SELECT * REPLACE (CAST(day AS VARCHAR) AS day) FROM read_parquet('{parquet}')")
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        columns = (
            "id INTEGER PRIMARY KEY, lot TEXT, day TEXT, hour INTEGER, berths INTEGER, occupied INTEGER, turnover REAL"
        )
        connection.execute(f"CREATE TABLE {TABLE} ({columns})")
        while batch := rows.fetchmany(50_000):
            connection.executemany(f"INSERT INTO {TABLE} VALUES (?, ?, ?, ?, ?, ?, ?)", batch)
        for column in ("lot", "day", "turnover"):
            connection.execute(f"CREATE INDEX {column}_index ON {TABLE} ({column})")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    limits = {"sql_time_limit_ms": "60000", "max_csv_mb": "0", "allow_csv_stream": "on", "suggest_facets": "off"}
    command = [sys.executable, "-m", "datasette", "-i", str(database), "--port", str(port)]
    command += [part for name, value in limits.items() for part in ("--setting", name, value)]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": dict(os.environ)}
    with (
        subprocess.Popen(command, **quiet) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300, trust_env=False) as client,
    ):
        try:
            wait(process, lambda: client.get("/-/versions.json").is_success)
            yield client
        finally:
            process.terminate()

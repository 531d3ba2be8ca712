"""Visitors' SQL over the published tables, each query in a confined process (`portal.visitor_sql.worker`) with limits on all it can use."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.child_process import ChildProcess, LostError
from portal.publication.catalogue import Dataset
from portal.publication.json_object import JsonObject
from portal.publication.manifest import PublishedFile
from portal.publication.slow_queries import told_if_slow
from portal.publication.store import Store
from portal.publication.table_source import table_source
from portal.settings import Settings, settings
from portal.telemetry import journal, meters
from portal.texts.errors import BilingualError, Sentence, sentence
from portal.visitor_sql.blocks import Giver, address
from portal.visitor_sql.complaints import explained, tables_near, wide_marks
from portal.visitor_sql.confinement import Fence

_WORKERS = 2
_BYTES_MAX = 8 * 1024**2
_START_SECONDS = 20.0
# A copy is first made as it is and then compressed: some ten times as much memory, of the little a process has.
_COPIED_BYTES = 16 * 1024**2
# The worker stops its query itself; this much later it is taken to be past listening.
_GRACE_SECONDS = 1.5
_ENGINE_MAX = 500
_NAME_MAX = 60
# What DuckDB refused in its own words, before and after the statement was begun.
_OF_THE_ENGINE = {"syntax", "failed"}


class QueryError(BilingualError):
    """A query that gave no answer; the sentence says why and what to do.

    Args:
        near: the place in the statement.
        engine: the engine's own words, a detail for who knows them.
        busy: whether the same query may get an answer later.
        kind: what went wrong, in one word.
    """

    def __init__(
        self, why: Sentence, near: str = "", engine: str = "", busy: bool = False, kind: str = "failed"
    ) -> None:
        super().__init__(why)
        self.near, self.engine, self.busy, self.kind = near, engine, busy, kind


@dataclass(frozen=True)
class QueryResult:
    """The answer: `columns` with name and type, `rows` as objects, whether more rows were cut off."""

    columns: list[dict[str, str]]
    rows: list[JsonObject]
    truncated: bool
    elapsed_ms: float


class QueryService:
    """Runs queries in a small pool of processes, made when first needed and again whenever one had to be ended.

    `problem` says why the last process did not start, and is None where it did.

    Args:
        settings: rows, time and memory a query may use.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()
        self._slots = threading.Semaphore(_WORKERS)
        self.problem: str | None = None

    def run(self, store: Store, sql: str) -> QueryResult:
        """Run one SELECT over the published tables.

        Raises:
            QueryError: the statement is not allowed, is wrong, or took too much time, memory or room.
        """
        started, outcome = time.perf_counter(), "failed"
        try:
            result = self._run(store, sql)
            outcome = "cut" if result.truncated else "ok"
            return result
        except QueryError as refused:
            outcome = refused.kind
            raise
        finally:
            seconds = time.perf_counter() - started
            meters.sql.labels(outcome).inc()
            journal.event("sql", outcome=outcome, ms=round(seconds * 1000, 1))
            told_if_slow("visitor", sql, store.names, seconds)

    def _run(self, store: Store, sql: str) -> QueryResult:
        if not self._slots.acquire(timeout=self._settings.query_seconds):
            raise QueryError(sentence("sql.queue"), busy=True, kind="queue")
        try:
            worker = self._take(store)
            try:
                answer = worker.ask(sql, self._settings.query_seconds + _GRACE_SECONDS)
            except LostError as lost:
                worker.end()
                raise self._explain(lost.kind, "", "", sql, store) from None
            except BaseException:
                worker.end()
                raise
            if answer.get("kind") == "memory":
                # What is left of it may not be enough for the next query.
                worker.end()
            else:
                with self._lock:
                    self._idle.append(worker)
        finally:
            self._slots.release()
        if "error" in answer:
            raise self._explain(answer["kind"], answer["error"], answer["near"], sql, store)
        return QueryResult(answer["columns"], answer["rows"], answer["truncated"], answer["elapsed_ms"])

    def fences(self, store: Store) -> list[Fence]:
        """What the operating system keeps the processes from; starts one where none is idle.

        Raises:
            QueryError: none starts.
        """
        worker = self._take(store)
        with self._lock:
            self._idle.append(worker)
        return worker.fences

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            for worker in self._idle:
                worker.end()
            self._idle.clear()

    def _take(self, store: Store) -> "_Worker":
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.version == store.version:
                    return worker
                worker.end()
        try:
            worker = _Worker(store, self._settings)
        except QueryError as error:
            self.problem = error.told("zh")
            raise
        self.problem = None
        return worker

    def _explain(self, kind: str, message: str, near: str, sql: str, store: Store) -> QueryError:
        datasets = store.manifest.datasets
        if kind == "away":
            return QueryError(sentence("busy.away"), busy=True, kind=kind)
        if kind in _OF_THE_ENGINE:
            why, engine = explained(message, sql, datasets), message[:_ENGINE_MAX]
        else:
            why, engine = self._refused(kind, message, datasets).then(wide_marks(sql)), ""
        return QueryError(why.then(sentence("sql.near", near=near)) if near else why, near, engine, kind=kind)

    def _refused(self, kind: str, name: str, datasets: Sequence[Dataset]) -> Sentence:
        return sentence(
            f"sql.{kind}",
            name=name[:_NAME_MAX],
            near=tables_near(name, datasets),
            tables=[d.table for d in datasets],
            seconds=f"{self._settings.query_seconds:g}",
            rows=self._settings.query_rows_max,
            size=_BYTES_MAX // 1024**2,
        )


@lru_cache(maxsize=1)
def shared() -> QueryService:
    """The process's query service: page and API use the same few processes."""
    return QueryService(settings())


def _askable(store: Store) -> tuple[list[PublishedFile], list[PublishedFile]]:
    """The tables of datasets: those a process holds copies of, and those it reads a part at a time."""
    published = {d.table for d in store.manifest.datasets}
    held: list[PublishedFile] = []
    large: list[PublishedFile] = []
    for file in store.manifest.files:
        if file.table in published:
            (large if file.bytes > _COPIED_BYTES or store.is_remote(file) else held).append(file)
    return held, large


class _Worker:
    """One confined process over one published version."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.version = store.version
        held, large = _askable(store)
        parts = [(p.path, p.bytes) for f in large for p in f.stored]
        self._giver = Giver(parts, store.part) if large else None
        self.process = ChildProcess("portal.visitor_sql", self._giver.given if self._giver else ())
        setup = {
            "sources": {f.table: store.source(f) for f in held},
            "blocks": self._giver.told({f.table: table_source(f, address) for f in large}) if self._giver else None,
            "memory": settings.query_memory,
            "threads": settings.database_threads,
            "rows_max": settings.query_rows_max,
            "bytes_max": _BYTES_MAX,
            "seconds": settings.query_seconds,
        }
        try:
            told = self.process.ask(setup, _START_SECONDS)
            self.fences = [Fence(**f) for f in told["fences"]]
        except LostError:
            self.end()
            raise QueryError(sentence("sql.start"), busy=True, kind="start") from None

    def ask(self, sql: str, seconds: float) -> JsonObject:
        """The worker's answer to a query.

        Raises:
            LostError: none came in time, or the process ended.
        """
        return self.process.ask({"sql": sql}, seconds)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.end()
        if self._giver:
            self._giver.close()

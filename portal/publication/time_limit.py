"""How long one query over the published tables may take where a visitor waits for it: past that it is interrupted."""

import contextlib
import heapq
import itertools
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache

import duckdb

from portal.telemetry import meters
from portal.texts.errors import BilingualError, sentence

_seconds: ContextVar[float | None] = ContextVar("query_seconds", default=None)


class TooSlowError(BilingualError):
    """A query was stopped; the sentence says what to do.

    Args:
        seconds: the time it was given.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(sentence("busy.slow", seconds=f"{seconds:g}"))


@contextlib.contextmanager
def limited(seconds: float | None) -> Iterator[None]:
    """Within this, every query may take so many seconds; any time where None."""
    token = _seconds.set(seconds)
    try:
        yield
    finally:
        _seconds.reset(token)


@contextlib.contextmanager
def watched(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Interrupt a cursor's query when the time of this context is over.

    Raises:
        TooSlowError: it was.
    """
    seconds = _seconds.get()
    if seconds is None:
        yield
        return
    watch = _watch().begin(cursor, seconds)
    try:
        yield
    except duckdb.InterruptException:
        meters.limits_hit.labels("reading", "time").inc()
        raise TooSlowError(seconds) from None
    finally:
        watch.done = True


class _Watched:
    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self.cursor, self.done = cursor, False


class _Watch:
    """One thread that interrupts what is past its time; a thread a query would cost more than most queries do."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._order = itertools.count()
        self._queue: list[tuple[float, int, _Watched]] = []
        threading.Thread(target=self._look, name="query-watch", daemon=True).start()

    def begin(self, cursor: duckdb.DuckDBPyConnection, seconds: float) -> _Watched:
        """Watch a cursor from now on."""
        watched = _Watched(cursor)
        with self._changed:
            heapq.heappush(self._queue, (time.monotonic() + seconds, next(self._order), watched))
            if self._queue[0][2] is watched:
                self._changed.notify()
        return watched

    def _look(self) -> None:
        while True:
            with self._changed:
                while not self._queue:
                    self._changed.wait()
                when, _, watched = self._queue[0]
                left = when - time.monotonic()
                if left > 0 and not watched.done:
                    self._changed.wait(left)
                    continue
                heapq.heappop(self._queue)
            if not watched.done:
                # It may have ended, and been closed, this very moment.
                with contextlib.suppress(duckdb.Error):
                    watched.cursor.interrupt()


@lru_cache(maxsize=1)
def _watch() -> _Watch:
    return _Watch()

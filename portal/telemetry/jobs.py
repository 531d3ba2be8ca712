"""Work nobody waits for leaves a line and a count: what it was, how long it took, what became of it."""

import contextlib
import logging
import time
from collections.abc import Iterator

from portal.telemetry import journal, meters


class Job:
    """A job that runs; `failed` is for one that is over without an exception, and yet not well."""

    def __init__(self) -> None:
        self.outcome, self.cause = "ok", ""

    def failed(self, error: BaseException | None = None) -> None:
        """Mark it as failed."""
        self.outcome, self.cause = "failed", journal.cause(error) if error else ""


@contextlib.contextmanager
def job(name: str) -> Iterator[Job]:
    """Within this a job is done; an exception passes on, and marks it as failed.

    Args:
        name: what it is called in metrics and the log.
    """
    running, started = Job(), time.perf_counter()
    try:
        yield running
    except Exception as error:
        running.failed(error)
        raise
    finally:
        meters.jobs.labels(name, running.outcome).inc()
        level = logging.INFO if running.outcome == "ok" else logging.ERROR
        cause = {"cause": running.cause} if running.cause else {}
        ms = round((time.perf_counter() - started) * 1000)
        journal.event("job", level, job=name, outcome=running.outcome, ms=ms, **cause)

"""A line and a count for each run of a page's script: which page, how long, whether it failed."""

import contextlib
import time
from collections.abc import Iterator

import streamlit as st

from portal.telemetry import journal, meters
from portal.telemetry.requests import HEADER


class Run:
    """A run of a page's script."""

    def __init__(self) -> None:
        self.outcome = "ok"

    def went_well(self, well: bool) -> None:
        """Note how a part of the page went."""
        if not well:
            self.outcome = "failed"


@contextlib.contextmanager
def recorded(path: str) -> Iterator[Run]:
    """Within this a page is drawn; what happens in it is told as of the request that opened the page.

    Args:
        path: the page's address of those there are; empty for the overview.
    """
    with journal.within(st.context.headers.get(HEADER) or ""):
        yield from _timed(path, Run())


def _timed(path: str, run: Run) -> Iterator[Run]:
    started = time.perf_counter()
    try:
        yield run
    except BaseException:
        # Streamlit ends a script that is to run anew by an exception of its own.
        run.outcome = "left" if run.outcome == "ok" else run.outcome
        raise
    finally:
        seconds, page = time.perf_counter() - started, path or "overview"
        meters.page_seconds.labels(page, run.outcome).observe(seconds)
        journal.event("page", page=page, outcome=run.outcome, ms=round(seconds * 1000, 1))

"""What hostile requests can make a program write into its log is bounded, whatever it is: each place in the code may say so much a minute."""

import logging
import time
from collections.abc import Callable, Iterable

PER_MINUTE = 20


class Sparing(logging.Filter):
    """Lets through so many records a minute from each place in the code; the next one after that says how many were left out.

    Args:
        per_minute: records from one place.
        clock: seconds from some moment on.
    """

    def __init__(self, per_minute: int = PER_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._per_minute, self._clock = per_minute, clock
        # Place → minute it is about, records in it, records left out so far. There are only so many places.
        self._said: dict[tuple[str, int], tuple[float, int, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to write a record."""
        place, now = (record.pathname, record.lineno), self._clock()
        since, count, left_out = self._said.get(place, (now, 0, 0))
        if now - since >= 60:
            since, count = now, 0
        if count >= self._per_minute:
            self._said[place] = since, count, left_out + 1
            return False
        self._said[place] = since, count + 1, 0
        if left_out:
            record.msg, record.args = f"{record.getMessage()}（同样的另有 {left_out} 条没有写）", ()
        return True


def spare_the_log(sparing: Sparing, loggers: Iterable[logging.Logger] | None = None) -> None:
    """Put a filter on the handlers of loggers, of all there are where none are named: Streamlit's and the server's own too."""
    if loggers is None:
        known = logging.root.manager.loggerDict.values()
        loggers = [logging.root, *(x for x in known if isinstance(x, logging.Logger))]
    for logger in loggers:
        for handler in logger.handlers:
            handler.addFilter(sparing)

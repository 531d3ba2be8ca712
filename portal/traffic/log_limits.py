"""What hostile requests can make a program write into its log is bounded, and says nothing of persons: each place in the code may say so
much a minute."""

import logging
import time
import unicodedata
from collections.abc import Callable, Iterable

from portal.telemetry import meters
from portal.telemetry.journal import EVENTS
from portal.texts.personal_data import mask

PER_MINUTE = 20
# The portal's own events are as many as what they are of, up to what honest visitors cause: a flood of requests would fill a disk by them.
# Of those that ended well, and of those of each other outcome.
EVENTS_PER_MINUTE, OTHERS_PER_MINUTE = 3_000, 600
_CHARACTERS_MAX = 20_000
_FORMATTER = logging.Formatter()


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
        """Whether to write a record; of the portal's own events many more than of what else is said."""
        if record.name == EVENTS:
            return self._filtered_event(record)
        left_out = self._left_out((record.pathname, record.lineno), self._per_minute)
        if left_out is None:
            return False
        _mask(record)
        if left_out:
            record.msg, record.args = f"{record.getMessage()}（同样的另有 {left_out} 条没有写）", ()
        return True

    def _filtered_event(self, record: logging.LogRecord) -> bool:
        """The same of an event of the portal's own: its name and outcome are words of the code, so there are only so many of them."""
        fields: dict[str, object] = getattr(record, "fields", {})
        outcome = str(fields.get("outcome", "ok"))
        most = EVENTS_PER_MINUTE if outcome == "ok" else OTHERS_PER_MINUTE
        left_out = self._left_out((f"{getattr(record, 'event', '')} {outcome}", 0), most)
        if left_out:
            fields["left_out"] = left_out
        return left_out is not None

    def _left_out(self, place: tuple[str, int], most: int) -> int | None:
        """How many records of a place were left out before this one; None where this one is left out too."""
        now = self._clock()
        since, count, left_out = self._said.get(place, (now, 0, 0))
        if now - since >= 60:
            since, count = now, 0
        if count >= most:
            self._said[place] = since, count, left_out + 1
            meters.log_records_left_out.inc()
            return None
        self._said[place] = since, count + 1, 0
        return left_out


def _mask(record: logging.LogRecord) -> None:
    """Take personal data out of what is written: a library's own message or exception may hold what a visitor typed."""
    if record.exc_info and not record.exc_text:
        record.exc_text = _without_persons(_FORMATTER.formatException(record.exc_info))
    message = record.getMessage()
    if (masked := _without_persons(message)) != message:
        record.msg, record.args = masked, ()


def _without_persons(text: str) -> str:
    """A text with personal data masked; one that has none is left as it is, one that is very long is cut."""
    if len(text) > _CHARACTERS_MAX:
        text = f"{text[: _CHARACTERS_MAX // 2]} … {text[-_CHARACTERS_MAX // 2 :]}"
    plain = unicodedata.normalize("NFKC", text)
    masked = mask(plain)
    return text if masked == plain else masked


def spare_the_log(sparing: Sparing, loggers: Iterable[logging.Logger] | None = None) -> None:
    """Put a filter on the handlers of loggers, of all there are where none are named: Streamlit's and the server's own too."""
    if loggers is None:
        known = logging.root.manager.loggerDict.values()
        loggers = [logging.root, *(x for x in known if isinstance(x, logging.Logger))]
    for logger in loggers:
        for handler in logger.handlers:
            handler.addFilter(sparing)

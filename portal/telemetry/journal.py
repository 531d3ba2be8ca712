"""The log: one JSON object a line, without a word a visitor wrote and without who they are.

What the portal means to say is an event with a name and fields. What libraries say is their own text without what they put into it;
of an exception its type and where it arose are written, never its message, which may quote what it failed on.
"""

import contextlib
import datetime
import logging
import re
import traceback
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from pathlib import Path

import orjson

from portal.texts.errors import OperatorError

EVENTS = "portal.events"
_FRAMES = 12
_ROOT = Path(__file__).resolve().parents[2]
# These speak of what was asked: of them, too, only the text in the code is written.
_OF_QUESTIONS = ("portal.answering", "portal.chat", "portal.visitor_sql")
_PLACEHOLDER = re.compile(r"%(?:\([a-z_]+\))?[-+ #0]*[\d.]*[a-zA-Z]")
request_id: ContextVar[str] = ContextVar("request_id", default="")

Field = str | int | float | bool | None | dict[str, float]


def event(name: str, level: int = logging.INFO, **fields: Field) -> None:
    """Write one line: what happened, when, in which request, and its fields.

    Args:
        name: what happened: `request`, `answer`, `job` and so on; the names are listed in docs/operations.md.
        level: of `logging`.
        fields: numbers and words of the code's own; nothing a visitor wrote.
    """
    logging.getLogger(EVENTS).log(level, name, extra={"event": name, "fields": fields})


@contextlib.contextmanager
def within(request: str) -> Iterator[None]:
    """What is told within this belongs to a request.

    Args:
        request: its id.
    """
    token = request_id.set(request)
    try:
        yield
    finally:
        request_id.reset(token)


class JsonLines(logging.Formatter):
    """Every record as one JSON object: time, level, event, request, and its fields or its text."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        told: dict[str, object] = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": getattr(record, "event", "log"),
        }
        if asked := request_id.get():
            told["request"] = asked
        fields = getattr(record, "fields", None)
        told |= {"logger": record.name, "message": _said(record)} if fields is None else fields
        if record.exc_info and record.exc_info[1]:
            told["exception"] = _exception(record.exc_info[1])
        return orjson.dumps(told, default=str).decode()


def take_over(loggers: Iterable[logging.Logger] | None = None) -> None:
    """Have every handler write JSON lines, those libraries made for themselves too.

    Args:
        loggers: all there are where none are named.
    """
    if loggers is None:
        known = logging.root.manager.loggerDict.values()
        loggers = [logging.root, *(x for x in known if isinstance(x, logging.Logger))]
    for logger in loggers:
        for handler in logger.handlers:
            if not isinstance(handler.formatter, JsonLines):
                handler.setFormatter(JsonLines())


def cause(error: BaseException) -> str:
    """What of an error may be written: its type, and its sentence where that is for whoever runs the portal."""
    name = type(error).__name__
    if isinstance(error, OperatorError):
        return f"{name}: {error}"
    return f"{name}: {error.strerror}" if isinstance(error, OSError) and error.strerror else name


def _said(record: logging.LogRecord) -> str:
    own = record.name.startswith("portal.") and not record.name.startswith(_OF_QUESTIONS)
    return record.getMessage() if own or not record.args else _PLACEHOLDER.sub("…", str(record.msg))


def _exception(error: BaseException) -> dict[str, object]:
    """The type of an exception, where it arose, the innermost place last, and of what it came from the type."""
    frames = [f"{_short(f.filename)}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    told: dict[str, object] = {"type": cause(error), "at": frames[-_FRAMES:]}
    if (from_ := error.__cause__) is not None:
        told["from"] = cause(from_)
    return told


def _short(file: str) -> str:
    path = Path(file)
    own = path.is_relative_to(_ROOT) and "site-packages" not in path.parts
    return str(path.relative_to(_ROOT)) if own else "/".join(path.parts[-2:])

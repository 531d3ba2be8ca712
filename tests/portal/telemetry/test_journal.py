"""What the log says is JSON, a line each, and holds no word a visitor wrote: not from a message of a library, not from an exception."""

import json
import logging
import sys

import pytest

from portal.publication.manifest import PublicationError
from portal.telemetry import journal, meters
from portal.telemetry.jobs import job

SECRET = "合成路三号的停车费"


def written(record: logging.LogRecord) -> dict[str, object]:
    line = journal.JsonLines().format(record)
    assert "\n" not in line
    told: dict[str, object] = json.loads(line)
    return told


def record(logger: str, text: str, *arguments: object, failed: bool = False) -> logging.LogRecord:
    cause = sys.exc_info() if failed else None
    return logging.LogRecord(logger, logging.ERROR, "synthetic.py", 1, text, arguments, cause)


def test_of_an_exception_its_type_and_place_are_written_and_not_what_it_quotes() -> None:
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise KeyError(SECRET) from error
    except KeyError:
        line = record("portal.api.problems", "A request failed", failed=True)
    told = written(line)
    assert told["exception"] == {
        "type": "KeyError",
        "at": [told["exception"]["at"][0]],  # type: ignore[index]
        "from": "ValueError",
    }
    assert told["exception"]["at"][0].startswith("tests/portal/telemetry/test_journal.py:")  # type: ignore[index]
    assert SECRET not in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize(
    ("logger", "said"),
    [
        ("streamlit.runtime", "could not draw … after …"),
        ("portal.answering.joined", "could not draw … after …"),
        ("portal.publication.mirror", f"could not draw {SECRET} after 1.5 s"),
    ],
)
def test_what_others_put_into_their_messages_is_left_out(logger: str, said: str) -> None:
    told = written(record(logger, "could not draw %s after %.1f s", SECRET, 1.5))
    assert told["message"].startswith(said.removesuffix(" s"))  # type: ignore[attr-defined]
    assert (SECRET in str(told)) == (logger == "portal.publication.mirror")


def test_a_sentence_for_the_operator_and_the_systems_own_are_written_whole() -> None:
    assert journal.cause(PublicationError("请运行 portal build。")) == "PublicationError: 请运行 portal build。"
    assert journal.cause(OSError(28, "No space left on device", SECRET)) == "OSError: No space left on device"
    assert journal.cause(ValueError(SECRET)) == "ValueError"


def test_an_event_is_told_by_its_name_and_fields_with_the_request_it_belongs_to(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with journal.within("0123456789abcdef"), caplog.at_level(logging.INFO, logger=journal.EVENTS):
        journal.event("answer", sort="target", steps_ms={"read": 0.5})
        told = written(caplog.records[-1])
    assert "request" not in written(caplog.records[-1])
    assert told.pop("time")
    assert told == {
        "level": "info",
        "event": "answer",
        "request": "0123456789abcdef",
        "sort": "target",
        "steps_ms": {"read": 0.5},
    }


def test_every_handler_there_is_writes_such_lines() -> None:
    logger, handler = logging.Logger("synthetic"), logging.StreamHandler()
    logger.addHandler(handler)
    journal.take_over([logger])
    made = handler.formatter
    journal.take_over([logger])
    assert isinstance(made, journal.JsonLines)
    assert handler.formatter is made


def test_a_job_leaves_a_line_and_a_count_whatever_becomes_of_it(caplog: pytest.LogCaptureFixture) -> None:
    def count(outcome: str) -> float:
        return meters.jobs.labels("synthetic", outcome)._value.get()

    before = count("ok"), count("failed")
    with caplog.at_level(logging.INFO, logger=journal.EVENTS):
        with job("synthetic"):
            pass
        with pytest.raises(ValueError, match=SECRET), job("synthetic"):
            raise ValueError(SECRET)
        with job("synthetic") as running:
            running.failed()
    lines = [written(r) for r in caplog.records if r.name == journal.EVENTS]
    assert [(x["outcome"], x.get("cause")) for x in lines] == [("ok", None), ("failed", "ValueError"), ("failed", None)]
    assert (count("ok"), count("failed")) == (before[0] + 1, before[1] + 2)

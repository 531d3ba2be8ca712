"""However often something is said, the log takes so much of it a minute, and says how much it left out."""

import logging
import sys
import time

from portal.telemetry.journal import EVENTS
from portal.traffic import log_limits
from portal.traffic.log_limits import Sparing, spare_the_log


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def record(line: int, text: str = "synthetic %s", *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("synthetic", logging.ERROR, "synthetic.py", line, text, arguments or ("x",), None)


def test_each_place_may_say_so_much_a_minute_and_the_rest_is_counted() -> None:
    clock = Clock()
    sparing = Sparing(2, clock)
    assert [bool(sparing.filter(record(1))) for _ in range(1000)] == [True, True, *[False] * 998]
    assert sparing.filter(record(2))
    clock.now = 60
    after = record(1)
    assert sparing.filter(after)
    assert after.getMessage() == "synthetic x（同样的另有 998 条没有写）"
    again = record(1, "100 %")
    again.args = ()
    assert sparing.filter(again)
    assert again.getMessage() == "100 %"


def told(outcome: str) -> logging.LogRecord:
    made = logging.LogRecord(EVENTS, logging.INFO, "journal.py", 1, "request", (), None)
    made.event, made.fields = "request", {"outcome": outcome, "status": 404}
    return made


def test_a_flood_of_requests_is_told_up_to_so_many_lines_and_hides_no_other_outcome() -> None:
    clock = Clock()
    sparing = Sparing(2, clock)
    assert sum(sparing.filter(told("refused")) for _ in range(5_000)) == log_limits.OTHERS_PER_MINUTE
    assert sum(sparing.filter(told("ok")) for _ in range(5_000)) == log_limits.EVENTS_PER_MINUTE
    failed = told("failed")
    assert sparing.filter(failed)
    assert failed.fields == {"outcome": "failed", "status": 404}
    clock.now = 60
    after = told("refused")
    assert sparing.filter(after)
    assert after.fields["left_out"] == 5_000 - log_limits.OTHERS_PER_MINUTE
    assert sparing.filter(record(1))


def test_numbers_of_persons_are_written_neither_from_a_message_nor_from_an_exception() -> None:
    said = record(1, "could not read %s", "我的手机13800138000")
    try:
        int("41030319900101123X")
    except ValueError:
        said.exc_info = sys.exc_info()
    assert Sparing().filter(said)
    written = logging.Formatter("%(message)s").format(said)
    assert written.startswith("could not read 我的手机〔手机号已隐去〕\nTraceback")
    assert written.endswith("ValueError: invalid literal for int() with base 10: '〔身份证号已隐去〕'")


def test_a_message_of_any_length_is_cut_and_does_not_take_long() -> None:
    said = record(1, "%s", "好" * 1_000_000)
    start = time.thread_time()
    assert Sparing().filter(said)
    assert time.thread_time() - start < 0.5
    assert len(said.getMessage()) < 20_100


def test_a_message_without_such_numbers_is_written_as_it_is() -> None:
    said = record(1, "a page’s socket ended: %s", "１００ ％")
    assert Sparing().filter(said)
    assert (said.msg, said.args) == ("a page’s socket ended: %s", ("１００ ％",))


def test_places_are_remembered_not_texts() -> None:
    sparing = Sparing()
    for number in range(10_000):
        sparing.filter(record(1, f"synthetic {number} %s"))
    assert len(sparing._said) == 1


def test_every_handler_has_it_once() -> None:
    logger, handler, sparing = logging.getLogger("synthetic-log"), logging.StreamHandler(), Sparing()
    logger.addHandler(handler)
    try:
        spare_the_log(sparing, [logger])
        spare_the_log(sparing, [logger])
    finally:
        logger.removeHandler(handler)
    assert handler.filters == [sparing]

"""Every answer is counted by what became of it, and leaves a line that says so without a word of the question."""

import json
import logging
from collections.abc import Iterator

import pytest

from portal.answering.models import Answer, Ask, Step
from portal.answering.service import AnswerService
from portal.chat import asking
from portal.publication.manifest import PublicationError
from portal.services import Services
from portal.telemetry import journal, meters

TARGET = "合成率的目标是多少"
NOTHING = "合成外星人的电话13800138000"


class Failing:
    """A pipeline that fails in the middle."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def steps(self, _: Ask) -> Iterator[Step | Answer]:
        yield Step(name="normalise")
        raise self._error


def test_an_answer_and_a_refusal_are_counted_by_kind_and_reason(
    city_services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=journal.EVENTS)
    given = [city_services.answers.answer(Ask(question=q)) for q in (TARGET, NOTHING)]
    assert [a.kind for a in given] == ["answer", "refusal"]
    counts = [
        meters.answers.labels(given[0].sort, given[0].mode)._value.get,
        meters.refusals.labels(given[1].sort)._value.get,
    ]
    before = [count() for count in counts]
    for question in (TARGET, NOTHING):
        asking.answer(city_services.answers, Ask(question=question))
    assert [count() for count in counts] == [n + 1 for n in before]
    lines = [r.fields for r in caplog.records if getattr(r, "event", "") == "answer"]  # type: ignore[attr-defined]
    assert [(x["outcome"], x["sort"]) for x in lines] == [(a.kind, a.sort) for a in given]
    assert all(x["steps_ms"].keys() >= {"read", "look_up", "tell"} for x in lines)
    told = json.dumps(lines, ensure_ascii=False)
    assert not [word for word in (TARGET, NOTHING, "合成", "13800138000") if word in told]


@pytest.mark.parametrize(("error", "counted"), [(ValueError("synthetic"), 1), (PublicationError("合成"), 0)])
def test_a_pipeline_that_fails_is_counted_and_one_without_a_version_is_not(error: Exception, counted: int) -> None:
    failing: AnswerService = Failing(error)  # type: ignore[assignment]
    before = meters.answer_failures._value.get()
    with pytest.raises(type(error)):
        asking.answer(failing, Ask(question=TARGET))
    assert meters.answer_failures._value.get() == before + counted

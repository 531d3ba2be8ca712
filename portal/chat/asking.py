"""How every face asks the question pipeline: each answer leaves a line in the log and its counts, none a word of the question."""

import time
from collections.abc import Iterator

from portal.answering.kinds import Outcome
from portal.answering.models import Answer, Ask, Step
from portal.answering.service import AnswerService
from portal.publication.manifest import PublicationError
from portal.telemetry import journal, meters


def steps(service: AnswerService, ask: Ask) -> Iterator[Step | Answer]:
    """The steps as they begin, then the answer.

    Raises:
        PublicationError: nothing is published.
    """
    started = time.perf_counter()
    try:
        for event in service.steps(ask):
            if isinstance(event, Answer):
                _record(event, time.perf_counter() - started)
            yield event
    except PublicationError:
        raise
    except Exception:
        meters.answer_failures.inc()
        raise


def answer(service: AnswerService, ask: Ask) -> Answer:
    """Answer or refuse one question.

    Raises:
        PublicationError: nothing is published.
    """
    return next(e for e in steps(service, ask) if isinstance(e, Answer))


def _record(answer: Answer, seconds: float) -> None:
    if answer.kind == Outcome.ANSWER:
        meters.answers.labels(answer.sort, answer.mode).inc()
    else:
        meters.refusals.labels(answer.sort).inc()
    for step, ms in answer.timings_ms.items():
        meters.step_seconds.labels(step).observe(ms / 1000)
    journal.event(
        "answer",
        outcome=answer.kind,
        sort=answer.sort,
        mode=answer.mode,
        path=answer.path,
        language=answer.language,
        version=answer.version,
        ms=round(seconds * 1000, 1),
        steps_ms=answer.timings_ms,
    )

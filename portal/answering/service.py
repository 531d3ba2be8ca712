"""The question pipeline, one step after the other: normalise → understand → retrieve → compose → verify (→ smooth)."""

import logging
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from portal.answering.answer import Conversation, respond
from portal.answering.draft import Draft, Refused, frame
from portal.answering.followup import understand_in_context
from portal.answering.knowledge import Knowledge
from portal.answering.llm import Smoother
from portal.answering.models import HISTORY_MAX, QUESTION_MAX, Answer, Ask, Step
from portal.answering.normalise import normalise
from portal.answering.suggest import after_answer, after_refusal
from portal.answering.verify import Unverified, verify
from portal.publication.publications import Publications
from portal.publication.store import Store
from portal.settings import Settings

_log = logging.getLogger(__name__)


class AnswerService:
    """Answers questions from the current version. Safe to call from several threads.

    Args:
        publications: the published versions.
        encoder: the question encoder; while it is not ready answers are found by words alone and say so.
        settings: weights.
    """

    def __init__(self, publications: Publications, encoder: Any, settings: Settings) -> None:
        self._publications = publications
        self._encoder = encoder
        self._settings = settings
        self._smoother = Smoother(settings) if settings.llm_url else None
        self._lock = threading.Lock()
        self._knowledge: Knowledge | None = None

    def knowledge(self) -> Knowledge:
        """What the current version knows; read once a version.

        Raises:
            PublicationError: nothing is published.
        """
        store: Store = self._publications.current()
        held = self._knowledge
        if held is None or held.store is not store:
            with self._lock:
                if self._knowledge is None or self._knowledge.store is not store:
                    self._knowledge = Knowledge(store, self._encoder, self._settings.dense_weight)
                held = self._knowledge
        return held

    def answer(self, ask: Ask) -> Answer:
        """Answer or refuse one question.

        Raises:
            PublicationError: nothing is published.
        """
        for step in self.steps(ask):
            if isinstance(step, Answer):
                return step
        raise AssertionError("the pipeline ended without an answer")

    def steps(self, ask: Ask) -> Iterator[Step | Answer]:
        """The steps as they begin, then the answer.

        Raises:
            PublicationError: nothing is published.
        """
        knowledge = self.knowledge()
        clock = _Clock()
        yield Step(name="normalise")
        with clock("normalise"):
            cleaned = normalise(ask.question)
            history = ask.history[-HISTORY_MAX:]
        language = ask.language or cleaned.language
        yield Step(name="understand", detail=cleaned.text)
        with clock("understand"):
            read = understand_in_context(cleaned.text, history, knowledge, ask.indicator, ask.clause)
            read = replace(read, language=language)
        mode = knowledge.retriever.mode
        conversation = Conversation(read, knowledge)
        yield Step(name="retrieve", detail=read.question)
        try:
            with clock("retrieve"):
                conversation.look_up()
            yield Step(name="compose")
            with clock("compose"):
                draft = respond(conversation)
            yield Step(name="verify")
            with clock("verify"):
                verify(draft.text, draft.citations, draft.rows, draft.computed, knowledge)
        except Refused as refused:
            yield self._refusal(refused, conversation, language, clock, mode)
            return
        except Unverified as problem:
            _log.error("An answer failed its check and was not sent: %s", problem)
            yield self._refusal(Refused("refuse_unverified"), conversation, language, clock, mode)
            return
        smoothed = None
        if self._smoother:
            yield Step(name="smooth")
            with clock("smooth"):
                smoothed = self._smoother.smoothed(draft, read.question)
        suggestions = after_answer(draft.sort, conversation.indicators, draft.citations, language, knowledge)
        notes = [frame(language, "cut", limit=QUESTION_MAX)] if cleaned.cut else []
        notes += [frame(language, "lexical")] if mode == "lexical" else []
        yield _answer(draft, smoothed, read.question, suggestions, notes, clock, mode)

    def _refusal(
        self, refused: Refused, conversation: Conversation, language: Any, clock: "_Clock", mode: Any
    ) -> Answer:
        knowledge = conversation.knowledge
        why = frame(language, refused.sort, **refused.values)
        tail = frame(language, "refuse_tail", hotline=knowledge.site.hotline)
        return Answer(
            id=uuid.uuid4().hex,
            kind="refusal",
            answer=f"{why}\n\n{tail}",
            citations=[],
            figures=[],
            suggestions=after_refusal(conversation.found, language, knowledge),
            version=knowledge.version,
            timings_ms=clock.spent,
            question=conversation.read.question,
            language=language,
            sort=refused.sort,
            mode=mode,
        )


def _answer(
    draft: Draft,
    smoothed: str | None,
    question: str,
    suggestions: list[str],
    notes: list[str],
    clock: "_Clock",
    mode: Any,
) -> Answer:
    return Answer(
        id=uuid.uuid4().hex,
        kind="answer",
        answer="\n\n".join([smoothed or draft.text, *notes]),
        citations=draft.citations,
        figures=draft.figures,
        suggestions=suggestions,
        version=draft.knowledge.version,
        timings_ms=clock.spent,
        question=question,
        language=draft.language,
        sort=draft.sort,
        mode=mode,
        path="llm" if smoothed else "extractive",
    )


class _Clock:
    """Milliseconds spent in each step."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.spent[step] = round((time.perf_counter() - start) * 1000, 2)

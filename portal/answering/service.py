"""The question pipeline, one step after the other: normalise → read → look up → tell → verify (→ smooth). Forward only."""

import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from portal.answering.choose import ranked
from portal.answering.draft import Draft, frame
from portal.answering.facts import Facts, Nothing
from portal.answering.help_lines import help_needed
from portal.answering.joined import joined
from portal.answering.kinds import Outcome
from portal.answering.knowledge import Knowledge
from portal.answering.llm import Smoother
from portal.answering.llm_reading import ModelReader
from portal.answering.lookup.card_facts import CardFacts
from portal.answering.lookup.documents import documents_of
from portal.answering.lookup.rules import RuleFacts, beside_the_plan
from portal.answering.models import HISTORY_MAX, QUESTION_MAX, Answer, Ask, Computed, Earlier, Language, Reading, Step
from portal.answering.normalise import normalise
from portal.answering.query import Query, Subject, SubjectKind
from portal.answering.question_splitting import halves_of, parts_of
from portal.answering.reading.legible import illegible
from portal.answering.reading.turns import dangling, turn_of
from portal.answering.readings import meant, offered, readings_of
from portal.answering.refusals import Refusal
from portal.answering.suggest import after_answer, after_refusal
from portal.answering.traditional import as_asked
from portal.answering.understood import understood
from portal.publication.publications import Publications
from portal.publication.store import Store
from portal.retrieval.retriever import QueryEncoder
from portal.retrieval.vector_stores import opening
from portal.settings import Settings

_TURNS_REMEMBERED = 2048


class AnswerService:
    """Answers questions from the current version. Safe to call from several threads.

    Args:
        publications: the published versions.
        encoder: the question encoder; while it is not ready answers are found by words alone and say so.
        settings: weights.
    """

    def __init__(self, publications: Publications, encoder: QueryEncoder, settings: Settings) -> None:
        self._publications = publications
        self._encoder = encoder
        self._settings = settings
        self._opening = opening(settings)
        self._smoother = Smoother(settings) if settings.llm_url else None
        self._reader = ModelReader(settings) if settings.llm_url and settings.llm_reads else None
        self._lock = threading.Lock()
        self._knowledge: Knowledge | None = None
        # A conversation's earlier turns were read a moment ago; a question is never looked up here by another version's facts.
        self._turn = lru_cache(maxsize=_TURNS_REMEMBERED)(self._taken)

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
                    self._knowledge = Knowledge(store, self._encoder, self._settings.dense_weight, self._opening)
                held = self._knowledge
        return held

    def prepare(self) -> None:
        """Read what the current version knows and answer one question of it, so that nobody's question waits for what is made once.

        Raises:
            PublicationError: nothing is published.
        """
        knowledge = self.knowledge()
        documents_of(knowledge)
        self.answer(Ask(question=knowledge.site.plan_short or knowledge.site.city))

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
            earlier = _earlier(ask)
        language = ask.language or cleaned.language
        yield Step(name="read", detail=cleaned.text)
        mode = knowledge.retriever.mode
        with clock("read"):
            before = self._turn(knowledge, earlier, mode) if earlier else None
            page = _page(ask, knowledge)
        yield Step(name="look_up", detail=cleaned.text)
        with clock("look_up"):
            found = self._of_parts(cleaned.text, language, before, page, knowledge)
        yield Step(name="tell")
        with clock("tell"):
            draft = joined([meant(found[0], ask.reading, knowledge), *found[1:]], knowledge)
            readings = _readings(found, draft, knowledge)
        smoothed = None
        if self._smoother and draft.outcome is Outcome.ANSWER:
            yield Step(name="smooth")
            with clock("smooth"):
                smoothed = self._smoother.smoothed(draft, cleaned.text)
        notes = [frame(language, "cut", limit=QUESTION_MAX)] if cleaned.cut else []
        notes += [frame(language, "lexical")] if mode == "lexical" else []
        answer = _answer(draft, smoothed, ask.question, cleaned.text, notes, clock.spent, mode)
        yield answer.model_copy(update={"readings": readings})

    def readings(self, ask: Ask) -> list[Query]:
        """What a question, taken as one, may be; the likeliest first.

        Args:
            ask: with the turns before.
        """
        knowledge, cleaned, earlier = self.knowledge(), normalise(ask.question), _earlier(ask)
        before = self._turn(knowledge, earlier, knowledge.retriever.mode) if earlier else None
        return readings_of(
            cleaned.text, turn_of(cleaned.text, before, knowledge), before, _page(ask, knowledge), knowledge
        )

    def told(self, facts: Facts, ask: Ask) -> Answer:
        """One reading's facts as the answer to a question.

        Args:
            facts: found for it.
            ask: the question.
        """
        knowledge = self.knowledge()
        draft = joined([[facts]], knowledge)
        return _answer(draft, None, ask.question, normalise(ask.question).text, [], {}, knowledge.retriever.mode)

    def _found(
        self,
        question: str,
        language: Language,
        before: Query | None,
        page: Subject | None,
        knowledge: Knowledge,
        read_by_model: bool = True,
    ) -> list[Facts]:
        turn = turn_of(question, before, knowledge)
        readings = readings_of(question, turn, before, page, knowledge)
        readings = [q.model_copy(update={"language": language}) for q in readings]
        if before is None and page is None and dangling(turn.reading, knowledge):
            return [Nothing(readings[0], why=Refusal.DANGLING)]
        if illegible(turn.reading, knowledge):
            return [Nothing(Query(text=question, question=question, language=language), why=Refusal.ILLEGIBLE)]
        if self._reader and read_by_model:
            readings = [*self._reader.readings(question, language, knowledge), *readings]
        return ranked(readings, knowledge)

    def _of_parts(
        self, question: str, language: Language, before: Query | None, page: Subject | None, knowledge: Knowledge
    ) -> list[list[Facts]]:
        """What was found for each thing a question asks, each part going on from the one before it."""
        if why := help_needed(question):
            return [[Nothing(Query(text=question, question=question, language=language), why=why)]]
        parts = parts_of(question, knowledge) or [question]
        if beside_the_plan(knowledge):
            if halves := halves_of(question, knowledge):
                if all(both := self._of_both(halves, language, before, page, knowledge)):
                    return both
            elif len(parts) > 1:
                # Who tells a case in several sentences asks one thing of the rules.
                whole = self._found(question, language, before, page, knowledge)
                if isinstance(whole[0], RuleFacts):
                    return [whole]
        found = []
        for part in parts:
            found.append(self._found(part, language, before, page, knowledge))
            before = found[-1][0].query
        return found

    def _of_both(
        self,
        halves: tuple[str, str],
        language: Language,
        before: Query | None,
        page: Subject | None,
        knowledge: Knowledge,
    ) -> list[list[Facts]]:
        """What the plan says of its half of a question, and what the rules beside it say of theirs; either may be empty."""
        plan, rules = (self._found(half, language, before, page, knowledge) for half in halves)
        of_plan = [f for f in plan if not isinstance(f, (RuleFacts, CardFacts, Nothing))]
        return [of_plan, [f for f in rules if isinstance(f, RuleFacts)]]

    def _taken(self, knowledge: Knowledge, turns: Sequence[Earlier], _mode: str) -> Query | None:
        """What the last of some turns was taken for, or was said to be meant."""
        before = self._turn(knowledge, tuple(turns[:-1]), _mode) if len(turns) > 1 else None
        last = turns[-1]
        found = self._found(
            last.question, normalise(last.question).language, before, None, knowledge, read_by_model=False
        )
        found = meant(found, last.reading, knowledge)
        if isinstance(found[0], Nothing) and found[0].query.outside and before is not None:
            # A question on something else in between (天气怎么样) leaves the conversation where it was.
            return before
        return found[0].query


def _earlier(ask: Ask) -> tuple[Earlier, ...]:
    """The turns before, normalised; a turn that says nothing is none."""
    turns = (h if isinstance(h, Earlier) else Earlier(question=h) for h in ask.history[-HISTORY_MAX:])
    cleaned = (t.model_copy(update={"question": normalise(t.question).text}) for t in turns)
    return tuple(t for t in cleaned if t.question)


def _readings(found: Sequence[Sequence[Facts]], draft: Draft, knowledge: Knowledge) -> list[Reading]:
    """Other ways a question could have been meant; of one that asks several things none is offered."""
    return offered(found[0], draft.facts, knowledge) if len(found) == 1 and draft.facts else []


def _page(ask: Ask, knowledge: Knowledge) -> Subject | None:
    if ask.indicator in knowledge.indicators:
        return Subject(kind=SubjectKind.INDICATOR, id=str(ask.indicator))
    if ask.clause is not None and (knowledge.site.plan, ask.clause) in knowledge.clauses:
        return Subject(kind=SubjectKind.CLAUSE, id=ask.clause)
    return None


def _answer(
    draft: Draft, smoothed: str | None, asked: str, question: str, notes: list[str], spent: dict[str, float], mode: Any
) -> Answer:
    facts = draft.facts
    assert facts is not None
    knowledge = draft.knowledge
    text = "\n\n".join([smoothed or draft.text, *notes])
    suggest = after_answer if draft.outcome is Outcome.ANSWER else after_refusal
    return Answer(
        id=uuid.uuid4().hex,
        kind=draft.outcome,
        answer=as_asked(text, asked, draft.citations),
        citations=draft.citations,
        figures=draft.figures,
        suggestions=draft.suggestions or suggest(facts, draft, knowledge),
        version=knowledge.version,
        timings_ms=spent,
        question=question,
        understood=understood(facts.query, knowledge),
        language=draft.language,
        sort=str(draft.kind),
        mode=mode,
        path="llm" if smoothed else "extractive",
        query=facts.query,
        computed=Computed(sql=draft.sql, rows=draft.result) if draft.sql else None,
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

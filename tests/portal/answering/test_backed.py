"""Over all kept questions: none fails that is not known to; each sentence of a Chinese answer stands on rows of the published tables, on exact spans or on what was counted
from them; and the SQL an answer shows, run again, gives the rows it shows."""

import re
from collections.abc import Iterable
from typing import Any

import pytest

from portal.answering import joined as pipeline
from portal.answering.knowledge import Knowledge, Row
from portal.answering.models import Answer, Ask, Citation
from portal.answering.verify import check_numbers
from portal.texts.folding import fold
from tests.evaluation import record
from tests.portal.answering.conftest import Asking

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")


class Evidence:
    """What the answers' own check is given, kept: `verify` still runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[tuple[list[Citation], list[Row], list[float]]] = []
        verify = pipeline.verify

        def keeping(
            text: str, citations: list[Citation], rows: Iterable[Row], computed: Iterable[float], known: Knowledge
        ) -> None:
            self.seen.append((list(citations), list(rows), list(computed)))
            verify(text, citations, rows, computed, known)

        monkeypatch.setattr(pipeline, "verify", keeping)


def unbacked(answer: Answer, evidence: Evidence) -> list[str]:
    """The sentences whose numbers stand in no row, span or count, and quotations that are no exact spans."""
    citations = [c for cited, _, _ in evidence.seen for c in cited]
    rows = [row for _, of_one, _ in evidence.seen for row in of_one]
    computed = [n for _, _, numbers in evidence.seen for n in numbers]
    found = []
    for sentence in _SENTENCE.findall(_LINK.sub(r"\1", answer.answer)):
        quoted = sentence.startswith(">")
        own = fold(_without_labels(sentence, {c.clause for c in citations}))
        try:
            check_numbers(own, [part for c in citations for part in (c.quote, c.title)], rows, computed)
        except pipeline.Unverified as why:
            found.append(f"{sentence} ({why})")
        if quoted and not re.match(r"> ?(?:—|$)", sentence) and not _is_span(sentence[1:], citations):
            found.append(sentence)
    if not (citations or rows or computed or answer.figures):
        found.append("nothing")
    return found


def _without_labels(text: str, clauses: set[str]) -> str:
    """Without the numbers of the clauses cited."""
    return re.sub(r"[（(](c?[\d.-]+)[）)]", lambda m: " " if m[1] in clauses else m.group(), text)


def _is_span(text: str, citations: list[Citation]) -> bool:
    said = re.sub(r"\s+", "", text)
    return any(said in re.sub(r"\s+", "", c.quote) for c in citations)


def rerun(answer: Answer, knowledge: Knowledge) -> list[dict[str, Any]]:
    """What the SQL shown gives, its rows as they are published."""
    return [row for sql in answer.computed.sql for row in knowledge.store.rows(sql)] if answer.computed else []


@pytest.mark.evaluation
@pytest.mark.parametrize("name", record.files())
def test_no_question_fails_that_is_not_known_to_and_every_answer_is_backed(
    name: str, asking: Asking, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence, beside = Evidence(monkeypatch), dict[str, list[str]]()

    def answered(ask: Ask) -> Answer:
        evidence.seen.clear()
        answer = asking.service.answer(ask)
        lines = unbacked(answer, evidence) if answer.kind == "answer" and answer.language == "zh" else []
        if lines := [*lines, *not_given(answer, knowledge)]:
            beside[ask.question] = lines
        return answer

    failed = record.failures(record.files()[name], answered)
    assert {number: why for number, why in failed.items() if number not in record.known().get(name, [])} == {}
    assert beside == {}


def not_given(answer: Answer, knowledge: Knowledge) -> list[str]:
    """The values of the rows shown that the SQL shown does not give."""
    if answer.computed is None:
        return []
    assert all(re.match(r"\s*(?:SELECT|WITH)\b", sql) for sql in answer.computed.sql)
    given = [str(value) for row in rerun(answer, knowledge) for value in row.values()]
    shown = [row["value"] for row in answer.computed.rows if row.get("value") is not None]
    return [f"not in the SQL's rows: {value}" for value in shown if not any(_same(value, one) for one in given)]


def _same(value: object, given: str) -> bool:
    try:
        return float(str(value)) == pytest.approx(float(given), rel=1e-9)
    except ValueError:
        return str(value) == given

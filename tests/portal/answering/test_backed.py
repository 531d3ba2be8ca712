"""Over all kept questions: each sentence of a Chinese answer stands on rows of the published tables, on exact spans or on what was counted
from them; and the SQL an answer shows, run again, gives the rows it shows."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from portal.answering import service as pipeline
from portal.answering.evaluate import Gold, read_questions
from portal.answering.knowledge import Knowledge, Row
from portal.answering.models import Answer, Ask, Citation
from portal.answering.verify import check_numbers
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


def asked(path: Path) -> list[Ask]:
    golds = [Gold.model_validate(row) for row in read_questions(path)]
    return [Ask(question=g.question, history=g.history) for g in golds]


def unbacked(answer: Answer, evidence: Evidence) -> list[str]:
    """The sentences whose numbers stand in no row, span or count, and quotations that are no exact spans."""
    citations = [c for cited, _, _ in evidence.seen for c in cited]
    rows = [row for _, of_one, _ in evidence.seen for row in of_one]
    computed = [n for _, _, numbers in evidence.seen for n in numbers]
    found = []
    for sentence in _SENTENCE.findall(_LINK.sub(r"\1", answer.answer)):
        quoted = sentence.startswith(">")
        own = _without_labels(sentence, {c.clause for c in citations})
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
def test_each_sentence_of_each_answer_is_backed(name: str, asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence, found = Evidence(monkeypatch), {}
    for ask in asked(record.files()[name]):
        evidence.seen.clear()
        answer = asking.service.answer(ask)
        if answer.kind == "answer" and answer.language == "zh" and (lines := unbacked(answer, evidence)):
            found[ask.question] = lines
    assert found == {}


@pytest.mark.evaluation
@pytest.mark.parametrize("name", record.files())
def test_the_sql_shown_gives_the_rows_shown(name: str, asking: Asking, knowledge: Knowledge) -> None:
    wrong = {}
    for ask in asked(record.files()[name]):
        answer = asking.service.answer(ask)
        if answer.computed is None:
            continue
        given = [str(value) for row in rerun(answer, knowledge) for value in row.values()]
        # A row shown has a value; each stands among those that the SQL gives.
        shown = [row["value"] for row in answer.computed.rows if row.get("value") is not None]
        if not all(any(_same(value, one) for one in given) for value in shown):
            wrong[ask.question] = shown
        assert all(re.match(r"\s*(?:SELECT|WITH)\b", sql) for sql in answer.computed.sql)
    assert wrong == {}


def _same(value: object, given: str) -> bool:
    try:
        return float(str(value)) == pytest.approx(float(given), rel=1e-9)
    except ValueError:
        return str(value) == given

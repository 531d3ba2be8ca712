"""The kept questions stay answered; scoring itself is held to the evaluation's rules."""

from pathlib import Path

import pytest

from portal.answering.evaluate import Gold, QuestionsError, failure, read_questions, score, summary
from portal.answering.models import Answer, Citation
from tests.portal.answering.conftest import Asking

QUESTIONS = Path(__file__).parents[2] / "evaluation"


@pytest.mark.parametrize("name", sorted(p.name for p in QUESTIONS.glob("questions_*.jsonl")))
def test_at_least_95_percent_of_a_set_pass_and_every_refusal(name: str, asking: Asking) -> None:
    result = summary(score(read_questions(QUESTIONS / name), asking.service.answer))
    failed = [(f["id"], f["question"], f["reason"]) for f in result["failures"]]
    assert result["score"] >= 0.95, failed
    assert result["citation_precision"] >= 0.9
    assert result["first_citation"] >= 0.95


def given(kind: str = "answer", text: str = "目标是 15.7平方米", clauses: tuple[str, ...] = ("3.4.1",)) -> Answer:
    cited = [Citation(document="d", clause=c, title="t", quote="q", url="/") for c in clauses]
    return Answer(
        id="1",
        kind=kind,
        answer=text,
        citations=cited,
        figures=[],
        suggestions=[],
        version="v",
        timings_ms={},
        question="q",
    )


def gold(**values: object) -> Gold:
    return Gold.model_validate({"id": "1", "question": "q", "clauses": ["2", "3.4.1"], "must": ["15.7|15,7"]} | values)


def test_an_answer_passes_with_one_right_clause_and_every_must() -> None:
    assert failure(gold(), given()) == ""
    assert failure(gold(), given(clauses=("3.4.1", "9"))) == ""
    assert failure(gold(must=[]), given(text="")) == ""


def test_an_answer_fails_for_a_wrong_clause_a_missing_must_or_a_refusal() -> None:
    assert failure(gold(), given(clauses=("3.5.1",))) == "引用了 3.5.1，应为 2、3.4.1"
    assert failure(gold(must=["15.7", "39%"]), given()) == "缺少 39%"
    assert failure(gold(), given(kind="refusal")).startswith("不应拒答")
    assert failure(gold(refuse=True), given()) == "应当拒答"
    assert failure(gold(refuse=True), given(kind="refusal")) == ""


def test_a_line_that_is_no_question_is_named(tmp_path: Path) -> None:
    path = tmp_path / "synthetic.jsonl"
    path.write_text('{"question": "好"}\n{"question": 3}\n', "utf-8")
    with pytest.raises(QuestionsError, match=r"synthetic.jsonl 第 2 行：缺少文字的 question。"):
        list(read_questions(path))
    path.write_text("{", "utf-8")
    with pytest.raises(QuestionsError, match="第 1 行：不是 JSON"):
        list(read_questions(path))

"""The kept questions stay answered; scoring itself is held to the evaluation's rules."""

from pathlib import Path

import pytest

from portal.answering.evaluate import Gold, QuestionsError, failure, read_questions, score
from portal.answering.models import Answer, Citation
from tests.evaluation import record


def test_a_known_failure_is_of_a_question_that_is_kept() -> None:
    kept = {name: {row["id"] for row in read_questions(path)} for name, path in record.files().items()}
    unknown = {n: sorted(set(ids) - kept[n]) for n, ids in record.known().items() if n in kept}
    assert {name: ids for name, ids in unknown.items() if ids} == {}


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


def test_a_question_of_another_form_is_told_in_a_sentence() -> None:
    rows = [{"id": "7", "question": "好", "clauses": "2", "refuse": "x"}]
    with pytest.raises(QuestionsError) as raised:
        score(rows, lambda _: given())
    assert str(raised.value) == "问题 7：clauses 应为文字的列表；refuse 应为 true 或 false。"


def cited(*labels: str, text: str = "罚一百元") -> Answer:
    answer = given(text=text)
    label = [answer.citations[0].model_copy(update={"label": name, "document_title": "合成条例"}) for name in labels]
    return answer.model_copy(update={"citations": label})


def test_an_article_counts_by_its_label_or_in_the_answer() -> None:
    gold = Gold(
        id="1", question="?", document=["合成条例"], article=["第三条", "第十九条"], must=["一百元|100元"], must_not=[]
    )
    assert failure(gold, cited("第十九条第二款")) == ""
    assert failure(gold, cited("第一条", text="依第三条罚100元")) == ""
    assert failure(gold, cited("第十九条之一")).startswith("没有引用 第三条、第十九条")
    assert failure(gold, cited("第十九条", text="罚款")) == "缺少 一百元|100元"
    assert (
        failure(gold.model_copy(update={"document": ["别的条例"]}), cited("第十九条"))
        == "引用的是 合成条例，应为 别的条例"
    )


def test_where_all_articles_must_be_named_one_is_not_enough() -> None:
    gold = Gold(id="1", question="?", article=["第三条", "第十九条"], cite_all=True, must_not=["不罚"])
    assert failure(gold, cited("第三条", "第十九条")) == ""
    assert failure(gold, cited("第三条")).startswith("没有引用 第十九条")
    assert failure(gold, cited("第三条", "第十九条", text="不罚")) == "不该有 不罚"

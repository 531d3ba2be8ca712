"""The chat beside every page: asks with what came before and what is looked at, shows its evidence, survives failures."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from portal.answering.models import Answer, Ask, Citation, Figure, Step
from portal.services import Services
from tests.portal.pages.conftest import Open, Visit


class SyntheticAnswers:
    """Answers every question with a synthetic answer and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []

    def steps(self, ask: Ask) -> Iterator[Step | Answer]:
        self.asked.append(ask)
        yield Step(name="normalise")
        yield Answer(
            id="synthetic",
            kind="answer",
            answer="合成回答 **要点** <img src=x onerror=alert(1)> ![图](https://example.org/x.png)",
            citations=[
                Citation(
                    document="luoyang-urban-quality-2021-2023",
                    clause="2",
                    title="主要目标",
                    quote="城市人均道路面积达到17平方米",
                    url="/policy?clause=2&span=173-188",
                )
            ],
            figures=[
                Figure(
                    indicator="road_area_per_capita",
                    kind="actual",
                    value=14.1,
                    unit="平方米",
                    period="2023",
                    scope="合成口径",
                    source="mohurd-yearbook-2023",
                )
            ],
            suggestions=["合成追问？"],
            version="synthetic",
            timings_ms={},
            question=ask.question,
        )


class SyntheticFailure:
    def steps(self, ask: Ask) -> Iterator[Step | Answer]:
        raise RuntimeError("synthetic")


def _with(shared: Services, answers: Any) -> Services:
    return replace(shared, answers=answers)


@pytest.mark.parametrize("path", ["", "indicator", "policy", "projects", "data"])
def test_the_chat_stands_beside_every_page_with_questions_to_start_with(visit: Open, path: str) -> None:
    page = visit(path)
    assert page.app.chat_input(key="chat_input").placeholder == "输入您的问题"
    assert page.app.button(key="suggestion_0").label


def test_a_question_is_answered_with_its_clause_and_the_source_of_its_figure(visit: Open, shared: Services) -> None:
    page = visit(services=_with(shared, SyntheticAnswers())).ask("人均道路面积呢？")
    assert "合成回答" in page.text
    assert "/policy?clause=2&span=173-188" in page.links()
    assert "城市人均道路面积达到17平方米" in page.text
    assert "14.1 平方米 实际结果 2023 · 合成口径" in page.text
    assert "中国城市建设统计年鉴 2023" in page.text


def test_an_answer_of_the_real_pipeline_cites_the_clause(visit: Open) -> None:
    page = visit().ask("新增停车泊位的目标是多少？")
    assert "4.5万个" in page.text
    assert any(link.startswith("/policy?clause=3.5.1&span=") for link in page.links())


def test_earlier_questions_and_the_indicator_looked_at_go_along(visit: Open, shared: Services) -> None:
    answers = SyntheticAnswers()
    page = visit("indicator", services=_with(shared, answers), id="green_space_rate")
    page.ask("目标是多少？").ask("那完成了吗？")
    assert [(a.question, a.history, a.indicator, a.clause) for a in answers.asked] == [
        ("目标是多少？", [], "green_space_rate", None),
        ("那完成了吗？", ["目标是多少？"], "green_space_rate", None),
    ]


def test_the_clause_looked_at_goes_along(visit: Open, shared: Services) -> None:
    answers = SyntheticAnswers()
    visit("policy", services=_with(shared, answers), clause="3.5.1").ask("这一条说什么？")
    assert answers.asked[0].clause == "3.5.1"


def test_a_suggestion_is_asked_and_the_next_ones_are_the_answers_own(visit: Open, shared: Services) -> None:
    answers = SyntheticAnswers()
    page = visit("indicator", services=_with(shared, answers), id="green_space_rate")
    page.app.button(key="suggestion_0").click().run()
    assert answers.asked[0].question == "建成区绿地率的目标是多少？"
    assert page.app.button(key="suggestion_0").label == "合成追问？"


def test_a_new_conversation_forgets_the_old_one(visit: Open, shared: Services) -> None:
    answers = SyntheticAnswers()
    page = visit(services=_with(shared, answers)).ask("第一问？")
    page.app.button(key="chat_new").click().run()
    assert "合成回答" not in page.text
    page.ask("另一问？")
    assert answers.asked[-1].history == []


def test_a_question_that_fails_gets_a_sentence_and_the_next_one_is_taken(visit: Open, shared: Services) -> None:
    page = visit(services=_with(shared, SyntheticFailure())).ask("第一问？")
    assert "这个问题刚才没有答出来，不是您的操作有误。" in page.text
    assert not page.app.exception
    assert "synthetic" not in page.text
    assert page.app.chat_input(key="chat_input")


def test_html_in_an_answer_or_question_stays_text(visit: Open, shared: Services) -> None:
    page: Visit = visit(services=_with(shared, SyntheticAnswers())).ask("<script>alert(1)</script>")
    assert "<script>alert" not in page.html
    assert not any(m.allow_html for m in page.app.markdown)
    assert "![" not in page.text

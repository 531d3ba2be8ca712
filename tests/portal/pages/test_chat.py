"""The chat beside every page: asks with what came before and what is looked at, shows its evidence, survives failures."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.answering.models import Answer, Ask, Citation, Computed, Earlier, Figure, Reading, Step
from portal.answering.normalise import normalise
from portal.desk.database import Database
from portal.desk.feedback import Feedback
from portal.desk.kept_answers import KeptAnswers
from portal.services import Services
from portal.settings import Settings
from tests.portal.pages.conftest import Open, Visit


class SyntheticAnswers:
    """Answers every question with a synthetic answer and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []

    def steps(self, ask: Ask) -> Iterator[Step | Answer]:
        self.asked.append(ask)
        yield Step(name="normalise")
        yield Answer(
            id=f"synthetic-{len(self.asked)}",
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
            question=normalise(ask.question).text,
        )


class SyntheticMisreading:
    """Takes every question for something else first; with the reading asked for it answers what was meant."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []

    def steps(self, ask: Ask) -> Iterator[Step | Answer]:
        self.asked.append(ask)
        said = "合成：另一种理解" if ask.reading else "合成：头一种理解"
        yield Answer(
            id=f"synthetic-{len(self.asked)}",
            kind="answer",
            answer=said,
            citations=[],
            figures=[],
            suggestions=[],
            version="synthetic",
            timings_ms={},
            question=normalise(ask.question).text,
            understood=said,
            readings=[] if ask.reading else [Reading(reading=2, understood="合成：另一种理解")],
            computed=Computed(sql=["SELECT 1 AS <b>"], rows=[{"year": 2023, "value": 99.99999}]),
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
    assert "14.1平方米 实际结果 2023 · 合成口径" in page.text
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
        ("那完成了吗？", [Earlier(question="目标是多少？")], "green_space_rate", None),
    ]


def test_what_is_no_clause_of_the_document_is_not_looked_at(visit: Open, shared: Services) -> None:
    answers = SyntheticAnswers()
    page = visit("policy", services=_with(shared, answers), clause="ANYTHING")
    assert "没有编号为“ANYTHING”的条款" in page.html
    assert "chat-about" not in page.html
    page.ask("这一条说什么？")
    assert answers.asked[0].clause is None


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


def test_how_a_question_was_read_is_said_and_a_follow_up_names_what_it_goes_on_from(visit: Open) -> None:
    page = visit().ask("功能性照明设施亮灯率的目标是多少？")
    assert page.text.count("理解为：功能性照明设施亮灯率") == 1
    page.ask("它的依据原文是什么？")
    assert page.text.count("理解为：功能性照明设施亮灯率") == 2
    assert "按这个意思回答" not in page.text


def test_each_line_of_an_answer_stays_a_line(visit: Open, shared: Services) -> None:
    class TwoLines(SyntheticAnswers):
        def steps(self, ask: Ask) -> Iterator[Step | Answer]:
            for event in super().steps(ask):
                yield event.model_copy(update={"answer": "第一行\n第二行"}) if isinstance(event, Answer) else event

    page = visit(services=_with(shared, TwoLines())).ask("问？")
    assert "第一行  \n第二行" in [m.value for m in page.app.markdown]


def test_personal_data_in_a_question_is_neither_shown_again_nor_kept(visit: Open, shared: Services) -> None:
    answers = SyntheticAnswers()
    page = (
        visit(services=_with(shared, answers)).ask("我的电话１３８００１３８０００，绿地率是多少？").ask("那完成了吗？")
    )
    assert "〔手机号已隐去〕" in page.text
    assert "８０００" not in page.html
    assert answers.asked[-1].history == [Earlier(question="我的电话〔手机号已隐去〕,绿地率是多少?")]
    kept = shared.conversations.find(page.app.session_state["conversation_id"])
    assert [turn.question for turn in kept] == ["我的电话〔手机号已隐去〕,绿地率是多少?", "那完成了吗？"]


def test_a_conversation_is_kept_until_a_new_one_is_begun(visit: Open, shared: Services) -> None:
    page = visit(services=_with(shared, SyntheticAnswers())).ask("第一问？")
    conversation = page.app.session_state["conversation_id"]
    assert len(shared.conversations.find(conversation)) == 1
    page.app.button(key="chat_new").click().run()
    assert shared.conversations.find(conversation) == ()
    page.ask("另一问？")
    assert page.app.session_state["conversation_id"] != conversation


class Votes(Feedback):
    """Remembers the votes it was given."""

    def __init__(self) -> None:
        self.given: list[tuple[Any, ...]] = []

    def record(self, answer: str, helpful: bool, word: str, question: str, version: str, time: Any) -> None:
        self.given.append((answer, helpful, word, question, version))


def test_a_thumb_and_a_word_are_recorded_with_what_they_are_about(visit: Open, shared: Services) -> None:
    votes = Votes()
    page = visit(services=replace(_with(shared, SyntheticAnswers()), feedback=votes)).ask("第一问？")
    page.app.button(key="down_synthetic-1").click().run()
    assert page.app.button(key="down_synthetic-1").label == "没用 ✓"
    assert page.app.button(key="up_synthetic-1").label == "有用"
    page.app.text_input(key="word_text_synthetic-1").set_value("条款不对")
    next(b for b in page.app.button if b.label == "发送").click().run()
    assert votes.given == [
        ("synthetic-1", False, "", "第一问？", "synthetic"),
        ("synthetic-1", False, "条款不对", "第一问？", "synthetic"),
    ]
    assert "记下了，谢谢。" in page.text
    assert not page.app.exception


def test_where_feedback_cannot_be_stored_the_visitor_is_told_and_the_chat_goes_on(
    visit: Open, shared: Services, tmp_path: Path
) -> None:
    (tmp_path / "var").write_text("in the way")
    blocked = Settings(var=tmp_path / "var")
    away = Feedback(Database(blocked), blocked)
    page = visit(services=replace(_with(shared, SyntheticAnswers()), feedback=away)).ask("第一问？")
    page.app.button(key="up_synthetic-1").click().run()
    assert "意见现在存不下来，请过一会儿再试。回答不受影响。" in page.text
    assert page.app.button(key="up_synthetic-1").label == "有用"
    assert "合成回答" in page.text
    page.ask("第二问？")
    assert not page.app.exception
    assert len([m for m in page.app.markdown if "合成回答" in m.value]) == 2


def test_an_answer_is_kept_as_it_is_under_a_permanent_link(visit: Open, shared: Services, tmp_path: Path) -> None:
    settings = Settings(var=tmp_path)
    kept = KeptAnswers(Database(settings), settings)
    page = visit(services=replace(_with(shared, SyntheticAnswers()), kept_answers=kept)).ask(
        "我是13800138000，第一问？"
    )
    page.app.button(key="share_synthetic-1").click().run()
    (id,) = re.findall(r'/answer/([\w-]{11})"', page.html)
    found = kept.find(id)
    assert found.letter.sections[0].blocks[0].text == "我是〔手机号已隐去〕,第一问?"
    page.app.button(key="share_synthetic-1").click().run()
    assert re.findall(r'/answer/([\w-]{11})"', page.html) == [id]


def test_the_reply_to_copy_holds_question_quotation_version_and_date(visit: Open, shared: Services) -> None:
    page = visit(services=_with(shared, SyntheticAnswers())).ask("人均道路面积呢？")
    for part in (
        "人均道路面积呢？",
        "第 2 条　主要目标：“城市人均道路面积达到17平方米”",
        "数据版本 synthetic",
        "答复日期：",
    ):
        assert part in page.text


def test_only_the_last_twenty_turns_are_held(visit: Open, shared: Services) -> None:
    page = visit(services=_with(shared, SyntheticAnswers()))
    for n in range(22):
        page.ask(f"第{n}问？")
    page.app.run()
    assert page.html.count('class="asked"') == 20
    assert "第1问？" not in page.text
    assert not page.app.exception


def test_a_misreading_is_put_right_with_a_tap_and_the_conversation_goes_on_from_there(
    visit: Open, shared: Services
) -> None:
    answers = SyntheticMisreading()
    page = visit(services=_with(shared, answers)).ask("停车")
    assert "理解为：合成：头一种理解" in page.text
    page.app.button(key="reading_2").click().run()
    assert "合成：头一种理解" not in page.text
    assert "理解为：合成：另一种理解" in page.text
    assert [b.key for b in page.app.button if str(b.key).startswith("reading_")] == []
    page.ask("那2022年呢")
    assert answers.asked[-1].history == [Earlier(question="停车", reading=2)]


def test_how_an_answer_was_computed_can_be_opened_and_run_again(visit: Open, shared: Services) -> None:
    page = visit(services=_with(shared, SyntheticMisreading())).ask("停车")
    assert "怎么算的" in page.text
    assert "SELECT 1 AS <b>" in page.text
    assert "99.99999" in page.text
    assert any(link.startswith("/sql?sql=SELECT%201") for link in page.links())

"""Rules answer beside the plan: article, exception and penalty in their own words; what they do not state is refused."""

from pathlib import Path

import pytest

from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.asked_attributes import unanswered
from portal.answering.lookup.card_facts import CardFacts
from portal.answering.lookup.rules import RuleFacts, beside_the_plan, look_up_rules
from portal.answering.models import Ask, Language
from portal.answering.query import Query
from portal.answering.refusals import Refusal
from portal.answering.service import AnswerService
from portal.answering.telling import tell
from portal.answering.verify import verify
from portal.publication.publications import Publications
from portal.retrieval.retriever import LazyEncoder
from tests.portal.answering.lookup.test_documents import PARKS
from tests.synthetic import SyntheticProject

STREETS = """\
# 合成市市容条例
2022年1月5日 合成市第三届人民代表大会常务委员会第六次会议通过
第一条 为了测试合成市容，制定本条例。
第二条 临街搭建帐篷的，应当经市容主管部门同意，期限不得超过七日。
第三条 在公园、广场烧烤的，处五十元罚款，对单位处一千元罚款；情节严重的，责令停业。
第四条 合成率由市容主管部门每年公布。
第五条 合成供热期为每年11月15日至次年3月15日。
第六条 供热单位应当按照供热时间供热，每小时记录供热温度。
第七条 本条例自2022年3月1日起施行。
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> AnswerService:
    project = SyntheticProject(tmp_path_factory.mktemp("rules"))
    for name, title, text in (("parks", "合成市公园管理条例", PARKS), ("streets", "合成市市容条例", STREETS)):
        (project.corpus / f"{name}.txt").write_text(text, "utf-8")
        (project.corpus / f"{name}.toml").write_text(f'id = "{name}"\ntitle = "{title}"\n', "utf-8")
    project.build()
    encoder = LazyEncoder(project.settings.embedding_model)
    encoder.get()
    return AnswerService(Publications(project.settings), encoder, project.settings)


@pytest.fixture(scope="module")
def knowledge(service: AnswerService) -> Knowledge:
    return service.knowledge()


def _look_up(question: str, knowledge: Knowledge, language: Language = "zh") -> Facts:
    return look_up_rules(Query(text=question, question=question, language=language), knowledge)


def test_rule_is_told_with_its_article_and_who_punishes(knowledge: Knowledge) -> None:
    assert beside_the_plan(knowledge)
    facts = _look_up("公园里宿营烧烤罚多少", knowledge)
    assert isinstance(facts, RuleFacts)
    draft = tell(facts, knowledge)
    verify(draft.text, draft.citations, draft.rows, draft.computed, knowledge)
    assert "二百元以上二千元以下罚款" in draft.text
    assert {"第三条第一款第（二）项", "第四条"} <= {c.label for c in draft.citations}
    assert {c.document_title for c in draft.citations if c.label == "第四条"} == {"合成市公园管理条例"}
    assert "不是法律意见" in draft.text


def test_article_that_is_not_there_is_refused_by_its_number(knowledge: Knowledge) -> None:
    facts = _look_up("公园管理条例第三十条写的是什么", knowledge)
    assert isinstance(facts, Nothing)
    assert facts.why == Refusal.NO_ARTICLE


def test_dates_of_a_document_come_from_its_own_lines(knowledge: Knowledge) -> None:
    facts = _look_up("公园管理条例哪天起施行", knowledge)
    assert isinstance(facts, CardFacts)
    draft = tell(facts, knowledge)
    verify(draft.text, draft.citations, draft.rows, draft.computed, knowledge)
    assert "2021年10月1日" in draft.text


def test_question_that_names_only_the_plan_is_left_to_it(knowledge: Knowledge) -> None:
    assert isinstance(_look_up(f"{knowledge.site.plan_short}里公园怎么写", knowledge), Nothing)


@pytest.mark.parametrize("question", ["方案里公园怎么写", "What does the plan say about parks"])
def test_the_kind_that_the_plan_alone_is_of_names_the_plan(question: str, knowledge: Knowledge) -> None:
    assert isinstance(_look_up(question, knowledge), Nothing)


def test_sentences_of_rules_are_quoted_whole(knowledge: Knowledge) -> None:
    facts = _look_up("在广场烧烤，单位罚多少", knowledge)
    assert isinstance(facts, RuleFacts)
    quoted = [knowledge.clause(c, r.hit.document)["text"][s:e] for r in facts.rules for c, s, e in r.spans]
    assert quoted[0] == "第三条 在公园、广场烧烤的，处五十元罚款，对单位处一千元罚款；情节严重的，责令停业。"
    assert all(text.endswith(("。", "；", "：")) for text in quoted)


def test_every_document_that_says_as_much_of_a_question_speaks(knowledge: Knowledge) -> None:
    facts = _look_up("公园里宿营烧烤罚多少", knowledge)
    assert isinstance(facts, RuleFacts)
    assert {r.hit.document_title for r in facts.rules} == {"合成市公园管理条例", "合成市市容条例"}


def test_each_part_of_a_question_has_its_article(knowledge: Knowledge) -> None:
    facts = _look_up("公园每日开放到几时，临街搭建帐篷经谁同意", knowledge)
    assert isinstance(facts, RuleFacts)
    assert {(r.hit.document_title, r.hit.article_label) for r in facts.rules} >= {
        ("合成市公园管理条例", "第二条"),
        ("合成市市容条例", "第二条"),
    }


def test_a_day_is_asked_of_the_article_that_names_one(knowledge: Knowledge) -> None:
    facts = _look_up("暖气几月几号开始", knowledge)
    assert isinstance(facts, RuleFacts)
    assert facts.rules[0].hit.article_label == "第五条"


@pytest.mark.parametrize(
    ("question", "said"),
    [("May I walk my dog in the park?", {"dog", "my", "park", "walk"}), ("What is the crime rate in the city?", set())],
)
def test_english_words_are_said_by_the_articles_that_hold_their_chinese(
    question: str, said: set[str], knowledge: Knowledge
) -> None:
    facts = _look_up(question, knowledge, "en")
    assert (facts.said if isinstance(facts, RuleFacts) else frozenset()) == said


def test_another_document_is_asked_the_same(service: AnswerService) -> None:
    answer = service.answer(Ask(question="那市容条例呢", history=["公园管理条例哪天起施行"]))
    assert "2022年3月1日" in answer.answer
    assert {c.document_title for c in answer.citations} == {"合成市市容条例"}


def test_a_document_named_and_nothing_else_is_told_of(service: AnswerService) -> None:
    assert service.answer(Ask(question="合成市市容条例")).sort == "document_card"


def test_plan_and_rule_are_told_together(service: AnswerService) -> None:
    answer = service.answer(Ask(question="合成率，方案的目标是多少？市容条例又是怎么写的"))
    assert "50%" in answer.answer
    assert "合成率由市容主管部门每年公布" in answer.answer
    assert {c.document_title for c in answer.citations} >= {"合成市市容条例"}


def test_what_a_document_that_is_not_held_says_is_not_told_from_another(service: AnswerService) -> None:
    given = service.answer(Ask(question="按《合成野营法》，公园里宿营罚多少"))
    assert given.sort != "rules"
    assert given.citations == []
    assert service.answer(Ask(question="公园里宿营罚多少")).sort == "rules"


def test_what_a_breach_costs_goes_on_from_the_article_before(service: AnswerService) -> None:
    given = service.answer(Ask(question="那罚多少", history=["公园里能宿营吗"]))
    assert "二百元以上二千元以下罚款" in given.answer
    assert {"第三条第一款第（二）项", "第四条"} <= {c.label for c in given.citations}


def test_a_text_that_does_not_say_since_when_it_is_in_force_is_told_so(tmp_path: Path) -> None:
    project = SyntheticProject(tmp_path)
    (project.corpus / "heat.txt").write_text(
        "# 合成市热力条例\n2018年8月30日 合成市第一届人民代表大会常务委员会第二次会议通过\n第一条 为了测试合成热力，制定本条例。\n",
        "utf-8",
    )
    (project.corpus / "heat.toml").write_text('id = "heat"\ntitle = "合成市热力条例"\n', "utf-8")
    project.build()
    encoder = LazyEncoder(project.settings.embedding_model)
    service = AnswerService(Publications(project.settings), encoder, project.settings)
    given = service.answer(Ask(question="热力条例从哪天起施行"))
    assert "没有写从哪天起施行" in given.answer
    assert "2018年8月30日" in given.answer


@pytest.mark.parametrize("asked", ["公园那个条例第三条写的什么", "公园的条例第三条写的什么"])
def test_a_document_is_named_by_its_matter_and_kind_apart(asked: str, knowledge: Knowledge) -> None:
    facts = _look_up(asked, knowledge)
    assert isinstance(facts, RuleFacts)
    assert facts.rules[0].hit.document == "parks"


@pytest.mark.parametrize(
    ("asked", "lacking"),
    [("给公园管理处打电话让开门，他们最晚几天内来", ["time"]), ("公园管理处的投诉电话是多少", ["contact", "phone"])],
)
def test_a_call_that_was_made_is_no_number_asked_for(asked: str, lacking: list[str]) -> None:
    assert unanswered(asked, "第一条 为了测试合成公园，制定本条例。") == lacking

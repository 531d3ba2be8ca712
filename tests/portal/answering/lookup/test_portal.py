"""The portal on itself: the right article, the exact address of a file, the list of datasets."""

import dataclasses

import pytest

from portal.answering.facts import Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.portal import ArticleFacts, Catalogue, DatasetFacts, guide_of, look_up_portal
from portal.answering.query import Facet, Operation, SubjectKind
from portal.answering.service import AnswerService
from tests.portal.answering.conftest import Asking
from tests.portal.answering.things import asked, told

SELF = (SubjectKind.PORTAL, "portal")


@pytest.fixture(scope="module")
def with_model(asking: Asking) -> Knowledge:
    """What the version knows, with the model ready."""
    service: AnswerService = asking.service
    return service.knowledge()


def test_a_table_asked_for_in_a_format_gets_the_address_of_that_file(knowledge: Knowledge) -> None:
    query = asked("Where can I get the indicators as a CSV file?", Operation.VALUE, Facet.DOWNLOAD, SELF, en=True)
    facts = look_up_portal(query, knowledge)
    assert isinstance(facts, DatasetFacts)
    text = told(facts, knowledge).text
    assert "`/api/v1/datasets/indicators.csv`" in text
    assert ".xlsx" not in text


def test_with_a_file_goes_what_may_be_done_with_it(knowledge: Knowledge) -> None:
    query = asked("the city comparison table as csv", Operation.VALUE, Facet.DOWNLOAD, SELF, en=True)
    text = told(look_up_portal(query, knowledge), knowledge).text
    assert "`/api/v1/datasets/city-comparison.csv`" in text
    assert "may be used under CC" in text


def test_the_chinese_name_of_a_table_and_of_a_format(knowledge: Knowledge) -> None:
    query = asked("停车场的数据有没有电子表格", Operation.VALUE, Facet.DOWNLOAD, SELF)
    assert "`/api/v1/datasets/places.xlsx`" in told(look_up_portal(query, knowledge), knowledge).text


def test_a_word_that_only_says_data_is_no_table_s_name(knowledge: Knowledge) -> None:
    facts = look_up_portal(asked("资料能拿走吗，怎么下", Operation.VALUE, Facet.DOWNLOAD, SELF), knowledge)
    assert isinstance(facts, ArticleFacts)
    assert facts.articles[0].id == "download"


def test_only_tables_with_positions_come_as_geojson(knowledge: Knowledge) -> None:
    query = asked("哪些表有 GeoJSON", Operation.LIST, Facet.DOWNLOAD, SELF)
    facts = look_up_portal(query, knowledge)
    assert isinstance(facts, Catalogue)
    assert [d.id for d in facts.datasets] == [d.id for d in knowledge.datasets if d.has_geometry]
    assert "(/api/v1/datasets/places.geojson)" in told(facts, knowledge).text


def test_how_many_datasets_and_rows_there_are(knowledge: Knowledge) -> None:
    text = told(look_up_portal(asked("有几个数据集", Operation.COUNT, Facet.COUNT, SELF), knowledge), knowledge).text
    assert text.startswith(f"可以下载的数据集有 {len(knowledge.datasets)} 个")


def test_when_the_data_were_updated(knowledge: Knowledge) -> None:
    newest = max(d.updated for d in knowledge.datasets if d.id != "guide")
    text = told(look_up_portal(asked("什么时候更新的", Operation.VALUE, Facet.UPDATE, SELF), knowledge), knowledge).text
    assert text.startswith(f"数据最近一次更新是{newest.year}年{newest.month}月{newest.day}日：")
    assert knowledge.version in text


# Asked in other words than those the articles list.
ASKED = [
    ("评价一个目标做到没做到的依据是啥", Facet.METHOD, "method"),
    ("网页上写着未公布到底代表什么", Facet.DEFINITION, "not-published"),
    ("这网站哪家单位在管", Facet.RESPONSIBLE, "operator"),
    ("我能把你们的表印在书里卖吗", Facet.LICENCE, "licence"),
    ("发现一个数字写错了，找哪个", Facet.CONTACT, "report-error"),
    ("我打字问的东西你们会不会留着", Facet.TEXT, "privacy"),
    ("要投诉物业打什么电话", Facet.CONTACT, "complain"),
    ("字看不清楚，能不能弄大点", Facet.TEXT, "accessibility"),
    ("写文章要注明你们，格式怎么写", Facet.TEXT, "cite"),
    ("Could you explain what the four labels stand for?", Facet.DEFINITION, "statuses"),
    ("whom should I inform about a wrong figure", Facet.CONTACT, "report-error"),
    ("Is a person typing these answers or a bot?", Facet.METHOD, "how-it-answers"),
    ("Is there some SQL console I can use?", Facet.TEXT, "sql"),
    ("are the questions I type saved anywhere", Facet.TEXT, "privacy"),
    ("Is there an archive of earlier versions of the tables?", Facet.TEXT, "versions"),
]


@pytest.mark.parametrize(("question", "facet", "article"), ASKED)
def test_the_article_that_answers_is_found_however_it_is_asked(
    with_model: Knowledge, question: str, facet: Facet, article: str
) -> None:
    facts = look_up_portal(asked(question, Operation.EXPLAIN, facet, SELF, en=question.isascii()), with_model)
    assert isinstance(facts, ArticleFacts)
    assert facts.articles[0].id == article


def test_an_article_is_told_in_the_language_of_the_question_with_its_links(knowledge: Knowledge) -> None:
    article = guide_of(knowledge).articles["not-published"]
    facts = ArticleFacts(asked("", en=True), articles=(article,))
    text = told(facts, knowledge).text
    assert text.startswith("“Not published” does not mean not done: it only says that no public figure was found")
    assert "[What is not published](/gaps)" in text
    assert "(/about?article=not-published)" in text
    zh = told(dataclasses.replace(facts, query=asked("")), knowledge).text
    assert zh.startswith("“未公布”不等于没做：只说明没有找到公开的数字")


def test_what_the_portal_says_nothing_about_is_refused(knowledge: Knowledge) -> None:
    facts = look_up_portal(asked("zzz qqq xxx", en=True), knowledge)
    assert isinstance(facts, Nothing)
    assert told(facts, knowledge).outcome == "refusal"


@pytest.mark.parametrize(
    ("asked", "article"),
    [
        ("未公布是不是等于没完成", "not-published"),
        ("标“未公布”的那些，我能写成“没有完成”吗", "not-published"),
        ("所有未公布的目标就是没完成，对吗", "not-published"),
        ("存疑的数怎么判断的", "doubtful"),
        ("各市比较怎么没有2023年", "comparison-years"),
        # Who speaks of people in a question about the portal asks for no person.
        ("群众说你们页面上有个数不对，叫他往哪儿提？", "report-error"),
        ("我们单位想把数据搬到内网用，走的是哪种许可，收费不", "licence"),
    ],
)
def test_an_article_answers_what_speaks_of_statuses_years_or_people(asked: str, article: str, asking: Asking) -> None:
    assert f"/about?article={article}" in asking(asked).answer


def test_a_person_nobody_has_published_is_not_looked_up(asking: Asking) -> None:
    assert asking("能给查查俺邻居王建国分到安置房没有，分的哪一栋").kind == "refusal"
    assert "9万套" in asking("安置房的目标是多少").answer

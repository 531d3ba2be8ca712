"""Refusals: what was looked for, what exists near it, whom to call; each of one enumeration, with words in both languages."""

import pytest

from portal.answering.draft import frame
from portal.answering.facts import Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.refused import look_up_outside
from portal.answering.lookup.unheld_documents import unheld_titles
from portal.answering.query import Facet, Operation, Outside, Query, SubjectKind, Where
from portal.answering.refusals import Refusal, refusal_of
from tests.portal.answering.conftest import Asking
from tests.portal.answering.things import asked, told


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("refusal", Refusal)
def test_every_way_to_refuse_has_a_sentence_in_both_languages(refusal: Refusal, language: str) -> None:
    assert len(frame("zh" if language == "zh" else "en", refusal, **{k: k for k in _FILLED})) > 8


_FILLED = (
    "support",
    "police",
    "ambulance",
    "hotline",
    "plan",
    "city",
    "place",
    "name",
    "kind",
    "kinds",
    "year",
    "start",
    "end",
    "clause",
    "title",
    "label",
    "count",
)


@pytest.mark.parametrize("outside", Outside)
@pytest.mark.parametrize("english", [False, True])
def test_a_question_outside_the_documents_is_refused_with_the_hotline_and_three_that_can_be_asked(
    knowledge: Knowledge, outside: Outside, english: bool
) -> None:
    asked_of = "who is it" if english else "是谁"
    query = Query(text=asked_of, question=asked_of, language="en" if english else "zh", outside=outside)
    facts = look_up_outside(query, knowledge)
    assert facts.why == refusal_of(outside)
    draft = told(facts, knowledge)
    assert draft.outcome == "refusal"
    assert draft.kind == facts.why
    assert "[12345](tel:12345)" in draft.text
    assert len(draft.suggestions) == 3


def test_who_asks_for_nobody_is_told_that_nothing_was_found(knowledge: Knowledge) -> None:
    query = Query(text="合成的总产值", question="合成的总产值", outside=Outside.PERSON)
    assert look_up_outside(query, knowledge).why is Refusal.NOTHING


def test_of_a_city_in_the_tables_it_says_what_they_hold(knowledge: Knowledge) -> None:
    facts = look_up_outside(asked("停车目标", where=Where(cities=("郑州",))), knowledge)
    assert told(facts, knowledge).text.startswith("本门户没有郑州的方案和目标；但比较用的数据表里有郑州的 ")


def test_of_a_city_no_table_holds_it_says_so(knowledge: Knowledge) -> None:
    query = Query(text="停车目标", question="停车目标", elsewhere=("北京",))
    text = told(look_up_outside(query, knowledge), knowledge).text
    assert text.startswith("本门户只有洛阳市这份方案，没有北京的方案和目标，数据表里也没有北京的数字。")


def test_the_own_city_is_not_elsewhere(knowledge: Knowledge) -> None:
    facts = look_up_outside(asked("x", where=Where(cities=("洛阳",))), knowledge)
    assert not facts.values.get("measures")


def test_a_year_nobody_published_is_named(knowledge: Knowledge) -> None:
    query = asked(
        "x", Operation.VALUE, Facet.RESULT, (SubjectKind.INDICATOR, "green_space_rate"), where=Where(years=(2031,))
    )
    facts = look_up_outside(query, knowledge)
    draft = told(facts, knowledge)
    assert facts.why == Refusal.YEAR
    assert draft.text.startswith("公开材料里没有 2031 年的这项数字；方案管的是 2021—2023 年。")
    assert "绿地率" in draft.suggestions[0]


@pytest.mark.parametrize("question", ["", "   ", "？？", "..."])
def test_nothing_asked_is_told_so(knowledge: Knowledge, question: str) -> None:
    assert look_up_outside(Query(text=question.strip(" ？."), question=question), knowledge).why == Refusal.EMPTY


def test_what_is_near_stands_in_the_refusal(knowledge: Knowledge) -> None:
    facts = Nothing(asked("停车泊位"), why=Refusal.ATTRIBUTE)
    draft = told(facts, knowledge)
    assert any("停车泊位" in s for s in draft.suggestions)


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("按消防法楼道堆东西怎么罚", ["消防法"]),
        ("根据物权法这块地归谁", ["物权法"]),
        ("违反《合成市某某条例》第三条怎么办", ["合成市某某条例"]),
        ("按什么办法收费", []),
        ("按规定执法要两个人吗", []),
        ("根据法院的判决怎么办", []),
    ],
)
def test_a_law_that_is_appealed_to_by_name_is_a_document_not_held(
    question: str, titles: list[str], asking: Asking
) -> None:
    assert unheld_titles(question, asking.service.knowledge()) == titles

"""What a clause says on the matter that a question asks of it."""

import pytest

from tests.portal.answering.conftest import Asking


@pytest.mark.parametrize(
    ("question", "cited", "said"),
    [
        ("4.3里钱从哪里来", "4.3", "绿色债券"),
        ("What does section 4.3 say about where the money should come from?", "4.3", "green bonds"),
        ("What does 4.4 say about counties that fall behind?", "4.4", "passive waiting"),
        ("3.4对绿化怎么说", "3.4.1", "森林城市建设"),
        ("what does chapter 4 say", "4", "强化考核评价（4.4）"),
        ("第3章第4节", "3.4", "提高城市绿化水平（3.4.1）"),
        ("第四章第四节", "4.4", "表彰奖励"),
    ],
)
def test_a_clause_is_quoted_by_what_is_asked_of_it(question: str, cited: str, said: str, asking: Asking) -> None:
    given = asking(question)
    assert given.sort == "clause"
    assert given.citations[0].clause == cited
    assert said in given.answer


def test_a_clause_asked_for_alone_is_quoted_from_its_beginning(asking: Asking) -> None:
    assert asking("4.3写了什么").citations[0].quote.startswith("各县（市、区）年度新增建设用地指标")


def test_a_part_of_a_sentence_is_told_in_english_by_the_whole_sentence_once(asking: Asking) -> None:
    given = asking('"One platform, one centre, N applications": which applications does the plan name?')
    assert given.answer.count("The whole sentence in English (our translation, not official):") == 1
    assert "smart parking" in given.answer


def test_how_the_plan_deals_with_good_and_bad_work_is_found_by_peoples_words(asking: Asking) -> None:
    given = asking("干得好的县区和干得差的县区，方案说怎么办？")
    assert [c.clause for c in given.citations] == ["4.4"]

"""A conversation keeps its thread."""

import pytest

from tests.portal.answering.conftest import Asking


@pytest.mark.parametrize(
    ("history", "question", "value"),
    [
        (["城市区污泥无害化处理率是多少"], "那县级城市呢？", "88%"),
        (["公共停车场要建多少个"], "充电桩呢？", "2200个"),
        (["供热普及率目标是多少"], "那燃气呢", "98%以上"),
        (["市中心城区新增停车泊位多少"], "路内的呢？", "28000个"),
        (["人均道路面积目标是多少", "现在到多少了"], "2022年呢？", "13.95平方米"),
    ],
)
def test_a_short_question_goes_on_from_the_last(history: list[str], question: str, value: str, asking: Asking) -> None:
    assert f"**{value}**" in asking(question, *history).answer


def test_the_rewritten_question_is_shown(asking: Asking) -> None:
    assert asking("现在达标了没有", "城市建成区绿地率目标是多少").question == "建成区绿地率：现在达标了没有"


def test_brackets_within_a_name_do_not_cut_it_short(asking: Asking) -> None:
    given = asking("现在建了几所", "每个县（市）的公共卫生医学中心要建几所")
    assert given.question.startswith("每个县（市）的公共卫生医学中心：")


def test_its_source_text_is_that_of_the_question_before(asking: Asking) -> None:
    given = asking("它的依据原文是什么", "市中心城区新建公共停车场多少个")
    assert given.sort == "quotation"
    assert "新建公共停车场200个" in given.citations[0].quote


def test_a_follow_up_that_asks_for_a_fee_is_still_refused(asking: Asking) -> None:
    assert asking("停一小时收多少钱", "市中心城区要新建多少个公共停车场").sort == "refuse_money"


def test_a_new_subject_ends_the_old_one(asking: Asking) -> None:
    given = asking("绿地率目标是多少", "公共停车场要建多少个")
    assert [f.indicator for f in given.figures if f.kind == "target"] == ["green_space_rate"]


def test_the_page_looked_at_is_what_it_refers_to(asking: Asking) -> None:
    given = asking("它达标了吗", indicator="road_area_per_capita")
    assert given.figures[0].indicator == "road_area_per_capita"
    assert asking("绿地率呢", indicator="road_area_per_capita").figures[0].indicator == "green_space_rate"


def test_a_question_that_is_complete_on_its_own_is_left_alone(asking: Asking) -> None:
    given = asking("有哪些数据可以下载？", "路灯照明有哪几项指标")
    assert given.sort == "data"
    assert given.question == "有哪些数据可以下载?"


def test_a_name_means_what_is_called_so_not_what_is_promised_in_the_same_breath(asking: Asking) -> None:
    given = asking("供水呢？", "供热普及率目标是多少")
    assert [f.indicator for f in given.figures if f.kind == "target"] == ["water_supply_coverage"]


@pytest.mark.parametrize(
    "question",
    ["那县级城市呢？", "它的依据原文是什么", "这个目标达标了吗", "那现在完成了多少", "What about the counties?"],
)
def test_what_points_back_with_nothing_before_it_is_asked_to_be_written_out(question: str, asking: Asking) -> None:
    assert asking(question).sort == "refuse_dangling"


@pytest.mark.parametrize("question", ["那停车难怎么解决呢？", "还有哪些公园", "再生水怎么利用"])
def test_what_only_sounds_like_going_on_is_answered_on_its_own(question: str, asking: Asking) -> None:
    assert asking(question).kind == "answer"

"""Kinds of question that are worked out: by unit and wording, the year a number was reached, behind the first, by district, by status."""

import pytest

from tests.portal.answering.conftest import Asking


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("按百分比定的指标一共几项", "方案里有20项目标按“百分比”计。"),
        ("哪几项指标写的是95%以上", "方案里有1项目标写的是“95%以上”。"),
        ("列一下绿化方面的指标", "方案里有4项目标说的是您问的这方面。"),
        ("污水处理率哪一年到98%的", "洛阳市污水处理率第一次达到98%是2012年（99.8%）"),
        ("供热普及率要90%才算达标吧", "不是："),
        ("哪些目标后来调高了", "后来的文件里，数字比方案高的有2项："),
        ("2022年老旧小区改造的任务哪个区最多", "最多的是洛阳市洛龙区：27006户"),
        ("2024年垃圾分类的年度任务", "没有人公布过"),
        ("2023年垃圾分类覆盖率的年度任务是多少", "当年的任务（不是方案的目标，也不是结果）："),
        ("到2025年10月底加装了多少部电梯", "2025年10月洛阳市加装电梯累计是706部。"),
        ("哪些医院建好了", "方案点名的项目里，医院类的已经建成投用的有 3 个。"),
        ("哪些医院还没盖好", "方案点名的项目里，医院类的没有公开报道说建成的有 1 个。"),
        ("哪里人最少，按区县说", "最低的是瀍河回族区"),
    ],
)
def test_what_is_worked_out_begins_with_the_answer(question: str, begins: str, asking: Asking) -> None:
    assert asking(question).answer.startswith(begins)


def test_how_far_the_own_city_is_behind_the_first_is_told(asking: Asking) -> None:
    told = asking("洛阳人均公园绿地比全省最高的差多少").answer
    assert "第一是鹤壁，21.1平方米；洛阳比它低3.8平方米。" in told


def test_a_rank_from_the_lowest_is_told_from_the_highest_too(asking: Asking) -> None:
    told = asking("2024年人均道路面积，洛阳在省里倒数第几").answer
    assert told.startswith("从低到高排第2名（从高到低第12名），共13个：")


def test_figures_of_every_district_are_listed_where_each_is_asked_for(asking: Asking) -> None:
    told = asking("2022年老旧小区改造，各区分别是多少户").answer
    assert [n for n in ("23428户", "27006户", "2102户", "12187户", "16826户") if n not in told] == []


def test_the_date_of_a_list_of_projects_is_that_of_the_report(asking: Asking) -> None:
    assert "- 市中医院伊滨医院：已建成投用（2023年7月1日的报道）" in asking("哪些医院建好了").answer


def test_a_kind_of_place_that_only_names_a_station_is_not_what_is_asked_for(asking: Asking) -> None:
    told = asking("which parks are near Kaiyuanhu metro", language="en").answer
    assert "The nearest metro station" not in told
    assert "park" in told.casefold()


def test_a_common_word_is_no_name_of_a_table(asking: Asking) -> None:
    told = asking("How are sources of drinking water to be protected?", language="en")
    assert "may be used under" not in told.answer


def test_of_two_shares_stated_in_one_breath_the_one_that_is_named_is_told(asking: Asking) -> None:
    assert asking("城里通上煤气的占多少").answer.startswith("做到了：2023年燃气普及率是99.4%")


def test_of_car_parks_without_a_position_none_is_said_to_be_far(asking: Asking) -> None:
    told = asking("牡丹广场那边哪里能停车").answer
    assert told.startswith("数据里有坐标的停车场，")
    assert "其中最近的是" in told


def test_what_is_wanted_before_a_target_is_due_lowers_nothing(asking: Asking) -> None:
    told = asking("有没有哪些目标后来降低了").answer
    assert "2024（规划目标）90%" in told
    assert "2022（规划目标）80%" not in told

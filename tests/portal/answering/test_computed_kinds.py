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


def test_a_list_of_projects_says_as_of_when_and_what_nobody_reported_outright(asking: Asking) -> None:
    told = asking("哪些医院建好了").answer
    assert "- 市中医院伊滨医院：已建成投用（截至2023年7月1日，转述或推断）" in told


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


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("2022年有几个城市的人均道路面积达到了17平方米？", "2022年17个里有9个达到了17平方米"),
        ("哪些城市的绿地率达到了39%？", "2024年15个里有12个达到了39%"),
        ("提高城市绿化水平这一条里有哪些数字？", "“提高城市绿化水平”一条里写了 5 个数字（年份不算）："),
        ("2023年的年度任务有哪些", "公布过的2023年年度任务有11项（是当年要做的，不是方案的目标，也不是结果）："),
        ("what were the annual tasks for 2023?", "11 tasks of 2023 were published"),
        ("海绵城市2025年的目标是多少", "别的文件给那一年定的（不是本方案的目标，也不是结果）："),
        ("盖那200个停车场总共掏了几个亿", "您问的这个金额（价格、收费、补贴或投资），方案和公开数据里没有查到"),
        ("上海的城市更新计划里停车怎么规定的", "本门户只有洛阳市这份方案"),
    ],
)
def test_counts_of_places_and_numbers_tasks_and_what_is_not_held(question: str, begins: str, asking: Asking) -> None:
    assert asking(question).answer.startswith(begins)


def test_all_the_numbers_of_a_clause_are_quoted(asking: Asking) -> None:
    told = asking("交通治堵那条里都写了哪些数字").answer
    assert [n for n in ("200个", "4.5万个", "2200个", "28000个", "500米", "100%") if n not in told] == []


def test_of_those_of_the_whole_city_it_is_said_how_many_have_no_district(asking: Asking) -> None:
    told = asking("car parks in Luolong", language="en").answer
    assert "For the whole city the data hold 17 car parks." in told
    assert "For 13 of these the district is not stated; they may lie there too." in told


def test_what_an_area_is_of_is_told_with_it(asking: Asking) -> None:
    assert "周山森林公园：面积是核心游览区的1500亩" in asking("涧西区有哪些公园").answer


def test_two_hospitals_side_by_side_say_what_was_reported_of_each(asking: Asking) -> None:
    told = asking("伊滨医院和市中医院伊滨医院有啥区别").answer
    assert "- **市中医院伊滨医院建成投用**：做到了，2023年7月1日（可靠程度中等）" in told
    assert "按公开报道，截至2025年8月15日，伊滨医院已经建成投用；这是转述或推断的，见下。" in told


def test_what_must_be_said_wherever_a_figure_is_quoted_is_said(asking: Asking) -> None:
    told = asking("2025年人均道路面积的规划目标是多少").answer
    assert "16平方米" in told
    assert "媒体报道，没有见到规划原文" in told


def test_a_named_list_of_tasks_is_told_alone_and_each_with_how_it_differs_from_the_target(asking: Asking) -> None:
    told = asking("2023年民生实事有哪些数字").answer
    assert told.startswith("公布过的2023年“民生实事”里的年度任务有6项")
    assert "75877户" in told
    assert "与“公共停车场新能源车辆充电桩”有关的2000个（洛阳市）：年度任务，不是完成结果；为全市充电桩" in told


def test_after_a_turn_about_something_the_task_of_just_that_is_told(asking: Asking) -> None:
    told = asking("2023年市里定的任务是多少", "垃圾分类覆盖率的目标是多少").answer
    assert "90%" in told
    assert "10496套" not in told


def test_what_was_met_when_it_was_due_is_not_put_off(asking: Asking) -> None:
    told = asking("有哪些目标后来推迟了").answer
    assert "数字不变、期限推后（到期已经做到的不算）" in told
    assert "污水处理率" not in told


def test_who_asks_for_nobody_is_not_told_of_persons(asking: Asking) -> None:
    assert "具体的人" not in asking("2023年地区生产总值是多少").answer

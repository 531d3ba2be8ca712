"""Figures over years and places, told answer first."""

import pytest

from portal.answering.facts import Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.measures import look_up_measures
from portal.answering.query import Claim
from tests.portal.answering.conftest import Asking
from tests.portal.answering.lookup.asked import facts_of, first_line, query, told

ROAD, GREEN, PARK, GAS = "road_area_per_capita", "green_space_rate", "park_green_area_per_capita", "gas_coverage"


def test_a_rank_leaves_doubtful_rows_out_and_says_the_rank_with_them(knowledge: Knowledge) -> None:
    draft = told(query("rank", "result", ROAD, years=(2024,)), knowledge)
    assert draft.text.startswith("第12名，共13个：2024年洛阳人均道路面积是15.3平方米（可靠程度中等）。")
    assert "第一是许昌，38.1平方米；洛阳比它低22.7平方米。" in draft.text
    assert "洛阳在16个里排第15" in draft.text
    assert "| 存疑 | 信阳 |" in draft.text


def test_a_rank_counted_from_the_lowest_says_so(knowledge: Knowledge) -> None:
    draft = told(query("rank", "result", "gas_coverage", years=(2022,), lowest=True), knowledge)
    assert draft.text.startswith(
        "从低到高排第1名（从高到低第17名），共17个：2022年洛阳燃气普及率是95.7%（可靠程度中等）。"
    )
    assert "| 名次（从低到高） | 哪里 | 2022年 |" in draft.text
    english = told(query("rank", "result", "gas_coverage", years=(2022,), lowest=True, language="en"), knowledge)
    assert english.text.startswith("Rank 1 of 17, counted from the lowest (17 from the highest): ")


def test_the_sql_and_the_rows_go_with_the_answer(knowledge: Knowledge) -> None:
    draft = told(query("rank", "result", ROAD, years=(2024,)), knowledge)
    (sql,) = draft.sql
    rows = knowledge.store.rows(sql)
    assert {(r["place"], r["value"]) for r in rows} == {(r["place"], r["value"]) for r in draft.result}


@pytest.mark.parametrize(
    ("operation", "subject", "where", "line"),
    [
        (
            "series",
            GREEN,
            {"recent": 5},
            "洛阳市建成区绿地率从2020年的36.5%到2024年的39.7%，升了3.2个百分点（2023年是更正值；可靠程度中等）。",
        ),
        ("extreme", PARK, {"years": (2022,)}, "最高的是鹤壁：2022年人均公园绿地面积21.9平方米（可靠程度中等）。"),
        (
            "compare",
            ROAD,
            {"cities": ("郑州",)},
            "洛阳比郑州高5.2平方米：2024年人均道路面积，洛阳15.3平方米、郑州10.2平方米（可靠程度中等）。",
        ),
        (
            "difference",
            PARK,
            {"years": (2019, 2020)},
            "洛阳人均公园绿地面积升了4.2平方米：2019年是11.9平方米，2020年是16.1平方米（可靠程度中等）。",
        ),
        ("count", GREEN, {"over": 40.0, "years": (2024,)}, "2024年15个里有9个高于40%（可靠程度中等）。"),
    ],
)
def test_the_first_sentence_is_the_answer(
    knowledge: Knowledge, operation: str, subject: str, where: dict[str, object], line: str
) -> None:
    assert first_line(query(operation, "result", subject, **where), knowledge) == line


def test_beside_the_first_of_all_stands_how_far_the_own_city_is_from_it(knowledge: Knowledge) -> None:
    text = told(query("extreme", "result", PARK, years=(2024,)), knowledge).text
    assert "洛阳是17.3平方米，排第" in text
    lowest = told(query("extreme", "result", PARK, years=(2024,), lowest=True, language="en"), knowledge).text
    assert "from the lowest" in lowest


@pytest.mark.parametrize(
    ("cities", "negated", "line"),
    [
        ((), False, "不是：最低的是驻马店"),
        (("驻马店",), False, "是的：最低的是驻马店"),
        (("驻马店",), True, "不是：最低的是驻马店"),
        (("洛阳", "驻马店"), False, "最低的是驻马店"),
    ],
)
def test_whether_a_place_is_the_last_of_all_is_looked_up(
    knowledge: Knowledge, cities: tuple[str, ...], negated: bool, line: str
) -> None:
    claim = Claim(about="event", relation="happened", negated=negated)
    asked = query("check", "result", "water_supply_coverage", claim=claim, years=(2019,), lowest=True, cities=cities)
    assert first_line(asked, knowledge).startswith(line)


def test_a_number_that_is_claimed_is_not_taken_for_a_claim_to_be_first(knowledge: Knowledge) -> None:
    claim = Claim(about="result", relation="at_least", value=39.0, unit="%")
    asked = query("check", "result", GREEN, claim=claim, years=(2024,), lowest=True)
    assert first_line(asked, knowledge).startswith("做到了：2024年建成区绿地率是39.7%")


def test_several_years_fit_better_than_one_of_them(knowledge: Knowledge) -> None:
    series = facts_of(query("series", "result", "pm25", about="measure", **{"from": 2020, "to": 2023}), knowledge)
    rank = facts_of(query("rank", "result", "pm25", about="measure", **{"from": 2020, "to": 2023}), knowledge)
    assert series.fit > rank.fit


def test_the_mean_of_all_cities(knowledge: Knowledge) -> None:
    asked = query("value", "result", GREEN, about="measure", years=(2024,), text="2024年各市绿地率平均是多少")
    asked = asked.model_copy(update={"subjects": query("value", "result", GREEN).subjects})
    assert first_line(asked, knowledge) == "2024年建成区绿地率，有数的15个地方平均是40.1%（可靠程度中等）。"


def test_a_fall_on_the_way_is_named(knowledge: Knowledge) -> None:
    asked = query("check", "result", GAS, **{"from": 2020}, claim=Claim(about="event", relation="happened"))
    assert "其间比上一个数低的有：2021年（96.6%）、2022年（95.7%）。" in told(asked, knowledge).text


def test_in_which_year_a_number_was_passed(knowledge: Knowledge) -> None:
    asked = query("value", "result", GREEN, over=39.0, text="绿地率哪一年超过39")
    assert "第一次高于39%是2022年（39.3%）" in told(asked, knowledge).text


def test_a_figure_that_is_no_target_says_so(knowledge: Knowledge) -> None:
    draft = told(query("value", "result", "pm25", about="measure", years=(2020,)), knowledge)
    assert draft.text.startswith("2020年洛阳市PM2.5年均浓度是51微克/立方米。")
    assert "方案没有为这一项设目标" in draft.text


def test_large_counts_read_as_english(knowledge: Knowledge) -> None:
    asked = query("value", "result", "motor_vehicles", about="measure", language="en")
    assert (
        first_line(asked, knowledge) == "Motor vehicles in Luoyang: 1.583 million vehicles (158.3万辆) (end of 2023)."
    )


def test_districts_are_ranked_by_the_census(knowledge: Knowledge) -> None:
    line = first_line(query("extreme", "result", "population", about="measure", language="en"), knowledge)
    assert "Luolong District" in line
    assert "918,358" in line


def test_a_city_without_a_figure_for_the_year_is_told_with_the_nearest(knowledge: Knowledge) -> None:
    text = told(query("value", "result", GREEN, cities=("南阳",), years=(2024,)), knowledge).text
    assert text.startswith("没有找到南阳2024年的数")
    assert "2022年南阳建成区绿地率是41.4%（可靠程度中等）。" in text


@pytest.mark.parametrize(
    ("claim", "beginning"),
    [
        (Claim(about="result", value=1_583_000), "是的："),
        (Claim(about="result", value=2_000_000), "不是："),
        (Claim(about="result", value=158, unit="%"), "不是："),
        (Claim(about="result", value=1_000_000, relation="more"), "是的："),
        (Claim(about="result", value=2_000_000, negated=True), "对："),
    ],
)
def test_a_claim_about_a_figure_is_held_against_it(knowledge: Knowledge, claim: Claim, beginning: str) -> None:
    asked = query("check", "result", "motor_vehicles", about="measure", claim=claim)
    assert first_line(asked, knowledge).startswith(beginning)


def test_what_is_no_measure_finds_nothing(knowledge: Knowledge) -> None:
    assert isinstance(look_up_measures(query("value", "result", about="measure"), knowledge), Nothing)
    assert isinstance(facts_of(query("value", "result", "no_such_thing", about="measure"), knowledge), Nothing)


def test_a_broader_question_fits_as_well_as_the_data_do(knowledge: Knowledge) -> None:
    held = facts_of(query("value", "result", GREEN, cities=("郑州",), years=(2024,)), knowledge)
    gone = facts_of(query("value", "result", GREEN, cities=("南阳",), years=(2024,)), knowledge)
    assert held.fit > gone.fit


def test_a_reliability_below_the_highest_is_said_in_the_sentence(knowledge: Knowledge) -> None:
    pair = told(query("compare", "result", GREEN, cities=("郑州",)), knowledge).text
    assert "郑州36.4%（可靠程度中等）。" in pair
    english = told(query("compare", "result", GREEN, cities=("郑州",), language="en"), knowledge).text
    assert "Zhengzhou 36.4% (medium reliability)." in english


def test_which_of_several_years_was_corrected_is_said_in_the_sentence(knowledge: Knowledge) -> None:
    series = query("series", "result", GREEN, years=(2022, 2023, 2024), language="en")
    assert "(corrected: 2023; medium reliability)." in first_line(series, knowledge)


def test_one_figure_by_itself_is_neither_first_nor_highest(knowledge: Knowledge) -> None:
    text = told(query("rank", "result", "pocket_parks", about="measure"), knowledge).text
    assert text.startswith("2021–2025-10洛阳市中心城区游园数量是329处。")
    assert "第1名" not in text
    assert "统计期也长于方案期" in text
    text = told(query("extreme", "result", "public_toilets_built", about="measure", years=(2022,)), knowledge).text
    assert text.startswith("2022年")
    assert "185座" in text
    assert "最高的是" not in text


def test_how_many_rows_there_are_is_not_told_as_a_figure(knowledge: Knowledge) -> None:
    text = told(query("count", "result", "public_toilets_built", about="measure"), knowledge).text
    assert text.startswith("2022年洛阳市公厕新建改建是185座（可靠程度中等）。")
    assert "合计" not in text


@pytest.mark.parametrize(
    ("language", "none", "instead"),
    [
        ("zh", "方案没有为建成区绿化覆盖率定目标。", "方案定了目标的是建成区绿地率：39%（到2023年）。"),
        ("en", "The plan sets no target for green coverage of the built-up area.", "39%, by the end of 2023."),
    ],
)
def test_of_a_figure_without_a_target_it_is_said_that_none_is_set_and_which_is(
    language: str, none: str, instead: str, knowledge: Knowledge
) -> None:
    asked = query("value", "target", "green_coverage_rate", about="measure", language=language, text="目标 target")
    lines = told(asked, knowledge).text.split("\n")
    assert lines[0] == none
    assert instead in lines[1]


def test_of_a_figure_without_a_target_nothing_is_said_of_one_where_none_is_asked_for(knowledge: Knowledge) -> None:
    for facet, text in (("result", "目标"), ("target", "有多少")):
        asked = query("value", facet, "green_coverage_rate", about="measure", text=text)
        assert "方案没有为" not in told(asked, knowledge).text


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        (
            "人均公园绿地哪一年涨得最多？",
            "洛阳市人均公园绿地面积升得最多的是2020年：比2019年多4.2平方米（11.9平方米→16.1平方米）",
        ),
        ("哪一年人均道路面积下降最多", "洛阳市人均道路面积降得最多的是2010年：比2009年少1.1平方米"),
        (
            "In which year was the largest rise in the sewage treatment rate?",
            "Sewage treatment rate in Luoyang rose most in 2007: by 35.1 percentage points on 2006",
        ),
        # Which year was highest is another question.
        ("人均道路面积最高的是哪一年", "洛阳市人均道路面积最高的是2024年：15.3平方米"),
    ],
)
def test_the_year_that_changed_most_is_no_highest_year(asked: str, line: str, asking: Asking) -> None:
    assert asking(asked).answer.startswith(line)


def test_a_change_a_year_is_worked_out_where_it_is_asked_for(asking: Asking) -> None:
    assert "3年里平均每年升6.5个百分点。" in asking("供热普及率2017到2020年年均提高多少").answer
    assert "平均每年" not in asking("供热普及率2017到2020年提高了多少").answer


def test_places_over_years_are_told_by_how_much_each_changed(asking: Asking) -> None:
    told = asking("洛阳和许昌2019到2024年人均公园绿地面积各升了多少").answer
    assert "洛阳人均公园绿地面积升了5.4平方米：2019年是11.9平方米，2024年是17.3平方米" in told
    assert "许昌人均公园绿地面积升了3.4平方米：2019年是15.7平方米，2024年是19.2平方米" in told


def test_places_beyond_a_number_are_listed_and_not_ranked(asking: Asking) -> None:
    assert asking("建成区绿化覆盖率低于41%的城市有哪些").answer.startswith("2024年15个里有0个低于41%")
    told = asking("建成区绿化覆盖率超过46%的城市有哪些").answer
    assert told.startswith("2024年15个里有5个高于46%")
    assert ("| 鹤壁 |" in told, "| 洛阳 |" in told) == (True, False)


def test_of_places_asked_for_the_first_one_figure_is_none(asking: Asking) -> None:
    assert asking("各区县里人口最多的是哪个").answer.startswith("最高的是洛龙区")


def test_a_difference_in_ten_thousands_is_told_and_checked_in_single_units(asking: Asking) -> None:
    told = asking("集中供热面积历年数据有吗").answer
    assert told.startswith("洛阳市集中供热入网面积从2017年的5530万平方米到2020年的7060万平方米，升了1530万平方米")
    english = asking("How did the central heating area change over the years?", language="en").answer
    assert "15.3 million" in english

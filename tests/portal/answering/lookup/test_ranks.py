"""Ranks over years: by how many places up or down, and what the ranks rest on."""

import pytest

from portal.answering.knowledge import Knowledge
from portal.answering.lookup.ranks import RanksFound
from tests.portal.answering.conftest import Asking
from tests.portal.answering.lookup.asked import facts_of, first_line, query, told

ROAD, GREEN, WATER, GAS = "road_area_per_capita", "green_space_rate", "water_supply_coverage", "gas_coverage"


@pytest.mark.parametrize(
    ("subject", "where", "line"),
    [
        (
            GREEN,
            {"years": (2019, 2024)},
            "名次升了6位：洛阳建成区绿地率2019年是第17名（共17个），2024年是第11名（共15个）（可靠程度中等）。",
        ),
        (
            GAS,
            {"years": (2020, 2022)},
            "名次降了13位：洛阳燃气普及率2020年是第4名（共17个），2022年是第17名（共17个）（可靠程度中等）。",
        ),
        (
            WATER,
            {"from": 2019, "to": 2020},
            "名次没有变：洛阳供水普及率2019年是第16名（共17个），2020年是第16名（共17个）（可靠程度中等）。",
        ),
        (
            GREEN,
            {"years": (2023, 2024)},
            "只有一年排得出名次：洛阳建成区绿地率2024年是第11名（共15个）（可靠程度中等）。",
        ),
    ],
)
def test_how_a_rank_changed_is_told_first(
    subject: str, where: dict[str, object], line: str, knowledge: Knowledge
) -> None:
    assert first_line(query("rank", "result", subject, **where), knowledge) == line


def test_the_years_between_stand_in_a_table_and_every_query_is_shown(knowledge: Knowledge) -> None:
    draft = told(query("rank", "result", ROAD, **{"from": 2019, "to": 2024}), knowledge)
    assert "| 2021年 | 第15名（共17个） | 14.1平方米 |" in draft.text
    assert "2023年" not in draft.text.split("来源")[0]
    assert len(draft.sql) == 5


def test_where_fewer_places_are_ranked_the_ranks_are_said_not_to_compare(knowledge: Knowledge) -> None:
    draft = told(query("rank", "result", ROAD, years=(2019, 2024)), knowledge)
    assert "两年里有可信数字的城市个数不一样，名次不能直接相比。" in draft.text
    assert "要留意（2024年）：连存疑的也算进去，洛阳在16个里排第15。" in draft.text


def test_a_year_without_a_rank_is_named(knowledge: Knowledge) -> None:
    draft = told(query("rank", "result", GREEN, years=(2022, 2023, 2024)), knowledge)
    assert "2023年没有洛阳和别处能放在一起排的数。" in draft.text


def test_of_one_year_or_of_several_places_no_change_is_told(knowledge: Knowledge) -> None:
    one = facts_of(query("rank", "result", GREEN, years=(2024,)), knowledge)
    several = facts_of(query("rank", "result", GREEN, years=(2019, 2024), cities=("郑州", "许昌")), knowledge)
    assert not isinstance(one, RanksFound)
    assert not isinstance(several, RanksFound)


def test_counted_from_the_lowest_a_smaller_number_is_worse(knowledge: Knowledge) -> None:
    line = first_line(query("rank", "result", GAS, years=(2020, 2022), lowest=True), knowledge)
    assert line.startswith("名次降了13位：洛阳燃气普及率2020年从低到高是第14名（共17个），2022年是第1名（共17个）")


def test_in_english_too(asking: Asking) -> None:
    given = asking("Did Luoyang's rank in road area per person improve between 2019 and 2024?")
    assert given.answer.startswith(
        "Up by 4: in road area per person, Luoyang was number 16 of 17 in 2019 and number 12 of 13 in 2024"
    )


def test_who_is_first_is_told_with_the_own_rank_among_all(knowledge: Knowledge) -> None:
    draft = told(query("extreme", "result", ROAD, years=(2024,)), knowledge)
    assert "洛阳是15.3平方米，排第12" in draft.text
    assert "连存疑的也算进去，洛阳在16个里排第15。" in draft.text


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        (
            "人均道路面积在全省第几，是不是比2020年退步了",
            "名次升了4位：洛阳人均道路面积2020年是第16名（共17个），2024年是第12名（共13个）",
        ),
        (
            "Is the city's rank for road area lower than in 2020?",
            "Up by 4: in road area per person, Luoyang was number 16 of 17",
        ),
        ("2020年人均道路面积全省第几", "第16名，共17个：2020年洛阳人均道路面积是13.4平方米"),
    ],
)
def test_a_rank_held_against_a_year_is_told_of_the_latest_too(asked: str, line: str, asking: Asking) -> None:
    assert asking(asked).answer.startswith(line)


def test_cities_above_a_number_are_listed_where_no_rank_is_asked_for(asking: Asking) -> None:
    told = asking("2022年全省人均道路面积超过20平米的城市列一下").answer
    assert told.startswith("2022年17个里有7个高于20平方米")
    assert ("| 安阳 |" in told, "| 洛阳 |" in told) == (True, False)


@pytest.mark.parametrize("asked", ["洛阳绿地率比所有城市都高，对吗", "洛阳绿地率比其他城市都高，是真的吗"])
def test_to_be_above_all_others_is_to_be_the_first(asked: str, asking: Asking) -> None:
    assert asking(asked).answer.startswith("不是：最高的是鹤壁：2024年建成区绿地率43.3%")

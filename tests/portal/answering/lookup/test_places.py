"""Places: what was asked of one, all of a kind, the nearest, and what the data do not hold."""

import pytest

from portal.answering.facts import Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.place_facts import NearestPlaces, PlaceFacts, PlaceList
from portal.answering.lookup.places import look_up_places
from portal.answering.query import Facet, Operation, SubjectKind
from portal.answering.refusals import Refusal
from tests.portal.answering.conftest import Asking
from tests.portal.answering.things import asked, told


def test_the_fact_asked_for_is_the_first_sentence(knowledge: Knowledge) -> None:
    query = asked("有多少个车位", Operation.VALUE, Facet.COUNT, (SubjectKind.PLACE, "car-park-zhouwangcheng"))
    facts = look_up_places(query, knowledge)
    assert isinstance(facts, PlaceFacts)
    assert facts.fit == 1
    assert told(facts, knowledge).text.startswith("周王城广场地下停车场有128个车位。\n")


def test_what_goes_by_the_name_of_a_place_is_asked_about_itself(knowledge: Knowledge) -> None:
    query = asked("停车场能停多少", Operation.VALUE, Facet.RESULT, (SubjectKind.PLACE, "metro-zhouwangchengguangchang"))
    (station,) = query.subjects
    said = station.model_copy(update={"text": "周王城广场"})
    kinds = query.where.model_copy(update={"kinds": ("car_park",)})
    query = query.model_copy(update={"where": kinds, "subjects": (said,)})
    facts = look_up_places(query, knowledge)
    assert told(facts, knowledge).text.startswith("周王城广场地下停车场有128个车位。\n")


def test_what_nobody_published_is_said_to_be_unknown_and_fits_less(knowledge: Knowledge) -> None:
    query = asked("面积多大", Operation.VALUE, Facet.RESULT, (SubjectKind.PLACE, "park-wangcheng"))
    facts = look_up_places(query, knowledge)
    assert facts.fit < 1
    assert told(facts, knowledge).text.startswith("没有人公布过王城公园的面积，所以不知道。\n")


def test_stations_of_a_line_are_counted_and_named(knowledge: Knowledge) -> None:
    facts = look_up_places(asked("How many stations are on line 1", Operation.COUNT, Facet.COUNT, en=True), knowledge)
    assert isinstance(facts, PlaceList)
    assert len(facts.places) == 19
    assert told(facts, knowledge).text.startswith("The data hold 19 stations on Line 1.")


def test_stations_of_a_line_in_a_district(knowledge: Knowledge) -> None:
    query = asked("1号线哪几个站在这里", Operation.LIST, Facet.TEXT, (SubjectKind.DISTRICT, "410305"))
    text = told(look_up_places(query, knowledge), knowledge).text
    assert text.startswith("数据里1号线在涧西区有 7 个站。")
    assert "谷水站" in text
    assert "红山站" not in text


@pytest.mark.parametrize("words", ["三号线有几个站", "3号线有几个站"])
def test_a_line_the_data_do_not_hold_has_no_stations_and_those_held_are_named(knowledge: Knowledge, words: str) -> None:
    text = told(look_up_places(asked(words, Operation.COUNT, Facet.COUNT), knowledge), knowledge).text
    assert text.startswith("数据里没有3号线的车站。\n数据里有的线路：1号线、2号线。")


def test_a_kind_a_district_has_none_of_is_told_with_how_many_there_are_elsewhere(knowledge: Knowledge) -> None:
    query = asked("图书馆", Operation.LIST, Facet.TEXT, (SubjectKind.DISTRICT, "410324"))
    facts = look_up_places(query, knowledge)
    assert facts.fit < 1
    text = told(facts, knowledge).text
    assert text.startswith("数据里没有栾川县的图书馆或书房；没有收录，不等于没有。")
    assert "目标" not in text


def test_the_largest_is_among_those_with_a_figure_and_the_others_are_counted(knowledge: Knowledge) -> None:
    facts = look_up_places(asked("最大的公园", Operation.EXTREME, Facet.RESULT), knowledge)
    assert isinstance(facts, PlaceList)
    known = [p["area_m2"] for p in facts.places]
    assert known == sorted(known, reverse=True)
    text = told(facts, knowledge).text
    assert f"另有 {facts.unknown} 处没有公布这个数字" in text
    assert facts.places[0]["name"] in text.split("\n")[0]


def test_two_places_are_compared_by_what_both_have(knowledge: Knowledge) -> None:
    two = ((SubjectKind.PLACE, "park-suitang-botanical"), (SubjectKind.PLACE, "park-yishui-qiushi"))
    text = told(look_up_places(asked("哪个大", Operation.COMPARE, Facet.RESULT, *two), knowledge), knowledge).text
    assert text.startswith("隋唐城遗址植物园更大：1,890,000平方米；伊水游园求是段是240,000平方米。")
    assert "| 伊水游园求是段 | 240,000 |" in text


def test_the_nearest_is_given_with_its_distance(knowledge: Knowledge) -> None:
    query = asked("哪里能停车", Operation.NEAREST, Facet.LOCATION, (SubjectKind.PLACE, "metro-zhouwangchengguangchang"))
    facts = look_up_places(query, knowledge)
    assert isinstance(facts, NearestPlaces)
    assert facts.places[0]["id"] == "car-park-zhouwangcheng"
    assert all(p["kind"] == "car_park" for p in facts.places)
    metres = [p["distance_m"] for p in facts.places]
    assert metres == sorted(metres)


def test_a_borrowed_position_gives_no_distance(knowledge: Knowledge) -> None:
    query = asked("附近有公园吗", Operation.NEAREST, Facet.LOCATION, (SubjectKind.PLACE, "metro-mudanguangchang"))
    text = told(look_up_places(query, knowledge), knowledge).text
    assert text.startswith("牡丹公园就在牡丹广场站附近。牡丹公园没有自己的坐标，借用的是附近的位置，量不出距离。")


def test_a_place_without_a_position_cannot_be_measured_from(knowledge: Knowledge) -> None:
    query = asked("附近有停车场吗", Operation.NEAREST, Facet.LOCATION, (SubjectKind.PLACE, "park-nanguan"))
    facts = look_up_places(query, knowledge)
    assert isinstance(facts, Nothing)
    assert facts.why == Refusal.NEAR_UNPLACED
    assert told(facts, knowledge).text.startswith("数据里有南关公园，但没有人公布过它的坐标，所以算不出距离。")


def test_an_unknown_place_gets_what_the_data_hold_of_that_kind_and_never_the_citys_target(knowledge: Knowledge) -> None:
    query = asked("停车场", Operation.VALUE, Facet.LOCATION, unknown=("合成广场",))
    draft = told(look_up_places(query, knowledge), knowledge)
    assert draft.outcome == "refusal"
    assert draft.text.startswith("数据里没有“合成广场”这个地方；没有收录，不等于没有。")
    assert "处停车场：" in draft.text
    assert "目标" not in draft.text
    assert "[12345](tel:12345)" in draft.text


@pytest.mark.parametrize("name", ["3号院[x](http://evil)", "<b>某地</b>", "`某地`", "地" * 40])
def test_a_name_that_could_be_more_than_a_name_is_not_said_again(knowledge: Knowledge, name: str) -> None:
    query = asked("停车场", Operation.VALUE, Facet.LOCATION, unknown=(name,))
    text = told(look_up_places(query, knowledge), knowledge).text
    assert text.startswith("数据里没有您说的这个地方；")
    assert name not in text


def test_a_station_named_after_what_was_asked_is_where_one_stands(knowledge: Knowledge) -> None:
    query = asked("停车场", Operation.NEAREST, Facet.LOCATION, unknown=("上海市场",))
    facts = look_up_places(query, knowledge)
    assert isinstance(facts, NearestPlaces)
    assert facts.origin["name"] == "上海市场站"


def test_positions_are_said_to_be_borrowed(knowledge: Knowledge) -> None:
    text = told(look_up_places(asked("公园坐标准不准", Operation.VALUE, Facet.RELIABILITY), knowledge), knowledge).text
    assert text.startswith("坐标多是近似的：")
    assert "借用邻近参照物" in text


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("哪些停车场是2019年开的", "数据里2019年建成或开放的停车场有 13 处。"),
        ("Which car parks opened in 2019?", "The data hold 13 car parks that opened or were completed in 2019."),
        ("哪些停车场是2016年开的", "数据里没有写明是2016年建成或开放的停车场；没有收录，不等于没有。"),
        ("哪些停车场公布了车位数", "数据里的 17 处停车场，写明了车位（个）的有 1 处。"),
        ("哪些公园没有面积", "数据里的 15 处公园，没有写面积（平方米）的有 9 处。"),
        ("哪些地铁站没有判定在哪个区", "数据里的 33 处地铁站，没有写所在区县的有 5 处。"),
        ("你们收录了哪些游园", "数据里一共有 4 处游园。"),
        ("which pocket parks do you have data on?", "The data hold 4 pocket parks in all."),
    ],
)
def test_places_are_chosen_by_what_is_known_of_them(question: str, first: str, asking: Asking) -> None:
    assert asking(question).answer.startswith(f"{first}\n")


@pytest.mark.parametrize("question", ["停车场的目标有哪些", "哪些停车场的目标没有公布"])
def test_targets_that_go_by_a_kind_of_place_stay_targets(question: str, asking: Asking) -> None:
    assert "新能源车辆充电桩" in asking(question).answer

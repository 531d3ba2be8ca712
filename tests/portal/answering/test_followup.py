"""A conversation keeps its thread."""

import pytest

from portal.answering.models import Answer
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
    assert value in first_line(asking(question, *history))


def first_line(given: Answer) -> str:
    return given.answer.split("\n", 1)[0]


def test_how_a_follow_up_was_understood_is_shown(asking: Asking) -> None:
    given = asking("现在达标了没有", "城市建成区绿地率目标是多少")
    assert given.question == "现在达标了没有"
    assert given.understood == "建成区绿地率：完成没有"


def test_brackets_within_a_name_do_not_cut_it_short(asking: Asking) -> None:
    given = asking("现在建了几所", "每个县（市）的公共卫生医学中心要建几所")
    assert given.understood.startswith("每个县（市）的公共卫生医学中心：")


def test_its_source_text_is_that_of_the_question_before(asking: Asking) -> None:
    given = asking("它的依据原文是什么", "市中心城区新建公共停车场多少个")
    assert first_line(given) == "方案原文是这样写的："
    assert [c.quote for c in given.citations] == ["市中心城区新建公共停车场200个"]


def test_a_follow_up_that_asks_for_a_fee_is_still_refused(asking: Asking) -> None:
    assert asking("停一小时收多少钱", "市中心城区要新建多少个公共停车场").sort == "refuse_price"


KINDS = {
    "another part of the city": [
        (["市中心城区的生活污水集中收集率目标是多少"], "各县呢", "生活污水集中收集率（各县（市）、吉利区）"),
        (["海绵城市在城市区要达标多少"], "县城呢？", "20%"),
    ],
    "another subject, by a bare noun": [
        (["供水普及率达标了吗"], "暖气的呢", "供热普及率"),
        (["建成区绿地率目标是多少"], "那供水呢", "供水普及率的目标是98%以上"),
        (["污水处理率做到没有"], "那燃气怎么样", "做到了：2023年燃气普及率是99.4%"),
        (["What is the target for gas coverage?"], "And heating?", "95%"),
    ],
    "another year": [
        (["人均道路面积2023年是多少"], "上一年呢", "2022年人均道路面积是13.95平方米"),
        (["2022年人均道路面积是多少"], "那后一年呢", "2023年人均道路面积是14.1平方米"),
        (["绿地率达标了吗", "2021年的呢"], "前一年呢？", "2020年建成区绿地率是36.5%"),
        (["What was road area per person in 2023?"], "And the year before?", "13.95 m² in 2022"),
        (["最新的绿地率是多少"], "前一年呢", "2023年建成区绿地率是39.4%"),
        (["绿地率2019年排第几"], "2024年呢", "第11名，共15个：2024年洛阳建成区绿地率是39.7%"),
    ],
    "the years before or after": [
        (["2022年污水处理率是多少"], "那之前呢", "洛阳市污水处理率从2003年的45.1%到2021年的100.004%"),
        (["What was water supply coverage in 2021?"], "and earlier?", "to 96.5% in 2020"),
        (["2022年人均公园绿地面积多少"], "那之后呢", "从2023年的16.3平方米到2024年的17.3平方米"),
    ],
    "the same year": [
        (["2019年集中供热普及率是多少"], "那一年的入网面积有多大？", "2019年洛阳市集中供热入网面积是6708万平方米"),
        (["2021年洛阳的绿地率"], "同一年许昌呢", "2021年许昌建成区绿地率是36.7%"),
        (["许昌2022年的燃气普及率"], "同一年洛阳呢", "2022年燃气普及率是95.7%"),
        (["鹤壁2022年人均公园绿地面积是多少"], "洛阳同一年比它少多少", "鹤壁比洛阳高5.6平方米"),
        (["What was gas coverage in 2022?"], "same year, Zhengzhou?", "Gas coverage in Zhengzhou: 100% (2022)"),
    ],
    "what was spoken of before": [
        (["公共停车场要建多少个", "充电桩呢"], "前一个完成了没", "新建公共停车场"),
        (["2021年的绿地率", "2022年呢"], "前一个是多少来着", "2021年建成区绿地率是38.7%"),
    ],
    "another kind of place": [
        (["洛龙区有什么公园？", "涧西区呢？"], "停车场呢？", "数据里涧西区有 2 处停车场"),
    ],
    "its source": [
        (["绿地率达标了吗"], "来源是哪", "2023年的39.4%（更正值、可靠程度中等）出自"),
        (["供水普及率2023年是多少"], "数据来源呢", "出自"),
        (["人均道路面积达标了吗"], "这个数从哪来的", "2023年的14.1平方米（更正值、可靠程度中等）出自"),
    ],
    "put right": [
        (["绿地率目标是多少"], "不是问目标，问结果", "做到了：2023年建成区绿地率是39.4%"),
        (["绿地率目标是多少"], "我没问目标", "建成区绿地率是39.4%"),
        (["绿地率达标了吗"], "不对，我想知道目标是多少", "建成区绿地率的目标是39%"),
        (["人均道路面积2023年是多少"], "不是2023年，是2021年", "2021年人均道路面积是14.1平方米"),
        (["供水普及率达标了吗"], "不是供水，是燃气", "燃气普及率是99.4%"),
        (["What is the target for the green space ratio?"], "No, the result", "Met: green space ratio"),
    ],
    "the other language": [
        (["绿地率目标是多少"], "What about gas coverage?", "gas coverage"),
        (["Was the green space target met?"], "那燃气普及率呢", "做到了：2023年燃气普及率是99.4%"),
        (["燃气普及率达标了吗"], "and in 2022?", "95.7% in 2022"),
    ],
    "what lies between": [
        (["绿地率2021年是多少", "2022年的呢"], "差了几个点", "建成区绿地率升了0.59个百分点：2021年是38.7%，2022年是39.3%"),
        (["郑州的人均道路面积", "许昌呢"], "两个差多少", "许昌比郑州高27.9平方米"),
        (["Road area per person in 2021?", "and in 2022?"], "by how much did it change", "fell by 0.14 m²"),
        (["2024年绿地率哪个市最高"], "洛阳差它多少", "最高的是"),
    ],
    "what of a figure": [
        (["伊川县有多少人口"], "有几个镇", "伊川县有 15 个街道、镇、乡"),
        (["绿地率达标了吗"], "这数是谁定的，出处呢", "出自"),
    ],
    "which of two": [
        (["供热普及率和燃气普及率目标各是多少"], "哪个要求高", "燃气普及率的目标高，比供热普及率高3个百分点"),
        (["人均公园绿地面积和人均道路面积的目标"], "哪个更高", "人均道路面积的目标高"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("history", "question", "said"),
    [pytest.param(*case, id=f"{kind}: {case[1]}") for kind, cases in KINDS.items() for case in cases],
)
def test_each_kind_of_going_on_is_understood(history: list[str], question: str, said: str, asking: Asking) -> None:
    given = asking(question, *history)
    assert given.kind == "answer"
    assert said.lower() in first_line(given).lower()


def test_what_else_was_published_for_a_year_is_told(asking: Asking) -> None:
    given = asking("换成市里自己公布的那个数", "2016年建成区绿地率年鉴上是多少")
    assert first_line(given).startswith("2016年建成区绿地率是35.2%")
    assert "同一年还公布过：" in given.answer
    assert "2016年底：34.6%" in given.answer


def test_two_questions_side_by_side_are_both_answered(asking: Asking) -> None:
    given = asking("方案对加装电梯怎么说，对物业调解又怎么说")
    assert [c.clause for c in given.citations][:2] == ["3.3.2", "3.3.4"]
    assert "加装电梯" in given.answer
    assert "矛盾纠纷多元调处机制" in given.answer


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many bus routes are there and how much parkland per person was there in 2024?", ["128", "17.3 m²"]),
        ("我是外地的。想查绿地率2024年的数。究竟是多少？数据来源呢？", ["39.7%", "出自"]),
    ],
)
def test_each_of_two_questions_in_one_gets_its_answer(question: str, said: list[str], asking: Asking) -> None:
    given = asking(question)
    assert [s for s in said if s not in given.answer] == []


def test_what_two_parts_of_a_question_share_is_told_once(asking: Asking) -> None:
    assert asking("绿地率2024年是多少了，到39%了没").answer.count("建成区绿地率是39.7%") == 1


@pytest.mark.parametrize(
    "story",
    [
        "我在这儿住了二十年，孩子也大了，今天天气不错，跟邻居聊了半天才想起来问，绿地率2024年到底是多少，说是有更正",
        "门口的老旧小区改造吵了大半年，电梯也没装上，烦得很。算了不说这个，2024年的绿地率你们有数没有",
    ],
)
def test_of_a_story_the_thing_named_last_is_asked_about(story: str, asking: Asking) -> None:
    given = asking(story)
    assert "39.7%" in given.answer
    assert "老旧小区" not in given.answer


@pytest.mark.parametrize(
    ("story", "indicators"),
    [
        (
            "孩子要上学，老人要遛弯，天天堵在路上，说了多少回也没人理。公共停车场要建多少个，绿地率要到多少",
            ["public_car_parks_new", "green_space_rate"],
        ),
        (
            "We moved here last spring, the kids love it. How many public car parks were planned, and what is the target for the green space ratio?",
            ["public_car_parks_new", "green_space_rate"],
        ),
    ],
)
def test_each_question_at_the_end_of_a_story_is_answered(story: str, indicators: list[str], asking: Asking) -> None:
    assert list(dict.fromkeys(f.indicator for f in asking(story).figures if f.kind == "target")) == indicators


def test_of_a_question_without_an_answer_beside_another_it_is_said_so(asking: Asking) -> None:
    given = asking("绿地率要到多少？明天天气怎么样？")
    assert given.answer.startswith("建成区绿地率的目标是39%")
    assert "您问的另一件：" in given.answer


def test_of_a_district_its_people_and_its_towns_are_told(asking: Asking) -> None:
    given = asking("栾川县有多少人，辖几个乡镇")
    assert [said for said in ("327121", "镇 11 个") if said not in given.answer] == []


def test_the_targets_of_a_matter_are_asked_for_as_a_set(asking: Asking) -> None:
    figures = {f.indicator for f in asking("停车方面方案定了几项目标").figures if f.kind == "target"}
    assert figures == {"public_car_parks_new", "parking_spaces_new", "ev_chargers_new", "roadside_parking_spaces"}


def test_the_end_of_a_name_with_a_character_wrong_is_no_name(asking: Asking) -> None:
    assert "国家公交都市" not in asking("要把城市建成哪种示范城市").answer


def test_two_things_asked_of_one_subject_stay_one_question(asking: Asking) -> None:
    assert asking("绿地率目标是多少，完成了没有").figures[0].indicator == "green_space_rate"


def test_a_new_subject_ends_the_old_one(asking: Asking) -> None:
    given = asking("绿地率目标是多少", "公共停车场要建多少个")
    assert [f.indicator for f in given.figures if f.kind == "target"] == ["green_space_rate"]


def test_the_page_looked_at_is_what_it_refers_to(asking: Asking) -> None:
    given = asking("它达标了吗", indicator="road_area_per_capita")
    assert given.figures[0].indicator == "road_area_per_capita"
    assert asking("绿地率呢", indicator="road_area_per_capita").figures[0].indicator == "green_space_rate"


def test_a_question_that_is_complete_on_its_own_is_left_alone(asking: Asking) -> None:
    given = asking("有哪些数据可以下载？", "路灯照明有哪几项指标")
    assert given.sort in {"about", "data"}
    assert given.question == "有哪些数据可以下载?"


def test_a_name_means_what_is_called_so_not_what_is_promised_in_the_same_breath(asking: Asking) -> None:
    given = asking("供水呢？", "供热普及率目标是多少")
    assert [f.indicator for f in given.figures if f.kind == "target"] == ["water_supply_coverage"]


@pytest.mark.parametrize(
    "question",
    [
        *["那县级城市呢？", "它的依据原文是什么", "这个目标达标了吗", "那现在完成了多少", "What about the counties?"],
        *[
            "它达标了吗",
            "2022年呢？",
            "上一年呢",
            "那个指标后来怎么样了",
            "该目标的期限是哪年",
            "刚才那个数是哪来的",
            "那城里呢",
        ],
        *["Is it met?", "Where does that number come from?", "And the year before?", "When is it due?"],
    ],
)
def test_what_points_back_with_nothing_before_it_is_asked_to_be_written_out(question: str, asking: Asking) -> None:
    assert asking(question).sort == "refuse_dangling"


@pytest.mark.parametrize(
    "question",
    [
        *[
            "那停车难怎么解决呢？",
            "还有哪些公园",
            "再生水怎么利用",
            "目标都完成了吗",
            "现在完成得怎么样了",
            "“口径不同”的是哪几项",
        ],
        *["Is it true that 200 car parks are planned?", "What does the plan say about old trees?"],
    ],
)
def test_what_only_sounds_like_going_on_is_answered_on_its_own(question: str, asking: Asking) -> None:
    assert asking(question).kind == "answer"


def test_a_denial_ends_where_it_ends_in_the_question_though_its_year_is_read_in_full(asking: Asking) -> None:
    given = asking("不是21年，22年呢", "2021年的绿地率是多少")
    assert first_line(given).startswith("2022年建成区绿地率是39.3%")


@pytest.mark.parametrize(
    ("history", "question", "begins"),
    [
        ("郑州的人均道路面积", "洛阳呢", "没有做到：2023年人均道路面积是14.1平方米"),
        ("开封2024年的绿地率", "洛阳自己呢？", "2024年建成区绿地率是39.7%"),
        ("郑州和开封的绿地率哪个高", "那洛阳呢", "2024年建成区绿地率：开封40.02%、洛阳39.7%、郑州36.4%"),
        ("郑州的人均道路面积", "和洛阳比呢", "洛阳比郑州高5.2平方米"),
    ],
)
def test_the_own_city_takes_the_others_place_or_joins_them_where_they_are_compared(
    history: str, question: str, begins: str, asking: Asking
) -> None:
    assert first_line(asking(question, history)).startswith(begins)

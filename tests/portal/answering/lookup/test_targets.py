"""What is told of one target, of several and of sets of them."""

import pytest

from portal.answering.facts import Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.target_facts import NotOfPlace, TargetsFound
from portal.answering.query import Claim, Facet, Operation
from portal.answering.refusals import Refusal
from tests.portal.answering.lookup.asked import facts_of, first_line, query, told

ROAD = "road_area_per_capita"


@pytest.mark.parametrize(
    ("facet", "operation", "line"),
    [
        ("status", "value", "没有做到：2023年人均道路面积是14.1平方米（更正值、可靠程度中等），目标是17平方米。"),
        ("target", "value", "人均道路面积的目标是17平方米（到2023年底）。"),
        (
            "result",
            "difference",
            "差2.9平方米：2023年人均道路面积是14.1平方米（更正值、可靠程度中等），目标是17平方米。",
        ),
        ("due", "value", "人均道路面积的期限：到2023年底。"),
        ("responsible", "value", "方案没有写由哪个部门负责人均道路面积；总的分工写在“完善推进机制”（4.1）："),
        ("definition", "value", "方案没有解释“人均道路面积”这个词；目标的原文是："),
    ],
)
def test_the_first_sentence_answers_what_was_asked(knowledge: Knowledge, facet: str, operation: str, line: str) -> None:
    assert first_line(query(operation, facet, ROAD), knowledge) == line


@pytest.mark.parametrize("facet", Facet)
@pytest.mark.parametrize("target", [ROAD, "ev_chargers_new", "tcm_hospital_yibin"])
def test_whatever_is_asked_of_a_target_is_told_with_the_plans_words_or_a_page(
    knowledge: Knowledge, target: str, facet: Facet
) -> None:
    draft = told(query("value", facet.value, target), knowledge)
    assert draft.citations or "](/" in draft.text


def test_what_nobody_has_published_is_said_first(knowledge: Knowledge) -> None:
    text = told(query("value", "status", "ev_chargers_new"), knowledge).text
    assert text.startswith("没有人公布过公共停车场新能源车辆充电桩的完成结果（未公布），所以不知道做到没有。")
    assert "2023（年度任务）：2000个（洛阳市）：年度任务，不是完成结果；为全市充电桩" in text


def test_a_difference_that_was_presupposed_and_does_not_exist(knowledge: Knowledge) -> None:
    line = first_line(query("difference", "result", "water_supply_coverage"), knowledge)
    assert line == "没有差：2023年供水普及率是100%（更正值、可靠程度中等），目标98%以上，超出2个百分点。"
    unknown = first_line(query("difference", "result", "ev_chargers_new"), knowledge)
    assert unknown.startswith("没有人公布过")


def test_a_deadline_the_plan_does_not_state_is_that_of_the_plan(knowledge: Knowledge) -> None:
    line = first_line(query("value", "due", "ev_chargers_new"), knowledge)
    assert line == "原文没有给公共停车场新能源车辆充电桩单列期限，按方案期末算：2023年底。"


def test_a_year_without_a_result_is_told_and_the_latest_named(knowledge: Knowledge) -> None:
    text = told(query("value", "result", ROAD, years=(2025,)), knowledge).text
    assert text.startswith("没有人公布过人均道路面积2025年的数（未公布），所以不知道。")
    assert "最近的数是2024年的：15.3平方米" in text


def test_a_year_later_than_all_data_is_refused_by_its_number(knowledge: Knowledge) -> None:
    found = facts_of(query("value", "result", ROAD, years=(2030,)), knowledge)
    assert isinstance(found, Nothing)
    assert (found.why, found.values) == (Refusal.YEAR, {"years": (2030,)})


def test_a_reason_is_not_guessed(knowledge: Knowledge) -> None:
    text = told(query("explain", "result", "gas_coverage", years=(2021,)), knowledge).text
    assert "96.6%" in text
    assert "公开材料没有说明原因，不能推测。" in text


def test_a_place_the_data_do_not_hold_gets_no_other_places_figure(knowledge: Knowledge) -> None:
    asked = query("value", "result", "green_space_rate", cities=("济源",))
    assert isinstance(facts_of(asked, knowledge), NotOfPlace)
    assert first_line(asked, knowledge) == "没有人公布过济源的建成区绿地率，数据里没有。"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_facet_of_every_target_is_told_from_its_evidence(knowledge: Knowledge, language: str) -> None:
    for indicator in knowledge.indicators:
        for facet in Facet:
            told(query("value", facet.value, indicator, language=language), knowledge)
        for operation in Operation:
            asked = query(operation.value, "result", indicator, language=language)
            if not isinstance(facts_of(asked, knowledge), Nothing):
                told(asked, knowledge)


def test_a_facet_no_target_has_fits_less(knowledge: Knowledge) -> None:
    found = facts_of(query("value", "contact", ROAD), knowledge)
    assert isinstance(found, TargetsFound)
    assert found.fit < facts_of(query("value", "target", ROAD), knowledge).fit


@pytest.mark.parametrize(
    ("where", "operation", "line"),
    [
        ({"status": ("not_met",)}, "list", "{total}项里只有1项没有做到。"),
        ({"status": ("met",)}, "count", "{total}项里{met}项做到了。"),
        ({"clause": "3.5.1"}, "count", "方案里有5项目标写在“加强交通秩序治堵”里。"),
        ({"over": 90.0, "unit": "%"}, "count", "方案里有10项目标按“%”计、高于90。"),
    ],
)
def test_sets_are_counted(knowledge: Knowledge, where: dict[str, object], operation: str, line: str) -> None:
    statuses = [r["status"] for r in knowledge.progress.values()]
    expected = line.format(total=len(statuses), met=statuses.count("met"))
    assert first_line(query(operation, "status", **where), knowledge) == expected


def test_a_share_is_of_all_targets(knowledge: Knowledge) -> None:
    draft = told(query("share", "status", status=("met",)), knowledge)
    statuses = [r["status"] for r in knowledge.progress.values()]
    total, met = len(statuses), statuses.count("met")
    assert draft.text.startswith(f"{total}项里{met}项做到了，占{met / total * 100:.1f}%。")


def test_the_unknown_are_not_called_missed(knowledge: Knowledge) -> None:
    text = told(query("list", "status", status=("not_met",)), knowledge).text
    statuses = [r["status"] for r in knowledge.progress.values()]
    unknown, other = statuses.count("not_published"), statuses.count("not_comparable")
    assert f"另外{unknown}项没有人公布结果，{other}项不能比较，不能判断做到没有。" in text


def test_a_count_that_was_claimed_is_put_right(knowledge: Knowledge) -> None:
    claim = Claim(about="result", value=44)
    line = first_line(query("check", "status", status=("not_met",), claim=claim), knowledge)
    assert line == f"不对：{len(knowledge.indicators)}项里没有做到的有1项。"


def test_how_many_of_those_named_are_met(knowledge: Knowledge) -> None:
    named = ("water_supply_coverage", "gas_coverage", "heating_coverage", "sewage_treatment_rate")
    assert first_line(query("count", "status", *named, status=("met",)), knowledge) == "4项里3项做到了。"


def test_the_farthest_from_its_target_is_of_those_that_can_be_compared(knowledge: Knowledge) -> None:
    text = told(query("extreme", "status"), knowledge).text
    assert text.startswith("差得最多的是人均道路面积：2023年14.1平方米（更正值、可靠程度中等），目标17平方米。")
    assert "能比较的只有" in text


def test_targets_changed_later_come_from_later_documents(knowledge: Knowledge) -> None:
    text = told(query("list", "target", text="哪些目标后来被调低或者推迟了"), knowledge).text
    assert "人均道路面积" in text
    assert "海绵城市" in text


def test_clauses_without_a_number(knowledge: Knowledge) -> None:
    text = told(query("list", "target", text="哪些条款没有量化指标", about="clause"), knowledge).text
    assert "（[3.3.6]" in text
    assert "（[3.5.1]" not in text


def test_of_several_targets_nobody_published_results_of_that_is_said_first(knowledge: Knowledge) -> None:
    asked = query("list", "result", "waste_sorting_coverage", "waste_recycling_rate")
    assert first_line(asked, knowledge) == "这2项目标都没有人公布过结果："


def test_targets_of_different_units_are_not_ranked(knowledge: Knowledge) -> None:
    assert first_line(query("compare", "target", ROAD, "pocket_parks"), knowledge).startswith("单位不同，不能比大小")
    pair = ("sewage_treatment_rate", "sewage_collection_rate_central")
    line = first_line(query("compare", "target", *pair), knowledge)
    assert line == "污水处理率的目标高，比生活污水集中收集率（中心城市区）高18个百分点。"

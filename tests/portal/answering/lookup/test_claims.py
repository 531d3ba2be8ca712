"""Yes and no are said only of what was asked, and never wrongly: every target, both languages."""

import datetime

import pytest

from portal.answering.knowledge import Knowledge
from portal.answering.query import Claim
from tests.portal.answering.lookup.asked import first_line, query, told

YES = ("是的：", "对：", "对，", "Yes: ", "That is right")
NO = ("不是：", "不对：", "不对，", "No: ", "That is not right")
DONE = ("做到了：", "Met: ", "Done: ")
MISSED = ("没有做到：", "Not met: ")


def _word(line: str) -> str | None:
    for said, beginnings in (("no", NO), ("yes", YES), ("missed", MISSED), ("done", DONE)):
        if line.startswith(beginnings):
            return said
    return None


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("negated", [False, True])
def test_a_target_is_confirmed_or_denied_as_the_plan_has_it(knowledge: Knowledge, language: str, negated: bool) -> None:
    for indicator, row in knowledge.indicators.items():
        if row["target"] is None:
            continue
        for value, holds in ((row["target"], True), (row["target"] + 7.5, False), (row["target"] * 3, False)):
            claim = Claim(about="target", value=value, unit=row["unit"], negated=negated)
            line = first_line(query("check", "target", indicator, claim=claim, language=language), knowledge)
            # Where the plan's own words are a range or can be read in two ways there is neither yes nor no.
            open_words = "-" in row["target_text"] or "歧义" in (row["note"] or "")
            expected = {None} if open_words and holds else {"yes" if holds is not negated else "no"}
            assert _word(line) in expected, (indicator, value, line)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_another_year_than_the_one_it_is_due_is_denied(knowledge: Knowledge, language: str) -> None:
    for indicator, row in knowledge.indicators.items():
        claim = Claim(about="target", value=row["target"])
        other = first_line(
            query("check", "target", indicator, claim=claim, years=(2025,), language=language), knowledge
        )
        assert row["due"] == datetime.date(2023, 12, 31)
        assert _word(other) == "no", (indicator, other)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_unit_of_another_kind_is_denied(knowledge: Knowledge, language: str) -> None:
    claim = Claim(about="target", value=330, unit="%")
    assert (
        _word(first_line(query("check", "target", "pocket_parks", claim=claim, language=language), knowledge)) == "no"
    )
    same_kind = Claim(about="target", value=330, unit="个")
    line = first_line(query("check", "target", "pocket_parks", claim=same_kind, language=language), knowledge)
    assert _word(line) == "yes"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("negated", [False, True])
@pytest.mark.parametrize("with_number", [False, True])
def test_a_result_is_confirmed_or_denied_only_where_one_is_published(
    knowledge: Knowledge, language: str, negated: bool, with_number: bool
) -> None:
    for indicator, row in knowledge.indicators.items():
        status = knowledge.progress[indicator]["status"]
        value = row["target"] if with_number else None
        claim = Claim(about="result", value=value, unit=row["unit"] if value else None, negated=negated)
        line = first_line(query("check", "result", indicator, claim=claim, language=language), knowledge)
        if status not in {"met", "not_met"}:
            assert _word(line) is None, (indicator, line)
            continue
        reached = status == "met"
        if negated and value is not None:
            assert _word(line) == ("no" if reached else "yes"), (indicator, line)
        else:
            assert _word(line) == ("done" if reached else "missed"), (indicator, line)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_number_that_is_neither_target_nor_result_is_never_affirmed(knowledge: Knowledge, language: str) -> None:
    for indicator, row in knowledge.indicators.items():
        if row["target"] is None:
            continue
        for value in (row["target"] * 1.37 + 0.11, row["target"] * 0.61 + 0.013):
            for about in ("target", "result"):
                claim = Claim(about=about, value=value)  # type: ignore[arg-type]
                line = first_line(query("check", about, indicator, claim=claim, language=language), knowledge)
                assert _word(line) in {"no", None}, (indicator, value, line)


@pytest.mark.parametrize(
    ("claim", "years", "beginning"),
    [
        (
            Claim(about="result", value=17),
            (),
            "没有做到：2023年人均道路面积是14.1平方米（更正值、可靠程度中等），目标是17平方米。",
        ),
        (Claim(about="result", value=14.1), (), "是的：2023年人均道路面积是14.1平方米（更正值、可靠程度中等）。"),
        (
            Claim(about="result", value=14.01),
            (),
            "公布的不是正好这个数，2023年人均道路面积是14.1平方米（更正值、可靠程度中等）",
        ),
        (
            Claim(about="result", value=16, relation="at_least"),
            (),
            "不是：2023年人均道路面积是14.1平方米（更正值、可靠程度中等）。",
        ),
        (Claim(about="result", value=17, relation="at_least"), (2024,), "没有做到：2024年人均道路面积是15.3平方米"),
        (Claim(about="target", value=17, relation="at_most"), (), "不是：方向要看清"),
        (Claim(about="target", value=15, relation="at_least"), (), "方案写的是："),
    ],
)
def test_claims_about_one_target(knowledge: Knowledge, claim: Claim, years: tuple[int, ...], beginning: str) -> None:
    line = first_line(query("check", claim.about, "road_area_per_capita", claim=claim, years=years), knowledge)
    assert line.startswith(beginning)


def test_the_number_of_another_scope_is_named_for_what_it_is(knowledge: Knowledge) -> None:
    claim = Claim(about="result", value=329, unit="处")
    text = told(query("check", "result", "pocket_parks", claim=claim), knowledge).text
    assert text.startswith("中心城区游园数量2023年可以比较的结果未公布（没有人公布过")
    assert "您说的这个数公布过，说的是：" in text
    assert "329处" in text


def test_a_sentence_that_can_be_read_in_two_ways_gets_neither_yes_nor_no(knowledge: Knowledge) -> None:
    claim = Claim(about="target", value=28000, unit="个")
    text = told(query("check", "target", "roadside_parking_spaces", claim=claim), knowledge).text
    assert text.startswith("这句原文有歧义")
    assert "不读作“新增28000个”" in text


def test_a_claim_about_targets_of_which_only_one_is_so(knowledge: Knowledge) -> None:
    claim = Claim(about="target", value=80, unit="%")
    asked = query("check", "target", "sewage_collection_rate_central", "sewage_collection_rate_counties", claim=claim)
    text = told(asked, knowledge).text
    assert text.startswith("方案按范围分别规定：")
    assert "80%" in text
    assert "70%" in text

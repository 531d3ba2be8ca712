"""What the published figures say of themselves: how far each may be relied on, what must be said beside it, and nothing left unsaid."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from portal.publication.store import Store

Row = dict[str, Any]

# A note that leans on the row above it, or only says that the row is background, tells nothing where it is read alone.
LEANING = re.compile("上条|上行|上一行|下一行|同上|如上|前一条|^(背景|背景数|非方案指标|非方案量化指标)$")
TABLES = ("observations", "background_figures")


@pytest.fixture(scope="module")
def rows(store: Store) -> Callable[[str], list[Row]]:
    return lambda table: store.rows(f'SELECT * FROM "{table}"')


@pytest.fixture(scope="module")
def observed(store: Store) -> Callable[[str], Row]:
    by_id = {r["id"]: r for r in store.rows("SELECT * FROM observations")}
    return by_id.__getitem__


@pytest.mark.parametrize("table", TABLES)
def test_a_retabulation_nobody_compared_with_the_volumes_is_never_high(
    rows: Callable[[str], list[Row]], table: str
) -> None:
    yearbook = [r for r in rows(table) if r["source"].startswith("mohurd-yearbook")]
    assert len(yearbook) >= 25
    assert {r["reliability"] for r in yearbook} == {"medium"}
    assert [r["id"] for r in yearbook if "没有与年鉴原书核对" not in r["caveat"]] == []


def test_no_yearbook_source_is_high_and_the_comparison_of_cities_says_the_same(
    rows: Callable[[str], list[Row]],
) -> None:
    named = {r["id"]: r["reliability"] for r in rows("sources")}
    assert {level for source, level in named.items() if source.startswith("mohurd-yearbook")} == {"medium"}
    assert [r for r in rows("city_comparison") if r["reliability"] != named[r["source"]]] == []


@pytest.mark.parametrize("table", TABLES)
def test_what_is_not_high_says_why_beside_the_figure(rows: Callable[[str], list[Row]], table: str) -> None:
    assert [r["id"] for r in rows(table) if r["reliability"] != "high" and not r["caveat"]] == []


@pytest.mark.parametrize("table", TABLES)
def test_the_corrected_values_are_those_of_the_shifted_year(rows: Callable[[str], list[Row]], table: str) -> None:
    corrected = {r["id"] for r in rows(table) if r["corrected"]}
    assert corrected == {r["id"] for r in rows(table) if r["source"] == "mohurd-yearbook-2023"}
    assert [r["id"] for r in rows(table) if r["corrected"] and "更正值" not in r["caveat"]] == []


def test_a_verdict_that_hangs_on_one_corrected_row_says_so(observed: Callable[[str], Row]) -> None:
    assert "2022年为95.74%，低于目标98%" in observed("gas_coverage-2023-yearbook")["caveat"]
    green, park = (observed(f"{i}-2023-yearbook")["caveat"] for i in ("green_space_rate", "park_green_area_per_capita"))
    assert "2016年年鉴为35.23%，市里公布34.58%" in green
    assert "2016年年鉴为10.46平方米，市里公布11.01平方米" in park


@pytest.mark.parametrize("table", [*TABLES, "projects", "places", "indicators"])
def test_every_note_can_be_read_alone(rows: Callable[[str], list[Row]], table: str) -> None:
    assert [(r["id"], r["note"]) for r in rows(table) if r["note"] and LEANING.search(r["note"])] == []


def test_every_source_has_a_title_or_says_that_none_was_seen(rows: Callable[[str], list[Row]]) -> None:
    assert [r["id"] for r in rows("sources") if not r["title"]] == []
    fragments = [r["id"] for r in rows("sources") if "……" in r["title"] and not r["title"].startswith("（标题未见")]
    assert fragments == []


@pytest.mark.parametrize("name", ["tcm-hospital-yibin", "yibin-hospital"])
def test_an_identity_no_report_states_is_called_an_inference(rows: Callable[[str], list[Row]], name: str) -> None:
    (project,) = (r for r in rows("projects") if r["id"] == name)
    assert "推断" in project["note"]
    assert project["reliability"] == "medium"
    told = [
        r
        for r in rows("observations")
        if r["indicator"] == name.replace("-", "_") or r["indicator"] == "tcm_hospital_yibin"
    ]
    assert [r["id"] for r in told if "推断" not in r["caveat"]] == []


def test_a_state_reported_long_ago_begins_with_its_date(rows: Callable[[str], list[Row]]) -> None:
    (centre,) = (r for r in rows("projects") if r["id"] == "west-henan-public-health-centre")
    assert centre["status_text"].startswith("2021-01-15在建")


def test_the_two_names_of_heating_coverage_are_not_said_to_differ(rows: Callable[[str], list[Row]]) -> None:
    (target,) = (r for r in rows("indicators") if r["id"] == "heating_coverage")
    assert "统计内容不同" not in target["note"]
    heating = [r for r in rows("observations") if r["indicator"] == "heating_coverage"]
    assert [r["id"] for r in heating if "只计集中供热" in r["comparable_reason"]] == []


def test_five_parks_would_meet_a_target_of_four(rows: Callable[[str], list[Row]]) -> None:
    (parks,) = (r for r in rows("indicators") if r["id"] == "vein_industry_parks")
    assert (parks["direction"], parks["target"]) == ("at_least", 4.0)


def test_the_renovation_of_old_compounds_has_its_figures_and_its_later_date(rows: Callable[[str], list[Row]]) -> None:
    own = {r["id"]: r for r in rows("observations") if r["indicator"] == "old_community_renovation"}
    assert own["old_community_renovation-2025-target"]["kind"] == "later_target"
    assert own["old_community_renovation-2025-10-total"]["value"] == 2769.0
    assert own["old_community_renovation-2025-08-total"]["value"] == 2659.0
    households = [r for r in rows("background_figures") if r["related_indicator"] == "old_community_renovation"]
    assert 219536.0 in [r["value"] for r in households]
    assert not [r["id"] for r in households if r["comparable"]]


def test_the_plan_is_cited_with_issuer_and_date_of_the_reprint_and_no_number(store: Store) -> None:
    (plan,) = (d for d in store.manifest.documents if d["id"] == store.manifest.site.plan)
    assert (plan["issuer"], plan["date"], plan["number"]) == ("洛阳市人民政府办公室", "2021-02-18", "")
    assert "itemid=17578" in plan["source"]

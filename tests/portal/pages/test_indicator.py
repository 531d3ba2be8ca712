"""指标 tells one target as promise, result, evidence and caveats, and never passes a plan off as a result."""

import json
import re

import pytest

from portal.publication.store import Store
from tests.portal.pages.conftest import Open


def test_promise_result_and_what_came_before_and_after(visit: Open) -> None:
    page = visit("indicator", id="road_area_per_capita")
    assert not page.app.exception
    for words in ("城市人均道路面积达到17平方米", "到期结果（2023 年）", "14.1 平方米", "15.3 平方米", "13.4 平方米"):
        assert words in page.text
    assert '<span class="badge is-not_met">' in page.html
    assert "未达标" in page.text


def test_the_quote_links_to_its_exact_place_in_the_clause(visit: Open) -> None:
    page = visit("indicator", id="road_area_per_capita")
    assert "/policy?clause=2&span=173-188" in page.links()


def test_a_later_weaker_target_is_named_as_such(visit: Open) -> None:
    page = visit("indicator", id="road_area_per_capita")
    assert "后来的目标放低了。 后来的文件提出：16 平方米（2025（规划目标），洛阳市）。" in page.text
    assert "<del>17平方米（到2023年底）</del> → <ins>16 平方米（2025（规划目标））</ins>" in page.html
    assert "城市道路网密度达到8.6千米/平方千米,人均道路面积16平方米" in page.text


def test_annual_tasks_and_later_targets_stand_apart_from_results(visit: Open) -> None:
    page = visit("indicator", id="ev_chargers_new")
    assert "这些是打算做的，不是做成的，不参与判断。" in page.text
    table = page.html[page.html.index("is-plan") :]
    assert table.count("年度任务") >= 2
    assert "没有人公布过可以和目标比的结果" in page.text


def test_figures_in_another_scope_say_why_they_cannot_be_compared(visit: Open) -> None:
    page = visit("indicator", id="pocket_parks")
    assert "有数字，但不能和目标比" in page.text
    assert "方案指标是2023年中心城区的存量" in page.text


def test_results_are_drawn_with_unit_target_and_a_table_twin(visit: Open) -> None:
    page = visit("indicator", id="green_space_rate")
    (chart, *_) = page.app.get("vega_lite_chart")
    spec = json.dumps(json.loads(chart.proto.spec), ensure_ascii=False)
    assert "数值（%）" in spec
    assert "年份" in spec
    assert "39.353%" in page.text


def test_observations_can_be_downloaded_filtered(visit: Open) -> None:
    links = visit("indicator", id="green_space_rate").links()
    assert "/api/v1/datasets/observations.csv?filter.indicator=green_space_rate&bom=1" in links
    assert "/api/v1/datasets/observations.xlsx?filter.indicator=green_space_rate" in links


@pytest.mark.parametrize("wanted", ["no_such_thing", "<script>alert(1)</script>", "' OR 1=1 --"])
def test_an_unknown_target_gets_a_sentence_and_a_way_on(visit: Open, wanted: str) -> None:
    page = visit("indicator", id=wanted)
    assert f"没有编号为“{wanted}”的目标。" in page.text
    assert "<script>alert" not in page.html
    assert not page.app.exception


@pytest.mark.slow
def test_every_target_has_a_page_that_opens(visit: Open, shared: object) -> None:
    from portal.services import Services
    from portal.ui.page_data import targets

    assert isinstance(shared, Services)
    store = shared.publications.current()
    for row in targets(store.version, store):
        page = visit("indicator", id=row["id"])
        assert row["quote"] in page.text
        assert 'class="failure"' not in page.html


def test_the_chart_can_be_taken_as_a_picture_and_embedded(visit: Open) -> None:
    page = visit("indicator", id="road_area_per_capita")
    assert {"/chart/road_area_per_capita.png", "/chart/road_area_per_capita.svg"} <= set(page.links())
    (code,) = page.app.code
    assert "/embed/road_area_per_capita" in code.value
    assert code.value.startswith("<iframe src=")
    assert "/chart/heating_coverage.png" not in visit("indicator", id="heating_coverage").links()


def test_related_projects_and_places_are_named_with_what_they_are_worth(visit: Open) -> None:
    page = visit("indicator", id="pocket_parks")
    assert "公园 10 处 其中 5 处有坐标" in page.text
    assert "有出处的场所，不是全量名单，个数不能当作完成结果。" in page.text
    assert "/data?dataset=places&filter.kind=pocket_park" in page.links()
    hospital = visit("indicator", id="yibin_hospital")
    assert "/projects?project=yibin-hospital" in hospital.links()
    assert "数据里的相关场所" not in hospital.text


def test_the_chart_is_told_in_words(visit: Open) -> None:
    (chart, *_) = visit("indicator", id="road_area_per_capita").app.get("vega_lite_chart")
    assert chart.proto.alt.startswith(
        "人均道路面积历年结果折线图，虚线为方案目标 17平方米。到期结果：14.1 平方米（2023）。"
    )


def test_in_english_the_datas_own_words_are_english(visit: Open) -> None:
    page = visit("indicator", id="parking_spaces_new", lang="en")
    assert '<span class="value">45,000</span>' in page.html
    assert "Published: more than 40,000 (by 2025-10), but it cannot be compared with the target" in page.text
    assert "Scope: the central urban area of the city" in page.text
    assert '<td data-label="Scope">Luolong District of Luoyang</td>' in page.html
    page = visit("indicator", id="road_area_per_capita", lang="en")
    assert "<del>17 m² (by the end of 2023)</del> → <ins>16 m² (2025, planned target)</ins>" in page.html
    (chart, *_) = page.app.get("vega_lite_chart")
    assert "Value (m²)" in json.dumps(json.loads(chart.proto.spec), ensure_ascii=False)


@pytest.mark.slow
def test_in_english_no_target_is_left_with_chinese_words(visit: Open, store: Store) -> None:
    for row in store.rows("SELECT id FROM indicators"):
        page = visit("indicator", id=row["id"], lang="en")
        own = re.sub(r'<(blockquote|q) lang="zh-CN">.*?</\1>|<span class="source">.*?</span></span>', "", page.html)
        lead, figures = own[own.index('class="lead"') :], own[own.index('class="figures"') :]
        for part in (lead[: lead.index("</div>")], *re.findall(r'<span class="value">(.*?)</span>', figures)):
            assert not re.search("[\u4e00-\u9fff]", part), (row["id"], part)


def test_other_cities_stand_beside_the_own_one_where_a_table_holds_them(visit: Open) -> None:
    page = visit("indicator", id="road_area_per_capita")
    assert "2024年，洛阳15.34平方米，在13个里排第12（从高到低）。" in page.text
    assert "/compare?measure=road_area_per_capita&dataset=city-comparison" in page.links()
    charts = [json.dumps(json.loads(c.proto.spec), ensure_ascii=False) for c in page.app.get("vega_lite_chart")]
    assert len(charts) == 2
    assert "信阳（存疑）" in charts[1]
    assert "和别的城市比" not in visit("indicator", id="parking_spaces_new").text


def test_the_verdict_is_the_first_sentence(visit: Open) -> None:
    html = visit("indicator", id="road_area_per_capita").html
    assert '<p class="news">到期结果 14.1 平方米（2023），没有达到目标“17平方米”。</p>' in html

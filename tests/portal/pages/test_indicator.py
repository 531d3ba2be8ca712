"""指标 tells one target as promise, result, evidence and caveats, and never passes a plan off as a result."""

import json

import pytest

from portal.services import Services
from tests.portal.pages.conftest import Open


@pytest.fixture
def shared(city_services: Services) -> Services:
    return city_services


def test_promise_result_and_what_came_before_and_after(visit: Open) -> None:
    page = visit("indicator", id="synthetic_road_area")
    assert not page.app.exception
    for words in ("合成道路人均面积达到12平方米", "到期结果（2023 年）", "9.8平方米", "10.3平方米", "8.9平方米"):
        assert words in page.text
    assert '<span class="badge is-not_met">' in page.html
    assert "未达标" in page.text


def test_the_quote_links_to_its_exact_place_in_the_clause(visit: Open) -> None:
    page = visit("indicator", id="synthetic_road_area")
    assert "/policy?clause=1&span=35-50" in page.links()


def test_a_later_weaker_target_is_named_as_such(visit: Open) -> None:
    page = visit("indicator", id="synthetic_road_area")
    assert "后来的目标放低了。 后来的文件提出：11平方米（2025（规划目标），合成市）。" in page.text
    assert "<del>12平方米（到2023年底）</del> → <ins>11平方米（2025（规划目标））</ins>" in page.html
    assert "到2025年合成道路人均面积11平方米" in page.text


def test_annual_tasks_and_later_targets_stand_apart_from_results(visit: Open) -> None:
    page = visit("indicator", id="synthetic_chargers")
    assert "这些是打算做的，不是做成的，不参与判断。" in page.text
    table = page.html[page.html.index("is-plan") :]
    assert table.count("年度任务") >= 3
    assert "没有人公布过可以和目标比的结果" in page.text


def test_figures_in_another_scope_say_why_they_cannot_be_compared(visit: Open) -> None:
    page = visit("indicator", id="synthetic_pocket_parks")
    assert "有数字，但不能和目标比" in page.text
    assert "目标是中心城区的存量" in page.text


def test_results_are_drawn_with_unit_target_and_a_table_twin(visit: Open) -> None:
    page = visit("indicator", id="synthetic_green_rate")
    (chart, *_) = page.app.get("vega_lite_chart")
    spec = json.dumps(json.loads(chart.proto.spec), ensure_ascii=False)
    assert "数值（%）" in spec
    assert "年份" in spec
    assert "39.353%" in page.text


def test_observations_can_be_downloaded_filtered(visit: Open) -> None:
    links = visit("indicator", id="synthetic_green_rate").links()
    assert "/api/v1/datasets/observations.csv?filter.indicator=synthetic_green_rate&bom=1" in links
    assert "/api/v1/datasets/observations.xlsx?filter.indicator=synthetic_green_rate" in links


@pytest.mark.parametrize("wanted", ["no_such_thing", "<script>alert(1)</script>", "' OR 1=1 --"])
def test_an_unknown_target_gets_a_sentence_and_a_way_on(visit: Open, wanted: str) -> None:
    page = visit("indicator", id=wanted)
    assert f"没有编号为“{wanted}”的目标。" in page.text
    assert "<script>alert" not in page.html
    assert not page.app.exception


def test_the_chart_can_be_taken_as_a_picture_and_embedded(visit: Open) -> None:
    page = visit("indicator", id="synthetic_road_area")
    assert {"/chart/synthetic_road_area.png", "/chart/synthetic_road_area.svg"} <= set(page.links())
    *_, code = page.app.code
    assert "/embed/synthetic_road_area" in code.value
    assert code.value.startswith("<iframe src=")
    assert "/chart/synthetic_facilities.png" not in visit("indicator", id="synthetic_facilities").links()


def test_related_projects_and_places_are_named_with_what_they_are_worth(visit: Open) -> None:
    page = visit("indicator", id="synthetic_pocket_parks")
    assert "公园 6 处 其中 4 处有坐标" in page.text
    assert "有出处的场所，不是全量名单，个数不能当作完成结果。" in page.text
    assert "/data?dataset=places&filter.kind=pocket_park" in page.links()
    hospital = visit("indicator", id="synthetic_hospital")
    assert "/projects?project=synthetic-hospital" in hospital.links()
    assert "数据里的相关场所" not in hospital.text


def test_the_chart_is_told_in_words(visit: Open) -> None:
    (chart, *_) = visit("indicator", id="synthetic_road_area").app.get("vega_lite_chart")
    assert chart.proto.alt.startswith(
        "合成道路人均面积历年结果折线图，虚线为方案目标 12平方米。到期结果：9.8平方米（2023）。"
    )


def test_in_english_the_datas_own_words_are_english(visit: Open) -> None:
    page = visit("indicator", id="synthetic_parking_spaces", lang="en")
    assert '<span class="value">500</span>' in page.html
    assert "Published: more than 400 (by 2025-10), but it cannot be compared with the target" in page.text
    assert "Scope: the synthetic centre" in page.text
    assert '<td data-label="Scope">Synthetic East of Synthetic City</td>' in page.html
    page = visit("indicator", id="synthetic_road_area", lang="en")
    assert "<del>12 m² (by the end of 2023)</del> → <ins>11 m² (2025, planned target)</ins>" in page.html
    (chart, *_) = page.app.get("vega_lite_chart")
    assert "Value (m²)" in json.dumps(json.loads(chart.proto.spec), ensure_ascii=False)


def test_other_cities_stand_beside_the_own_one_where_a_table_holds_them(visit: Open) -> None:
    page = visit("indicator", id="synthetic_road_area")
    assert "2024年，合成市10.33平方米，在4个里排第3（从高到低）。" in page.text
    assert "/compare?measure=synthetic_road_area&dataset=city-comparison" in page.links()
    assert len(page.app.get("vega_lite_chart")) == 1
    assert '<li class="is-own"><span>合成市</span>' in page.html
    assert '<li class="is-doubtful"><span>合成乙市（存疑）</span>' in page.html
    assert "和别的城市比" not in visit("indicator", id="synthetic_parking_spaces").text


def test_the_verdict_is_the_first_sentence(visit: Open) -> None:
    html = visit("indicator", id="synthetic_road_area").html
    assert '<p class="news">到期结果 9.8平方米（2023），没有达到目标“12平方米”。</p>' in html


def test_a_target_is_cited_with_its_version_and_its_address(visit: Open, shared: Services) -> None:
    version = shared.publications.current().version
    cited = [code.value for code in visit("indicator", id="synthetic_road_area").app.code]
    assert any("合成道路人均面积（" in text and f"）: 版本 {version}[DS" in text for text in cited)
    assert any(text.endswith("/indicator?id=synthetic_road_area") for text in cited)
    english = [code.value for code in visit("indicator", id="synthetic_road_area", lang="en").app.code]
    assert any(f"(Version {version}) [Data set" in text for text in english)

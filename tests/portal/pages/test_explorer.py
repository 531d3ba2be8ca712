"""数据: search, filters, sorting and pages live in the address; downloads, citation and linked data say the same."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

import portal.services
from portal.api.app import create_api
from portal.publication.store import Store
from portal.services import Services
from portal.texts.interface import use
from portal.ui.html_document import document
from tests.portal.pages.conftest import Open, Visit


@pytest.fixture
def shared(city_services: Services) -> Services:
    return city_services


@pytest.fixture
def store(city: Store) -> Store:
    return city


def _ids(page: Visit) -> list[str]:
    """The first cells of the rows shown."""
    table = page.html[page.html.index('class="table is-wide"') :]
    return re.findall(r"<tr><td>(.*?)</td>", table[: table.index("</table>")])


def _download(page: Visit, extension: str) -> str:
    return next(h for h in page.links() if f".{extension}" in h and h.startswith("/api/v1/datasets/"))


def test_the_list_is_searched_by_description_columns_and_rows(visit: Open) -> None:
    page = visit("data", q="合成儿童医院")
    assert "/data?dataset=projects&q=%E5%90%88%E6%88%90%E5%84%BF%E7%AB%A5%E5%8C%BB%E9%99%A2" in page.links()
    assert "/data?dataset=districts" not in page.links()
    assert "没有数据集含有“火星基地”。" in visit("data", q="火星基地").text


def test_an_address_with_filters_opens_filtered_and_says_so(visit: Open) -> None:
    page = visit("data", **{"dataset": "observations", "filter.indicator": "synthetic_green_rate", "order": "-value"})
    assert _ids(page) == [f"synthetic_green_rate-{year}" for year in range(2024, 2015, -1)]
    assert "指标 等于 synthetic_green_rate" in page.text
    assert "排序：-value" in page.text
    assert "/data?dataset=observations" in page.links()


def test_downloads_carry_what_the_view_shows_and_hold_exactly_that(visit: Open, shared: Services) -> None:
    page = visit(
        "data", **{"dataset": "observations", "filter.kind": "actual", "filter.value__ge": "20", "q": "没有与合成年鉴"}
    )
    csv = _download(page, "csv")
    assert dict(parse_qsl(urlsplit(csv).query)) == {
        "filter.kind": "actual",
        "filter.value__ge": "20",
        "q": "没有与合成年鉴",
        "bom": "1",
    }
    client = TestClient(create_api(lambda: shared))
    lines = client.get(csv).text.splitlines()
    (count,) = re.findall(r"共 (\d+) 行", page.text)
    zipped = client.get(_download(page, "zip"))
    assert len(lines) - 1 == int(count) == 15
    assert zipped.headers["content-type"] == "application/zip"


def test_one_filter_is_taken_off_or_all_of_them(visit: Open) -> None:
    page = visit("data", **{"dataset": "observations", "filter.kind": "actual", "q": "合成", "offset": "20"})
    chips = re.findall(r'class="chip is-active" href="([^"]*)"', page.html)
    assert [dict(parse_qsl(urlsplit(c.replace("&amp;", "&")).query)) for c in chips] == [
        {"dataset": "observations", "q": "合成"},
        {"dataset": "observations", "filter.kind": "actual"},
    ]
    assert re.search(r'href="/data\?dataset=observations"[^>]*class="reset"', page.html)


def test_a_filter_is_added_from_the_form_and_lands_in_the_address(visit: Open) -> None:
    page = visit("data", dataset="observations", offset="20")
    page.app.selectbox(key="filter_column_observations").set_value("value").run()
    page.app.selectbox(key="filter_operator_observations_value").set_value("ge").run()
    page.app.text_input(key="filter_value_observations_value").set_value("50")
    page.app.button(key="filter_add").click().run()
    assert page.app.query_params["filter.value__ge"] == "50"
    assert "offset" not in page.app.query_params
    assert "数值 不小于 50" in page.text


def test_a_filter_that_cannot_be_is_a_sentence_and_changes_nothing(visit: Open) -> None:
    page = visit("data", dataset="observations")
    page.app.selectbox(key="filter_column_observations").set_value("value").run()
    page.app.text_input(key="filter_value_observations_value").set_value("很多")
    page.app.button(key="filter_add").click().run()
    assert "参数 filter.value 的值“很多”不能用：字段 value 要求数字。" in page.text
    assert "filter.value" not in page.app.query_params


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"filter.nope": "1"}, "没有字段“nope”"),
        ({"limit": "9999"}, "应为 0 到 200 的整数。"),
        ({"order": "<script>alert(1)</script>"}, "没有字段“<script>alert(1)</script>”"),
        ({"offset": "-1"}, "应为 0 到 9223372036854775807 的整数。"),
    ],
)
def test_an_address_that_cannot_be_is_a_sentence_with_a_way_out(
    visit: Open, query: dict[str, str], sentence: str
) -> None:
    page = visit("data", dataset="observations", **query)
    assert sentence in page.text
    assert "<script>alert" not in page.html
    assert "/data?dataset=observations" in page.links()
    assert 'class="failure"' not in page.html


def test_rows_are_sorted_by_their_headings_and_turned_page_by_page(visit: Open, store: Store) -> None:
    page = visit("data", dataset="observations")
    assert "/data?dataset=observations&order=value" in page.links()
    assert "/data?dataset=observations&offset=20" in page.links()
    page = visit("data", dataset="observations", order="value", offset="20")
    assert 'aria-sort="ascending"' in page.html
    assert "/data?dataset=observations&order=-value" in page.links()
    assert "/data?dataset=observations&order=value" in page.links()
    wanted = store.rows("SELECT id FROM observations ORDER BY value NULLS LAST, id LIMIT 20 OFFSET 20")
    assert _ids(page) == [r["id"] for r in wanted]


def test_numbers_of_several_units_are_not_drawn_on_one_axis(visit: Open) -> None:
    page = visit("data", dataset="observations")
    assert "不能画在同一个轴上" in page.text
    assert not page.app.get("vega_lite_chart")
    page = visit("data", **{"dataset": "observations", "filter.unit": "%"})
    (chart,) = page.app.get("vega_lite_chart")
    spec: dict[str, Any] = json.loads(chart.proto.spec)
    assert spec["encoding"]["x"]["title"] == "数值（%）"
    assert spec["encoding"]["y"]["title"] == "行数"


def test_the_chart_is_told_in_words_and_taken_away_with_its_filters(visit: Open) -> None:
    page = visit("data", **{"dataset": "observations", "filter.unit": "%", "q": "green"})
    (chart,) = page.app.get("vega_lite_chart")
    assert chart.proto.alt == "数值的分布：每根柱子是有多少行。 各列概况里有最小值和最大值。"
    assert "/chart/observations/value.png?filter.unit=%25&q=green" in page.links()
    assert "/chart/observations/value.svg?filter.unit=%25&q=green" in page.links()


def test_every_column_has_a_profile_of_the_rows_found(visit: Open) -> None:
    page = visit("data", **{"dataset": "observations", "filter.unit": "%"})
    profile = page.html[page.html.index("各列概况") :]
    assert 'data-label="最小">35.1<' in profile
    assert 'data-label="不同的值">8<' in profile


def test_a_dataset_is_cited_with_version_and_checksum(visit: Open, store: Store) -> None:
    page = visit("data", dataset="indicators")
    sha = next(f.sha256 for f in store.manifest.files if f.table == "indicators")
    gbt, apa, bibtex = (c.value for c in page.app.code)
    for text in (gbt, apa, bibtex):
        assert sha in text
        assert store.version in text
    assert gbt.startswith(f"{store.manifest.site.title}. 方案指标与目标: 版本 {store.version}[DS")
    assert "首次发布" in page.text


def test_a_version_that_is_not_there_is_a_sentence(visit: Open) -> None:
    assert "没有可以打开的发布版本“../x”。" in visit("data", dataset="indicators", version="../x").text


def test_the_head_describes_the_dataset_to_search_engines(
    shared: Services, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal.services, "services", lambda: shared)
    use("zh")
    page = document("data", {"dataset": "places"}, "http://portal.test")
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, flags=re.S)
    linked = json.loads(text)
    assert (linked["@context"], linked["@type"]) == ("https://schema.org/", "Dataset")
    assert linked["name"] == store.dataset("places").title_zh
    assert linked["license"] == "https://opendatacommons.org/licenses/odbl/1-0/"
    assert linked["version"] == store.version
    assert linked["url"] == "http://portal.test/data?dataset=places"
    assert {d["encodingFormat"] for d in linked["distribution"]} >= {"text/csv", "application/geo+json"}
    assert {v["name"] for v in linked["variableMeasured"]} == {c.name for c in store.dataset("places").columns}
    assert f"<title>{linked['name']} · " in page
    assert "ld+json" not in document("data")
    assert "ld+json" not in document("policy", {"dataset": "places"})


def test_the_other_language_keeps_every_filter(visit: Open) -> None:
    page = visit("data", **{"dataset": "observations", "filter.kind": "actual"})
    assert "/data?dataset=observations&filter.kind=actual&lang=en" in page.links()
    page = visit("data", **{"dataset": "observations", "filter.kind": "actual", "lang": "en"})
    assert re.search(r"\d+ rows; here are 1–20\.", page.text)
    assert "/data?dataset=observations&filter.kind=actual" in page.links()


def test_a_dataset_shows_the_quality_rules_and_what_came_of_them(visit: Open) -> None:
    page = visit("data", dataset="observations")
    assert "质量检查" in page.text
    assert "文字前后没有空格，里面没有看不见的字符" in page.text
    assert "按更新频率（每年）没有过期" in page.text
    assert "质量检查" not in visit("data", dataset="progress").text
    assert "Quality checks" in visit("data", dataset="observations", lang="en").text

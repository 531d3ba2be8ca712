"""比较: any measure, places and years; what is chosen is in the address, and what the address holds is shown."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest

from portal.services import Services
from tests.portal.pages.conftest import Open

BARS = re.compile(
    r'<li class="([^"]*)"><span>([^<]*)</span><span class="bar-track"><span style="margin-left:0.00%;width:([\d.]+)%"></span></span><b>([^<]*)</b>'
)


@pytest.fixture
def shared(city_services: Services) -> Services:
    return city_services


def test_it_opens_with_places_side_by_side_and_the_own_city_in_a_sentence(visit: Open) -> None:
    page = visit("compare", measure="synthetic_road_area", dataset="city-comparison")
    assert "2024年，合成市10.33平方米，在4个里排第3（从高到低）。" in page.text
    assert "合成乙市 2024 36.1664" in page.text
    assert not page.app.get("vega_lite_chart")
    assert BARS.findall(page.html) == [
        ("is-doubtful", "合成乙市（存疑）", "100.00", "36.17"),
        ("", "合成甲市", "34.56", "12.5"),
        ("", "合成丙市", "30.97", "11.2"),
        ("is-own", "合成市", "28.56", "10.33"),
        ("", "合成丁市", "22.40", "8.1"),
    ]
    assert [s.label for s in page.app.selectbox] == ["比较什么", "年份"]


def test_without_an_address_it_shows_something_that_can_be_compared(visit: Open) -> None:
    page = visit("compare")
    assert page.app.multiselect(key="compare_places").options
    assert "在" in page.text


def test_lines_are_over_years_and_the_sentence_says_the_change(visit: Open) -> None:
    page = visit("compare", measure="synthetic_green_rate", dataset="observations", **{"from": "2020", "to": "2024"})
    assert "合成市从2020年的37.25%到2024年的39.71%。" in page.text
    assert [s.label for s in page.app.selectbox] == ["比较什么", "从", "到"]


def test_every_figure_names_its_source_and_the_sql_can_be_opened(visit: Open) -> None:
    page = visit("compare", measure="population", dataset="districts")
    assert "3,000人" in page.text
    (sql,) = (link for link in page.links() if link.startswith("/sql?"))
    assert "FROM" in dict(parse_qsl(urlsplit(sql).query))["sql"]
    assert "合成人口普查" in page.text


def test_the_table_has_places_down_and_years_across(visit: Open) -> None:
    page = visit("compare", measure="synthetic_road_area", dataset="city-comparison", view="table")
    assert '<td data-label="地方">合成市</td><td data-label="2020">8.9平方米</td>' in page.html
    assert "12.5平方米" in page.text
    assert "36.17平方米（存疑）" in page.text


def test_what_is_chosen_ends_up_in_the_address(visit: Open) -> None:
    page = visit("compare", measure="synthetic_road_area", dataset="city-comparison")
    page.app.multiselect(key="compare_places").set_value(["合成甲市", "合成市"]).run()
    assert page.app.query_params["place"] == ["合成甲市", "合成市"]
    page.app.selectbox(key="compare_measure").set_value("districts/population").run()
    assert page.app.query_params["measure"] == "population"
    assert "place" not in page.app.query_params
    assert "3,000人" in page.text


def test_views_are_links_that_keep_what_is_chosen(visit: Open) -> None:
    page = visit("compare", measure="synthetic_gas", dataset="city-comparison", place="合成甲市", view="line")
    (table,) = (link for link in page.links() if "view=table" in link)
    assert dict(parse_qsl(urlsplit(table).query)) == {
        "measure": "synthetic_gas",
        "dataset": "city-comparison",
        "place": "合成甲市",
        "view": "table",
    }


def test_what_is_not_held_is_told(visit: Open) -> None:
    page = visit("compare", measure="<b>happiness</b>")
    assert "没有“<b>happiness</b>”这一项可以比较。请从下面选一项。" in page.text
    elsewhere = visit("compare", measure="synthetic_gas", place="火星")
    assert "这一项没有火星的数。" in elsewhere.text


def test_in_english_names_units_and_remarks_are_english(visit: Open) -> None:
    page = visit("compare", measure="synthetic_road_area", dataset="city-comparison", lang="en")
    assert "In 2024, Synthetic City: 10.33 m², number 3 of 4, the highest first." in page.text
    assert "Doubtful figures are left out of ranks and means: Synthetic Beta 2024 36.1664" in page.text


def test_no_figure_is_rounded_to_what_was_not_reached(visit: Open) -> None:
    page = visit(
        "compare", measure="synthetic_water_treatment", dataset="city-comparison", view="table", place="合成市"
    )
    assert "99.9999%" in page.text

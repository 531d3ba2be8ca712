"""比较: any measure, places and years; what is chosen is in the address, and what the address holds is shown."""

from urllib.parse import parse_qsl, urlsplit

from tests.portal.pages.conftest import Open


def test_it_opens_with_places_side_by_side_and_the_own_city_in_a_sentence(visit: Open) -> None:
    page = visit("compare", measure="road_area_per_capita", dataset="city-comparison")
    assert "2024年，洛阳15.34平方米，在13个里排第12（从高到低）。" in page.text
    assert "信阳 2024 36.1664" in page.text
    assert len(page.app.get("vega_lite_chart")) == 1
    assert [s.label for s in page.app.selectbox] == ["比较什么", "年份"]


def test_without_an_address_it_shows_something_that_can_be_compared(visit: Open) -> None:
    page = visit("compare")
    assert page.app.multiselect(key="compare_places").options
    assert "在" in page.text


def test_lines_are_over_years_and_the_sentence_says_the_change(visit: Open) -> None:
    page = visit("compare", measure="green_space_rate", dataset="observations", **{"from": "2020", "to": "2024"})
    assert "洛阳市从2020年的36.51%到2024年的39.67%。" in page.text
    assert [s.label for s in page.app.selectbox] == ["比较什么", "从", "到"]


def test_every_figure_names_its_source_and_the_sql_can_be_opened(visit: Open) -> None:
    page = visit("compare", measure="population", dataset="districts")
    assert "918,358人" in page.text
    (sql,) = (link for link in page.links() if link.startswith("/sql?"))
    assert "FROM" in dict(parse_qsl(urlsplit(sql).query))["sql"]
    assert "第七次全国人口普查" in page.text


def test_the_table_has_places_down_and_years_across(visit: Open) -> None:
    page = visit("compare", measure="road_area_per_capita", dataset="city-comparison", view="table")
    assert '<td data-label="地方">洛阳</td><td data-label="2019">13.01平方米</td>' in page.html
    assert "38.07平方米" in page.text
    assert "36.17平方米（存疑）" in page.text


def test_what_is_chosen_ends_up_in_the_address(visit: Open) -> None:
    page = visit("compare", measure="road_area_per_capita", dataset="city-comparison")
    page.app.multiselect(key="compare_places").set_value(["郑州", "洛阳"]).run()
    assert page.app.query_params["place"] == ["郑州", "洛阳"]
    page.app.selectbox(key="compare_measure").set_value("districts/population").run()
    assert page.app.query_params["measure"] == "population"
    assert "place" not in page.app.query_params
    assert "918,358人" in page.text


def test_views_are_links_that_keep_what_is_chosen(visit: Open) -> None:
    page = visit("compare", measure="gas_coverage", dataset="city-comparison", place="郑州", view="line")
    (table,) = (link for link in page.links() if "view=table" in link)
    assert dict(parse_qsl(urlsplit(table).query)) == {
        "measure": "gas_coverage",
        "dataset": "city-comparison",
        "place": "郑州",
        "view": "table",
    }


def test_what_is_not_held_is_told(visit: Open) -> None:
    page = visit("compare", measure="<b>happiness</b>")
    assert "没有“<b>happiness</b>”这一项可以比较。请从下面选一项。" in page.text
    elsewhere = visit("compare", measure="gas_coverage", place="火星")
    assert "这一项没有火星的数。" in elsewhere.text


def test_in_english_names_units_and_remarks_are_english(visit: Open) -> None:
    page = visit("compare", measure="road_area_per_capita", dataset="city-comparison", lang="en")
    assert "In 2024, Luoyang: 15.34 m², number 12 of 13, the highest first." in page.text
    assert "Doubtful figures are left out of ranks and means: Xinyang 2024 36.1664" in page.text


def test_no_figure_is_rounded_to_what_was_not_reached(visit: Open) -> None:
    page = visit("compare", measure="sewage_treatment_rate", dataset="city-comparison", view="table", place="洛阳")
    assert "99.9999%" in page.text

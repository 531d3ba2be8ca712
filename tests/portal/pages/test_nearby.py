"""身边: the nearest of each kind at once, the map as a table of links, and where a place is chosen."""

import re

import pytest

from portal.services import Services
from tests.portal.pages.conftest import Open


@pytest.fixture
def shared(city_services: Services) -> Services:
    return city_services


def test_the_nearest_of_each_kind_comes_before_the_map_and_leaves_the_origin_out(visit: Open) -> None:
    page = visit("nearby", place="synthetic-metro-c")
    (first,) = re.findall(r'<ul class="nearest near-first".*?</ul>', page.html, re.S)
    assert re.findall(r"<li>.*?>(?:公园|游园|停车场|地铁站)<.*?place=([\w-]+)", first, re.S) == [
        "synthetic-park-central",
        "synthetic-pocket-1",
        "synthetic-car-park-central",
        "synthetic-metro-g",
    ]
    assert "place=synthetic-metro-c" not in first


def test_where_one_sets_out_from_is_not_something_near_it(visit: Open) -> None:
    assert "以内，数据里什么也没有" in visit("nearby", place="synthetic-metro-park").text


def test_every_row_of_the_maps_table_sets_out_from_its_place(visit: Open) -> None:
    page = visit("nearby")
    twin = next(d for d in re.findall(r"<details>.*?</details>", page.html, re.S) if "地图的内容列成表" in d)
    assert twin.count("<tr>") - 1 == len(set(re.findall(r"/nearby\?place=([\w-]+)", twin))) == 14


def test_choosing_a_place_puts_it_into_the_address(visit: Open) -> None:
    page = visit("nearby", lon="102.17", lat="30.095")
    page.app.selectbox(key="origin").set_value("synthetic-metro-a").run()
    assert page.app.query_params["place"] == "synthetic-metro-a"
    assert "lon" not in page.app.query_params
    assert "从合成甲站出发" in page.text


def test_the_maps_view_keeps_the_point(visit: Open) -> None:
    links = visit("nearby", lon="102.17", lat="30.095", view="city").links()
    assert "/nearby?lon=102.17&lat=30.095&view=near" in links


def test_a_map_names_whose_boundaries_and_positions_it_shows(visit: Open) -> None:
    page = visit("nearby")
    assert "位置 © 合成测绘单位。" in page.text
    assert "界线：" in page.text


def test_the_report_on_the_district_around_can_be_printed(visit: Open) -> None:
    page = visit("nearby", place="synthetic-park-central")
    assert "/report.pdf?district=%E5%90%88%E6%88%90%E8%A5%BF%E5%8C%BA" in page.links()
    assert "打印合成西区的报告（PDF）" in page.text
    assert "report.pdf" not in visit("nearby").html


def test_the_map_is_told_in_words(visit: Open) -> None:
    (drawn,) = visit("nearby", place="synthetic-park-central").app.get("echarts_chart")
    assert drawn.proto.alt == "地图：合成中央公园，区县界、地铁线和 14 处有坐标的场所；内容同下面的表。"


def test_in_english_the_table_of_all_places_names_them_in_both(visit: Open) -> None:
    assert "Synthetic Central Park 合成中央公园" in visit("nearby", lang="en").text


def test_two_things_are_as_far_apart_from_either(visit: Open, shared: Services) -> None:
    store = shared.publications.current()
    borrowed = store.rows("SELECT id FROM places WHERE position_basis LIKE 'near:%' AND kind = 'park' ORDER BY id")
    other = "synthetic-metro-g"
    for row in borrowed:
        there, back = (_far(visit("nearby", place=a).html, b) for a, b in ((row["id"], other), (other, row["id"])))
        assert there == back
        assert there.startswith(("约", "就在附近"))
    assert borrowed


def _far(page: str, place: str) -> str:
    """What the map's table says of the distance to a place."""
    row = next(r for r in page.split("<tr>") if f'place={place}"' in r)
    return re.findall(r"<td[^>]*>(.*?)</td>", row)[2]

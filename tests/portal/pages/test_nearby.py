"""身边: the nearest of each kind at once, the map as a table of links, and where a place is chosen."""

import re

from tests.portal.pages.conftest import Open


def test_the_nearest_of_each_kind_comes_before_the_map_and_leaves_the_origin_out(visit: Open) -> None:
    page = visit("nearby", place="metro-wangchenggongyuan")
    (first,) = re.findall(r'<ul class="nearest near-first".*?</ul>', page.html, re.S)
    assert re.findall(r"<li>.*?>(?:公园|游园|停车场|地铁站)<.*?place=([\w-]+)", first, re.S) == [
        "park-wangcheng",
        "pocket-park-wanlongludong",
        "car-park-zhouwangcheng",
        "metro-jiefanglu",
    ]
    assert "place=metro-wangchenggongyuan" not in first


def test_where_one_sets_out_from_is_not_something_near_it(visit: Open) -> None:
    assert "以内，数据里什么也没有" in visit("nearby", place="park-zhoushan").text


def test_every_row_of_the_maps_table_sets_out_from_its_place(visit: Open) -> None:
    page = visit("nearby")
    twin = next(d for d in re.findall(r"<details>.*?</details>", page.html, re.S) if "地图的内容列成表" in d)
    assert twin.count("<tr>") - 1 == len(set(re.findall(r"/nearby\?place=([\w-]+)", twin))) == 40


def test_choosing_a_place_puts_it_into_the_address(visit: Open) -> None:
    page = visit("nearby", lon="112.43", lat="34.67")
    page.app.selectbox(key="origin").set_value("metro-kaiyuanhu").run()
    assert page.app.query_params["place"] == "metro-kaiyuanhu"
    assert "lon" not in page.app.query_params
    assert "从开元湖站出发" in page.text


def test_the_maps_view_keeps_the_point(visit: Open) -> None:
    links = visit("nearby", lon="112.43", lat="34.67", view="city").links()
    assert "/nearby?lon=112.43&lat=34.67&view=near" in links


def test_a_map_names_whose_boundaries_and_positions_it_shows(visit: Open) -> None:
    page = visit("nearby")
    assert "位置 © OpenStreetMap contributors。" in page.text
    assert "审图号 GS(2024)0650号" in page.text


def test_the_report_on_the_district_around_can_be_printed(visit: Open) -> None:
    page = visit("nearby", place="park-wangcheng")
    assert "/report.pdf?district=%E8%A5%BF%E5%B7%A5%E5%8C%BA" in page.links()
    assert "打印西工区的报告（PDF）" in page.text
    assert "report.pdf" not in visit("nearby").html


def test_the_map_is_told_in_words(visit: Open) -> None:
    (drawn,) = visit("nearby", place="park-wangcheng").app.get("echarts_chart")
    assert drawn.proto.alt == "地图：王城公园，区县界、地铁线和 40 处有坐标的场所；内容同下面的表。"


def test_in_english_the_table_of_all_places_names_them_in_both(visit: Open) -> None:
    assert "Zhoushan Forest Park 周山森林公园" in visit("nearby", lang="en").text

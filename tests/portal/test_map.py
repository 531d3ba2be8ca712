"""The map is drawn in true proportions, from the data alone."""

import math
from itertools import pairwise

import pytest
from pyproj import Geod

from portal.store import Row, Store
from portal.ui.map import ASPECT, Plane, city_map, metro_lines
from portal.ui.texts import use

EARTH = Geod(ellps="WGS84")


@pytest.fixture
def places(store: Store) -> list[Row]:
    use("zh")
    return store.rows("SELECT * FROM places ORDER BY id")


@pytest.fixture
def districts(store: Store) -> list[Row]:
    return store.rows("SELECT code, name, lon, lat, geometry FROM districts")


def test_the_plane_keeps_distances_to_two_percent_across_the_city() -> None:
    plane = Plane(112.0, 34.3)
    for lon, lat in ((111.2, 33.6), (112.9, 34.9), (112.45, 34.62)):
        east, north = plane.at(lon, lat)
        true = EARTH.inv(112.0, 34.3, lon, lat)[2] / 1000
        assert math.hypot(east, north) == pytest.approx(true, rel=0.02)


def test_a_metro_line_runs_from_end_to_end_without_going_back(places: list[Row]) -> None:
    lines = metro_lines([p for p in places if p["lon"] is not None])
    assert {name: {s[0]["name"], s[-1]["name"]} for name, s in lines.items()} == {
        "1号线": {"红山站", "杨湾站"},
        "2号线": {"八里堂站", "二乔路站"},
    }
    second = [s["name"] for s in lines["2号线"]]
    at = second.index("解放路站")
    assert {second[at - 1], second[at + 1]} == {"纱厂路站", "牡丹桥站"}
    for stations in lines.values():
        for one, other in pairwise(stations):
            assert EARTH.inv(one["lon"], one["lat"], other["lon"], other["lat"])[2] < 3_500


def test_the_view_has_the_drawings_proportions_and_the_origin_in_its_middle(
    districts: list[Row], places: list[Row]
) -> None:
    option = city_map(districts, places, (112.42, 34.667), [("15 分钟", 865.4)], view_km=1.4)
    across, up = (z["endValue"] - z["startValue"] for z in option["dataZoom"])
    assert across == pytest.approx(2.8)
    assert across / up == pytest.approx(ASPECT, rel=0.002)
    whole = [option[axis]["max"] - option[axis]["min"] for axis in ("xAxis", "yAxis")]
    assert whole[0] / whole[1] == pytest.approx(ASPECT, rel=0.001)
    (origin,) = (s["data"][0]["value"] for s in option["series"] if s.get("symbol") == "pin")
    assert [(z["startValue"] + z["endValue"]) / 2 for z in option["dataZoom"]] == pytest.approx(origin, abs=0.002)
    (ring,) = (s for s in option["series"] if s["name"] == "15 分钟")
    radii = {round(math.dist(origin, p), 3) for p in ring["data"][0]["coords"]}
    assert radii <= {0.865, 0.866}


def test_every_boundary_and_placed_place_is_on_the_map_each_kind_with_its_own_mark(
    districts: list[Row], places: list[Row]
) -> None:
    option = city_map(districts, places)
    boundaries = option["series"][0]
    assert len(boundaries["data"]) == 14
    drawn = [s for s in option["series"] if s["type"] == "scatter" and s["name"] in option["legend"]["data"]]
    assert sum(len(s["data"]) for s in drawn) == sum(p["lon"] is not None for p in places)
    assert len({s["symbol"] for s in drawn}) == len({s["itemStyle"]["color"] for s in drawn}) == len(drawn) == 4


def test_a_borrowed_position_is_hollow(districts: list[Row], places: list[Row]) -> None:
    option = city_map(districts, places)
    (parks,) = (s for s in option["series"] if s["name"] == "公园")
    hollow = {d["name"] for d in parks["data"] if "itemStyle" in d}
    borrowed = {
        p["name"] for p in places if p["kind"] == "park" and p["lon"] is not None and p["position_basis"][:5] == "near:"
    }
    assert hollow == borrowed
    assert "周山森林公园" not in hollow


def test_a_view_of_the_places_holds_all_of_them(districts: list[Row], places: list[Row]) -> None:
    option = city_map(districts, places, to_places=True)
    (left, right), (bottom, top) = ((z["startValue"], z["endValue"]) for z in option["dataZoom"])
    for series in option["series"]:
        if series["type"] == "scatter" and series["name"] in option["legend"]["data"]:
            for point in series["data"]:
                assert left < point["value"][0] < right
                assert bottom < point["value"][1] < top


def test_a_city_without_districts_or_places_has_an_empty_map() -> None:
    option = city_map([], [])
    assert option["legend"]["data"] == []


@pytest.mark.parametrize("kind", ["bus_stop", "library", "charging", "castle"])
def test_twenty_thousand_places_are_drawn_as_a_batch_of_plain_shapes(districts: list[Row], kind: str) -> None:
    many = [
        {"name": f"synthetic {n}", "kind": kind, "lon": 112 + n % 200 / 500, "lat": 34 + n // 200 / 300}
        | {"position_basis": "osm", "lines": None}
        for n in range(20_000)
    ]
    (series,) = (s for s in city_map(districts, many)["series"] if len(s["data"]) == 20_000)
    assert series["large"] is True
    assert not series["symbol"].startswith("path:")

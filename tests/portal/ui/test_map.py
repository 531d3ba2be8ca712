"""The map is drawn in true proportions, from the data alone."""

import math

import pytest
from pyproj import Geod

from portal.publication.store import Row, Store
from portal.texts.interface import use
from portal.ui.map import ASPECT, city_map
from portal.ui.metro_lines import metro_lines

EARTH = Geod(ellps="WGS84")


@pytest.fixture
def places(city: Store) -> list[Row]:
    use("zh")
    return city.rows("SELECT * FROM places ORDER BY id")


@pytest.fixture
def districts(city: Store) -> list[Row]:
    return city.rows("SELECT code, name, lon, lat, geometry FROM districts")


def test_the_drawing_keeps_distances_to_two_percent_across_the_city(districts: list[Row]) -> None:
    option = city_map(districts, [])
    west, east = option["xAxis"]["min"], option["xAxis"]["max"]
    south, north = option["yAxis"]["min"], option["yAxis"]["max"]
    a_width = (north - south) * 111.195 * ASPECT

    def drawn(one: tuple[float, float], other: tuple[float, float]) -> float:
        """Kilometres as the drawing has them, whose width is that many times its height."""
        across = (one[0] - other[0]) / (east - west) * a_width
        return math.hypot(across, (one[1] - other[1]) / (north - south) * a_width / ASPECT)

    for point in ((102.0, 30.0), (102.4, 30.4), (102.17, 30.09)):
        true = EARTH.inv(102.1, 30.3, *point)[2] / 1000
        assert drawn((102.1, 30.3), point) == pytest.approx(true, rel=0.02)


def test_a_metro_line_runs_from_end_to_end_without_going_back(places: list[Row]) -> None:
    lines = metro_lines([p for p in places if p["lon"] is not None])
    ridden = {name: [s["name"] for s in stations] for name, stations in lines.items()}
    # From which end is all one.
    assert {name: stations if stations[0] < stations[-1] else stations[::-1] for name, stations in ridden.items()} == {
        "合成1号线": ["合成戊站", "合成丁站", "合成丙站", "合成乙站", "合成甲站"],
        "合成2号线": ["合成中央公园站", "合成庚站", "合成丙站", "合成己站"],
    }


def test_the_view_has_the_drawings_proportions_and_the_origin_in_its_middle(
    districts: list[Row], places: list[Row]
) -> None:
    option = city_map(districts, places, (102.16, 30.1), [("15分钟", 865.4)], view_km=1.4)
    left, right = (option["dataZoom"][0][end] for end in ("startValue", "endValue"))
    bottom, top = (option["dataZoom"][1][end] for end in ("startValue", "endValue"))
    across = EARTH.inv(left, 30.1, right, 30.1)[2]
    assert across == pytest.approx(2_800, rel=0.02)
    assert across / EARTH.inv(102.16, bottom, 102.16, top)[2] == pytest.approx(ASPECT, rel=0.02)
    assert ((left + right) / 2, (bottom + top) / 2) == pytest.approx((102.16, 30.1), abs=1e-5)
    (origin,) = (s["data"][0]["value"] for s in option["series"] if s.get("symbol") == "pin")
    assert origin == [102.16, 30.1]
    (ring,) = (s for s in option["series"] if s["name"] == "15分钟")
    for lon, lat in ring["data"][0]["coords"]:
        assert EARTH.inv(102.16, 30.1, lon, lat)[2] == pytest.approx(865.4, rel=0.01)


def test_every_boundary_and_placed_place_is_on_the_map_each_kind_with_its_own_mark(
    districts: list[Row], places: list[Row]
) -> None:
    option = city_map(districts, places)
    boundaries = option["series"][0]
    assert [d["coords"][0] for d in boundaries["data"]] == [[102.2, 30.0], [102.0, 30.0], [102.0, 30.2]]
    drawn = [s for s in option["series"] if s["type"] == "scatter" and s["name"] in option["legend"]["data"]]
    assert {s["name"]: len(s["data"]) for s in drawn} == {"公园": 4, "游园": 1, "停车场": 1, "地铁站": 8}
    assert len({s["symbol"] for s in drawn}) == len({s["itemStyle"]["color"] for s in drawn}) == len(drawn) == 4


def test_a_borrowed_position_is_hollow(districts: list[Row], places: list[Row]) -> None:
    option = city_map(districts, places)
    (parks,) = (s for s in option["series"] if s["name"] == "公园")
    hollow = {d["name"] for d in parks["data"] if "itemStyle" in d}
    assert hollow == {"合成东公园", "合成桥公园"}
    assert len(parks["data"]) == 4


def test_a_view_of_the_places_holds_all_of_them(districts: list[Row], places: list[Row]) -> None:
    option = city_map(districts, places, to_marks=True)
    (left, right), (bottom, top) = ((z["startValue"], z["endValue"]) for z in option["dataZoom"])
    for series in option["series"]:
        if series["type"] == "scatter" and series["name"] in option["legend"]["data"]:
            for point in series["data"]:
                assert left < point["value"][0] < right
                assert bottom < point["value"][1] < top


def test_a_city_without_districts_or_places_has_an_empty_map() -> None:
    option = city_map([], [])
    assert option["legend"]["data"] == []


def synthetic(count: int, kind: str) -> list[Row]:
    return [
        {"id": f"synthetic-{n}", "name": f"合成{n}", "kind": kind, "lines": None, "position_basis": "near:合成"}
        | {"lon": 112 + n % 200 / 500, "lat": 34 + n // 200 / 300}
        for n in range(count)
    ]


def test_a_mark_says_what_it_opens(districts: list[Row], places: list[Row]) -> None:
    option = city_map(districts, places)
    (stations,) = (s for s in option["series"] if s["name"] == "地铁站")
    assert stations["id"] == "place:metro_station"
    (end,) = (d for d in stations["data"] if d["id"] == "synthetic-metro-a")
    assert (end["name"], end["value"]) == ("合成甲站", [102.1, 30.1])


@pytest.mark.parametrize("kind", ["bus_stop", "library", "charging", "castle"])
def test_twenty_thousand_places_go_as_a_table_and_a_batch_of_plain_shapes_to_be_counted(
    districts: list[Row], kind: str
) -> None:
    option = city_map(districts, synthetic(20_000, kind))
    (series,) = (s for s in option["series"] if s.get("id") == f"place:{kind}")
    assert series["large"] is True
    assert not series["symbol"].startswith("path:")
    (table,) = (d["source"] for d in option["dataset"] if d["id"] == series["datasetId"])
    assert table.num_rows == 20_000
    first = {"lon": 112.0, "lat": 34.0, "name": "合成0", "id": "synthetic-0", "borrowed": True}
    assert table.slice(0, 1).to_pylist() == [first]
    (counts,) = (s for s in option["series"] if s.get("id") == "counts")
    assert counts["tooltip"]["formatter"] == "{b} 处，按一下放大"


def test_few_places_are_not_counted(districts: list[Row]) -> None:
    option = city_map(districts, synthetic(600, "park"))
    assert option["dataset"] == []
    assert "counts" not in [s.get("id") for s in option["series"]]


def test_projects_are_marked_by_their_state(districts: list[Row]) -> None:
    at = {"lon": 112.4, "lat": 34.6, "position_basis": "official"}
    rows = [
        {"id": f"synthetic-{kind}", "name": "合成项目", "kind": kind} | at
        for kind in ("unknown", "completed", "planned")
    ]
    option = city_map(districts, rows, opens="project")
    marks = [s for s in option["series"] if s.get("id", "").startswith("project:")]
    assert [s["id"] for s in marks] == ["project:completed", "project:planned", "project:unknown"]
    assert option["legend"]["data"] == ["已建成", "规划中", "未见报道"]
    assert len({s["symbol"] for s in marks}) == 3


def test_the_legends_words_are_dark_on_its_light_ground_in_every_theme() -> None:
    legend = city_map([], [])["legend"]
    assert legend["backgroundColor"] == "rgba(255,255,255,.9)"
    assert legend["textStyle"] == legend["pageTextStyle"] == {"color": "#1b2530"}


def test_every_name_on_the_map_stands_on_a_ground_of_its_own_in_every_theme(
    districts: list[Row], places: list[Row]
) -> None:
    option = city_map(districts, places, (102.2, 30.1), [("合成圈", 800.0)], 1.4)
    named = [s for s in option["series"] if s.get("label", {}).get("formatter") == "{b}" and not s.get("id")]
    labels = [s["label"] for s in named] + [s["markPoint"]["label"] for s in option["series"] if "markPoint" in s]
    assert len(labels) >= 2
    assert all(label["backgroundColor"].startswith("rgba(255,255,255") for label in labels)

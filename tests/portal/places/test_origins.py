"""Where somebody is, what is near, and what the data hold there."""

import random
from itertools import pairwise

import pytest
from pyproj import Geod

from pipelines.places.known import distance_m
from portal.datasets.row_parameters import BadParameterError
from portal.places.districts import district_at, held
from portal.places.nearby import near, neighbours
from portal.places.origins import lookup, parse_point, spot, spots
from portal.places.promises import concerning, in_order_of_plan
from portal.places.walking import reach_m, walking_minutes
from portal.plan.progress import progress
from portal.publication.store import Store
from portal.ui.sentences import first_sentence

EARTH = Geod(ellps="WGS84")


def geodesic(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    return EARTH.inv(lon, lat, other_lon, other_lat)[2]


def test_distances_of_a_thousand_random_pairs_are_those_of_geographiclib(store: Store) -> None:
    """Pairs of a random point of the city and a place: every distance within 0.5 %, and in the order brute force gives."""
    chosen = random.Random(5)
    placed = store.rows("SELECT id, lon, lat FROM places WHERE lon IS NOT NULL")
    pairs = 0
    while pairs < 1_000:
        lon, lat = chosen.uniform(111.3, 112.9), chosen.uniform(33.7, 34.9)
        found = near(store, lon, lat, 100_000, limit=500).places
        brute = {p["id"]: geodesic(lon, lat, p["lon"], p["lat"]) for p in placed}
        assert {p["id"] for p in found} == {i for i, metres in brute.items() if metres <= 100_000}
        for place in found:
            assert place["distance_m"] == pytest.approx(brute[place["id"]], rel=0.005)
        order = [brute[p["id"]] for p in found]
        assert all(later >= earlier - 0.1 for earlier, later in pairwise(order))
        pairs += len(found)


def test_the_spherical_distance_of_imports_is_right_to_half_a_percent() -> None:
    chosen = random.Random(7)
    for _ in range(1_000):
        lon, lat = chosen.uniform(111.3, 112.9), chosen.uniform(33.7, 34.9)
        other = lon + chosen.uniform(-0.02, 0.02), lat + chosen.uniform(-0.02, 0.02)
        assert distance_m(lon, lat, *other) == pytest.approx(geodesic(lon, lat, *other), rel=0.005)


def test_the_nearest_of_each_kind_are_the_nearest(store: Store) -> None:
    lon, lat = 112.4305, 34.6710
    for found in neighbours(store, lon, lat, 3):
        rows = store.rows("SELECT id, lon, lat FROM places WHERE kind = ? AND lon IS NOT NULL", [found.kind])
        brute = sorted(rows, key=lambda r: geodesic(lon, lat, r["lon"], r["lat"]))
        assert [p["id"] for p in found.places] == [r["id"] for r in brute[:3]]
        assert found.total == store.rows("SELECT count(*) AS n FROM places WHERE kind = ?", [found.kind])[0]["n"]
        assert found.without_position == found.total - len(rows)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("王城公园", "王城公园"),
        ("王城公园站", "王城公园站"),
        ("wcgy", "王城公园"),
        ("WCGYZ", "王城公园站"),
        ("wangchenggongyuan", "王城公园"),
        ("地铁红山站", "红山站"),
        ("洛龙", "洛龙区"),
        ("llq", "洛龙区"),
        ("xiguan", "西关街道"),
        ("植物园", "隋唐城遗址植物园"),
    ],
)
def test_a_place_is_found_by_name_part_alias_pinyin_and_initials(store: Store, text: str, first: str) -> None:
    assert lookup(store, text)[0].name == first


@pytest.mark.parametrize("text", ["", "  ", "北京南站", "zzzz", "%", "'; DROP"])
def test_what_names_no_place_finds_none(store: Store, text: str) -> None:
    assert lookup(store, text) == []


def test_every_metro_station_district_and_street_can_be_chosen(store: Store) -> None:
    kinds = [s.kind for s in spots(store)]
    assert (kinds.count("district"), kinds.count("street"), kinds.count("metro_station")) == (14, 189, 33)
    assert len({s.id for s in spots(store)}) == len(kinds)


def test_a_street_stands_where_its_districts_seat_is_and_says_so(store: Store) -> None:
    street, seat = spot(store, "410302001"), spot(store, "410302")
    assert street is not None
    assert seat is not None
    assert (street.lon, street.lat, street.stands_for) == (seat.lon, seat.lat, "老城区")
    assert seat.stands_for is None


def test_a_place_without_position_is_no_spot(store: Store) -> None:
    assert spot(store, "park-xiyuan") is None
    assert spot(store, "car-park-zhouwangcheng") is not None
    assert spot(store, "nowhere") is None


@pytest.mark.parametrize(
    ("lon", "lat", "name"),
    [(112.4204745, 34.6673425, "西工区"), (111.613, 33.7808, "栾川县"), (113.62, 34.75, None), (34.66, 112.42, None)],
)
def test_the_district_around_a_point(store: Store, lon: float, lat: float, name: str | None) -> None:
    found = district_at(store, lon, lat)
    assert (found and found["name"]) == name


def test_what_the_data_hold_of_a_district_is_counted(store: Store) -> None:
    found = held(store, "410311")
    assert found.total == store.rows("SELECT count(*) AS n FROM places WHERE district = '410311'")[0]["n"]
    assert (found.kinds["park"], found.without_position) == (4, 3)
    assert (found.first_year, found.last_year) == (2007, 2023)
    nothing = held(store, "410324")
    assert (nothing.total, nothing.first_year) == (0, None)


def test_walking_is_four_and_a_half_kilometres_an_hour_on_a_way_a_third_longer() -> None:
    assert [walking_minutes(m) for m in (0, 57, 58, 865, 866, 3461)] == [0, 1, 2, 15, 16, 60]
    assert [round(reach_m(m), 1) for m in (5, 10, 15)] == [288.5, 576.9, 865.4]
    assert all(walking_minutes(reach_m(m)) == m for m in (5, 10, 15))


@pytest.mark.parametrize(
    ("kind", "targets"),
    [
        ("park", {"pocket_parks", "park_green_area_per_capita", "park_service_radius_coverage", "green_space_rate"}),
        ("car_park", {"public_car_parks_new", "parking_spaces_new", "ev_chargers_new", "roadside_parking_spaces"}),
        ("charging", {"ev_chargers_new"}),
        ("metro_station", {"bus_stop_coverage_500m"}),
        ("library", set()),
        ("castle", set()),
    ],
)
def test_the_targets_about_a_kind_of_place(store: Store, kind: str, targets: set[str]) -> None:
    found = concerning(progress(store), store.manifest.vocabulary, [kind])
    assert {r["id"] for r in found} == targets


def test_kinds_come_in_the_order_of_the_citys_vocabulary(store: Store) -> None:
    found = in_order_of_plan(neighbours(store, 112.43, 34.67), store.manifest.vocabulary)
    assert [n.kind for n in found] == ["park", "pocket_park", "car_park", "metro_station", "sports_park", "charging"]


@pytest.mark.parametrize(("lon", "lat"), [("112", None), (None, "34"), ("x", "34"), ("112", "nan"), ("181", "34")])
def test_half_a_point_or_none_on_earth_is_told(lon: str | None, lat: str | None) -> None:
    with pytest.raises(BadParameterError):
        parse_point(lon, lat)


def test_a_point_or_nothing() -> None:
    assert parse_point("112.45", "34.62") == (112.45, 34.62)
    assert parse_point(None, None) is None


def test_the_first_sentence_keeps_version_numbers_whole() -> None:
    assert first_sentence("界线：甲，软件包 1.1.3。驻地乙。") == "界线：甲，软件包 1.1.3。"
    assert first_sentence("Package 1.1.3 (MIT); credit. Seats.") == "Package 1.1.3 (MIT); credit."

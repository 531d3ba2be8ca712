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


def test_distances_of_a_thousand_random_pairs_are_those_of_geographiclib(city: Store) -> None:
    """Pairs of a random point of the city and a place: every distance within 0.5 %, and in the order brute force gives."""
    chosen = random.Random(5)
    placed = city.rows("SELECT id, lon, lat FROM places WHERE lon IS NOT NULL")
    pairs = 0
    while pairs < 1_000:
        lon, lat = chosen.uniform(101.5, 102.9), chosen.uniform(29.5, 30.9)
        found = near(city, lon, lat, 100_000, limit=500).places
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
        lon, lat = chosen.uniform(101.5, 102.9), chosen.uniform(29.5, 30.9)
        other = lon + chosen.uniform(-0.02, 0.02), lat + chosen.uniform(-0.02, 0.02)
        assert distance_m(lon, lat, *other) == pytest.approx(geodesic(lon, lat, *other), rel=0.005)


def test_the_nearest_of_each_kind_are_the_nearest(city: Store) -> None:
    lon, lat = 102.1635, 30.1005
    for found in neighbours(city, lon, lat, 3):
        rows = city.rows("SELECT id, lon, lat FROM places WHERE kind = ? AND lon IS NOT NULL", [found.kind])
        brute = sorted(rows, key=lambda r: geodesic(lon, lat, r["lon"], r["lat"]))
        assert [p["id"] for p in found.places] == [r["id"] for r in brute[:3]]
        assert found.total == city.rows("SELECT count(*) AS n FROM places WHERE kind = ?", [found.kind])[0]["n"]
        assert found.without_position == found.total - len(rows)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("合成中央公园", "合成中央公园"),
        ("合成中央公园站", "合成中央公园站"),
        ("hczygy", "合成中央公园"),
        ("HCZYGYZ", "合成中央公园站"),
        ("hechengzhongyang", "合成中央公园"),
        ("合成东", "合成东区"),
        ("hcdq", "合成东区"),
        ("yijiedao", "合成一街道"),
        ("丙站", "合成丙站"),
        ("合成园", "合成中央公园"),
        # An alias goes before the beginning of a name, though that name is shorter.
        ("合成甲", "合成一号游园"),
    ],
)
def test_a_place_is_found_by_name_part_alias_pinyin_and_initials(city: Store, text: str, first: str) -> None:
    assert lookup(city, text)[0].name == first


@pytest.mark.parametrize("text", ["", "  ", "别处南站", "zzzz", "%", "'; DROP"])
def test_what_names_no_place_finds_none(city: Store, text: str) -> None:
    assert lookup(city, text) == []


def test_every_metro_station_district_and_street_can_be_chosen(city: Store) -> None:
    kinds = [s.kind for s in spots(city)]
    assert (kinds.count("district"), kinds.count("street"), kinds.count("metro_station")) == (3, 4, 8)
    assert len({s.id for s in spots(city)}) == len(kinds)


def test_a_street_stands_where_its_districts_seat_is_and_says_so(city: Store) -> None:
    street, seat = spot(city, "990101001"), spot(city, "990101")
    assert street is not None
    assert seat is not None
    assert (street.lon, street.lat, street.stands_for) == (102.3, 30.1, "合成东区")
    assert (seat.lon, seat.lat) == (102.3, 30.1)
    assert seat.stands_for is None


def test_a_place_without_position_is_no_spot(city: Store) -> None:
    assert spot(city, "synthetic-park-lake") is None
    assert spot(city, "synthetic-car-park-central") is not None
    assert spot(city, "nowhere") is None


@pytest.mark.parametrize(
    ("lon", "lat", "name"),
    [(102.1, 30.1, "合成西区"), (102.2, 30.3, "合成山县"), (102.5, 30.1, None), (30.1, 102.1, None)],
)
def test_the_district_around_a_point(city: Store, lon: float, lat: float, name: str | None) -> None:
    found = district_at(city, lon, lat)
    assert (found and found["name"]) == name


def test_what_the_data_hold_of_a_district_is_counted(city: Store) -> None:
    found = held(city, "990101")
    assert found.kinds == {"car_park": 1, "charging": 1, "metro_station": 1, "park": 3, "pocket_park": 1}
    assert (found.total, found.without_position) == (7, 5)
    assert (found.first_year, found.last_year) == (2007, 2023)
    nothing = held(city, "990103")
    assert (nothing.total, nothing.first_year) == (0, None)


def test_walking_is_four_and_a_half_kilometres_an_hour_on_a_way_a_third_longer() -> None:
    assert [walking_minutes(m) for m in (0, 57, 58, 865, 866, 3461)] == [0, 1, 2, 15, 16, 60]
    assert [round(reach_m(m), 1) for m in (5, 10, 15)] == [288.5, 576.9, 865.4]
    assert all(walking_minutes(reach_m(m)) == m for m in (5, 10, 15))


@pytest.mark.parametrize(
    ("kind", "targets"),
    [
        ("park", {"synthetic_pocket_parks", "synthetic_green_rate", "synthetic_park_area"}),
        ("car_park", {"synthetic_chargers", "synthetic_car_parks", "synthetic_parking_spaces"}),
        ("charging", {"synthetic_chargers"}),
        ("metro_station", {"synthetic_facilities"}),
        ("library", set()),
        ("castle", set()),
    ],
)
def test_the_targets_about_a_kind_of_place(city: Store, kind: str, targets: set[str]) -> None:
    found = concerning(progress(city), city.manifest.vocabulary, [kind])
    assert {r["id"] for r in found} == targets


def test_kinds_come_in_the_order_of_the_citys_vocabulary(city: Store) -> None:
    found = in_order_of_plan(neighbours(city, 102.16, 30.1), city.manifest.vocabulary)
    assert [n.kind for n in found] == ["park", "pocket_park", "car_park", "metro_station", "sports_park", "charging"]


@pytest.mark.parametrize(("lon", "lat"), [("102", None), (None, "30"), ("x", "30"), ("102", "nan"), ("181", "30")])
def test_half_a_point_or_none_on_earth_is_told(lon: str | None, lat: str | None) -> None:
    with pytest.raises(BadParameterError):
        parse_point(lon, lat)


def test_a_point_or_nothing() -> None:
    assert parse_point("102.45", "30.62") == (102.45, 30.62)
    assert parse_point(None, None) is None


def test_the_first_sentence_keeps_version_numbers_whole() -> None:
    assert first_sentence("界线：甲，软件包 1.1.3。驻地乙。") == "界线：甲，软件包 1.1.3。"
    assert first_sentence("Package 1.1.3 (MIT); credit. Seats.") == "Package 1.1.3 (MIT); credit."

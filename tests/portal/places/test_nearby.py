"""Distances are metres on the ellipsoid, and a point that cannot be meant is told so."""

import random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.datasets.row_parameters import BadParameterError
from portal.places.nearby import near
from portal.publication.store import Store
from tests.portal.synthetic_store import described, publish

# Beside the station where the synthetic city's two metro lines meet.
LON, LAT = 102.1601, 30.1001


def test_distances_are_right_to_ten_centimetres(city: Store) -> None:
    """Expected values: geodesics on the WGS84 ellipsoid (Karney 2013), as PROJ computes them."""
    found = near(city, LON, LAT, radius_m=100_000, kind=["metro_station"], limit=500).places
    assert [(p["id"], p["distance_m"]) for p in found] == [
        ("synthetic-metro-c", 14.7),
        ("synthetic-metro-g", 2206.0),
        ("synthetic-metro-f", 2782.5),
        ("synthetic-metro-d", 2882.1),
        ("synthetic-metro-b", 2901.3),
        ("synthetic-metro-park", 4977.4),
        ("synthetic-metro-e", 5773.7),
        ("synthetic-metro-a", 5793.0),
    ]


def test_the_radius_is_kept(city: Store) -> None:
    found = near(city, 102.17, 30.095, radius_m=700)
    assert [(p["name"], p["distance_m"]) for p in found.places] == [("合成河公园", 693.7)]
    assert near(city, 102.17, 30.095, radius_m=693).total == 0


def test_nearest_first_and_only_the_kind_asked_for(city: Store) -> None:
    found = near(city, LON, LAT, radius_m=100_000, kind=["park", "car_park"]).places
    assert [p["name"] for p in found] == [
        "合成中央停车场",
        "合成中央公园",
        "合成河公园",
        "合成桥公园",
        "合成东公园",
    ]
    assert [p["distance_m"] for p in found] == sorted(p["distance_m"] for p in found)
    assert [p["position_basis"] for p in found][:2] == ["near:合成丙站", "osm:way/1"]


def test_places_without_a_position_are_counted_not_hidden(city: Store) -> None:
    assert near(city, LON, LAT, kind=["park"]).without_position == 2


@pytest.mark.parametrize(
    ("lon", "lat", "sentence"),
    [
        (30.1, 102.2, "参数 lon,lat 的值“30.1,102.2”不能用：经度和纬度像是写反了；请试 lon=102.2&lat=30.1。"),
        (181, 30.1, "参数 lon 的值“181”不能用：经度应在 -180 到 180 之间（WGS84，单位度）。"),
        (102.2, -90.5, "参数 lat 的值“-90.5”不能用：纬度应在 -90 到 90 之间（WGS84，单位度）。"),
        (float("nan"), 30.1, "参数 lon 的值“nan”不能用：经度应在 -180 到 180 之间（WGS84，单位度）。"),
    ],
)
def test_a_point_that_is_not_on_earth_is_refused(city: Store, lon: float, lat: float, sentence: str) -> None:
    with pytest.raises(BadParameterError) as caught:
        near(city, lon, lat)
    assert caught.value.sentence.zh == sentence


def test_a_point_far_from_every_place_has_nothing_near(city: Store) -> None:
    found = near(city, 0.0, 0.0)
    assert (found.places, found.total) == ([], 0)


@pytest.mark.parametrize(
    ("arguments", "parameter"),
    [
        ({"radius_m": 0}, "radius_m"),
        ({"radius_m": 100_001}, "radius_m"),
        ({"radius_m": float("inf")}, "radius_m"),
        ({"kind": ["castle"]}, "kind"),
        ({"limit": 0}, "limit"),
        ({"limit": 501}, "limit"),
    ],
)
def test_what_cannot_be_asked_is_named(city: Store, arguments: dict[str, object], parameter: str) -> None:
    with pytest.raises(BadParameterError) as caught:
        near(city, LON, LAT, **arguments)  # type: ignore[arg-type]
    assert caught.value.parameter == parameter


@pytest.mark.parametrize("lon", [-180.0, 179.999, 0.0])
@pytest.mark.parametrize("lat", [89.95, -90.0, 0.0])
def test_where_a_box_of_degrees_would_fail_nothing_is_asked_twice(city: Store, lon: float, lat: float) -> None:
    """Near the poles and the date line the search still runs, and finds nothing of this city."""
    assert near(city, lon, lat, radius_m=100_000).total == 0


@pytest.fixture(scope="module")
def scattered(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """600 synthetic places: some at one spot, some a hair apart, some without a position."""
    chosen = random.Random(11)
    spots = [(chosen.uniform(112.0, 113.0), chosen.uniform(34.0, 35.0)) for _ in range(400)]
    spots += [spots[n % 7] for n in range(100)] + [(112.5 + n * 1e-7, 34.5) for n in range(50)]
    rows = [
        {"id": f"synthetic-{n}", "kind": chosen.choice(["park", "library"]), "lon": lon, "lat": lat}
        for n, (lon, lat) in enumerate([*spots, *[(None, None)] * 50])
    ]
    columns = [{"name": n, "type": t} for n, t in (("id", "string"), ("kind", "string"), ("lon", "number"))]
    dataset = described([*columns, {"name": "lat", "type": "number"}], id="places")
    return publish(tmp_path_factory.mktemp("scattered"), dataset, pa.Table.from_pylist(rows))


@given(
    lon=st.floats(111.9, 113.1),
    lat=st.floats(33.9, 35.1),
    radius_m=st.floats(1, 100_000),
    kind=st.lists(st.sampled_from(["park", "library"]), unique=True),
    limit=st.integers(1, 500),
)
def test_what_is_found_is_what_measuring_every_place_finds(
    scattered: Store, lon: float, lat: float, radius_m: float, kind: list[str], limit: int
) -> None:
    rows = scattered.rows(
        "SELECT id, kind, lon, ST_Distance_Spheroid(ST_Point2D(lon, lat), ST_Point2D(?, ?)) AS metres FROM places",
        [lon, lat],
    )
    asked = [r for r in rows if not kind or r["kind"] in kind]
    brute = sorted((r["metres"], r["id"]) for r in asked if r["lon"] is not None and r["metres"] <= radius_m)
    found = near(scattered, lon, lat, radius_m, kind, limit)
    assert [(p["distance_m"], p["id"]) for p in found.places] == [(round(m, 1), i) for m, i in brute[:limit]]
    assert (found.total, found.without_position) == (len(brute), sum(r["lon"] is None for r in asked))


def test_a_place_just_within_the_radius_is_found_and_one_just_beyond_is_not(scattered: Store) -> None:
    (farthest,) = scattered.rows(
        """
        SELECT id, ST_Distance_Spheroid(ST_Point2D(lon, lat), ST_Point2D(112.0, 34.0)) AS metres FROM places
        WHERE metres < 100_000 ORDER BY metres DESC LIMIT 1
        """
    )
    total = near(scattered, 112.0, 34.0, farthest["metres"], limit=500).total
    assert near(scattered, 112.0, 34.0, farthest["metres"] - 0.001, limit=500).total == total - 1

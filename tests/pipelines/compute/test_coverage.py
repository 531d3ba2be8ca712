"""Coverage: metres on the ground, from places whose position is their own, and nothing known is never 0."""

import json
import math
import shutil
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import box, mapping

from pipelines.compute.coverage import compute_coverage
from pipelines.sources.problems import BuildError
from portal.publication.store import Store, connect
from portal.settings import Settings
from tests.synthetic import CHECKOUT, SyntheticProject

Row = dict[str, Any]
CITY = "合成市"
MEASURE = {"id": "park_500m", "kinds": "park|pocket_park", "radius_m": 500.0, "plane": "EPSG:4547"}
# Two districts side by side, each some 9.2 by 11.1 km.
WEST, EAST = box(113.9, 34.6, 114.0, 34.7), box(114.0, 34.6, 114.1, 34.7)


def district(code: str, shape: shapely.Polygon) -> Row:
    return {"code": code, "name": f"合成区{code}", "geometry": json.dumps(mapping(shape))}


def place(number: int, lon: float | None, lat: float | None, **changes: Any) -> Row:
    known = {"id": f"synthetic-{number}", "kind": "park", "district": "000001", "area_m2": None, "as_of": "2021"}
    return {**known, "lon": lon, "lat": lat, "position_basis": "file" if lon else "none", **changes}


DISTRICTS = [district("000001", WEST), district("000002", EAST)]


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with connect(Settings()) as connection:
        yield connection


def covered(connection: duckdb.DuckDBPyConnection, places: list[Row], **changes: Any) -> dict[str | None, Row]:
    """Rows by district, None for the city."""
    rows = compute_coverage(connection, [{**MEASURE, **changes}], DISTRICTS, places, CITY)
    return {r["district"]: r for r in rows}


def test_one_place_covers_a_circle(connection: duckdb.DuckDBPyConnection) -> None:
    """Expected: 0.7842 km² (a circle of 500 m drawn with 64 sides) in 101.699 km² (geodesic)."""
    row = covered(connection, [place(1, 113.95, 34.65)])["000001"]
    assert (row["covered_km2"], row["area_km2"], row["share"]) == (0.784, 101.699, 0.00771)
    assert (row["places_used"], row["places_held"], row["reason"]) == (1, 1, None)


def test_shares_agree_with_shapely(connection: duckdb.DuckDBPyConnection) -> None:
    """Circles that overlap, that lie across the boundary and outside, one widened by the place's own area."""
    spots = [(113.95, 34.65, None), (113.953, 34.651, None), (113.999, 34.62, None), (114.05, 34.6, 1_000_000.0)]
    places = [place(n, lon, lat, area_m2=area) for n, (lon, lat, area) in enumerate([*spots, (114.2, 34.65, None)])]
    found = covered(connection, places)

    flat = Transformer.from_crs("EPSG:4326", "EPSG:4547", always_xy=True).transform
    discs = [
        shapely.Point(*flat(lon, lat)).buffer(500 + math.sqrt((area or 0) / math.pi), quad_segs=16)
        for lon, lat, area in spots
    ]
    union = shapely.union_all(discs)
    drawn = zip(DISTRICTS, (WEST, EAST), strict=True)
    shapes = {d["code"]: shapely.transform(shape, flat, interleaved=False) for d, shape in drawn}
    expected = {code: (union & shape).area / shape.area for code, shape in shapes.items()}
    whole = sum((union & s).area for s in shapes.values()) / sum(s.area for s in shapes.values())
    assert {c: r["share"] for c, r in found.items()} == pytest.approx({**expected, None: whole}, abs=1e-6)
    assert {c: r["places_used"] for c, r in found.items()} == {"000001": 3, "000002": 2, None: 4}
    assert {c: r["places_with_area"] for c, r in found.items()} == {"000001": 0, "000002": 1, None: 1}


def test_where_nothing_is_recorded_the_share_is_unknown_and_not_0(connection: duckdb.DuckDBPyConnection) -> None:
    for row in covered(connection, [place(1, 113.95, 34.65, kind="car_park")]).values():
        assert (row["share"], row["covered_km2"], row["reason"]) == (None, None, "no_place")
        assert row["area_km2"] > 100


def test_a_place_without_a_position_of_its_own_does_not_count_and_is_told(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    places = [place(1, 113.95, 34.65, position_basis="near:合成站"), place(2, None, None), place(3, None, None)]
    found = covered(connection, places)
    for row in (found["000001"], found[None]):
        assert (row["share"], row["reason"], row["places_used"]) == (None, "no_position", 0)
        assert (row["places_held"], row["places_rough"], row["places_without_position"]) == (3, 1, 2)
    assert (found["000002"]["share"], found["000002"]["reason"]) == (None, "no_place")


def test_from_a_handful_of_places_no_share_is_told(connection: duckdb.DuckDBPyConnection) -> None:
    spots = [place(n, 113.92 + n / 100, 34.65) for n in range(3)]
    row = covered(connection, spots, places_min=4)["000001"]
    assert (row["share"], row["covered_km2"], row["reason"]) == (None, None, "few")
    assert (row["places_used"], row["places_held"]) == (3, 3)
    assert covered(connection, spots, places_min=3)["000001"]["reason"] is None


def test_where_most_places_have_no_exact_position_no_share_is_told(connection: duckdb.DuckDBPyConnection) -> None:
    known, unknown = [place(n, 113.95, 34.6 + n / 100) for n in range(2)], [place(n, None, None) for n in range(2, 5)]
    assert covered(connection, known + unknown)["000001"]["reason"] == "few"
    assert covered(connection, known + unknown[:2])["000001"]["reason"] is None


def test_of_a_city_no_share_is_told_where_most_of_its_districts_have_none(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    known = [place(n, 113.95, 34.6 + n / 100) for n in range(4)]
    third = [*DISTRICTS, district("000003", box(114.1, 34.6, 114.2, 34.7))]
    (*_, city) = compute_coverage(connection, [MEASURE], third, known, CITY)
    assert (city["share"], city["reason"], city["places_used"]) == (None, "few", 4)
    assert covered(connection, known)[None]["share"] > 0


def test_a_place_across_the_boundary_serves_both_sides(connection: duckdb.DuckDBPyConnection) -> None:
    found = covered(connection, [place(1, 113.999, 34.65)])
    assert found["000002"]["places_used"] == 1
    assert found["000002"]["places_held"] == 0
    assert 0 < found["000002"]["share"] < found["000001"]["share"]


def test_the_places_dates_are_kept(connection: duckdb.DuckDBPyConnection) -> None:
    row = covered(connection, [place(1, 113.95, 34.65, as_of="2018-05"), place(2, 113.96, 34.65, as_of=None)])[None]
    assert (row["as_of_first"], row["as_of_last"]) == ("2018-05", "2018-05")


@pytest.mark.parametrize(
    ("plane", "told"),
    [
        ("EPSG:4326", "coverage-measures 的 park_500m：EPSG:4326 不是这一带以米为单位的投影。"),
        ("EPSG:4534", "coverage-measures 的 park_500m：EPSG:4534 不是这一带以米为单位的投影。"),
        ("EPSG:999999", "coverage-measures 的 park_500m：用 EPSG:999999 量不出区县的面积"),
    ],
)
def test_a_projection_of_elsewhere_is_refused(connection: duckdb.DuckDBPyConnection, plane: str, told: str) -> None:
    with pytest.raises(BuildError) as caught:
        covered(connection, [place(1, 113.95, 34.65)], plane=plane)
    (problem,) = caught.value.problems
    assert problem.startswith(told)


def test_a_build_publishes_coverage_with_what_it_was_computed_from(project: SyntheticProject) -> None:
    for name in ("coverage", "coverage-measures"):
        shutil.copytree(CHECKOUT / "datasets" / name, project.datasets / name)
    measure = {"id": "synthetic", "name_zh": "合成覆盖", "name_en": "Synthetic coverage"}
    project.write("coverage-measures", [{**MEASURE, **measure}])
    project.write("districts", [{**d, "lon": 114, "lat": 34.65} for d in DISTRICTS])
    made = {"name": "合成公园", "source": "synthetic-source", **place(1, 113.95, 34.65)}
    project.write("places", [made])
    version = project.build().version
    store = Store(project.settings.published / version, project.settings)
    rows = store.rows("SELECT id, area_name, share, places_used, kinds, radius_m, plane FROM coverage ORDER BY id")
    given = {"kinds": "park|pocket_park", "radius_m": 500.0, "plane": "EPSG:4547"}
    assert rows == [
        {"id": "synthetic-000001", "area_name": "合成区000001", "share": 0.00771, "places_used": 1, **given},
        {"id": "synthetic-000002", "area_name": "合成区000002", "share": None, "places_used": 0, **given},
        {"id": "synthetic-city", "area_name": "合成市", "share": 0.003855, "places_used": 1, **given},
    ]


def test_a_city_that_measures_no_coverage_builds_without(built: SyntheticProject) -> None:
    (version,) = (p for p in built.settings.published.iterdir() if p.is_dir())
    assert "coverage" not in {f.table for f in Store(version, built.settings).manifest.files}


def test_of_the_real_city_a_share_is_given_just_where_enough_places_count(store: Store) -> None:
    rows = store.rows("SELECT c.*, m.places_min FROM coverage c JOIN coverage_measures m ON m.id = c.measure")
    assert len(rows) == 3 * 15
    assert all(r["share"] is None for r in rows if r["places_used"] < r["places_min"])
    assert all((r["share"] is None) == (r["reason"] is not None) for r in rows)

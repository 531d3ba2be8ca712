"""How much of each district lies within reach of a park or a bus stop: the rows of `coverage`."""

from collections.abc import Iterable, Sequence

import duckdb
import pyarrow as pa

from pipelines.sources.problems import BuildError
from portal.publication.store import Row

# Sides of a quarter of a circle: a circle drawn so is 0.16 % smaller than a round one.
_SIDES = 16
# A projection that gets a district's area wrong by more than this is not one of that part of the Earth.
_OFF = 0.01

_BOUNDARIES = pa.schema({"code": pa.string(), "geometry": pa.string()})
_POINTS = pa.schema({"i": pa.int64(), "lon": pa.float64(), "lat": pa.float64(), "area_m2": pa.float64()})


def compute_coverage(
    connection: duckdb.DuckDBPyConnection,
    measures: Iterable[Row],
    districts: Sequence[Row],
    places: Sequence[Row],
    city: str,
) -> list[Row]:
    """One row a measure and district, and one for the whole city: the share of the area within a radius of places.

    Only places with a position of their own count, not those known by a landmark nearby, which may be farther off than
    the radius. A place of known area is taken for a circle of that area around its point. The city is the sum of its
    districts. Share and area covered are None where too little is known to mean anything: no place, fewer than the
    measure's `places_min`, more without an exact position than with one, or, for the city, most districts unknown.

    Args:
        connection: with the spatial extension, coordinates lon before lat (`portal.publication.store.connect`).
        measures: rows of `coverage_measures`: kinds, radius in metres, plane (a projected system in metres), and the
            fewest places a share is told from (one where None).
        districts: rows of `districts`, boundaries as GeoJSON in WGS84 degrees.
        places: rows of `places`, WGS84 degrees, area in square metres.
        city: the name of the whole.
    Raises:
        BuildError: a boundary or a projection no area can be measured with.
    """
    rows = []
    for measure in measures:
        kinds = measure["kinds"].split("|")
        held = [p for p in places if p["kind"] in kinds]
        try:
            rows += _rows(connection, measure, districts, held, city)
        except duckdb.Error as error:
            told = str(error).splitlines()[0]
            raise BuildError(
                [f"coverage-measures 的 {measure['id']}：用 {measure['plane']} 量不出区县的面积（{told}）。"]
            ) from None
    return rows


def _rows(
    connection: duckdb.DuckDBPyConnection, measure: Row, districts: Sequence[Row], held: Sequence[Row], city: str
) -> list[Row]:
    """The rows of one measure: the districts', then the city's."""
    exact = [p for p in held if _placed(p) and not _rough(p)]
    areas, reached = _reached(connection, measure, districts, exact)
    rows = []
    for district in districts:
        code = district["code"]
        used, covered = reached.get(code, ([], 0.0))
        own = [p for p in held if p["district"] == code]
        reason = _reason(measure, own, used)
        rows.append(_row(measure, code, district["name"], own, used, areas[code], covered, reason))
    everywhere = list({p["id"]: p for used, _ in reached.values() for p in used}.values())
    covered = sum(c for _, c in reached.values())
    reason = _reason(measure, held, everywhere)
    if reason is None and 2 * sum(r["share"] is not None for r in rows) < len(rows):
        reason = "few"
    return [*rows, _row(measure, None, city, held, everywhere, sum(areas.values()), covered, reason)]


def _reason(measure: Row, held: Sequence[Row], used: Sequence[Row]) -> str | None:
    """Why no share can be told from the places held in an area and those that reach it; None where one can."""
    if not used:
        return "no_position" if held else "no_place"
    exact = sum(_placed(p) and not _rough(p) for p in held)
    enough = len(used) >= (measure.get("places_min") or 1) and 2 * exact >= len(held)
    return None if enough else "few"


def _reached(
    connection: duckdb.DuckDBPyConnection, measure: Row, districts: Sequence[Row], places: Sequence[Row]
) -> tuple[dict[str, float], dict[str, tuple[list[Row], float]]]:
    """Square metres of every district by code; and of those reached, the places that do and the square metres covered."""
    connection.register("boundaries", pa.Table.from_pylist(list(districts), _BOUNDARIES))
    connection.register("points", pa.Table.from_pylist([{"i": i, **p} for i, p in enumerate(places)], _POINTS))
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE flat AS
        WITH round AS (SELECT code, ST_MakeValid(ST_GeomFromGeoJSON(geometry)) AS shape FROM boundaries)
        SELECT code, ST_Area_Spheroid(shape) AS area, ST_Transform(shape, 'EPSG:4326', $plane) AS shape FROM round
        """,
        {"plane": measure["plane"]},
    )
    off = connection.execute(f"SELECT max(abs(ST_Area(shape) / area - 1)) > {_OFF} FROM flat").fetchall()[0][0]
    if off:
        raise BuildError([f"coverage-measures 的 {measure['id']}：{measure['plane']} 不是这一带以米为单位的投影。"])
    areas = dict(connection.execute("SELECT code, ST_Area(shape) FROM flat").fetchall())
    found = connection.execute(
        f"""
        WITH discs AS (
            SELECT i, ST_Buffer(
                ST_Transform(ST_Point(lon, lat), 'EPSG:4326', $plane),
                $radius_m + sqrt(coalesce(area_m2, 0) / pi()),
                {_SIDES}
            ) AS disc FROM points
        ), reaching AS (
            SELECT code, list(i ORDER BY i) AS used, ST_Union_Agg(disc) AS covered
            FROM flat JOIN discs ON ST_Intersects(shape, disc) GROUP BY code
        )
        SELECT code, used, ST_Area(ST_Intersection(covered, shape)) FROM reaching JOIN flat USING (code)
        """,
        {"plane": measure["plane"], "radius_m": measure["radius_m"]},
    ).fetchall()
    return areas, {code: ([places[i] for i in used], covered) for code, used, covered in found}


def _row(
    measure: Row,
    code: str | None,
    name: str,
    held: Sequence[Row],
    used: Sequence[Row],
    area: float,
    covered: float,
    reason: str | None,
) -> Row:
    dates = sorted(p["as_of"] for p in used if p["as_of"])
    return {
        "id": f"{measure['id']}-{code or 'city'}",
        "measure": measure["id"],
        "district": code,
        "area_name": name,
        "share": None if reason else round(covered / area, 6),
        "reason": reason,
        "area_km2": round(area / 1e6, 3),
        "covered_km2": None if reason else round(covered / 1e6, 3),
        "places_used": len(used),
        "places_with_area": sum(bool(p["area_m2"]) for p in used),
        "places_held": len(held),
        "places_rough": sum(_placed(p) and _rough(p) for p in held),
        "places_without_position": sum(not _placed(p) for p in held),
        "kinds": measure["kinds"],
        "radius_m": measure["radius_m"],
        "plane": measure["plane"],
        "as_of_first": dates[0] if dates else None,
        "as_of_last": dates[-1] if dates else None,
    }


def _placed(place: Row) -> bool:
    return place["lon"] is not None and place["lat"] is not None


def _rough(place: Row) -> bool:
    return bool(place["position_basis"].startswith("near:"))

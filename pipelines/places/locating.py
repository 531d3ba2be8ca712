"""Where candidates lie: centre and area of polygons, the district of each, and whether it is in the city at all."""

import json
import re
from collections.abc import Callable

import duckdb
import pyarrow as pa

from pipelines.places.candidates import Candidate, Refused
from pipelines.sources.changes import Cells
from pipelines.tables.district_names import DistrictNames

Report = Callable[[str, int, int], None]

# Boundaries are simplified: so close to one, the side a place lies on is not certain.
BOUNDARY_M = 200.0
SWAPPED = "的经度和纬度像是写反了；应先写经度"


def measure_shapes(
    candidates: list[Candidate], connection: duckdb.DuckDBPyConnection, refused: list[Refused]
) -> list[Candidate]:
    """Centre and area of the polygons; a polygon that crosses itself is refused."""
    shaped = [(i, json.dumps(c.geometry)) for i, c in enumerate(candidates) if c.geometry is not None]
    if not shaped:
        return candidates
    connection.register("drawn", pa.table({"i": [i for i, _ in shaped], "geometry": [g for _, g in shaped]}))
    found = connection.execute(
        """
        WITH shapes AS (SELECT i, ST_GeomFromGeoJSON(geometry) AS shape FROM drawn),
        sound AS (SELECT i, shape, ST_Centroid(shape) AS centroid FROM shapes WHERE ST_IsValid(shape)),
        centred AS (
            SELECT i, shape, CASE WHEN ST_Contains(shape, centroid) THEN centroid ELSE ST_PointOnSurface(shape) END AS centre
            FROM sound
        )
        SELECT i, ST_X(centre), ST_Y(centre), ST_Area_Spheroid(shape) FROM centred
        """
    ).fetchall()
    connection.unregister("drawn")
    measured = {i: (lon, lat, area) for i, lon, lat, area in found}
    kept = []
    for i, candidate in enumerate(candidates):
        if candidate.geometry is not None:
            if i not in measured:
                refused.append(Refused(candidate.where, candidate.name, "面的边界自己相交"))
                continue
            candidate.lon, candidate.lat, area = measured[i]
            if candidate.area_m2 is None:
                candidate.area_m2 = area
                candidate.notes.append("面积由来源的边界量得")
        kept.append(candidate)
    return kept


def locate(
    candidates: list[Candidate],
    districts: list[Cells],
    known: DistrictNames,
    connection: duckdb.DuckDBPyConnection,
    refused: list[Refused],
    report: Report,
) -> list[Candidate]:
    """The candidates inside the city, each with its district where that is certain."""
    names = {d["code"]: d["name"] for d in districts}
    around = _distances(candidates, districts, connection, report)
    extent = _extent(districts)
    kept = []
    for i, candidate in enumerate(candidates):
        said = known.find(candidate.district or "")
        told = f"来源写的区县：{candidate.district}" if candidate.district and said is None else ""
        if candidate.lon is None or candidate.lat is None:
            candidate.district = said
        else:
            near = around[i]
            if districts and near[0][0] > BOUNDARY_M:
                refused.append(Refused(candidate.where, candidate.name, _outside(candidate, near[0][0], extent)))
                continue
            sure = near and near[0][0] == 0 and (len(near) == 1 or near[1][0] > BOUNDARY_M)
            close = {code for metres, code in near if metres <= BOUNDARY_M}
            candidate.district = near[0][1] if sure else said if said in close else None
            if near and not sure and candidate.district is None:
                candidate.notes.append(f"坐标距区界不足{BOUNDARY_M:.0f}米，未判定所在区")
            if said and said not in close:
                told = f"来源写的区县：{names[said]}，与坐标不符"
        if told:
            candidate.notes.append(told)
        kept.append(candidate)
    return kept


def _distances(
    candidates: list[Candidate], districts: list[Cells], connection: duckdb.DuckDBPyConnection, report: Report
) -> dict[int, list[tuple[float, str]]]:
    """The two districts nearest to each candidate: (metres, code), 0 inside.

    Metres are taken in a Lambert azimuthal projection around the city's middle: right to 0.01 % over a hundred kilometres.
    """
    points = [(i, c.lon, c.lat) for i, c in enumerate(candidates) if c.lon is not None]
    if not points or not districts:
        return {i: [] for i, _, _ in points}
    lon = sum(float(d["lon"]) for d in districts) / len(districts)
    lat = sum(float(d["lat"]) for d in districts) / len(districts)
    plane = f"+proj=laea +lon_0={lon:.4f} +lat_0={lat:.4f} +datum=WGS84 +units=m"
    connection.register("areas", pa.table({k: [d[k] for d in districts] for k in ("code", "geometry")}))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE flat AS SELECT code, ST_Transform(ST_GeomFromGeoJSON(geometry), 'EPSG:4326', '{plane}') AS shape FROM areas"
    )
    found: dict[int, list[tuple[float, str]]] = {}
    for start in range(0, len(points), 20_000):
        report("判定所在区县", start, len(points))
        part = points[start : start + 20_000]
        connection.register(
            "spots", pa.table({k: list(v) for k, v in zip(("i", "lon", "lat"), zip(*part, strict=True), strict=True)})
        )
        rows = connection.execute(
            f"""
            WITH flat_spots AS (SELECT i, ST_Transform(ST_Point(lon, lat), 'EPSG:4326', '{plane}') AS spot FROM spots),
            apart AS (SELECT i, code, ST_Distance(shape, spot) AS metres FROM flat_spots CROSS JOIN flat)
            SELECT i, list(struct_pack(metres := metres, code := code) ORDER BY metres, code)[:2] FROM apart GROUP BY i
            """
        ).fetchall()
        found |= {i: [(d["metres"], d["code"]) for d in near] for i, near in rows}
    report("判定所在区县", len(points), len(points))
    return found


def _extent(districts: list[Cells]) -> tuple[float, float, float, float]:
    """West, south, east and north of the city, in degrees."""
    numbers = [
        list(map(float, pair)) for d in districts for pair in re.findall(r"\[(-?[\d.]+),\s*(-?[\d.]+)", d["geometry"])
    ]
    if not numbers:
        return (0.0, 0.0, 0.0, 0.0)
    lons, lats = zip(*numbers, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _outside(candidate: Candidate, metres: float, extent: tuple[float, float, float, float]) -> str:
    west, south, east, north = extent
    lon, lat = candidate.lon or 0.0, candidate.lat or 0.0
    if west <= lat <= east and south <= lon <= north:
        return f"坐标 {lon:g},{lat:g} {SWAPPED}"
    return f"坐标 {lon:.5f},{lat:.5f} 不在本市各区县界内，距市界约 {metres / 1000:.1f} 公里"

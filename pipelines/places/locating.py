"""Where candidates lie: centre and area of polygons, the district of each, and whether it is in the city at all."""

import json
import re
from collections.abc import Callable, Sequence

import duckdb
import pyarrow as pa

from pipelines.places.candidates import Candidate, Refused
from pipelines.sources.changes import Cells
from pipelines.tables.district_names import DistrictNames
from pipelines.tables.long_list import LongList

Report = Callable[[str, int, int], None]
# A district's code and how many metres away it is.
Near = tuple[float, str]

# Boundaries are simplified: so close to one, the side a place lies on is not certain.
BOUNDARY_M = 200.0
_OUTLINE_M, _COARSE_M = 100.0, 500.0
_AT_A_TIME = 20_000
SWAPPED = "的经度和纬度像是写反了；应先写经度"


def measure_shapes(
    candidates: list[Candidate], connection: duckdb.DuckDBPyConnection, refused: LongList[Refused]
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


class Locator:
    """Tells of candidates in which district they lie, and which are not in the city at all.

    Metres are taken in a Lambert azimuthal projection around the city's middle: right to 0.01 % over a hundred kilometres.
    To a boundary beyond `_COARSE_M` they are taken from its outline simplified by `_OUTLINE_M`.

    Args:
        districts: rows of districts; without any, every candidate is kept.
        known: finds a district by what a file calls it.
        connection: with the spatial extension.
    """

    def __init__(self, districts: list[Cells], known: DistrictNames, connection: duckdb.DuckDBPyConnection) -> None:
        self._districts, self._known, self._connection = districts, known, connection
        self._names = {d["code"]: d["name"] for d in districts}
        self._extent = _extent(districts)
        self._plane = self._flatten() if districts else ""

    def keep(
        self, candidates: list[Candidate], refused: LongList[Refused], report: Report = lambda *_: None
    ) -> list[Candidate]:
        """The candidates inside the city, each with its district where that is certain.

        Args:
            candidates: with the centre of their shape where they have one.
            refused: takes up the others.
            report: called as (step, done, total).
        """
        around = self._distances(candidates, report)
        return [c for i, c in enumerate(candidates) if self._lies(c, around.get(i), refused)]

    def _lies(self, candidate: Candidate, near: list[Near] | None, refused: LongList[Refused]) -> bool:
        """Whether a candidate lies in the city; sets its district."""
        said = self._known.find(candidate.district or "")
        if candidate.lon is None or candidate.lat is None or near is None:
            if candidate.district and said is None:
                candidate.notes.append(f"来源写的区县：{candidate.district}")
            candidate.district = said
            return True
        if near[0][0] > BOUNDARY_M:
            refused.append(Refused(candidate.where, candidate.name, _outside(candidate, near[0][0], self._extent)))
            return False
        self._settle(candidate, near, said)
        return True

    def _settle(self, candidate: Candidate, near: list[Near], said: str | None) -> None:
        """The district of a candidate in the city: that it lies in, or near a boundary the one the file names, if either."""
        told = f"来源写的区县：{candidate.district}" if candidate.district and said is None else ""
        sure = near[0][0] == 0 and (len(near) == 1 or near[1][0] > BOUNDARY_M)
        close = {code for metres, code in near if metres <= BOUNDARY_M}
        candidate.district = near[0][1] if sure else said if said in close else None
        if not sure and candidate.district is None:
            candidate.notes.append(f"坐标距区界不足{BOUNDARY_M:.0f}米，未判定所在区")
        if said and said not in close:
            told = f"来源写的区县：{self._names[said]}，与坐标不符"
        if told:
            candidate.notes.append(told)

    def _flatten(self) -> str:
        """Lay the districts out on a plane; returns the plane's name."""
        lon = sum(float(d["lon"]) for d in self._districts) / len(self._districts)
        lat = sum(float(d["lat"]) for d in self._districts) / len(self._districts)
        plane = f"+proj=laea +lon_0={lon:.4f} +lat_0={lat:.4f} +datum=WGS84 +units=m"
        areas = pa.table({k: [d[k] for d in self._districts] for k in ("code", "geometry")})
        self._connection.register("areas", areas)
        self._connection.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE flat AS
            SELECT code, shape, ST_SimplifyPreserveTopology(shape, {_OUTLINE_M}) AS outline FROM (
                SELECT code, ST_Transform(ST_GeomFromGeoJSON(geometry), 'EPSG:4326', '{plane}') AS shape FROM areas
            )
            """
        )
        self._connection.unregister("areas")
        return plane

    def _distances(self, candidates: list[Candidate], report: Report) -> dict[int, list[Near]]:
        """The two districts nearest to each candidate with a position: (metres, code), 0 inside."""
        points = [(i, c.lon, c.lat) for i, c in enumerate(candidates) if c.lon is not None]
        found: dict[int, list[Near]] = {}
        for start in range(0, len(points) if self._plane else 0, _AT_A_TIME):
            report("判定所在区县", start, len(points))
            found |= self._near(points[start : start + _AT_A_TIME])
        report("判定所在区县", len(points), len(points))
        return found

    def _near(self, points: Sequence[tuple[int, float | None, float | None]]) -> dict[int, list[Near]]:
        columns = zip(("i", "lon", "lat"), zip(*points, strict=True), strict=True)
        self._connection.register("spots", pa.table({name: list(values) for name, values in columns}))
        rows = self._connection.execute(
            f"""
            WITH flat_spots AS (SELECT i, ST_Transform(ST_Point(lon, lat), 'EPSG:4326', '{self._plane}') AS spot FROM spots),
            coarse AS (SELECT i, code, spot, shape, ST_Distance(outline, spot) AS metres FROM flat_spots CROSS JOIN flat),
            apart AS (
                SELECT i, code, CASE WHEN metres > {_COARSE_M} THEN metres ELSE ST_Distance(shape, spot) END AS metres FROM coarse
            )
            SELECT i, list(struct_pack(metres := metres, code := code) ORDER BY metres, code)[:2] FROM apart GROUP BY i
            """
        ).fetchall()
        return {i: [(d["metres"], d["code"]) for d in near] for i, near in rows}


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

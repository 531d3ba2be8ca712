"""What lies under the marks of the map, where a base map was imported: as much of it as a view has room for."""

import json
import math
from dataclasses import dataclass

from portal.publication.store import Row, Store

_TABLE = "base_map"
_KM_A_DEGREE = 111.195
# Kilometres from the middle of a view to its edge, from which on only the larger objects are drawn.
_DISTRICT_KM, _NEARBY_KM = 15.0, 3.0
# Corners a view may have: what a phone draws without a pause.
_CORNERS_MAX = 20_000
_OBJECTS_MAX = 6_000
# Pixels a view is wide on a desk; less than half a one is left out of a line.
_PIXELS = 900


@dataclass(frozen=True)
class Drawn:
    """An object of the base map: its class, name, and its parts as lists of [lon, lat]; of an area the outer rings."""

    kind: str
    name: str
    is_area: bool
    parts: list[list[list[float]]]


def base_map(store: Store, middle: tuple[float, float] | None, view_km: float | None) -> list[Drawn]:
    """The objects of the base map in a view, the most important first; empty where no base map is published.

    Args:
        store: the published version.
        middle: lon and lat of the view's middle; None shows all of the city.
        view_km: kilometres from the middle to the left and right edge; None shows all of the city.
    """
    if _TABLE not in {f.table for f in store.manifest.files}:
        return []
    rank = 1 if view_km is None or view_km > _DISTRICT_KM else 2 if view_km > _NEARBY_KM else 3
    where = "rank <= ?"
    values: list[float] = [rank]
    if middle is not None and view_km is not None:
        # Half a view more on every side, to pan in.
        north = view_km * 1.5 / _KM_A_DEGREE
        east = north / max(math.cos(math.radians(middle[1])), 0.01)
        where += " AND east >= ? AND west <= ? AND north >= ? AND south <= ?"
        values += [middle[0] - east, middle[0] + east, middle[1] - north, middle[1] + north]
    tolerance = (view_km or 40.0) / _PIXELS / _KM_A_DEGREE
    rows = store.rows(
        f"""SELECT class, name, ST_AsGeoJSON(ST_SimplifyPreserveTopology(ST_GeomFromGeoJSON(geometry), {tolerance:.8f})) AS shape
        FROM {_TABLE} WHERE {where} ORDER BY rank, (east - west) * (north - south) DESC, id LIMIT {_OBJECTS_MAX}""",
        values,
    )
    drawn, corners = [], 0
    for row in rows:
        made = _drawn(row)
        corners += sum(map(len, made.parts))
        if corners > _CORNERS_MAX:
            break
        drawn.append(made)
    return drawn


def _drawn(row: Row) -> Drawn:
    shape = json.loads(row["shape"])
    kind, coordinates = shape["type"], shape["coordinates"]
    parts: list[list[list[float]]]
    if kind == "Point":
        parts = [[coordinates]]
    elif kind == "LineString":
        parts = [coordinates]
    elif kind == "MultiLineString":
        parts = coordinates
    else:
        polygons = [coordinates] if kind == "Polygon" else coordinates
        parts = [polygon[0] for polygon in polygons]
    rounded = [[[round(p[0], 5), round(p[1], 5)] for p in part] for part in parts]
    return Drawn(row["class"], row["name"] or "", kind.endswith("Polygon"), rounded)

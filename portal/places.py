"""What is near a point: places with a known position, by distance on the WGS84 ellipsoid."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from portal.rows import BadParameterError
from portal.store import Row, Store

RADIUS_DEFAULT_M = 1_000.0
RADIUS_MAX_M = 100_000.0
LIMIT_MAX = 500
# A point this many degrees outside all places is taken for a slip of the axes when the swapped point is inside.
_MARGIN = 1.0
# A little less than a degree of latitude is anywhere, so that no box is too small.
_METRES_A_DEGREE = 110_000.0


@dataclass(frozen=True)
class Nearby:
    """Places within the radius, nearest first, each with `distance_m` (metres); `without_position` counts those of the
    same kinds that may be near but whose position nobody has published."""

    places: list[Row]
    total: int
    without_position: int


def kinds(store: Store) -> list[str]:
    """The kinds of place the publication holds, in alphabetical order."""
    return [r["kind"] for r in store.rows("SELECT DISTINCT kind FROM places ORDER BY kind")]


def near(
    store: Store,
    lon: float,
    lat: float,
    radius_m: float = RADIUS_DEFAULT_M,
    kind: Sequence[str] = (),
    limit: int = 100,
) -> Nearby:
    """Places within a distance of a point.

    Args:
        store: the published version.
        lon, lat: the point, WGS84 degrees, longitude first.
        radius_m: metres, above 0 and at most `RADIUS_MAX_M`.
        kind: kinds of place; every kind where empty.
        limit: most places to return, 1 to `LIMIT_MAX`.
    Raises:
        BadParameterError: a coordinate, radius, kind or limit that cannot be; swapped coordinates are told as such.
    """
    _check_point(lon, lat)
    if not 0 < radius_m <= RADIUS_MAX_M:
        zh, en = (
            f"半径应大于 0、不超过 {RADIUS_MAX_M:.0f} 米。",
            f"the radius is above 0 and at most {RADIUS_MAX_M:.0f} m.",
        )
        raise BadParameterError("radius_m", f"{radius_m:g}", zh, en)
    if not 1 <= limit <= LIMIT_MAX:
        zh, en = f"应为 1 到 {LIMIT_MAX} 的整数。", f"it takes a whole number from 1 to {LIMIT_MAX}."
        raise BadParameterError("limit", str(limit), zh, en)
    known = kinds(store)
    for wanted in kind:
        if wanted not in known:
            raise BadParameterError("kind", wanted, "没有这一类场所。", "there is no such kind of place.", known)
    of_kind = f"kind IN ({', '.join('?' * len(kind))})" if kind else "true"
    rows = store.rows(
        f"""
        WITH measured AS (
            SELECT *, ST_Distance_Spheroid(ST_Point2D(lon, lat), ST_Point2D(?, ?)) AS distance_m
            FROM places WHERE lat BETWEEN ? AND ? AND lon BETWEEN ? AND ? AND {of_kind}
        )
        SELECT *, count(*) OVER () AS total FROM measured WHERE distance_m <= ? ORDER BY distance_m, id LIMIT ?
        """,
        [lon, lat, *_around(lon, lat, radius_m), *kind, radius_m, limit],
    )
    if not rows:
        _check_not_swapped(store, lon, lat)
    total = rows[0]["total"] if rows else 0
    for row in rows:
        del row["total"]
        row["distance_m"] = round(row["distance_m"], 1)
    missing = store.rows(
        f"SELECT count(*) AS n FROM places WHERE (lon IS NULL OR lat IS NULL) AND {of_kind}", list(kind)
    )
    return Nearby(rows, total, missing[0]["n"])


def _around(lon: float, lat: float, radius_m: float) -> tuple[float, float, float, float]:
    """South, north, west and east of a box (degrees) that holds all within the radius: few rows are left to be measured."""
    height = radius_m / _METRES_A_DEGREE
    cosine = math.cos(math.radians(min(abs(lat) + height, 90)))
    width = height / cosine if cosine > 0.01 else 360.0
    # A box across the date line would have to be two.
    west, east = (lon - width, lon + width) if abs(lon) + width <= 180 else (-180.0, 180.0)
    return lat - height, lat + height, west, east


def _check_point(lon: float, lat: float) -> None:
    for name, value, most in (("lon", lon, 180), ("lat", lat, 90)):
        if math.isfinite(value) and abs(value) <= most:
            continue
        if name == "lat" and abs(value) <= 180 and abs(lon) <= 90:
            raise _swapped(lon, lat)
        words = "经度" if name == "lon" else "纬度"
        zh = f"{words}应在 -{most} 到 {most} 之间（WGS84，单位度）。"
        raise BadParameterError(name, f"{value:g}", zh, f"it lies between -{most} and {most} degrees (WGS84).")


def _check_not_swapped(store: Store, lon: float, lat: float) -> None:
    """Raise where the point is far outside every place and would be among them with its axes exchanged."""
    extent = store.rows("SELECT min(lon) AS west, max(lon) AS east, min(lat) AS south, max(lat) AS north FROM places")[
        0
    ]
    if extent["west"] is None:
        return

    def inside(x: float, y: float) -> bool:
        return (
            extent["west"] - _MARGIN <= x <= extent["east"] + _MARGIN
            and extent["south"] - _MARGIN <= y <= extent["north"] + _MARGIN
        )

    if not inside(lon, lat) and inside(lat, lon):
        raise _swapped(lon, lat)


def _swapped(lon: float, lat: float) -> BadParameterError:
    return BadParameterError(
        "lon,lat",
        f"{lon:g},{lat:g}",
        f"经度和纬度像是写反了；请试 lon={lat:g}&lat={lon:g}。",
        f"longitude and latitude look swapped; try lon={lat:g}&lat={lon:g}.",
    )

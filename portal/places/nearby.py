"""What is near a point: places with a known position, by distance on the WGS84 ellipsoid.

All positions are held in memory as points in space, where the straight line to every one of a quarter of a million is taken in
two milliseconds; only the few that line cannot decide are measured along the ellipsoid.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

import numpy as np
import pyarrow as pa

from portal.datasets.row_parameters import BadParameterError
from portal.places.rows import NearPlaceRow
from portal.places.walking import walking_minutes
from portal.publication.store import Store
from portal.publication.translations import phrases, with_english
from portal.texts.errors import sentence

RADIUS_DEFAULT_M = 1_000.0
RADIUS_MAX_M = 100_000.0
LIMIT_MAX = 500
# A point this many degrees outside all places is taken for a slip of the axes when the swapped point is inside.
_MARGIN = 1.0
# WGS84: the equator's radius in metres and the square of the eccentricity.
_EQUATOR_M = 6_378_137.0
_E2 = 0.006694379990141317
# Up to RADIUS_MAX_M the way along the ellipsoid is longer than the straight line, but by less than this part of it:
# a chord of a curve no more bent than the ellipsoid (radius 6335 km) is 1.04e-5 shorter at most (Schur's theorem).
_LONGER = 2e-5


@dataclass(frozen=True)
class Nearby:
    """Places within the radius, nearest first, each with `distance_m` (metres); `without_position` counts those of the
    same kinds that may be near but whose position nobody has published."""

    places: list[NearPlaceRow]
    total: int
    without_position: int


@dataclass(frozen=True)
class Neighbours:
    """The places of one kind nearest to a point, each with `distance_m` and `minutes` on foot; `total` in the whole city."""

    kind: str
    places: list[NearPlaceRow]
    total: int
    without_position: int


@dataclass(frozen=True)
class _Held:
    """The places of a version: rows, kinds in alphabetical order, each row's kind as a number in them, its position in
    degrees and as x, y, z in metres from the Earth's middle (NaN where there is none)."""

    rows: pa.Table
    kinds: list[str]
    kind: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    at: np.ndarray


def kinds(store: Store) -> list[str]:
    """The kinds of place the publication holds, in alphabetical order."""
    return list(_held(store).kinds)


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
        raise BadParameterError("radius_m", f"{radius_m:g}", sentence("place.radius", most=f"{RADIUS_MAX_M:.0f}"))
    if not 1 <= limit <= LIMIT_MAX:
        raise BadParameterError("limit", str(limit), sentence("parameter.whole", least=1, most=LIMIT_MAX))
    held = _held(store)
    for wanted in kind:
        if wanted not in held.kinds:
            raise BadParameterError("kind", wanted, sentence("place.kind"), held.kinds)
    asked = np.isin(held.kind, [held.kinds.index(k) for k in kind]) if kind else np.ones(len(held.kind), bool)
    straight = np.where(asked, np.sqrt(((held.at - _in_space(lon, lat)[:, None]) ** 2).sum(axis=0)), np.nan)
    (within,) = np.nonzero(straight <= radius_m)
    if not len(within):
        _check_not_swapped(held, lon, lat)
    doubtful = within[straight[within] > radius_m * (1 - _LONGER)]
    nearest = within
    if len(within) > limit:
        farthest = np.partition(straight[within], limit - 1)[limit - 1]
        nearest = within[straight[within] <= farthest * (1 + _LONGER)]
    distance = _measured(store, held, np.union1d(nearest, doubtful), lon, lat)
    names = held.rows["id"]
    found = sorted((distance[i], names[i].as_py(), i) for i in nearest.tolist() if distance[i] <= radius_m)[:limit]
    rows = held.rows.take(np.array([i for _, _, i in found], dtype=np.int64)).to_pylist()
    total = len(within) - sum(distance[i] > radius_m for i in doubtful.tolist())
    missing = int(np.count_nonzero(asked & np.isnan(held.at[0])))
    measured = [{**row, "distance_m": round(metres, 1)} for row, (metres, _, _) in zip(rows, found, strict=True)]
    return Nearby(cast("list[NearPlaceRow]", measured), total, missing)


def neighbours(store: Store, lon: float, lat: float, count: int = 3) -> list[Neighbours]:
    """The nearest places of each kind, kinds in the order of their nearest place; kinds without any position last.

    Args:
        store: the published version.
        lon, lat: WGS84 degrees.
        count: most places a kind.
    """
    found = []
    for kind in kinds(store):
        nearest = near(store, lon, lat, RADIUS_MAX_M, [kind], count)
        told = with_english(nearest.places, phrases(store))
        rows = cast("list[NearPlaceRow]", [{**p, "minutes": walking_minutes(p["distance_m"])} for p in told])
        total = store.rows("SELECT count(*) AS n FROM places WHERE kind = ?", [kind])[0]["n"]
        found.append(Neighbours(kind, rows, total, nearest.without_position))
    return sorted(found, key=lambda n: n.places[0]["distance_m"] if n.places else math.inf)


@lru_cache(maxsize=2)
def _held(store: Store) -> _Held:
    rows = store.table("places")
    names, numbers = np.unique(np.array(rows["kind"].to_pylist(), dtype=str), return_inverse=True)
    lon, lat = (rows[name].cast(pa.float64()).to_numpy() for name in ("lon", "lat"))
    return _Held(rows, names.tolist(), numbers, lon, lat, _in_space(lon, lat))


def _in_space(lon: float | np.ndarray, lat: float | np.ndarray) -> np.ndarray:
    """x, y, z in metres of points on the WGS84 ellipsoid (degrees)."""
    east, north = np.radians(lon), np.radians(lat)
    across = _EQUATOR_M / np.sqrt(1 - _E2 * np.sin(north) ** 2)
    level = across * np.cos(north)
    return np.array([level * np.cos(east), level * np.sin(east), across * (1 - _E2) * np.sin(north)])


def _measured(store: Store, held: _Held, which: np.ndarray, lon: float, lat: float) -> dict[int, float]:
    """Metres along the ellipsoid from a point to rows, by the row's number."""
    if not len(which):
        return {}
    rows = store.rows(
        """
        SELECT i, ST_Distance_Spheroid(ST_Point2D(lon, lat), ST_Point2D($lon, $lat)) AS metres
        FROM (SELECT unnest($which) AS i, unnest($lons) AS lon, unnest($lats) AS lat)
        """,
        {"lon": lon, "lat": lat, "which": which.tolist()}
        | {"lons": held.lon[which].tolist(), "lats": held.lat[which].tolist()},
    )
    return {r["i"]: r["metres"] for r in rows}


def _check_point(lon: float, lat: float) -> None:
    for name, value, most in (("lon", lon, 180), ("lat", lat, 90)):
        if math.isfinite(value) and abs(value) <= most:
            continue
        if name == "lat" and abs(value) <= 180 and abs(lon) <= 90:
            raise _swapped(lon, lat)
        raise BadParameterError(name, f"{value:g}", sentence(f"coordinate.{name}", most=most))


def _check_not_swapped(held: _Held, lon: float, lat: float) -> None:
    """Raise where the point is far outside every place and would be among them with its axes exchanged."""
    if np.isnan(held.at[0]).all():
        return
    west, east, south, north = (f(a) for a in (held.lon, held.lat) for f in (np.nanmin, np.nanmax))

    def inside(x: float, y: float) -> bool:
        return bool(west - _MARGIN <= x <= east + _MARGIN and south - _MARGIN <= y <= north + _MARGIN)

    if not inside(lon, lat) and inside(lat, lon):
        raise _swapped(lon, lat)


def _swapped(lon: float, lat: float) -> BadParameterError:
    why = sentence("coordinate.swapped", lon=f"{lat:g}", lat=f"{lon:g}")
    return BadParameterError("lon,lat", f"{lon:g},{lat:g}", why)

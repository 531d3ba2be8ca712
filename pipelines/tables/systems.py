"""Coordinate systems: which one a text names, and points of each in WGS84."""

import math
import re
import tomllib
import unicodedata
from functools import lru_cache
from pathlib import Path

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from pipelines.tables.coordinates import bd09_to_wgs84, gcj02_to_wgs84
from pipelines.tables.errors import RowError

_NAMES = Path(__file__).with_name("systems.toml")
_SHIFTED = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}
_DEGREES = ("wgs84", "cgcs2000", "gcj02", "bd09")
_DATUMS = ("World Geodetic System 1984", "China 2000")
_CODE = re.compile(r"EPSG([0-9]{4,5})|^([0-9]{4,5})$|CRSEPSG([0-9]{4,5})")
_MERIDIAN = re.compile(r"(?:中央子午线|中央经线|CM|中央经度)(?:为|是)?([0-9]{2,3})")
_ZONE = re.compile(r"(?<![0-9度])(2[5-9]|3[0-9]|4[0-5])(?:度?带|N|$)")
# CGCS2000 / 3-degree Gauss-Kruger, central meridian 75° E is EPSG:4534, and so on every three degrees.
_FIRST_GRID, _FIRST_MERIDIAN, _LAST_MERIDIAN, _ZONE_DEGREES = 4534, 75, 135, 3
_MILLION = 1_000_000.0
_USUAL_FALSE_EASTING = 500_000.0
# China lies between 3° and 54° N; a northing of less than this is no northing of a Chinese city.
_NORTHING_LEAST, _NORTHING_MOST = 300_000.0, 6_100_000.0


def system_of(text: str) -> str:
    """The coordinate system a text is the name of: `wgs84`, `cgcs2000`, `gcj02`, `bd09` or `epsg:<code>`.

    Raises:
        RowError: it names none that can be converted, or two.
    """
    found = systems_in(text)
    if len(found) == 1 and (system := next(iter(found))) != "unknown":
        return system
    if len(found) > 1 and "unknown" not in found:
        raise RowError(f"“{text}”写了两种坐标系；请只写一种")
    raise RowError(
        f"不认识坐标系“{text}”；能用的是 WGS84、CGCS2000、GCJ-02、BD-09 和 EPSG:4547 一类的代码，其他请先换算"
    )


def systems_in(text: str) -> set[str]:
    """The coordinate systems a text mentions; `unknown` for one that cannot be converted."""
    folded = re.sub(r"[\s\-_:：.,，、/()（）]", "", unicodedata.normalize("NFKC", text).upper())
    code = _CODE.search(folded)
    if code is not None:
        return {_coded(int(next(g for g in code.groups() if g)))}
    found = set()
    for name, system in _names():
        if name in folded:
            found.add(system)
            folded = folded.replace(name, "\0")
    if "unknown" in found:
        return {"unknown"}
    if not found & {"gcj02", "bd09"} and (grid := _grid_in(re.sub(r"[\s\-_:：.,，、/()（）]", "", text.upper()))):
        return {grid}
    return found


def without_system(text: str) -> str:
    """A header without the coordinate system it names: 百度经度, 经度_bd09 and gcj_lng are 经度, 经度 and lng."""
    folded = re.sub(r"[\s\-_:：.]", "", unicodedata.normalize("NFKC", text).upper())
    for name, _ in _names():
        folded = folded.replace(name, "")
    return folded.lower()


def shown(system: str) -> str:
    """A coordinate system as people write it: GCJ-02, EPSG:4547."""
    return system.upper() if system.startswith("epsg:") else str(_table()[system]["shown"])


def is_grid(system: str) -> bool:
    """Whether its coordinates are metres on a plane."""
    return system.startswith("epsg:")


def to_wgs84(x: float, y: float, system: str) -> tuple[float, float]:
    """A point in WGS84 degrees, longitude first.

    Args:
        x, y: longitude and latitude in degrees; of a grid, easting and northing in metres in whichever order: a northing is told
            from an easting by its size.
        system: as `system_of` names it.
    Raises:
        RowError: it is not on Earth, or not of that system.
    """
    if not (math.isfinite(x) and math.isfinite(y)):
        raise RowError(f"坐标 {x},{y} 不是数字")
    if is_grid(system):
        return _from_grid(x, y, int(system.removeprefix("epsg:")))
    if max(abs(x), abs(y)) > 10_000:
        raise RowError(
            f"坐标 {x:.0f},{y:.0f} 像是以米计的投影坐标；请用 --crs 写明坐标系，如 EPSG:4547（CGCS2000 三度带，中央经线 114°）"
        )
    if abs(x) > 180 or abs(y) > 90:
        if abs(y) <= 180 and abs(x) <= 90:
            raise RowError(f"坐标 {x:g},{y:g} 的经度和纬度像是写反了；应先写经度")
        raise RowError(f"坐标 {x:g},{y:g} 超出范围：经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间")
    return _SHIFTED[system](x, y) if system in _SHIFTED else (x, y)


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, object]]:
    return tomllib.loads(_NAMES.read_text("utf-8"))


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, str], ...]:
    """Names with their system, the longest first: 百度墨卡托 is not 百度."""
    pairs = [(str(n), system) for system, held in _table().items() for n in list(held["names"])]  # type: ignore[call-overload]
    return tuple(sorted(pairs, key=lambda pair: len(pair[0]), reverse=True))


def _coded(code: int) -> str:
    if code in {4326, 84}:
        return "wgs84"
    if code in {4490, 4479, 4480}:
        return "cgcs2000"
    try:
        crs = CRS.from_epsg(code)
    except CRSError:
        return "unknown"
    if not crs.is_projected or not crs.datum or not crs.datum.name.startswith(_DATUMS):
        return "unknown"
    return f"epsg:{code}"


def _grid_in(text: str) -> str | None:
    """The three-degree grid of CGCS2000 a text describes by its central meridian or its zone."""
    if not any(word in text for word in ("2000", "CGCS")):
        return None
    rest = text.replace("2000", "")
    meridian = _MERIDIAN.search(rest)
    zone = _ZONE.search(re.sub(r"[36]度分?带", "", rest))
    if meridian is None and zone is None:
        return None
    degrees = int(meridian[1]) if meridian else int(zone[1]) * _ZONE_DEGREES  # type: ignore[index]
    if degrees % _ZONE_DEGREES or not _FIRST_MERIDIAN <= degrees <= _LAST_MERIDIAN:
        return "unknown"
    return f"epsg:{_FIRST_GRID + (degrees - _FIRST_MERIDIAN) // _ZONE_DEGREES}"


def _from_grid(x: float, y: float, code: int) -> tuple[float, float]:
    transformer, false_easting, meridian = _grid(code)
    easting, northing = _axes(x, y, code)
    zone, within = divmod(easting, _MILLION)
    if zone and meridian is not None:
        if zone not in {meridian / _ZONE_DEGREES, (meridian + 3) / 6}:
            raise RowError(
                f"坐标 {easting:.0f} 的带号 {zone:.0f} 与 EPSG:{code}（中央经线 {meridian:g}°）不符；请核对坐标系"
            )
        easting = within
    if meridian is not None:
        easting = easting - _USUAL_FALSE_EASTING + false_easting
    lon, lat = transformer.transform(easting, northing)
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise RowError(f"坐标 {x:.0f},{y:.0f} 不在 EPSG:{code} 的范围内")
    return float(lon), float(lat)


def _axes(x: float, y: float, code: int) -> tuple[float, float]:
    """Easting and northing: surveyors call the northing x, programs the easting. Which is which shows in the size."""
    if max(abs(x), abs(y)) <= 10_000:
        raise RowError(f"坐标 {x:g},{y:g} 像是经纬度，不是 EPSG:{code} 的米数；请核对坐标系")
    for easting, northing in ((x, y), (y, x)):
        fits = _NORTHING_LEAST <= northing <= _NORTHING_MOST
        if fits and (easting < _MILLION <= northing or 13 * _MILLION <= easting < 46 * _MILLION):
            return easting, northing
    if code == 3857:
        return x, y
    raise RowError(f"坐标 {x:.0f},{y:.0f} 分不出哪个是东坐标、哪个是北坐标；请核对")


@lru_cache(maxsize=16)
def _grid(code: int) -> tuple[Transformer, float, float | None]:
    """The way to WGS84, the grid's false easting, and its central meridian where it has zones."""
    crs = CRS.from_epsg(code)
    values = {p.name: p.value for p in (crs.coordinate_operation.params if crs.coordinate_operation else ())}
    false_easting = float(values.get("False easting", 0.0))
    meridian = (
        float(values["Longitude of natural origin"]) if false_easting % _MILLION == _USUAL_FALSE_EASTING else None
    )
    return Transformer.from_crs(crs, 4326, always_xy=True), false_easting, meridian

"""Coordinates as cells write them: decimal degrees, degrees-minutes-seconds, with or without 东经 and N, in one cell or two."""

import re
import unicodedata

from pipelines.tables.errors import RowError
from pipelines.tables.lexicon import clean
from pipelines.tables.numbers import Value

_EAST, _NORTH = ("东经", "E", "西经", "W"), ("北纬", "N", "南纬", "S")
_NEGATIVE = {"西经", "W", "南纬", "S"}
_SIGN = "东经|西经|北纬|南纬|[EWNS]"
_PLAIN = re.compile(r"[+-]?\d+(?:,\d{3})*(?:\.\d+)?")
_DEGREES = re.compile(
    rf"(?P<before>{_SIGN})?\s*(?P<d>\d{{1,3}}(?:\.\d+)?)\s*(?:[°º度:]\s*(?:(?P<m>\d{{1,2}}(?:\.\d+)?)\s*(?:[′'’分:]\s*"
    rf"(?:(?P<s>\d{{1,2}}(?:\.\d+)?)\s*(?:[″\"”秒]|''|′′)?)?)?)?)?\s*(?P<after>{_SIGN})?"
)
_POINT = re.compile(r"(?:SRID=\d+;)?POINT\s*Z?\s*\(\s*([-\d.]+)\s+([-\d.]+)(?:\s+[-\d.]+)?\s*\)", re.IGNORECASE)


def degrees(value: Value, what: str) -> float:
    """A coordinate of one cell: degrees, or metres of a grid.

    Args:
        value: the cell.
        what: 经度 or 纬度, for messages and to notice 北纬 in a column of longitudes.
    Raises:
        RowError: it is no coordinate, or the other one.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    written = clean(value)
    text = unicodedata.normalize("NFKC", written).replace("´", "'").upper().strip()
    if _PLAIN.fullmatch(text):
        return float(text.replace(",", ""))
    match = _DEGREES.fullmatch(text)
    if match is None:
        raise RowError(f"{what}“{written}”不是数字")
    sign = match["before"] or match["after"] or ""
    if sign and sign not in (_EAST if what == "经度" else _NORTH):
        raise RowError(f"{what}这一格写的是“{written}”，经度和纬度像是写反了")
    minutes, seconds = float(match["m"] or 0), float(match["s"] or 0)
    if minutes >= 60 or seconds >= 60:
        raise RowError(f"{what}“{written}”的分或秒不小于 60")
    found = float(match["d"]) + minutes / 60 + seconds / 3600
    return -found if sign in _NEGATIVE else found


def pair(value: Value) -> tuple[float, float]:
    """Longitude and latitude of one cell: `112.4,34.6`, `POINT(112.4 34.6)`, `112°24′E 34°36′N`.

    Raises:
        RowError: it is no such pair.
    """
    written = clean(value)
    text = unicodedata.normalize("NFKC", written).strip().strip("[]()")
    if (point := _POINT.fullmatch(unicodedata.normalize("NFKC", written).strip())) is not None:
        return float(point[1]), float(point[2])
    parts = [p for p in re.split(r"[,;]\s*", text) if p.strip()]
    if len(parts) != 2:
        parts = [p for p in re.split(r"\s+", text) if p]
    if len(parts) != 2:
        raise RowError(f"坐标“{written}”应写成“经度,纬度”")
    first, second = (re.sub(r"^(?:经度|纬度|LON|LAT|LNG)[:=]?\s*", "", p.strip(), flags=re.IGNORECASE) for p in parts)
    if _says_north(first) and not _says_north(second):
        first, second = second, first
    return degrees(first, "经度"), degrees(second, "纬度")


def _says_north(text: str) -> bool:
    return bool(re.search(r"北纬|南纬|[NS]$|^[NS]", text.upper()))

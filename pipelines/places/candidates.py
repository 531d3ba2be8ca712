"""What a file of places from elsewhere says, row by row, before it is known what can be taken."""

import math
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.tables.coordinates import bd09_to_wgs84, gcj02_to_wgs84

_WORDS = Path(__file__).with_name("words.toml")
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_NAME_MAX = 120
_CONVERTED = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}
_BASIS = {"wgs84": "file", "gcj02": "file:GCJ-02", "bd09": "file:BD-09"}


class FileError(Exception):
    """A file that cannot be read as places at all; the message says what is wrong and what to do."""


class RowError(Exception):
    """A row that cannot be taken; the message is the reason."""


@dataclass
class Candidate:
    """A place as the file tells it. `geometry` is a GeoJSON polygon (WGS84) whose centre and area are still to be measured."""

    where: str
    kind: str
    name: str
    named: bool = True
    id: str | None = None
    aliases: tuple[str, ...] = ()
    district: str | None = None
    address: str | None = None
    area_m2: float | None = None
    capacity: int | None = None
    opened: str | None = None
    lines: str | None = None
    lon: float | None = None
    lat: float | None = None
    position_basis: str = "none"
    source: str | None = None
    as_of: str | None = None
    notes: list[str] = field(default_factory=list)
    geometry: dict[str, Any] | None = None


@dataclass(frozen=True)
class Refused:
    """A row that was not taken: where it stands in the file, its name, why."""

    where: str
    name: str
    reason: str


@dataclass
class Reading:
    """What a file holds. `columns` maps the columns of places to the file's own, `unused` are its others."""

    candidates: list[Candidate] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Defaults:
    """What the person importing says of the whole file: kind and coordinate system of rows that do not say, headers by column."""

    kind: str | None = None
    crs: str | None = None
    as_of: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """How files name columns, kinds and coordinate systems (`words.toml`)."""
    return tomllib.loads(_WORDS.read_text("utf-8"))


def fold(text: str) -> str:
    """A text for comparing: one width, lower case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def clean(value: object) -> str:
    """A cell's text on one line without control characters; empty for None."""
    text = "" if value is None else str(value)
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


def guess_columns(headers: list[str], chosen: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Which of a file's headers stands for which column of places.

    Args:
        headers: the file's own, in order.
        chosen: header by column, as the person importing says; goes before any guess.
    Returns:
        header by column, and the headers that stand for nothing.
    Raises:
        FileError: a chosen header is not in the file, or a chosen column is none of places'.
    """
    known: dict[str, list[str]] = words()["columns"]
    for column, header in chosen.items():
        if column not in known:
            raise FileError(f"没有名为 {column} 的列可以对应。可用的列：{'、'.join(known)}。")
        if header not in headers:
            raise FileError(f"文件里没有“{header}”这一列。现有：{'、'.join(headers)}。")
    found = dict(chosen)
    for column, names in known.items():
        for name in names:
            fits = [h for h in headers if fold(_BRACKETS.sub("", h)) == fold(name) and h not in found.values()]
            if fits and column not in found:
                found[column] = fits[0]
    return found, [h for h in headers if h not in found.values()]


def candidate(cells: Mapping[str, str], columns: Mapping[str, str], where: str, defaults: Defaults) -> Candidate:
    """A candidate from a row's cells.

    Args:
        cells: cleaned texts by column of places; empty ones left out.
        columns: header by column, for units written in a header.
        where: the row's place in the file, for messages.
        defaults: what holds for the whole file.
    Raises:
        RowError: why the row cannot be taken.
    """
    crs = crs_of(cells["crs"]) if "crs" in cells else defaults.crs or "wgs84"
    name = cells.get("name", "")
    if len(name) > _NAME_MAX:
        raise RowError(f"名称有 {len(name)} 个字，超过 {_NAME_MAX} 个")
    kind = kind_of(cells.get("kind", ""), name, defaults.kind)
    if not name and "address" not in cells and not ({"lon", "lonlat"} & set(cells)):
        raise RowError("没有名称、地址，也没有坐标")
    shown, named = display_name(name, kind)
    made = Candidate(
        where,
        kind,
        shown,
        named,
        id=cells.get("id"),
        aliases=tuple(a for a in re.split(r"[|、,，;；]", cells.get("aliases", "")) if a.strip()),
        district=cells.get("district"),
        address=cells.get("address"),
        area_m2=_area(cells.get("area_m2"), columns.get("area_m2", "")),
        capacity=_capacity(cells.get("capacity")),
        opened=cells.get("opened"),
        lines=cells.get("lines"),
        source=cells.get("source"),
        as_of=cells.get("as_of") or defaults.as_of,
        notes=[cells["note"]] if "note" in cells else [],
    )
    pair = _pair(cells)
    if pair is not None:
        made.lon, made.lat = to_wgs84(*pair, crs)
        made.position_basis = _BASIS[crs]
    return made


def crs_of(text: str) -> str:
    """The coordinate system a file writes: wgs84, gcj02 or bd09.

    Raises:
        RowError: it is none of these.
    """
    spelled = re.sub(r"[\s_-]", "", text.upper())
    for crs, names in words()["crs"].items():
        if spelled == crs.upper() or spelled in {re.sub(r"[\s_-]", "", n.upper()) for n in names}:
            return str(crs)
    raise RowError(f"不认识坐标系“{text}”；能用的是 WGS84（CGCS2000）、GCJ-02、BD-09，其他请先换算")


def kind_of(cell: str, name: str, default: str | None) -> str:
    """The kind a row belongs to: what it says itself, else the default, else what its name ends with.

    Raises:
        RowError: nothing tells the kind.
    """
    kinds: dict[str, Any] = words()["kinds"]
    said = fold(cell)
    if said:
        for kind, known in kinds.items():
            if said == kind or said in map(fold, known["words"]):
                return kind
        if default is None:
            raise RowError(f"类别“{cell}”不认识；能用的是 {'、'.join(kinds)}，或其中文名")
    if default is not None:
        return default
    for ends in (True, False):
        for kind, known in kinds.items():
            if any(fold(name).endswith(fold(w)) if ends else fold(w) in fold(name) for w in known["words"]):
                return kind
    raise RowError("看不出是哪一类场所；请加“类别”列，或用 --kind 指定")


def display_name(name: str, kind: str) -> tuple[str, bool]:
    """The name to show, and whether it is one: a bare “公园” or nothing is not."""
    generic = {fold(w) for known in words()["kinds"].values() for w in known["words"]}
    if not name or fold(name) in generic:
        return str(words()["kinds"][kind]["unnamed"]), False
    return name, True


def to_wgs84(lon: float, lat: float, crs: str) -> tuple[float, float]:
    """A point (degrees, longitude first) of a known coordinate system in WGS84.

    Raises:
        RowError: it is not on Earth.
    """
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise RowError(f"坐标 {lon},{lat} 不是数字")
    if abs(lon) > 180 or abs(lat) > 90:
        if abs(lat) <= 180 and abs(lon) <= 90:
            raise RowError(f"坐标 {lon:g},{lat:g} 的经度和纬度像是写反了；应先写经度")
        raise RowError(f"坐标 {lon:g},{lat:g} 超出范围：经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间")
    return _CONVERTED[crs](lon, lat) if crs in _CONVERTED else (lon, lat)


def basis_of(crs: str) -> str:
    """What a position given by a file of that coordinate system is based on."""
    return _BASIS[crs]


def _pair(cells: Mapping[str, str]) -> tuple[float, float] | None:
    if "lonlat" in cells:
        parts = re.split(r"[,，;；\s]+", cells["lonlat"])
        if len(parts) != 2:
            raise RowError(f"坐标“{cells['lonlat']}”应写成“经度,纬度”")
        return _number(parts[0], "经度"), _number(parts[1], "纬度")
    if "lon" not in cells and "lat" not in cells:
        return None
    if "lon" not in cells or "lat" not in cells:
        raise RowError("经度和纬度只写了一个")
    return _number(cells["lon"], "经度"), _number(cells["lat"], "纬度")


def _number(text: str, what: str) -> float:
    try:
        return float(unicodedata.normalize("NFKC", text).replace(",", ""))
    except ValueError:
        raise RowError(f"{what}“{text}”不是数字") from None


def _area(text: str | None, header: str) -> float | None:
    if text is None:
        return None
    value = _number(text, "面积")
    if not math.isfinite(value) or value < 0:
        raise RowError(f"面积“{text}”不是数字，或小于 0")
    units: dict[str, float] = words()["area_units"]
    # The longest unit first: 万平方米 is not 平方米.
    factor = next((units[u] for u in sorted(units, key=len, reverse=True) if u in header), 1.0)
    return value * factor


def _capacity(text: str | None) -> int | None:
    if text is None:
        return None
    value = _number(text, "容量")
    if not math.isfinite(value) or value < 0 or value != int(value):
        raise RowError(f"容量“{text}”不是整数，或小于 0")
    return int(value)

"""What a file of places from elsewhere says, row by row, before it is known what can be taken."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache, partial

from pipelines.places.lexicon import alike, words
from pipelines.tables.dates import period
from pipelines.tables.errors import CellError, RowError
from pipelines.tables.lexicon import clean, table_words
from pipelines.tables.long_list import LongList
from pipelines.tables.numbers import Value, amount, plain
from pipelines.tables.systems import is_grid, shown, to_wgs84
from pipelines.tables.units import HeaderUnit, Unit, unit_of
from portal.publication.json_object import JsonObject

_NAME_MAX = 120
_BASIS = {"gcj02": "file:GCJ-02", "bd09": "file:BD-09"}


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
    geometry: JsonObject | None = None


@dataclass(frozen=True)
class Refused:
    """What was not taken: where it stands in the file, the place's name, why."""

    where: str
    name: str
    reason: str


@dataclass
class Reading:
    """What a file holds.

    Attributes:
        columns: the file's own header by column of places.
        unused: its other headers.
        refused: rows not taken.
        doubtful: cells not taken of places that were; their wording stands in the place's note.
        set_aside: rows that are no places (titles, totals, notes), with their kind.
        told: what the person should know of how the file was read.
        rows: rows of the file, where it is a table.
    """

    candidates: list[Candidate] = field(default_factory=list)
    refused: LongList[Refused] = field(default_factory=partial(LongList, Refused))
    columns: dict[str, str] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    doubtful: LongList[Refused] = field(default_factory=partial(LongList, Refused))
    set_aside: list[tuple[str, str, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    rows: int = 0


@dataclass(frozen=True)
class Defaults:
    """What the person importing says of the whole file: kind and coordinate system of rows that do not say, headers by column,
    units by column, which sheet and which row of headers, and whether coordinates have the latitude first."""

    kind: str | None = None
    crs: str | None = None
    as_of: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = None
    latitude_first: bool = False


@dataclass(frozen=True)
class Measure:
    """A column of numbers: the unit it is published in, and the unit the file gives it in (None: the same)."""

    column: str
    header: str
    wanted: Unit
    given: Unit | None = None


def measures(
    headers: Mapping[str, tuple[str, HeaderUnit]], line: tuple[Unit, ...], chosen: Mapping[str, str]
) -> tuple[dict[str, Measure], list[str]]:
    """How the numbers of a file are to be read.

    Args:
        headers: header and what it says of its unit, by column of places.
        line: units of the file's unit line.
        chosen: units by column as the person says.
    Returns:
        the measure of every column that can be read, and a sentence for each that cannot or was read by assumption.
    Raises:
        UnknownUnitError: a unit the person chose.
    """
    found, told = {}, []
    for column, unit in words()["units"].items():
        if column not in headers:
            continue
        header, said = headers[column]
        wanted = unit_of(unit)
        given = unit_of(chosen[column]) if column in chosen else said.unit or _of_line(line, wanted, said)
        sentence = _doubt(column, header, said, given, wanted)
        if sentence:
            told.append(sentence)
        if (given is None and said.unknown) or (given is not None and not given.fits(wanted)):
            continue
        found[column] = Measure(column, header, wanted, given)
    return found, told


def _of_line(line: tuple[Unit, ...], wanted: Unit, said: HeaderUnit) -> Unit | None:
    """The unit line's only unit that fits, for a header that names none."""
    fitting = [u for u in line if u.fits(wanted)]
    return fitting[0] if len(fitting) == 1 and not said.unknown else None


def _doubt(column: str, header: str, said: HeaderUnit, given: Unit | None, wanted: Unit) -> str:
    """What is to be told of the unit a column is read in: why it cannot be read, or that it is only assumed; else empty."""
    if given is not None:
        return "" if given.fits(wanted) else f"“{header}”的单位“{given.name}”不能换算成{wanted.name}，这一列没有收"
    if said.unknown:
        return f"“{header}”的单位“{said.unknown}”不认识，这一列没有收；请用 --unit {column}=单位 写明"
    if column in words()["assumed"]:
        return f"“{header}”没有写单位，按{wanted.name}读；如不是，请用 --unit {column}=单位 写明"
    return ""


def measured(measure: Measure, value: Value, percent: bool = False) -> Decimal | None:
    """A cell's number in the unit published, or None where it states none.

    Raises:
        CellError: it is vague, no number, negative, or in another kind of unit.
    """
    read = amount(value, percent)
    if read is None:
        return None
    if read.vague:
        raise CellError(f"“{read.written}”不是确数")
    found = read.said_in(measure.wanted, measure.given)
    if found < 0:
        raise CellError(f"“{read.written}”小于 0")
    if measure.column == "capacity" and found != found.to_integral_value():
        raise CellError(f"“{read.written}”不是整数")
    return found


def candidate(cells: Mapping[str, str], where: str, defaults: Defaults, named_kind: str | None = None) -> Candidate:
    """A candidate from a row's texts; numbers and position are the caller's to add.

    Args:
        cells: cleaned texts by column of places; empty ones left out.
        where: the row's place in the file, for messages.
        defaults: what holds for the whole file.
        named_kind: the kind the file's header or title speaks of.
    Raises:
        RowError: why the row cannot be taken.
    """
    name = cells.get("name", "")
    if name.startswith(table_words().parts):
        raise RowError("像是上一行的一部分，不是一处场所")
    if len(name) > _NAME_MAX:
        raise RowError(f"名称有 {len(name)} 个字，超过 {_NAME_MAX} 个")
    kind = kind_of(cells.get("kind", ""), name, defaults.kind, named_kind)
    if not name and "address" not in cells and not ({"lon", "lonlat"} & set(cells)):
        raise RowError("没有名称、地址，也没有坐标")
    display, named = display_name(name, kind)
    return Candidate(
        where,
        kind,
        display,
        named,
        id=cells.get("id"),
        aliases=tuple(a.strip() for a in re.split(r"[|、,，;；]", cells.get("aliases", "")) if a.strip()),
        district=cells.get("district"),
        address=cells.get("address"),
        lines=cells.get("lines"),
        source=cells.get("source"),
        as_of=cells.get("as_of") or defaults.as_of,
        notes=[cells["note"]] if "note" in cells else [],
    )


def place(made: Candidate, lon: float, lat: float, system: str) -> None:
    """Set a candidate's position from coordinates of a system.

    Raises:
        RowError: they are not on Earth, or not of that system.
    """
    made.lon, made.lat = to_wgs84(lon, lat, system)
    made.position_basis = basis_of(system)
    if is_grid(system):
        made.notes.append(f"坐标由 {shown(system)} 换算")


def opened(value: Value, workbook: bool) -> tuple[str, str]:
    """When a place opened: as the tables of the portal write it, or in the file's wording with the reason it is kept so."""
    try:
        found = period(value, workbook)
    except CellError as error:
        return clean(value), str(error)
    return (found.text if found else ""), ""


def kind_of(cell: str, name: str, default: str | None, named_kind: str | None = None) -> str:
    """The kind a row belongs to: what it says itself, else the default, else what its header or name says.

    Raises:
        RowError: nothing tells the kind.
    """
    kinds = words()["kinds"]
    if cell:
        # A map's exports write the way down to a kind: 风景名胜;公园广场;公园.
        named = {k for part in re.split(r"[;；|]", cell) if (k := _kind_called(alike(part), kinds))}
        if len(named) == 1:
            return named.pop()
        if default is None:
            raise RowError(f"类别“{cell}”不认识；能用的是 {'、'.join(kinds)}，或其中文名")
    if default is not None:
        return default
    by_name = kind_in(name)
    if named_kind is not None:
        # 游园 in a list of parks is still one; a car park named after a park is a car park.
        return by_name if by_name is not None and kinds[by_name].get("within") == named_kind else named_kind
    if by_name is None:
        raise RowError("看不出是哪一类场所；请加“类别”列，或用 --kind 指定")
    return by_name


def kind_in(text: str) -> str | None:
    """The kind a name or title speaks of: by its ending, else by any word of it."""
    folded = alike(text)
    known = _kinds_by_word().items()
    ending = next((kind for word, kind in known if folded.endswith(word)), None)
    return ending or next((kind for word, kind in known if word in folded), None)


def _kind_called(word: str, kinds: Container[str]) -> str | None:
    return word if word in kinds else _kinds_by_word().get(word)


@lru_cache(maxsize=1)
def _kinds_by_word() -> dict[str, str]:
    """Kinds by the words for them, in the order they are tried."""
    kinds = words()["kinds"]
    said = {alike(word): kind for kind, known in reversed(kinds.items()) for word in known["words"]}
    return {w: said[w] for kind, known in kinds.items() for w in map(alike, known["words"]) if said[w] == kind}


def display_name(name: str, kind: str) -> tuple[str, bool]:
    """The name to show, and whether it is one: a bare “公园” or nothing is not."""
    if not name or alike(name) in _kinds_by_word():
        return str(words()["kinds"][kind]["unnamed"]), False
    return name, True


def basis_of(system: str) -> str:
    """What a position given by a file of that coordinate system is based on."""
    return _BASIS.get(system, "file")


def set_number(made: Candidate, column: str, value: Decimal) -> None:
    """Set a candidate's area or capacity."""
    if column == "capacity":
        made.capacity = int(value)
    else:
        made.area_m2 = float(plain(value))

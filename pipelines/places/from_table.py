"""Places from a table of any kind."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path

from pipelines.places.candidates import (
    Candidate,
    Defaults,
    Measure,
    Reading,
    Refused,
    candidate,
    kind_in,
    measured,
    measures,
    opened,
    place,
    set_number,
)
from pipelines.places.columns import choose
from pipelines.tables.errors import CellError, FileError, RowError
from pipelines.tables.lexicon import clean
from pipelines.tables.numbers import Value, is_missing
from pipelines.tables.positions import degrees, pair
from pipelines.tables.reader import DELIMITED, Report, Row, Table, read_table
from pipelines.tables.systems import shown, system_of, systems_in
from pipelines.tables.units import UnknownUnitError

_SAMPLE = 200
_TEXTS = ("id", "kind", "name", "aliases", "district", "address", "lines", "source", "as_of", "note")
# Candidates take a kilobyte or two each until it is known where they lie.
_BLOCK = 20_000
Settle = Callable[[Reading, int], list[Candidate]]


def read_places(
    file: Path,
    defaults: Defaults,
    is_district: Callable[[str], bool] = lambda *_: False,
    report: Report = lambda *_: None,
    settle: Settle = lambda reading, _: reading.candidates,
) -> Reading:
    """The places of a table (.xlsx, .xls, .ods, .csv, .tsv), of any length.

    Args:
        file: the table.
        defaults: what the person says of the whole file.
        is_district: whether a text names a district.
        report: called as (step, done, total).
        settle: given the reading after every so many rows, and how many of its candidates it was given before; says which
            candidates stay. Of a file that reaches far beyond the city the others need not lie in memory.
    Raises:
        FileError: it is no such file, no column names or places anything, or its coordinate system is not certain.
    """
    table = read_table(file, defaults.sheet, defaults.header_row, report)
    headers = _headers(table)
    sample = list(islice(table.rows(), _SAMPLE))
    chosen = choose(headers, defaults.columns, lambda i: (r.cells[i] for r in sample if i < len(r.cells)), is_district)
    columns = chosen.columns
    _check_useful(set(columns), [h for h in headers if h])
    said = {c: (headers[i], next(h.said for h in table.columns if h.index == i)) for c, i in columns.items()}
    try:
        units, told = measures(said, table.units, defaults.units)
    except UnknownUnitError as error:
        raise FileError(f"{error}。") from None
    system, of_system = _system(table, columns, headers, defaults)
    reading = Reading(
        columns={c: headers[i] for c, i in columns.items()},
        unused=list(chosen.unused),
        told=[*table.told, *chosen.told, *told, *of_system],
        set_aside=[(a.where, a.kind, a.text) for a in table.asides],
        rows=table.count,
    )
    as_of = table.as_of
    if as_of is not None and defaults.as_of is None:
        defaults = Defaults(**(vars(defaults) | {"as_of": as_of.text}))
    made = _Rows(table, columns, units, system, defaults, _named_kind(columns, headers))
    _take_all(table, made, reading, settle, report)
    return reading


def _headers(table: Table) -> list[str]:
    """The header of every column by its index; empty where there is none."""
    headers = [""] * (max((c.index for c in table.columns), default=-1) + 1)
    for column in table.columns:
        headers[column.index] = column.name
    return headers


def _take_all(table: Table, made: "_Rows", reading: Reading, settle: Settle, report: Report) -> None:
    """Take the rows, block by block."""
    settled = 0
    for row in table.rows(report):
        made.take(row, reading)
        if len(reading.candidates) - settled >= _BLOCK:
            reading.candidates = settle(reading, settled)
            settled = len(reading.candidates)
    reading.candidates = settle(reading, settled)
    if made.otherwise:
        reading.told.append(
            f"{made.otherwise:,} 行的“{reading.columns['kind']}”写着别的类别，没有按 --kind 收；如这一列说的不是类别，请加 --column kind= 重新导入"
        )


class _Rows:
    """Makes candidates of a table's rows."""

    def __init__(
        self,
        table: Table,
        columns: dict[str, int],
        units: dict[str, Measure],
        system: str,
        defaults: Defaults,
        kind: str | None,
    ) -> None:
        self._table, self._columns, self._units = table, columns, units
        self._system, self._defaults, self._kind = system, defaults, kind
        # Rows of another kind than the person says.
        self.otherwise = 0
        self._typed = table.file.suffix.lower() not in DELIMITED

    def take(self, row: Row, reading: Reading) -> None:
        """Take a row, or say why not."""
        where = self._table.line(row)
        name = clean(self._raw(row, "name"))
        doubtful: list[Refused] = []
        try:
            if row.refused:
                raise RowError(row.refused)
            made = self._made(row, where, doubtful)
        except (RowError, CellError) as error:
            reading.refused.append(Refused(where, name, str(error)))
            return
        self.otherwise += self._defaults.kind not in {None, made.kind}
        reading.candidates.append(made)
        reading.doubtful += doubtful

    def _made(self, row: Row, where: str, doubtful: list[Refused]) -> Candidate:
        cells = {}
        for column in (*_TEXTS, "lonlat", "lon"):
            # A name that was lost or a key that was cut would make another place of this one.
            text = self._table.text(row, self._columns[column]) if column in self._columns else ""
            if not is_missing(text):
                cells[column] = text
        made = candidate(cells, where, self._defaults, self._kind)
        self._position(row, made)
        for column, measure in self._units.items():
            self._number(row, column, measure, made, doubtful)
        if "opened" in self._columns:
            value = self._table.value(row, self._columns["opened"])
            text, why = opened(value, self._typed)
            made.opened = text or None
            if why:
                doubtful.append(
                    Refused(self._table.cell(row, self._columns["opened"]), made.name, f"{why}；照原文保留")
                )
        return made

    def _number(self, row: Row, column: str, measure: Measure, made: Candidate, doubtful: list[Refused]) -> None:
        index = self._columns[column]
        try:
            value = self._table.value(row, index)
            found = measured(measure, value, self._table.percent(row, index))
        except CellError as error:
            # The place stays, with the wording.
            written = clean(row.cells[index])
            if written:
                made.notes.append(f"{measure.header}写作“{written}”")
            doubtful.append(Refused(self._table.cell(row, index), made.name, f"{measure.header}：{error}"))
            return
        if found is not None:
            set_number(made, column, found)

    def _position(self, row: Row, made: Candidate) -> None:
        found = self._pair(row)
        if found is None:
            return
        system = self._system
        said = clean(self._raw(row, "crs"))
        if said and not is_missing(said):
            system = system_of(said)
        elif "crs" in self._columns and self._defaults.crs is None:
            raise RowError("坐标系这一格是空的，别的行写了；请填上，或用 --crs 写明")
        lon, lat = reversed(found) if self._defaults.latitude_first else found
        place(made, lon, lat, system)

    def _pair(self, row: Row) -> tuple[float, float] | None:
        if "lonlat" in self._columns:
            value = self._table.value(row, self._columns["lonlat"])
            return None if is_missing(value) else pair(value)
        lon, lat = self._raw(row, "lon"), self._raw(row, "lat")
        if is_missing(lon) and is_missing(lat):
            return None
        if is_missing(lon) or is_missing(lat):
            raise RowError("经度和纬度只写了一个")
        return degrees(self._table.value(row, self._columns["lon"]), "经度"), degrees(
            self._table.value(row, self._columns["lat"]), "纬度"
        )

    def _raw(self, row: Row, column: str) -> Value:
        index = self._columns.get(column)
        return None if index is None or index >= len(row.cells) else row.cells[index]


def _system(table: Table, columns: dict[str, int], headers: list[str], defaults: Defaults) -> tuple[str, list[str]]:
    """The coordinate system of the file, and a sentence where it is the file's own word.

    Raises:
        FileError: the file names two, or one that cannot be converted.
    """
    if defaults.crs is not None:
        return defaults.crs, []
    if not {"lon", "lonlat"} & set(columns):
        return "wgs84", []
    said = _systems_said(table, columns, headers)
    if not said:
        if "crs" in columns:
            return "wgs84", []
        return "wgs84", ["文件没有写坐标系，按 WGS84 读；如来自高德、腾讯用 --crs gcj02，来自百度用 --crs bd09"]
    if len(said) > 1 or "unknown" in said:
        shown_texts = "；".join(dict.fromkeys(said.values()))
        raise FileError(
            f"从“{shown_texts}”看不准坐标系。请用 --crs 写明：wgs84、cgcs2000、gcj02、bd09 或 EPSG:4547 一类的代码。"
        )
    system, text = next(iter(said.items()))
    return system, [f"坐标系按“{text}”读作 {shown(system)}"]


def _systems_said(table: Table, columns: dict[str, int], headers: list[str]) -> dict[str, str]:
    """The coordinate systems a file names, each with where: the header of the coordinates speaks of them; a note may; a file's
    name may if nothing else does."""
    of_headers = [headers[columns[c]] for c in ("lon", "lat", "lonlat") if c in columns]
    for texts in (of_headers, table.notes, [table.file.stem]):
        said = {system: text for text in reversed(texts) for system in systems_in(text)}
        if said:
            return said
    return {}


def _named_kind(columns: dict[str, int], headers: list[str]) -> str | None:
    """The kind the name's header speaks of (停车场名称)."""
    header = headers[columns["name"]] if "name" in columns else ""
    return kind_in(header.removesuffix("名称").removesuffix("名")) if len(header) > 2 else None


def _check_useful(columns: set[str], headers: list[str]) -> None:
    placed = "lonlat" in columns or {"lon", "lat"} <= columns
    if "name" not in columns and not placed:
        raise FileError(
            f"看不出哪一列是名称，哪两列是坐标。文件的列：{'、'.join(headers) or '（空）'}。请用 --column name=列名 指定。"
        )

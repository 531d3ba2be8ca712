"""The shape of a table of figures: wide by year or district, long, or a column an indicator; and the figures in it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from pipelines.figures.lexicon import figure_words
from pipelines.tables.dates import Period, part_of_year, period, with_digits, within, year_of
from pipelines.tables.errors import CellError, FileError
from pipelines.tables.lexicon import clean, fold
from pipelines.tables.numbers import Value, is_missing, text_of
from pipelines.tables.reader import DELIMITED, Header, Report, Row, Table
from pipelines.tables.sheets import letters
from pipelines.tables.units import BRACKETS, header_name

_PERIOD = re.compile(r"[12][0-9]{3}(?:[年.\-/][0-9一二三四至\-年月季度上下半第]*)?(?:年?[末底度])?")


@dataclass(frozen=True)
class Stated:
    """A number of a table and all that the table says of it.

    Attributes:
        row, column: its cell.
        name: what is measured, in the table's words.
        period: of when; None where the table does not say.
        scope: of where, in the table's words; empty where it does not say.
        unit: in the unit column; empty where there is none.
        city: in the column of cities; empty where there is none.
        kind: what its header calls it (annual_plan, actual); empty where it does not say.
        note: in the note column.
    """

    row: Row
    column: int
    name: str
    period: Period | None
    scope: str = ""
    unit: str = ""
    city: str = ""
    kind: str = ""
    note: str = ""


class Said(TypedDict, total=False):
    """What the header of a column of numbers says of them: `name` of what, `scope` of where, `period` or `part` of when, `kind`."""

    name: str
    scope: str
    period: Period | None
    part: str
    kind: str


@dataclass
class Shape:
    """What each column of a table is. `wide` are the columns of numbers, with what their header says of each."""

    roles: dict[str, int] = field(default_factory=dict)
    wide: dict[int, Said] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)
    part_header: str = ""

    @property
    def told(self) -> str:
        """How the table was understood, in a sentence."""
        if "value" in self.roles:
            return "一行一个数"
        by = {next(iter(k for k in ("name", "period", "part", "scope") if k in said)) for said in self.wide.values()}
        return {"name": "一列一个指标", "period": "一列一个时期", "part": "一列一个时期", "scope": "一列一个区县"}.get(
            by.pop(), "一列一个数"
        )


def shape_of(
    table: Table,
    is_indicator: Callable[[str], bool],
    is_district: Callable[[str], bool],
    chosen: Mapping[str, str] | None = None,
) -> Shape:
    """What each column of a table is, by its header.

    Args:
        table: as read.
        is_indicator: whether a name is one of an indicator's.
        is_district: whether a text names a district.
        chosen: header by role, as the person says.
    Raises:
        FileError: a chosen column is not there; no column says what is measured; no column holds numbers that could be told what they are of.
    """
    shape = Shape(_chosen(table, chosen or {}))
    rest = [c for c in table.columns if not _takes_role(c, shape)]
    said = {c.index: _said(c.name, is_indicator, is_district) for c in rest if table.header.names[c.index]}
    # A header that is no known name may still be an indicator's: whose, the mapping says. Beside years or districts it is none.
    guessed = "indicator" not in shape.roles and all("name" in s for s in said.values() if s)
    for column in rest:
        of = said.get(column.index, {}) or ({"name": column.name} if guessed and column.index in said else {})
        if of and "value" not in shape.roles:
            shape.wide[column.index] = of
        else:
            shape.unused.append(column.name)
    _check_told(table, shape)
    return shape


def _takes_role(column: Header, shape: Shape) -> bool:
    """Whether a column is one that says something of the figures (a time, a unit, …) or nothing at all, by its header."""
    if column.index in shape.roles.values():
        return True
    name = fold(header_name(column.name))
    role = next((r for r, names in figure_words()["roles"].items() if name in map(fold, names)), None)
    if role is None:
        return False
    if role == "unused" or role in shape.roles:
        shape.unused.append(column.name)
    else:
        shape.roles[role] = column.index
        shape.part_header = column.name if role == "part" else shape.part_header
    return True


def _check_told(table: Table, shape: Shape) -> None:
    """Refuse a table of which it cannot be told where its figures are, or of what."""
    names = "、".join(c.name for c in table.columns)
    if "value" not in shape.roles and not shape.wide:
        raise FileError(f"看不出哪些列是数：没有“数值”列，也没有以年份、区县或指标为名的列。文件的列：{names}。")
    named = "indicator" in shape.roles or (bool(shape.wide) and all("name" in said for said in shape.wide.values()))
    if not named and not table.subject:
        raise FileError(f"看不出哪一列是指标的名称。文件的列：{names}。请用 --column indicator=列名 指定。")


def _chosen(table: Table, chosen: Mapping[str, str]) -> dict[str, int]:
    """The columns a person named, by role."""
    found = {}
    for role, header in chosen.items():
        if role not in figure_words()["roles"]:
            raise FileError(f"没有名为 {role} 的列可以对应。可用的：{'、'.join(figure_words()['roles'])}。")
        fits = [c.index for c in table.columns if c.name == header]
        fits = fits or [c.index for c in table.columns if letters(c.index) == header.strip().removesuffix("列").strip()]
        if len(fits) != 1:
            raise FileError(
                f"文件里有 {len(fits)} 列叫“{header}”，也可以写列的字母。现有：{'、'.join(c.name for c in table.columns)}。"
            )
        found[role] = fits[0]
    return found


@dataclass(frozen=True)
class NotPlaced:
    """A figure that cannot be placed, or with `whole` a row of which none can; `column` is the cell to blame, None where it is no one's."""

    row: Row
    column: int | None
    reason: str
    whole: bool = False


@dataclass(frozen=True)
class Blank:
    """Cells of a row where a figure could stand and none does; `whole` where the row has no figure at all."""

    row: Row
    cells: int
    whole: bool


def stated(
    table: Table, shape: Shape, default: Period | None, report: Report = lambda *_: None
) -> Iterator[Stated | NotPlaced | Blank]:
    """Every figure of a table, and what stands in the place of one: each row of data comes at least once.

    Args:
        table: as read.
        shape: of `shape_of`.
        default: the time of figures whose row and header do not say.
        report: called as (step, done, total).
    """
    typed = table.file.suffix.lower() not in DELIMITED
    for row in table.rows(report):
        if row.refused:
            yield NotPlaced(row, None, row.refused, whole=True)
            continue
        try:
            told = _time_of(row, shape, default, typed)
        except CellError as error:
            blamed = shape.roles.get("period", shape.roles.get("part"))
            yield NotPlaced(row, blamed, str(error), whole=True)
            continue
        yield from _figures(row, table, shape, told)


def _figures(row: Row, table: Table, shape: Shape, told: Period | None) -> Iterator[Stated | NotPlaced | Blank]:
    """The figures of a row whose time is `told`, and how many cells state none."""
    texts = {role: clean(_cell(row, index)) for role, index in shape.roles.items()}
    columns: dict[int, Said] = {shape.roles["value"]: {}} if "value" in shape.roles else shape.wide
    blank = 0
    for column, said in columns.items():
        if is_missing(_cell(row, column)) and (row.number - 1, column) not in table.sheet.flaws:
            blank += 1
            continue
        try:
            when = within(told, said["part"]) if "part" in said else said.get("period") or told
        except CellError as error:
            yield NotPlaced(row, column, str(error))
            continue
        yield Stated(
            row,
            column,
            said.get("name") or texts.get("indicator", "") or table.subject,
            when,
            said.get("scope") or texts.get("scope", ""),
            texts.get("unit", ""),
            texts.get("city", ""),
            said.get("kind", ""),
            texts.get("note", ""),
        )
    if blank:
        yield Blank(row, blank, blank == len(columns))


def period_in(text: str) -> Period | None:
    """The time a title speaks of (合成市2023年指标), where it is one and no more."""
    found = []
    for written in _PERIOD.findall(text):
        try:
            found.append(period(written.rstrip("-至"), workbook=True))
        except CellError:
            continue
    return found[0] if len(found) == 1 else None


def kind_in(text: str) -> str:
    """What kind of number a text speaks of; empty where it speaks of none or several."""
    kinds = {kind for kind, words in figure_words()["kinds"].items() if any(w in text for w in words)}
    return kinds.pop() if len(kinds) == 1 else ""


def not_plain(text: str) -> bool:
    """Whether a text speaks of a forecast, a change or a rank, not of a plain figure."""
    return any(word in text for word in figure_words()["not_plain"]["words"])


def _said(header: str, is_indicator: Callable[[str], bool], is_district: Callable[[str], bool]) -> Said:
    """What a header says of the numbers below it: a time, a district or an indicator, and perhaps the kind of number."""
    name = header_name(header)
    remark = "".join(BRACKETS.findall(header))
    if not_plain(remark):
        return {}
    if is_indicator(name):
        return {"name": header}
    if is_district(name):
        return {"scope": name}
    if part := part_of_year(name):
        return {"part": part}
    return _timed("".join(with_digits(name).split()), remark, is_indicator, is_district)


def _timed(name: str, remark: str, is_indicator: Callable[[str], bool], is_district: Callable[[str], bool]) -> Said:
    """What a header with a time in it says; nothing where it has none or more is said than is understood."""
    match = _PERIOD.search(name)
    if match is None:
        return {}
    try:
        found = period(match[0], workbook=True)
    except CellError:
        return {}
    rest = name.replace(match[0], "").strip().removesuffix("全年")
    if rest and is_indicator(rest):
        return {"name": rest, "period": found}
    if rest and is_district(rest):
        return {"scope": rest, "period": found}
    kind = kind_in(rest + remark)
    return {"period": found, "kind": kind} if not rest or kind or year_of(name) else {}


def _time_of(row: Row, shape: Shape, default: Period | None, typed: bool) -> Period | None:
    """When the figures of a row are of, unless their header says.

    Raises:
        CellError: a cell names no time, or a part of a year that is not known.
    """
    cell = _cell(row, shape.roles.get("period", -1))
    part = part_of_year(clean(cell)) if isinstance(cell, str) else ""
    told = within(default, part) if part else period(cell, typed) or default
    of = _cell(row, shape.roles.get("part", -1))
    if is_missing(of):
        return told
    written = clean(text_of(of))
    named = "季度" if "季度" in fold(shape.part_header) or "quarter" in fold(shape.part_header) else "月"
    part = part_of_year(written) or part_of_year(f"{written}{named}")
    if not part:
        raise CellError(f"“{written}”不是月份或季度")
    return within(told, part)


def _cell(row: Row, column: int) -> Value:
    return row.cells[column] if 0 <= column < len(row.cells) else None

"""The one reader of tables: a file of any kind departments send → its rows of data, and an account of every other row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from pipelines.tables.dates import Period, period
from pipelines.tables.errors import CellError
from pipelines.tables.fills import Fills
from pipelines.tables.layout import HEADER_WITHIN, Aside, HeaderRows, find_header, unit_row, units_noted
from pipelines.tables.lexicon import clean, fold, table_words
from pipelines.tables.numbers import Value, text_of
from pipelines.tables.opening import DELIMITED, open_sheet
from pipelines.tables.sheets import Sheet, letters
from pipelines.tables.survey import REPORT_EVERY, Report, survey
from pipelines.tables.units import HeaderUnit, Unit, header_unit

__all__ = ["DELIMITED", "Header", "Report", "Row", "Table", "read_table"]
_BROKEN = ("\ufffd", "锟斤拷")


@dataclass(frozen=True)
class Header:
    """A column: its index from 0, its name on one line, and what its unit is by its header or a row of units."""

    index: int
    name: str
    said: HeaderUnit


@dataclass(frozen=True, slots=True)
class Row:
    """A row of data: its number in the file and its cells; `refused` says why it cannot be read as a row of the table."""

    number: int
    cells: Sequence[Value]
    refused: str = ""


@dataclass
class Table:
    """A table of a file. `count` rows of the file are accounted for: data, `asides`, and the header.

    Attributes:
        file, sheet: where it is from.
        header: rows it stands in, and the columns' names.
        columns: the columns that have a name or hold anything.
        asides: every row that is no row of data, in order.
        count: rows of the file, blank ones too; trailing blank rows of a spreadsheet are none.
        data: rows of data.
        told: what the person should know of how the file was read.
    """

    file: Path
    sheet: Sheet
    header: HeaderRows
    columns: tuple[Header, ...]
    fills: Fills
    count: int = 0
    data: int = 0
    asides: list[Aside] = field(default_factory=list)
    set_aside: frozenset[int] = frozenset()
    told: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What the rows above the header say of the table."""
        return "；".join(a.text for a in self.asides if a.kind == "title")

    @property
    def subject(self) -> str:
        """What the rows above the header say is measured (`指标：合成率(%)`); the title where none says so."""
        for text in (part for a in self.asides if a.kind == "title" for part in a.text.split(" | ")):
            word, _, rest = re.sub("[：]", ":", text).partition(":")
            if fold(word) in table_words().subjects and rest.strip():
                return rest.strip()
        return self.title

    @property
    def notes(self) -> list[str]:
        """What is noted above and below the rows."""
        return [a.text for a in self.asides if a.kind in {"note", "unit", "title"}]

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units of the unit line."""
        return units_noted(part for a in self.asides if a.kind in {"unit", "note"} for part in a.text.split(" | "))

    @property
    def as_of(self) -> Period | None:
        """The time its notes say the figures are of."""
        dated = re.compile(rf"(?:{'|'.join(table_words().dated)})[:：\s]*([0-9]{{4}}[0-9年月日./\-底末]*)")
        for found in (match[1] for note in self.notes for match in dated.finditer(note)):
            try:
                return period(found, workbook=True)
            except CellError:
                continue
        return None

    def rows(self, report: Report = lambda *_: None) -> Iterator[Row]:
        """The rows of data, in order, merged cells filled.

        Args:
            report: called as (step, done, total) while the rows are gone through.
        """
        width = len(self.header.names)
        for done, (number, cells) in enumerate(self.sheet.scan()):
            if done % REPORT_EVERY == 0:
                report("读取表格", done, self.count)
            if number > self.header.last and number not in self.set_aside:
                yield self._row(number, cells, width)
        report("读取表格", self.count, self.count)

    def cell(self, row: Row, column: int) -> str:
        """Where a cell stands: `公共停车场!C7`."""
        return self.sheet.cell(row.number, column)

    def line(self, row: Row) -> str:
        """Where a row stands: `第 7 行`."""
        return self.sheet.line(row.number)

    def percent(self, row: Row, column: int) -> bool:
        """Whether a number is shown as a percentage."""
        return (row.number - 1, column) in self.sheet.percents

    def value(self, row: Row, column: int) -> Value:
        """A cell's value.

        Raises:
            CellError: it is an error value, a formula never computed, or text lost in a conversion.
        """
        value = row.cells[column] if column < len(row.cells) else ""
        where = self.cell(row, column)
        flaw = self.sheet.flaws.get((row.number - 1, column))
        if flaw is not None:
            advice = "请改成数值" if flaw.startswith("错误值") else "请用表格软件打开、保存一次"
            raise CellError(f"{where} 是{flaw}；{advice}")
        if isinstance(value, str) and any(b in value for b in _BROKEN):
            raise CellError(f"{where} 有乱码“{clean(value)[:20]}”，原文在转码时已经丢失；请从原表重新导出")
        return value

    def text(self, row: Row, column: int) -> str:
        """A cell as text on one line.

        Raises:
            CellError: as `value`, and for a long whole number whose last digits are lost.
        """
        value = self.value(row, column)
        try:
            return text_of(value)
        except CellError as error:
            raise CellError(f"{self.cell(row, column)}：{error}") from None

    def _row(self, number: int, cells: list[Value], width: int) -> Row:
        full = [*cells, *[""] * (width - len(cells))]
        for column, value in self.fills.of(number):
            full[column] = value
        return Row(number, full, self._shape(cells, width))

    def _shape(self, cells: list[Value], width: int) -> str:
        """What is wrong with the number of cells; only text files can have too few or too many."""
        if self.sheet.name is not None:
            return ""
        told = len(cells)
        while told > width and not clean(cells[told - 1]):
            told -= 1
        if told != width:
            return f"应有 {width} 格，现有 {len(cells)} 格；请检查逗号和引号"
        return ""


def read_table(
    file: Path,
    sheet: str | None = None,
    header_row: int | None = None,
    report: Report = lambda *_: None,
) -> Table:
    """The table of a file, its rows gone through once to tell data from what is none.

    Args:
        file: `.xlsx`, `.xls`, `.ods`, `.csv`, `.tsv` or `.txt`.
        sheet: name of the sheet; without one, the first visible sheet that has a table.
        header_row: the header's row (from 1) where it cannot be told.
        report: called as (step, done, total).
    Raises:
        FileError: the file cannot be read, or there is no table in it.
    """
    chosen, told = open_sheet(file, sheet)
    first = list(islice(chosen.scan(), HEADER_WITHIN * 2))
    header = find_header(first, chosen.merged, header_row)
    seen = survey(chosen, header, report)
    below = next((cells for number, cells in first if number == header.last + 1), [])
    units = unit_row(below)
    if units:
        seen.take_out(header.last + 1, "unit", below)
    columns = _columns(header, units, seen.fills)
    set_aside = frozenset(seen.set_aside)
    table = Table(file, chosen, header, columns, seen.fills, seen.count, seen.data, seen.asides, set_aside)
    table.told = [*told, *chosen.told, *seen.fills.told(header.names)]
    if len(seen.asides) < len(seen.set_aside):
        table.told.append(f"不是数据的行共 {len(seen.set_aside):,} 行，逐行列出的是前 {len(seen.asides):,} 行")
    doubled = sorted({c.name for c in columns if [d.name for d in columns].count(c.name) > 1})
    table.told += [f"有两列以上都叫“{name}”（{_places(columns, name)}）" for name in doubled]
    return table


def _columns(header: HeaderRows, units: dict[int, Unit], fills: Fills) -> tuple[Header, ...]:
    found = []
    for index, name in enumerate(header.names):
        if name or index in fills.used:
            said = header_unit(name, table_words().remarks)
            if index in units and said.unit is None:
                said = HeaderUnit(units[index], remark=said.remark)
            found.append(Header(index, name or f"{letters(index)} 列", said))
    return tuple(found)


def _places(columns: tuple[Header, ...], name: str) -> str:
    return "、".join(f"{letters(c.index)} 列" for c in columns if c.name == name)

"""What each column of a table holds, told from all its rows without keeping them."""

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from pipelines.tables.dates import period, year_of
from pipelines.tables.errors import CellError
from pipelines.tables.numbers import Amount, Value, amount, is_missing, plain, text_of
from pipelines.tables.reader import Header, Row, Table
from pipelines.tables.units import Unit

# Codes and keys: digits that are no quantity.
_CODE = re.compile(r"0[0-9]+|[0-9]{16,}")
# By its header a column of numbers one does not reckon with, though every one be a number.
_KEY = re.compile(
    r"(?:代码|编码|编号|代號|編號|证号|账号|帐号|身份证|电话|手机|手机号|号码|传真|邮编|邮政编码|code|id|phone|tel|zip)$",
    re.IGNORECASE,
)
_SIMPLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?")
_DAY = re.compile(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]")
# Most cells must be numbers for a column to be one of numbers; the others keep their wording in a column beside it.
_LEAST = 0.5
_DISTINCT_MAX = 50
_SURE, _FEW = 2_000, 0.1
_KEYS_MAX = 400_000


@dataclass
class Profile:
    """A column: how many cells say anything, how many are numbers, whole, days; whether no two are the same, and a few values."""

    header: Header
    is_time: bool = False
    told: int = 0
    missing: int = 0
    numbers: int = 0
    whole: int = 0
    codes: int = 0
    days: int = 0
    years: int = 0
    odd: int = 0
    fractions: int = 0
    large: int = 0
    bare: int = 0
    districts: int = 0
    unique: bool = True
    example: str = ""
    units: set[str] = field(default_factory=set)
    distinct: set[str] | None = field(default_factory=set)
    _seen: set[int] = field(default_factory=set)

    @property
    def type(self) -> str:
        """string, integer, number or date."""
        if self.is_time:
            return "date" if self.days == self.told else "integer" if self.years == self.told else "string"
        if not self.told or self.codes or _KEY.search(self.header.name.strip()):
            return "string"
        if self.days == self.told:
            return "date"
        if self.numbers >= _LEAST * self.told:
            return "integer" if self.whole == self.numbers else "number"
        return "string"

    @property
    def has_odd(self) -> bool:
        """Whether some cells of a column of numbers are none, and keep their wording beside it."""
        odd = self.numbers < self.told or self.mixed or self.unsaid
        return self.type in {"integer", "number"} and not self.is_time and odd

    @property
    def mixed(self) -> bool:
        """Whether a column of per cents holds numbers below 1 beside others: 0.39 there may be 39 %."""
        shares = (self.header.said.unit is not None and self.header.said.unit.dimension == "share") or "%" in self.units
        return shares and self.fractions > 0 and self.large > 0

    @property
    def unsaid(self) -> bool:
        """Whether some numbers name no unit where neither the header does and others name several: 2 beside 1.2万㎡ and 3公顷."""
        return self.header.said.unit is None and len(self.units) > 1 and self.bare > 0

    def see(self, value: Value, percent: bool, is_district: Callable[[str], bool]) -> None:
        """Take in a cell."""
        if is_missing(value):
            self.missing += 1
            self.unique = False
            return
        self.told += 1
        text = value if isinstance(value, str) else ""
        self._kind(value, text, percent)
        shown = text.strip() or _quiet(value)
        if not self.example:
            self.example = shown[:60]
        if self.unique:
            self._key(shown)
        if self.distinct is not None:
            self.distinct.add(shown)
            if is_district(shown):
                self.districts += 1
            if len(self.distinct) > _DISTINCT_MAX:
                self.distinct = None

    def _kind(self, value: Value, text: str, percent: bool) -> None:
        if text and _SIMPLE.fullmatch(text):
            self.numbers += 1
            self.whole += "." not in text
            self.fractions += text.startswith("0.")
            self.large += text[0] != "0"
            self.bare += 1
            self.years += self.is_time and year_of(text) is not None
            return
        if _CODE.fullmatch(text.strip()):
            self.codes += 1
            return
        if isinstance(value, datetime.date) or _DAY.fullmatch(text.strip()):
            self.days += 1
            return
        read = None if self._is_text else number_of(value, percent)
        if read is None:
            self.odd += 1
            return
        self.numbers += 1
        self.fractions += read.unit is None and 0 < read.value < 1
        self.large += read.unit is not None or read.value >= 1
        self.years += self.is_time and year_of(plain(read.value)) is not None
        self.whole += read.value == read.value.to_integral_value() and not (
            read.unit and read.unit.dimension == "share"
        )
        self.bare += read.unit is None
        if read.unit is not None:
            self.units.add(read.unit.name)

    @property
    def _is_text(self) -> bool:
        """Whether so few of many cells were numbers that the others need not be read as any."""
        return self.odd > _SURE and self.numbers < self.odd * _FEW

    def _key(self, shown: str) -> None:
        key = hash(shown)
        if key in self._seen or len(self._seen) >= _KEYS_MAX:
            # Of more rows than fit here none is called a key: whether one is, the build would have to find out.
            self.unique = False
            self._seen = set()
        else:
            self._seen.add(key)


def number_of(value: Value, percent: bool = False) -> Amount | None:
    """The exact number a cell states, or None where it states none or a vague one."""
    try:
        read = amount(value, percent)
    except CellError:
        return None
    return None if read is None or read.vague else read


def profiles(
    table: Table,
    times: set[int],
    is_district: Callable[[str], bool],
    report: Callable[[str, int, int], None],
) -> list[Profile]:
    """A profile of every column, from all rows that can be read.

    Args:
        table: as read.
        times: indices of the columns that say when.
        is_district: whether a text names a district.
        report: called as (step, done, total).
    """
    made = [Profile(c, c.index in times) for c in table.columns]
    marked = _marked(table)
    for row in table.rows(report):
        if not row.refused:
            _see(made, row, table, marked, is_district)
    return made


def _marked(table: Table) -> bool:
    """Whether any cell needs to be looked up: percentages or flaws."""
    return table.sheet.name is not None


def _see(made: Iterable[Profile], row: Row, table: Table, marked: bool, is_district: Callable[[str], bool]) -> None:
    for profile in made:
        index = profile.header.index
        value = row.cells[index] if index < len(row.cells) else ""
        if marked and (row.number - 1, index) in table.sheet.flaws:
            profile.told += 1
            profile.odd += 1
            continue
        profile.see(value, marked and table.percent(row, index), is_district)


def _quiet(value: Value) -> str:
    try:
        return text_of(value)
    except CellError:
        return ""


@dataclass(frozen=True)
class Spelling:
    """How the cells of a column are written: its type, whether it says when, the unit its numbers are given in and written in,
    whether a number below 1 may be a fraction among per cents, and whether one without a unit may be in any of several."""

    type: str
    is_time: bool = False
    given: Unit | None = None
    written: Unit | None = None
    mixed: bool = False
    unsaid: bool = False


def cell_of(value: Value, spelling: Spelling, percent: bool) -> tuple[str, str]:
    """A cell as the draft's data file writes it, and its wording where it could not be written so.

    Args:
        value: the cell.
        spelling: the column's.
        percent: whether it is shown as a percentage.
    """
    same = spelling.given is spelling.written and not spelling.mixed and not spelling.unsaid
    if same and isinstance(value, str) and spelling.type in {"integer", "number"} and _SIMPLE.fullmatch(value):
        return value, ""
    if is_missing(value):
        return "", ""
    written = " ".join((value if isinstance(value, str) else _quiet(value)).split())
    if spelling.is_time or spelling.type == "date":
        return _time(value, written, spelling.type)
    if spelling.type == "string":
        return written, ""
    read = number_of(value, percent)
    if read is None or (read.unit is None and (spelling.unsaid or (spelling.mixed and 0 < read.value < 1))):
        return "", written
    try:
        return plain(read.said_in(spelling.written, spelling.given)), ""
    except CellError:
        return "", written


def _time(value: Value, written: str, kind: str) -> tuple[str, str]:
    try:
        found = period(value, workbook=True)
    except CellError:
        return (written, written) if kind == "string" else ("", written)
    if found is None:
        return "", ""
    return (found.start.isoformat() if kind == "date" else found.text), ""

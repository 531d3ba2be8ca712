"""Cells left blank because the one above holds for them too: merged ones, and those of a merged column saved as CSV."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.tables.layout import HeaderRows
from pipelines.tables.numbers import Value, is_missing
from pipelines.tables.sheets import Merged, Sheet, letters

# A grouping column names a few groups; where more differ it groups nothing.
_GROUPS_MAX = 5_000
_SHOWN = 8
# So often columns are let go of which nothing more is to be learnt.
_SETTLED_EVERY = 64
# Rows merged cells may reach over, all together; a sheet has a million.
_MERGED_MAX = 2_000_000


@dataclass(frozen=True)
class Fills:
    """What blank cells are filled with.

    Attributes:
        merged: by row number (from 1), columns and values of cells merged with one above or to the left.
        grouped: columns filled down by their run of values, though nothing in the file says they are merged.
        starts: for each of those, (row number, value) where a new value begins, in order.
        blanks: rows so filled, by column.
        shared: numbers merged over several rows; each is one number for all of them and is filled nowhere.
        used: columns that hold anything.
    """

    merged: dict[int, list[tuple[int, Value]]] = field(default_factory=dict)
    grouped: dict[int, dict[int, Value]] = field(default_factory=dict)
    shared: tuple[str, ...] = ()
    used: frozenset[int] = frozenset()

    def of(self, row: int) -> Iterator[tuple[int, Value]]:
        """The columns to be filled in a row, with their values."""
        yield from self.merged.get(row, ())
        for column, values in self.grouped.items():
            if row in values:
                yield column, values[row]

    def told(self, names: Sequence[str]) -> list[str]:
        """A sentence for everything that was filled or, being a number, was not."""
        found = []
        merged = sorted({c for cells in self.merged.values() for c, _ in cells})
        if merged:
            found.append(f"合并的单元格已逐行填上：{'、'.join(_named(names, c) for c in merged)}")
        for column, values in self.grouped.items():
            rows = sorted(values)
            shown = "、".join(map(str, rows[:_SHOWN])) + ("等" if len(rows) > _SHOWN else "")
            found.append(
                f"“{_named(names, column)}”有 {len(rows)} 个空格，按上面一格填（第 {shown} 行）；如不是合并单元格，请在原表填全"
            )
        return found + list(self.shared)


def _named(names: Sequence[str], column: int) -> str:
    return (names[column] if column < len(names) else "") or f"{letters(column)} 列"


# A column of keys, by its header: each is one row's own.
KEY = re.compile(r"(?:代码|编码|编号|代號|編號|序号|序號|证号|code|id)$", re.IGNORECASE)


class Filling:
    """Collects, row by row, what blank cells are to be filled with."""

    def __init__(self, sheet: Sheet, header: HeaderRows) -> None:
        self._sheet = sheet
        self._last = header.last
        self._names = header.names
        self._width = len(header.names)
        below = [m for m in sheet.merged if m.top >= header.last]
        self._starts = {(m.top, m.left): m for m in below}
        self._merged_columns = {c for m in below for c in range(m.left, m.right + 1)}
        self._fills: dict[int, list[tuple[int, Value]]] = {}
        self._shared: list[str] = []
        self._columns = [_Column() for _ in header.names]
        self._used: set[int] = set()
        self._open = list(range(self._width))
        self._starts_of_row: dict[int, list[int]] = {}
        for top, left in self._starts:
            self._starts_of_row.setdefault(top, []).append(left)
        self._room = _MERGED_MAX

    def see(self, number: int, cells: Sequence[Value]) -> None:
        """Take in a row of data."""
        if len(self._used) < len(cells):
            self._used.update(c for c, value in enumerate(cells) if not (value is None or value == ""))
        for column in self._starts_of_row.get(number - 1, ()):
            self._spread(self._starts[number - 1, column], cells[column] if column < len(cells) else "")
        for index in self._open:
            self._columns[index].see(number, cells[index] if index < len(cells) else "")
        if number % _SETTLED_EVERY == 0:
            self._open = [i for i in self._open if not self._columns[i].settled]

    def done(self) -> Fills:
        """What is to be filled, now that all rows are known."""
        own = next((i for i, c in enumerate(self._columns) if c.full and c.telling), None)
        grouped = {}
        for index, column in enumerate(self._columns[: own or 0]):
            if index not in self._merged_columns and column.groups and not KEY.search(self._names[index].strip()):
                grouped[index] = column.filled
        return Fills(self._fills, grouped, tuple(self._shared), frozenset(self._used))

    def _spread(self, merged: Merged, value: Value) -> None:
        if isinstance(value, int | float) and not isinstance(value, bool) and merged.bottom > merged.top:
            place = f"{self._sheet.cell(merged.top + 1, merged.left)} 到 {self._sheet.cell(merged.bottom + 1, merged.right)}"
            self._shared.append(f"{place} 合并成一格，{value:g} 是这几行合用的一个数，没有填给每一行；请在原表分开写")
            return
        if value is None or value == "" or self._room < merged.bottom - merged.top:
            return
        self._room -= merged.bottom - merged.top
        for row in range(merged.top, merged.bottom + 1):
            columns = [c for c in range(merged.left, merged.left + 1) if (row, c) != (merged.top, merged.left)]
            self._fills.setdefault(row + 1, []).extend((c, value) for c in columns)


class _Column:
    """Whether a column's blanks stand for the value above: it begins with a value, holds texts, and no value comes back."""

    def __init__(self) -> None:
        self.filled: dict[int, Value] = {}
        self.full = True
        self._rows = 0
        self._sound = True
        self._value: Value = None
        self._seen: set[str] = set()
        self._different: set[str] = set()

    @property
    def groups(self) -> bool:
        """Whether blanks are to be filled."""
        return self._sound and bool(self.filled)

    @property
    def settled(self) -> bool:
        """Whether no further row can change what this column is."""
        return not self._sound and (not self._sound_text or not self.full)

    @property
    def telling(self) -> bool:
        """Whether every row has a text of its own here, as names do."""
        return (
            self._rows > 0
            and (len(self._different) > _GROUPS_MAX or len(self._different) == self._rows)
            and self._sound_text
        )

    _sound_text = True

    def see(self, number: int, value: Value) -> None:
        self._rows += 1
        if value is None or (isinstance(value, str) and not value.strip()):
            self.full = False
            if self._sound:
                self._blank(number)
            return
        if not isinstance(value, str) or value.strip().replace(".", "", 1).isdigit():
            self._sound = self._sound_text = False
            self.filled = {}
            return
        text = value.strip()
        if len(self._different) <= _GROUPS_MAX:
            self._different.add(text)
        if self._sound and text != self._value:
            if text in self._seen or len(self._seen) > _GROUPS_MAX or is_missing(value):
                self._sound, self.filled = False, {}
            self._seen.add(text)
            self._value = text

    def _blank(self, number: int) -> None:
        if self._value is None:
            self._sound = False
        else:
            self.filled[number] = self._value


def fills_of(sheet: Sheet, header: HeaderRows) -> Filling:
    """Begin to collect what a sheet's blank cells are filled with."""
    return Filling(sheet, header)

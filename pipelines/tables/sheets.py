"""A sheet as it lies in a file, before anything is made of it: rows of cells, and what is known of single cells."""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field

from pipelines.tables.numbers import Value

Position = tuple[int, int]
# A row's number as the file's own program shows it, from 1, and its cells.
RawRow = tuple[int, list[Value]]


@dataclass(frozen=True)
class Merged:
    """Cells shown as one; rows and columns from 0, both ends within."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """One sheet of a workbook, or a whole CSV file.

    Attributes:
        name: of the sheet; None for a CSV file.
        scan: gives the rows anew each time it is called, blank ones too.
        merged: its merged cells.
        flaws: what keeps a cell from being read (an error value, a formula that was never computed), by position from 0.
        percents: positions of the numbers shown as percentages.
        told: what the person should know of how the file was read.
    """

    name: str | None
    scan: Callable[[], Iterator[RawRow]]
    merged: tuple[Merged, ...] = ()
    flaws: Mapping[Position, str] = field(default_factory=dict)
    percents: Container[Position] = frozenset()
    told: tuple[str, ...] = ()

    def cell(self, row: int, column: int) -> str:
        """Where a cell stands, as people write it: `公共停车场!C7`; in CSV `第 7 行第 3 列`.

        Args:
            row: from 1.
            column: from 0.
        """
        if self.name is None:
            return f"第 {row} 行第 {column + 1} 列"
        return f"{self.name}!{letters(column)}{row}"

    def line(self, row: int) -> str:
        """Where a row stands: `第 7 行`, with the sheet's name where there is one."""
        return f"第 {row} 行" if self.name is None else f"{self.name} 第 {row} 行"


def letters(column: int) -> str:
    """A column's letters: 0 → A, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def column_of(name: str) -> int:
    """The column of letters: A → 0, AA → 26."""
    number = 0
    for char in name:
        number = number * 26 + ord(char) - ord("A") + 1
    return number - 1

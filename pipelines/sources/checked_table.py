"""A dataset's rows once they passed the checks of their cells."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.publication.catalogue import Dataset
from portal.publication.store import Row

_SHOWN = 60


@dataclass(frozen=True)
class CheckedTable:
    """Rows of one dataset as typed values, with the file and the line of each for messages."""

    dataset: Dataset
    file: Path
    rows: list[Row]
    lines: list[int]

    def problem(self, index: int, column: str, rule: str) -> str:
        """A sentence naming file, line, column, value and broken rule."""
        return problem_of(self.file, self.lines[index], column, self.rows[index].get(column), rule)

    def values(self, column: str) -> set[Any]:
        """What the cells of a column hold."""
        return {row.get(column) for row in self.rows}


def problem_of(file: Path, line: int, column: str, value: object, rule: str) -> str:
    """A sentence naming file, line, column, value and broken rule."""
    shown = "" if value is None else str(value)
    shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
    return f"{line_named(file, line)} {column} 列，值“{shown}”：{rule}"


def line_named(file: Path, line: int) -> str:
    """How a problem of a line begins; a space or a colon follows."""
    return f"{file} 第 {line} 行"

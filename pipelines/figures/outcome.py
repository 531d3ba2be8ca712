"""What the person says of a table of figures, and what came of importing it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pipelines.sources.changes import Cells
from pipelines.tables.long_list import LongList
from portal.publication.statuses import FigureKind

Report = Callable[[str, int, int], None]
KINDS = (FigureKind.ACTUAL, FigureKind.ANNUAL_PLAN, FigureKind.LATER_TARGET)
# Of so many names without an indicator the report tells; a table of a million is no table of indicators.
UNMAPPED_MAX = 1_000


@dataclass(frozen=True)
class Choices:
    """What the person importing says of a table: scope, kind and time of figures that do not say, indicators and units by the
    table's names, why the figures can be compared with the plan's targets, which sheet and
    which row of headers, and the header of each role."""

    scope: str = ""
    kind: str = ""
    period: str = ""
    indicators: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    comparable: str = ""
    sheet: str | None = None
    header_row: int | None = None
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotTaken:
    """A figure or row that was not taken: its cell, the table's name for it, why."""

    where: str
    name: str
    reason: str


@dataclass(frozen=True)
class Empty:
    """A row of data without a figure."""

    where: str


@dataclass
class ImportedFigures:
    """What an import did.

    Attributes:
        source: id of the file's source.
        mapped: indicator by the table's name.
        unmapped: names with no indicator, or several.
        added, unchanged: rows; `altered` as (id, before, after).
        renoted: rows whose figure is the same and whose cell, note or other words are not.
        gone: ids this source told before and does not any more; they stay.
        refused: figures, and whole rows where it cannot be told what their figures are of; `refused_rows` counts these.
        empty: where rows of data are that have no figure.
        blank: cells without a figure in rows that were read.
        set_aside: rows that are no data: where, kind, text.
        rows, figures: of the file; figures are those added, altered, unchanged, renoted and, beside whole rows, refused.
    """

    source: str
    shape: str = ""
    mapped: dict[str, str] = field(default_factory=dict)
    unmapped: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    added: list[Cells] = field(default_factory=list)
    altered: list[tuple[str, str, str]] = field(default_factory=list)
    unchanged: int = 0
    renoted: int = 0
    gone: list[str] = field(default_factory=list)
    refused: LongList[NotTaken] = field(default_factory=partial(LongList, NotTaken))
    refused_rows: int = 0
    empty: LongList[Empty] = field(default_factory=partial(LongList, Empty))
    blank: int = 0
    set_aside: list[tuple[str, str, str]] = field(default_factory=list)
    rows: int = 0
    figures: int = 0
    changed: bool = False
    mapping_file: Path | None = None

"""One passage over all rows of a sheet: which are no data, how many there are, what blank cells take from above."""

from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipelines.tables.fills import Fills, fills_of
from pipelines.tables.layout import Aside, HeaderRows, kind_of_row, noted, units_noted
from pipelines.tables.lexicon import clean
from pipelines.tables.numbers import Value
from pipelines.tables.sheets import Sheet

Report = Callable[[str, int, int], None]
REPORT_EVERY = 50_000
# Beyond these an account of single rows is no longer read by anyone.
ASIDES_MAX = 100_000


@dataclass
class Survey:
    """What the rows of a sheet are: `count` of all, `data` of those that are data, and every other one by its number.

    Attributes:
        asides: the first of the rows that are no data, in order.
        set_aside: numbers of all of them.
    """

    sheet: Sheet
    fills: Fills = field(default_factory=Fills)
    count: int = 0
    data: int = 0
    asides: list[Aside] = field(default_factory=list)
    set_aside: list[int] = field(default_factory=list)

    def note(self, number: int, kind: str, cells: Sequence[Value]) -> None:
        """Take a row down as no data; rows come in order."""
        self.set_aside.append(number)
        if len(self.asides) < ASIDES_MAX:
            self.asides.append(self._aside(number, kind, cells))

    def take_out(self, number: int, kind: str, cells: Sequence[Value]) -> None:
        """Take a row that counted as data, or as another kind, out of it."""
        place = bisect(self.set_aside, number)
        if place and self.set_aside[place - 1] == number:
            self.asides[place - 1] = self._aside(number, kind, cells)
            return
        self.set_aside.insert(place, number)
        self.asides.insert(place, self._aside(number, kind, cells))
        self.data -= 1

    def _aside(self, number: int, kind: str, cells: Sequence[Value]) -> Aside:
        return Aside(self.sheet.line(number), kind, " | ".join(clean(c) for c in cells if clean(c)))


def survey(sheet: Sheet, header: HeaderRows, report: Report) -> Survey:
    """Go through all rows once.

    Args:
        sheet: as it lies in the file.
        header: its header.
        report: called as (step, done, total); how many rows there are is not known before the end.
    """
    seen = Survey(sheet)
    filling = fills_of(sheet, header)
    for number, cells in sheet.scan():
        if seen.count % REPORT_EVERY == 0:
            report("查看表格", seen.count, max(seen.count, 1))
        seen.count += 1
        kind = _kind(number, cells, header)
        if kind is None:
            filling.see(number, cells)
            seen.data += 1
        else:
            seen.note(number, kind, cells)
    report("查看表格", seen.count, seen.count)
    seen.fills = filling.done()
    return seen


def _kind(number: int, cells: Sequence[Value], header: HeaderRows) -> str | None:
    """What a row is; None where it is data."""
    if number < header.first:
        return _above(cells)
    return "header" if number <= header.last else kind_of_row(cells, header, number)


def _above(cells: Sequence[Value]) -> str:
    """What a row above the header is."""
    texts = [clean(c) for c in cells if clean(c)]
    if not texts:
        return "blank"
    if units_noted(texts):
        return "unit"
    return "note" if noted(texts[0])[0] else "title"

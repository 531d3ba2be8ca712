"""Small multiples as a grid that fits any screen: a place, its line over the years, its last figure; all on the same axes."""

from collections.abc import Iterable
from urllib.parse import quote

from markupsafe import Markup

from portal.measures.comparison import Comparison
from portal.measures.result import MeasureRow
from portal.texts.interface import t
from portal.ui import measure_words
from portal.ui.charts import RESULT
from portal.ui.html import join
from portal.ui.measure_charts import OTHER, place_name

_WIDTH, _HEIGHT, _ROOM = 160, 64, 6


def grid(comparison: Comparison) -> Markup:
    """The panels, the own city first, then in the order of the last figure; a year without a figure breaks the line."""
    _, lines = comparison.table()
    own = comparison.own.name if comparison.own else None
    panels = [[r for r in rows if r is not None and r.year is not None] for first, rows in lines if first.place]
    panels = sorted((p for p in panels if p), key=lambda p: p[0].place != own)
    rows = [r for panel in panels for r in panel]
    if not rows:
        return Markup("")
    frame = _Frame(rows)
    items = join(_panel(comparison, panel, frame, panel[0].place == own) for panel in panels)
    years = t("compare.span", first=frame.first, last=frame.last)
    return Markup('<p class="section-note">{}</p><ul class="multiples">{}</ul>').format(years, items)


class _Frame:
    """The axes all panels share.

    Args:
        rows: every row drawn; each has a year.
    """

    def __init__(self, rows: Iterable[MeasureRow]) -> None:
        known = list(rows)
        years = [r.year or 0 for r in known]
        values = [r.value for r in known]
        self.first, self.last = min(years), max(years)
        self._low, self._high = min(values), max(values)

    def point(self, row: MeasureRow) -> tuple[float, float]:
        """Where a figure stands, from the left and from the top."""
        along = ((row.year or 0) - self.first) / max(self.last - self.first, 1)
        up = (row.value - self._low) / ((self._high - self._low) or 1)
        return _ROOM + along * (_WIDTH - 2 * _ROOM), _HEIGHT - _ROOM - up * (_HEIGHT - 2 * _ROOM)


def _panel(comparison: Comparison, rows: list[MeasureRow], frame: _Frame, own: bool) -> Markup:
    last = rows[-1]
    mark = t("compare.doubtful_mark") if last.doubtful else ""
    return Markup(
        '<li><b>{}</b><img src="{}" alt="" width="{}" height="{}"><span>{}{}</span><span class="detail">{}</span></li>'
    ).format(
        place_name(last),
        _picture([*_lines(rows, frame), *_points(rows, frame)], RESULT if own else OTHER),
        _WIDTH,
        _HEIGHT,
        measure_words.value(comparison, last),
        mark,
        last.period or "",
    )


def _picture(parts: Iterable[Markup], colour: str) -> str:
    """A drawing as an address of its own: pages show pictures, but take SVG out of HTML."""
    drawing = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" fill="none" stroke="{}" stroke-width="1.8">{}</svg>'
    ).format(_WIDTH, _HEIGHT, colour, join(parts))
    return f"data:image/svg+xml,{quote(drawing)}"


def _lines(rows: list[MeasureRow], frame: _Frame) -> Iterable[Markup]:
    """A line for every run of years without a gap."""
    for run in _runs(rows):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(frame.point, run))
        yield Markup('<polyline points="{}"></polyline>').format(points)


def _runs(rows: list[MeasureRow]) -> list[list[MeasureRow]]:
    runs: list[list[MeasureRow]] = []
    for row in rows:
        if runs and (runs[-1][-1].year or 0) + 1 == row.year:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _points(rows: list[MeasureRow], frame: _Frame) -> Iterable[Markup]:
    for row in rows:
        x, y = frame.point(row)
        # A ring so thick that it fills itself, or a thin one for a doubtful figure.
        width = 1.4 if row.doubtful else 2.6
        yield Markup('<circle cx="{}" cy="{}" r="{}" stroke-width="{}"></circle>').format(
            f"{x:.1f}", f"{y:.1f}", 2.6 if row.doubtful else 1.3, width
        )

"""Places side by side in one year as bars of the page itself: nothing to fetch, nothing to compute in the browser, read out as a list."""

from markupsafe import Markup

from portal.measures.comparison import Comparison
from portal.measures.result import MeasureRow
from portal.texts.interface import t
from portal.ui import measure_words
from portal.ui.html import join
from portal.ui.measure_charts import axis_title, figure, place_name


def place_bars(comparison: Comparison) -> Markup:
    """A bar from zero for every place, the largest first; the own city picked out, doubtful figures faint and marked.

    Args:
        comparison: one with places in one year; nothing is drawn where no row is of a place.
    """
    rows = sorted(comparison.drawn(), key=lambda r: -r.value)
    if not rows:
        return Markup("")
    scale = _Scale(rows)
    own = comparison.own.name if comparison.own else None
    items = join(_bar(row, scale, row.place == own) for row in rows)
    return Markup('<p class="section-note">{}</p><ol class="place-bars" aria-label="{}">{}</ol>').format(
        axis_title(comparison), measure_words.alt(comparison), items
    )


class _Scale:
    """Where zero and the figures lie between the smallest and the largest, in percent.

    Args:
        rows: at least one.
    """

    def __init__(self, rows: list[MeasureRow]) -> None:
        self._low = min(0.0, *(r.value for r in rows))
        self._span = max(0.0, *(r.value for r in rows)) - self._low or 1.0

    def bar(self, value: float) -> tuple[float, float]:
        """Left end and width of a figure's bar."""
        return (min(value, 0.0) - self._low) / self._span * 100, abs(value) / self._span * 100


def _bar(row: MeasureRow, scale: _Scale, own: bool) -> Markup:
    left, width = scale.bar(row.value)
    kind = "is-doubtful" if row.doubtful else "is-own" if own else ""
    return Markup(
        '<li class="{}"><span>{}{}</span><span class="bar-track"><span style="margin-left:{}%;width:{}%"></span></span><b>{}</b></li>'
    ).format(
        kind,
        place_name(row),
        t("compare.doubtful_mark") if row.doubtful else "",
        f"{left:.2f}",
        f"{width:.2f}",
        figure(row.value),
    )

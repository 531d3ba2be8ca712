"""Comparisons drawn: bars of places in one year, lines and small multiples over years; the own city picked out, doubtful figures marked."""

import altair as alt
import pandas as pd

from portal.measures.comparison import Comparison
from portal.measures.result import MeasureRow
from portal.publication.json_object import JsonObject
from portal.texts.interface import language, t
from portal.texts.numbers import brief
from portal.ui.charts import RESULT, TARGET

OTHER = "#8c99a3"
# Read on white and on dark.
FIGURE = "#6f7d87"
# Told apart by people who do not see all colours, and on white and on dark.
_PALETTE = (RESULT, TARGET, "#7b68b5", "#4f8a3d", "#b0477b", "#94761f")
_FRAMELESS = alt.ViewBackground(stroke=None)
_BAR = 22


def comparison_chart(
    comparison: Comparison, width: int | None = None
) -> alt.Chart | alt.LayerChart | alt.FacetChart | None:
    """The chart of a comparison; None for the table, or where there is nothing to draw.

    Args:
        comparison: what is shown.
        width: of the plot in pixels, for pictures; the page's own where None.
    """
    rows = comparison.drawn()
    if comparison.view == "table" or not rows:
        return None
    match comparison.view:
        case "bars":
            return _bars(comparison, rows, width)
        case "line":
            return _lines(comparison, rows, width)
    return _multiples(comparison, rows, width)


def place_name(row: MeasureRow) -> str:
    """A row's place in the language of this run."""
    return (language() == "en" and row.place_en) or row.place or t("compare.nowhere")


def figure(value: float) -> str:
    """A figure with two decimals, so that places near one another are told apart."""
    return brief(value, decimals=2)


def axis_title(comparison: Comparison) -> str:
    """What the values are, with their unit in the language of this run."""
    unit = comparison.result.unit_en if language() == "en" else comparison.result.unit
    return t("chart.value", unit=unit) if unit else t("chart.count")


def _bars(comparison: Comparison, rows: list[MeasureRow], width: int | None) -> alt.LayerChart:
    own = comparison.own.name if comparison.own else None
    ordered = sorted(rows, key=lambda r: -r.value)
    frame = pd.DataFrame(
        [
            {
                "place": place_name(r) + (t("compare.doubtful_mark") if r.doubtful else ""),
                "value": r.value,
                "figure": figure(r.value),
                "kind": "doubtful" if r.doubtful else "own" if r.place == own else "other",
            }
            for r in ordered
        ]
    )
    colour = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=["own", "other", "doubtful"], range=[RESULT, OTHER, OTHER]),
        legend=None,
    )
    faint = alt.condition(alt.datum.kind == "doubtful", alt.value(0.4), alt.value(1))
    x = alt.X("value:Q", title=axis_title(comparison), axis=alt.Axis(grid=False, tickCount=5))
    y = alt.Y(
        "place:N", title=None, sort=[str(p) for p in frame["place"]], axis=alt.Axis(labelLimit=180, labelOverlap=False)
    )
    tooltip = [alt.Tooltip("place:N", title=t("compare.place")), alt.Tooltip("figure:N", title=axis_title(comparison))]
    bars = (
        alt.Chart(frame).mark_bar(height={"band": 0.7}).encode(x=x, y=y, color=colour, opacity=faint, tooltip=tooltip)
    )
    written = alt.condition(alt.datum.kind == "own", alt.value(RESULT), alt.value(FIGURE))
    figures = (
        alt.Chart(frame).mark_text(align="left", dx=4, fontSize=12).encode(x=x, y=y, text="figure:N", color=written)
    )
    chart = alt.LayerChart(layer=[bars, figures], height=_BAR * len(frame) + 30, view=_FRAMELESS)
    return chart.properties(width=width) if width else chart


def _lines(comparison: Comparison, rows: list[MeasureRow], width: int | None) -> alt.LayerChart:
    """A line a place; a few chosen ones have colours, among many only the own city."""
    frame = _over_years(rows)
    names = list(dict.fromkeys(frame["place"]))
    own = next((place_name(r) for r in rows if comparison.own and r.place == comparison.own.name), None)
    few = len(names) <= len(_PALETTE)
    names.sort(key=lambda n: n != own)
    colours = [_PALETTE[i] if few else RESULT if n == own else OTHER for i, n in enumerate(names)]
    colour = alt.Color(
        "place:N",
        title=None,
        scale=alt.Scale(domain=names, range=colours),
        legend=alt.Legend(orient="top", columns=3) if few and len(names) > 1 else None,
    )
    x, y = _axes(comparison, frame)
    base = alt.Chart(frame).encode(x=x, y=y, color=colour, tooltip=_tooltip(comparison))
    strength = alt.value(2) if few else alt.condition(alt.datum.place == (own or ""), alt.value(3), alt.value(1))
    line = base.mark_line(invalid="break-paths-show-domains").encode(strokeWidth=strength, detail="place:N")
    layers = [line, *_points(base)]
    if not few:
        last = frame.dropna(subset=["value"]).sort_values("year").groupby("place").tail(1)
        label = alt.Chart(last[last["place"] == own]).mark_text(align="left", dx=8, fontSize=13, fontWeight="bold")
        layers.append(label.encode(x=x, y=y, text="place:N", color=alt.value(RESULT)))
    chart = alt.LayerChart(layer=layers, height=340, view=_FRAMELESS)
    return chart.properties(width=width) if width else chart


def _multiples(comparison: Comparison, rows: list[MeasureRow], width: int | None) -> alt.FacetChart:
    """A small chart a place, all with the same axes."""
    frame = _over_years(rows)
    own = next((place_name(r) for r in rows if comparison.own and r.place == comparison.own.name), "")
    names = sorted(dict.fromkeys(frame["place"]), key=lambda n: n != own)
    x, y = _axes(comparison, frame, small=True)
    kind = alt.condition(alt.datum.place == own, alt.value(RESULT), alt.value(OTHER))
    base = alt.Chart(frame).encode(x=x, y=y, color=kind, tooltip=_tooltip(comparison))
    line = base.mark_line(invalid="break-paths-show-domains", strokeWidth=2)
    panel = alt.LayerChart(layer=[line, *_points(base, 18)]).properties(width=132, height=84)
    columns = 4 if width else 3
    return panel.facet(
        facet=alt.Facet("place:N", title=None, sort=names, header=alt.Header(labelFontSize=12, labelPadding=2)),
        columns=columns,
        spacing=14,
    )


def _points(base: alt.Chart, size: int = 36) -> list[alt.Chart]:
    """Undoubted figures filled, doubtful ones hollow."""
    sure = base.transform_filter(alt.datum.doubtful == "no").mark_point(
        filled=True, size=size, opacity=1, invalid="filter"
    )
    doubtful = base.transform_filter(alt.datum.doubtful == "yes").mark_point(
        filled=False, size=size + 24, strokeWidth=1.5, opacity=1, invalid="filter"
    )
    return [sure, doubtful]


def _over_years(rows: list[MeasureRow]) -> pd.DataFrame:
    """The rows with a year, and an empty one for every year between in which a place has none, so that lines break."""
    dated = [r for r in rows if r.year is not None]
    held = {(r.place, r.year): r for r in reversed(dated)}
    known = [r.year or 0 for r in dated]
    years = range(min(known), max(known) + 1) if known else range(0)
    first = {r.place: r for r in dated}
    return pd.DataFrame(
        [_in_year(first[place], year, held.get((place, year))) for place in first for year in years],
        columns=["place", "year", "value", "figure", "doubtful"],
    )


def _in_year(named: MeasureRow, year: int, row: MeasureRow | None) -> JsonObject:
    """A place's figure in a year, empty where it has none; `named` is any row of the place."""
    found: JsonObject = {"value": None, "figure": "", "doubtful": "no"}
    if row is not None:
        found = {"value": row.value, "figure": figure(row.value), "doubtful": "yes" if row.doubtful else "no"}
    return {"place": place_name(named), "year": year, **found}


def _axes(comparison: Comparison, frame: pd.DataFrame, small: bool = False) -> tuple[alt.X, alt.Y]:
    first, last = int(frame["year"].min()), int(frame["year"].max())
    room = 0.4 if small else 0.6
    x = alt.X(
        "year:Q",
        title=None if small else t("chart.year"),
        scale=alt.Scale(domain=[first - room, last + room], nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, tickCount=2 if small else min(last - first + 1, 8), grid=False),
    )
    title = None if small else axis_title(comparison)
    y = alt.Y(
        "value:Q", title=title, scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(tickCount=3 if small else 5)
    )
    return x, y


def _tooltip(comparison: Comparison) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("place:N", title=t("compare.place")),
        alt.Tooltip("year:Q", title=t("chart.year"), format="d"),
        alt.Tooltip("figure:N", title=axis_title(comparison)),
    ]

"""A chart as a picture: the page's own chart, drawn here by Vega with the portal's font, no browser needed.

With its words it stands alone: what it shows, where the figures are from and in which version.
"""

import re
from dataclasses import dataclass, field
from unicodedata import category

import altair as alt
from markupsafe import Markup
from rich.cells import cell_len

from portal.datasets.profile import Bar
from portal.datasets.row_query import RowQuery
from portal.plan.report import sources_of
from portal.plan.rows import ObservedRow, ProgressRow
from portal.publication.catalogue import Column
from portal.publication.json_object import JsonObject
from portal.publication.manifest import Manifest
from portal.publication.statuses import FigureKind
from portal.texts.interface import either, t
from portal.ui import sentences, vega
from portal.ui.charts import spread_chart, target_chart

INK, SOFT, RULE = "#1b2530", "#52606b", "#dfe4e2"
WIDTH, NARROW = 640, 280
SCALE = 2.0
_FONT = "Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
_LOOK = {
    "font": _FONT,
    "background": None,
    "axis": {
        **{"labelColor": SOFT, "titleColor": SOFT, "gridColor": RULE, "domainColor": RULE, "tickColor": RULE},
        **{"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelLimit": 0},
    },
    "title": {"color": INK, "subtitleColor": SOFT, "fontWeight": "bold", "limit": 0, "anchor": "start"},
}
# A Chinese character of the font is as wide as it is high, a Latin letter at most some six tenths of that.
_COLUMNS = WIDTH * 2 // 13
# What may not start a line: closing brackets and quotes, full stops, commas (Unicode's general categories).
_CLOSING = frozenset({"Pe", "Pf", "Po"})


@dataclass(frozen=True)
class Words:
    """What is written around a chart: the title, lines under it, and lines at the foot."""

    title: str
    lines: list[str] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)


def standing_words(row: ProgressRow, seen: list[ObservedRow], manifest: Manifest) -> Words:
    """The words a picture needs away from its page: target and status, the reason, what must be said of the figure, sources, licence and version.

    Args:
        row: a progress row.
        seen: rows of `portal.plan.progress.observations`.
        manifest: of the version they are from.
    """
    return Words(
        t("picture.title", name=either(row, "name"), status=t(f"status.{row['status']}")),
        [*wrapped(sentences.reason(row)), *wrapped(sentences.caveat(row))],
        [*wrapped(sources_line(seen)), *wrapped(version_line(manifest))],
    )


def sources_line(seen: list[ObservedRow]) -> str:
    """Where the comparable results are from: the latest source, and how many there are in all; empty without results."""
    sources = sources_of([o for o in seen if o["kind"] == FigureKind.ACTUAL and o["comparable"]])
    if not sources:
        return ""
    last = sources[-1]
    named = t("list.dot").join(part for part in (last["publisher"], last["source_title"]) if part)
    key = "picture.source" if len(sources) == 1 else "picture.sources"
    return t(key, named=named or last["source"], count=len(sources))


def version_line(manifest: Manifest, table: str = "observations") -> str:
    """The portal, the version and the licence of a table."""
    licence = next((d.license for d in manifest.datasets if d.table == table), "")
    return t("picture.version", portal=sentences.site_title(manifest.site), version=manifest.version, license=licence)


def svg(
    row: ProgressRow,
    seen: list[ObservedRow],
    plan: tuple[int, int],
    around: Words | None = None,
    width: int = WIDTH,
    height: int | None = None,
) -> str | None:
    """The chart of a target as SVG, in the language of this run; None where there is nothing to draw.

    Args:
        row: a progress row.
        seen: rows of `portal.plan.progress.observations`.
        plan: the plan's first and last year, which are shaded.
        around: what to write around it; without, the background is left clear.
        width: of the plot in pixels, without its axis labels.
        height: of the plot, if not the chart's own.
    """
    chart = target_chart(row, seen, plan)
    if chart is None:
        return None
    size = {"width": width} if height is None else {"width": width, "height": height}
    return _drawn(chart.properties(**size), around, sentences.chart_alt(row, seen))


def spread_svg(bars: list[Bar], query: RowQuery, column: Column, unit: str, manifest: Manifest) -> str:
    """The chart of how a column's numbers are spread as SVG, with the query, the provider and the version in words.

    Args:
        bars: at least one (`portal.datasets.profile.spread`).
        query: the rows they are of.
        column: of the query's dataset.
        unit: of its numbers, empty where it is none or several.
        manifest: of the version they are from.
    """
    dataset, title = query.dataset, either(column, "title")
    asked = [sentences.condition(dataset, n, v) for n, v in query.pairs() if n == "q" or n.startswith("filter.")]
    told = [t("picture.spread_rows", count=sum(b.count for b in bars)), *asked]
    around = Words(
        t("picture.spread", dataset=either(dataset, "title"), column=title),
        wrapped(t("list.dot").join(told)),
        [
            *wrapped(t("picture.source", named=dataset.provider)),
            *wrapped(version_line(manifest, dataset.table)),
        ],
    )
    chart = spread_chart(bars, title, unit).properties(width=WIDTH)
    return _drawn(chart, around, t("data.chart_alt", column=title))


def standing(chart: alt.Chart | alt.LayerChart | alt.FacetChart, around: Words | None, told: str) -> str:
    """Any chart as SVG with its words around it, in the portal's look.

    Args:
        chart: with its width set.
        around: title, lines and foot; without, the background is left clear.
        told: what screen readers say of it.
    """
    return _drawn(chart, around, told)


def png(picture: str) -> bytes:
    """An SVG of `svg` as PNG, twice as large, so that it is sharp in print and on fine screens."""
    return vega.shared().png(picture, SCALE)


def wrapped(text: str, columns: int = _COLUMNS) -> list[str]:
    """A text as lines of at most so many columns, a Chinese character being two; no line starts with a closing mark."""
    lines: list[str] = []
    line = ""
    for piece in re.findall(r"[!-\u2e7f]+ ?|.", text):
        if line and cell_len(line + piece.rstrip()) > columns and category(piece[0]) not in _CLOSING:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _drawn(chart: alt.Chart | alt.LayerChart | alt.FacetChart, around: Words | None, told: str) -> str:
    """A chart as SVG that screen readers are told of."""
    drawn = vega.shared().svg(_framed(chart, around))
    return drawn.replace("<svg ", Markup('<svg role="img" aria-label="{}" ').format(told), 1)


def _framed(chart: alt.Chart | alt.LayerChart | alt.FacetChart, around: Words | None) -> JsonObject:
    """The specification of a chart in the portal's look; a title belongs to a picture's top, another to its foot."""
    if around is None:
        return {**chart.to_dict(), "config": _LOOK}
    foot = alt.TitleParams(
        around.foot,
        orient="bottom",
        anchor="start",
        frame="bounds",
        fontSize=12,
        fontWeight="normal",
        color=SOFT,
        offset=18,
    )
    title = alt.TitleParams(around.title, subtitle=around.lines, fontSize=20, subtitleFontSize=13, offset=18)
    whole = alt.vconcat(chart.properties(title=foot)).properties(title=title, padding=20)
    return {**whole.to_dict(), "config": {**_LOOK, "background": "#ffffff"}}

"""Charts, in one look: labelled axes with units, the target as a line, gaps left as gaps."""

import altair as alt
import pandas as pd

from portal.datasets.profile import Bar
from portal.plan.rows import ObservedRow, ProgressRow
from portal.publication.statuses import FigureKind
from portal.publication.store import Row
from portal.texts.interface import either, t
from portal.texts.numbers import brief, number
from portal.ui import sentences

RESULT = "#2f7f93"
TARGET = "#c2571a"
LATER = "#7a8790"
_FRAMELESS = alt.ViewBackground(stroke=None)


def target_chart(
    indicator: ProgressRow, observations: list[ObservedRow], plan: tuple[int, int] | None = None
) -> alt.LayerChart | None:
    """What a target's results look like: over the years, or as bars beside the target where there is only one.

    None where there is nothing to draw: no number is promised, or no comparable result is published.

    Args:
        indicator: a progress row.
        observations: rows of `portal.plan.progress.observations`.
        plan: the plan's first and last year, which are shaded.
    """
    return results_chart(indicator, observations, plan) or result_bars(indicator)


def results_chart(
    indicator: ProgressRow, observations: list[ObservedRow], plan: tuple[int, int] | None = None
) -> alt.LayerChart | None:
    """The comparable results over the years with the target, or None where there are fewer than two.

    A year without a result breaks the line. A later target is a grey tick in its year, never part of the line.

    Args:
        indicator: a progress row.
        observations: rows of `portal.plan.progress.observations`.
        plan: the plan's first and last year, which are shaded.
    """
    dated = [(o["period_end"].year, o) for o in observations if o["period_end"]]
    results = {year: o["value"] for year, o in dated if o["kind"] == FigureKind.ACTUAL and o["comparable"]}
    if indicator["target"] is None or len(results) < 2:
        return None
    later = [(year, o) for year, o in dated if o["kind"] == FigureKind.LATER_TARGET]
    years = range(min(results), max([*results, *(year for year, _ in later), indicator["due"].year]) + 1)
    frame = pd.DataFrame(
        {
            "year": list(years),
            "value": [results.get(y) for y in years],
            "figure": [number(results.get(y)) for y in years],
        }
    )
    x = alt.X(
        "year:Q",
        title=t("chart.year"),
        scale=alt.Scale(domain=[years[0] - 0.4, years[-1] + 0.4], nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, tickCount=min(len(years), 8), grid=False),
    )
    y = alt.Y("value:Q", title=_measured(indicator), scale=alt.Scale(zero=False, nice=True))
    tooltip = [
        alt.Tooltip("year:Q", title=t("chart.year"), format="d"),
        alt.Tooltip("figure:N", title=_measured(indicator)),
    ]
    base = alt.Chart(frame).encode(x=x, y=y, tooltip=tooltip)
    line = base.mark_line(color=RESULT, strokeWidth=2, invalid="break-paths-show-domains")
    points = base.mark_point(color=RESULT, filled=True, size=42, opacity=1, invalid="filter")
    goal = pd.DataFrame(
        {
            "value": [indicator["target"]],
            "year": [years[0]],
            "label": [t("chart.target", target=either(indicator, "target_text"))],
        }
    )
    rule = alt.Chart(goal).mark_rule(color=TARGET, strokeDash=[6, 4], strokeWidth=1.5).encode(y=y)
    label = (
        alt.Chart(goal)
        .mark_text(color=TARGET, align="left", dx=2, dy=-8, fontSize=13, fontWeight="bold")
        .encode(x=x, y=y, text="label:N")
    )
    layers: list[alt.Chart] = _shaded(plan, x) if plan else []
    layers += [rule, line, points, label, _at_due(indicator, results, x, y)]
    layers += _later_targets(later, x, y) if later else []
    return alt.LayerChart(layer=layers, height=320, view=_FRAMELESS)


def _shaded(plan: tuple[int, int], x: alt.X) -> list[alt.Chart]:
    """The plan's years as a band, named at its foot."""
    first, last = plan
    band = alt.Chart(
        pd.DataFrame(
            [
                {
                    "year": first - 0.5,
                    "until": last + 0.5,
                    "middle": (first + last) / 2,
                    "label": t("chart.plan", first=first, last=last),
                }
            ]
        )
    )
    named = band.mark_text(color=LATER, baseline="bottom", dy=-4, fontSize=12)
    return [
        band.mark_rect(color=LATER, opacity=0.13).encode(x=x, x2="until:Q"),
        named.encode(x=alt.X("middle:Q"), y=alt.value("height"), text="label:N"),
    ]


def _at_due(indicator: ProgressRow, results: dict[int, float], x: alt.X, y: alt.Y) -> alt.Chart:
    """The result of the due year written at its point, where there is one."""
    year = indicator["due"].year
    written = [{"year": y, "value": v, "label": brief(v, indicator["target"])} for y, v in results.items() if y == year]
    # Away from the target's line.
    above = indicator["target"] is not None and results.get(year, 0) >= indicator["target"]
    return (
        alt.Chart(pd.DataFrame(written, columns=["year", "value", "label"]))
        .mark_text(color=RESULT, dy=-14 if above else 18, fontSize=13, fontWeight="bold")
        .encode(x=x, y=y, text="label:N")
    )


def _later_targets(later: list[tuple[int, ObservedRow]], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """A grey tick and its words for each target of a later plan, by its year."""
    ticks = pd.DataFrame(
        {
            "year": [year for year, _ in later],
            "value": [o["value"] for _, o in later],
            "label": [t("chart.later", value=either(o, "value_text"), year=year) for year, o in later],
        }
    )
    marks = alt.Chart(ticks).encode(x=x, y=y)
    return [
        marks.mark_tick(color=LATER, thickness=2, size=22, orient="horizontal"),
        marks.mark_text(color=LATER, align="right", dx=-14, fontSize=12).encode(text="label:N"),
    ]


def result_bars(indicator: Row) -> alt.LayerChart | None:
    """A bar from zero for the result before the plan, when due and now, with its period and figure, and the target as a line.

    Args:
        indicator: a progress row.
    """
    named = {
        indicator[f"{n}_observation"]: n for n in ("latest", "due", "baseline") if indicator[f"{n}_value"] is not None
    }
    if indicator["target"] is None or not named:
        return None
    bars = pd.DataFrame(
        [
            {
                "label": t(f"bar.{n}", period=either(indicator, f"{n}_period")),
                "value": indicator[f"{n}_value"],
                "figure": brief(indicator[f"{n}_value"], indicator["target"]),
            }
            for n in reversed(named.values())
        ]
    )
    goal = pd.DataFrame(
        [{"value": indicator["target"], "label": t("chart.target", target=either(indicator, "target_text"))}]
    )
    x = alt.X("value:Q", title=_measured(indicator), axis=alt.Axis(grid=False, tickCount=5))
    y = alt.Y("label:N", title=None, sort=None)
    drawn = alt.Chart(bars).mark_bar(color=RESULT, size=22).encode(x=x, y=y)
    figures = drawn.mark_text(color=RESULT, align="left", dx=5, fontSize=13, fontWeight="bold").encode(text="figure:N")
    rule = alt.Chart(goal).mark_rule(color=TARGET, strokeDash=[6, 4], strokeWidth=1.5).encode(x=x)
    label = (
        alt.Chart(goal)
        .mark_text(color=TARGET, align="right", dx=2, dy=-8, y=0, fontSize=13, fontWeight="bold")
        .encode(x=x, text="label:N")
    )
    return alt.LayerChart(layer=[drawn, figures, rule, label], height=60 * len(bars) + 20, view=_FRAMELESS)


def _measured(indicator: Row) -> str:
    unit = sentences.unit(indicator)
    return t("chart.value", unit=unit) if unit else t("chart.count")


def spread_chart(bars: list[Bar], title: str, unit: str) -> alt.Chart:
    """How many rows have which number: a bar a number, or a bar a range.

    Args:
        bars: at least one (`portal.datasets.profile.spread`).
        title: of the column.
        unit: of its numbers, empty where it is none or several.
    """
    name = t("chart.of", column=title, unit=unit) if unit else title
    labels = [number(b.low) if b.low == b.high else f"{number(b.low)}–{number(b.high)}" for b in bars]
    frame = pd.DataFrame({"place": labels, "low": [b.low for b in bars], "rows": [b.count for b in bars]})
    x = alt.X("place:O", title=name, sort=labels, axis=alt.Axis(labelAngle=-45 if len(bars) > 8 else 0, grid=False))
    most = max(b.count for b in bars)
    y = alt.Y("rows:Q", title=t("chart.rows"), axis=alt.Axis(tickCount=min(5, most), tickMinStep=1, format="d"))
    tooltip = [alt.Tooltip("place:O", title=name), alt.Tooltip("rows:Q", title=t("chart.rows"), format=",d")]
    chart = alt.Chart(frame).mark_bar(color=RESULT).encode(x=x, y=y, tooltip=tooltip)
    return chart.properties(height=260, view=_FRAMELESS)

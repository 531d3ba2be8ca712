"""Write the points of docs/growth.csv into the tables of docs/growth.md and draw them as docs/growth.svg, both scales logarithms:
`python -m tests.benchmarks.growth_chart`.
"""

import re
from collections.abc import Sequence

import altair as alt
import pandas as pd

from portal.ui import vega
from tests.benchmarks.growth import Point, kept
from tests.benchmarks.measuring import CHECKOUT

POINTS, CHART, PAGE = (CHECKOUT / "docs" / f"growth.{ending}" for ending in ("csv", "svg", "md"))
TITLES = {
    "sentences": "句 · sentences",
    "vectors": "向量 · vectors",
    "rows": "行 · rows",
    "places": "场所 · places",
    "visitors": "来访者 · visitors",
}
DRAWN = ("ms", "s")
_TABLE = re.compile(r"(?<=<!-- points: )(\w+) -->\n.*?\n(?=<!-- end -->)", re.S)


def table(points: Sequence[Point], curve: str) -> str:
    """A curve's points as a table of the page: a column a size, a line for what was measured."""
    own = [p for p in points if p.curve == curve]
    sizes = sorted({p.size for p in own})
    lines = [["", *(f"{size:,}" for size in sizes)], ["---"] * (len(sizes) + 1)]
    for what, unit in dict.fromkeys((p.what, p.unit) for p in own):
        at = {p.size: f"{p.value:g}" for p in own if p.what == what}
        lines.append([named(what, unit), *(at.get(size, "") for size in sizes)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def named(what: str, unit: str) -> str:
    """What was measured, with its unit."""
    return f"{what}，{unit}" if unit else what


def with_tables(page: str, points: Sequence[Point]) -> str:
    """The page with the tables of these points."""
    return _TABLE.sub(lambda found: f"{found[1]} -->\n{table(points, found[1])}\n", page)


def chart(points: Sequence[Point]) -> alt.VConcatChart:
    """One small panel a curve: what takes time, in milliseconds or seconds as its line says."""
    drawn = [p for p in points if p.unit in DRAWN and p.value > 0]
    data = pd.DataFrame(
        [{"curve": p.curve, "size": p.size, "what": named(p.what, p.unit), "value": p.value} for p in drawn]
    )
    panels = []
    # A curve nobody measured has no panel: its scales would have no ends.
    for curve, title in ((c, t) for c, t in TITLES.items() if any(p.curve == c for p in drawn)):
        lines = alt.Chart(data[data["curve"] == curve], title=title).mark_line(point=True)
        panels.append(
            lines.encode(
                x=alt.X("size:Q", scale=alt.Scale(type="log"), title=None, axis=alt.Axis(tickCount=5)),
                y=alt.Y("value:Q", scale=alt.Scale(type="log"), title=None, axis=alt.Axis(tickCount=5)),
                color=alt.Color("what:N", title=None, legend=alt.Legend(labelLimit=260)),
            ).properties(width=360, height=170)
        )
    return alt.vconcat(*panels).resolve_scale(color="independent")


def main() -> None:
    """Write page and picture."""
    points = kept(POINTS)
    PAGE.write_text(with_tables(PAGE.read_text("utf-8"), points), "utf-8")
    drawing = vega.Vega()
    try:
        CHART.write_text(drawing.svg(chart(points).to_dict()), "utf-8")
    finally:
        drawing.close()


if __name__ == "__main__":
    main()

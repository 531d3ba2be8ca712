"""The page about growth shows the points that were measured, every one of them, and its picture draws those that take time."""

from html import unescape

from tests.benchmarks.growth import CURVES, kept
from tests.benchmarks.growth_chart import CHART, DRAWN, PAGE, POINTS, TITLES, named, with_tables


def test_the_tables_are_of_the_points() -> None:
    page, points = PAGE.read_text("utf-8"), kept(POINTS)
    assert with_tables(page, points) == page
    assert {p.curve for p in points} == set(TITLES) == set(CURVES)
    for curve in TITLES:
        assert page.count(f"<!-- points: {curve} -->") == 1
    changed = [*points[:-1], points[-1].__class__(*(*list(vars(points[-1]).values())[:3], 123456.0, points[-1].unit))]
    assert "123456" in with_tables(page, changed)


def test_the_picture_has_a_line_for_each_that_takes_time() -> None:
    drawn = unescape(CHART.read_text("utf-8"))
    for point in kept(POINTS):
        if point.unit in DRAWN and point.value > 0:
            assert f">{named(point.what, point.unit)}<" in drawn
    assert all(f">{title}<" in drawn for title in TITLES.values())

"""The map of a made-up city in a real browser: dense places as counts that break apart, projects where they stand."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit, Visitor

COUNT = (0x44, 0x60, 0x6C)
# Of #2367b8 at nine tenths on white.
CAR_PARK = (57, 118, 191)


def quiet(visitor: Visitor) -> None:
    assert visitor.errors == []
    assert visitor.outside == []
    assert visitor.overflows() == []


def within(chart: Locator, colour: tuple[int, int, int]) -> tuple[float, float] | None:
    """A point of the page well within a patch of the colour on the map, the one nearest to the map's middle."""
    box = chart.bounding_box()
    assert box is not None
    picture = np.asarray(Image.open(io.BytesIO(chart.screenshot())).convert("RGB")).astype(int)
    alike = (abs(picture - colour) <= 3).all(axis=2)
    # Every pixel of a square of five is alike; the legend's foot is left out.
    inner = np.lib.stride_tricks.sliding_window_view(alike[:-40], (5, 5)).all(axis=(2, 3))
    rows, columns = np.nonzero(inner)
    if not len(rows):
        return None
    middle = np.hypot(rows - inner.shape[0] / 2, columns - inner.shape[1] / 2).argmin()
    return box["x"] + float(columns[middle]) + 2.5, box["y"] + float(rows[middle]) + 2.5


@pytest.mark.parametrize(("width", "touch"), [(1280, False), (360, True)])
def test_a_count_pressed_again_and_again_breaks_apart_into_places_to_press(
    visit_synthetic: Visit, width: int, touch: bool
) -> None:
    visitor = visit_synthetic("nearby?view=city", width=width, touch=touch)
    page = visitor.page
    chart = visitor.map()
    visitor.keep(f"map-counts-{width}")
    press = page.touchscreen.tap if touch else page.mouse.click
    presses = 0
    while (count := within(chart, COUNT)) and presses < 8:
        before = chart.screenshot()
        press(*count)
        visitor.redrawn(chart, before)
        presses += 1
    assert 3 <= presses < 8
    assert page.url.endswith("/nearby?view=city")
    place = within(chart, CAR_PARK)
    assert place is not None
    press(*place)
    expect(page).to_have_url(re.compile(r"/nearby\?view=city&place=synthetic-\d+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^从合成停车场\d+出发$"))
    quiet(visitor)


def test_a_kind_taken_out_of_the_legend_is_not_counted(visit_synthetic: Visit) -> None:
    visitor = visit_synthetic("nearby?view=city")
    chart = visitor.map()
    box = chart.bounding_box()
    assert box is not None
    assert within(chart, COUNT) is not None
    before = chart.screenshot()
    # The legend stands centred at the foot: parks, then car parks.
    visitor.page.mouse.click(box["x"] + box["width"] / 2 + 35, box["y"] + box["height"] - 18)
    visitor.redrawn(chart, before)
    assert within(chart, COUNT) is None
    assert visitor.page.url.endswith("/nearby?view=city")
    quiet(visitor)


@pytest.mark.parametrize(("width", "touch"), [(1280, False), (360, True)])
def test_a_project_on_the_map_opens_its_entry(visit_synthetic: Visit, width: int, touch: bool) -> None:
    visitor = visit_synthetic("projects", width=width, touch=touch)
    page = visitor.page
    box = visitor.map().bounding_box()
    assert box is not None
    visitor.keep(f"projects-map-{width}")
    expect(page.locator(".project", has=page.get_by_role("heading", name="合成试点"))).to_contain_text("位置未公布")
    (page.touchscreen.tap if touch else page.mouse.click)(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"/projects\?project=synthetic-hall$"))
    expect(page.locator(".project.is-open h2")).to_have_text("合成馆")
    page.locator(".project.is-open").get_by_role("link", name="看它附近有什么").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("从合成公园出发")
    quiet(visitor)

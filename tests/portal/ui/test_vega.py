import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from portal.ui.vega import DrawingError, Vega

CHART = {
    "data": {"values": [{"a": 1, "b": 2}]},
    "mark": "bar",
    "encoding": {"x": {"field": "a", "type": "quantitative"}, "y": {"field": "b", "type": "quantitative"}},
}


@pytest.fixture(scope="module")
def vega() -> Iterator[Vega]:
    drawing = Vega()
    yield drawing
    drawing.close()


def test_a_chart_is_drawn_and_made_a_picture(vega: Vega) -> None:
    svg = vega.svg(CHART)
    assert svg.startswith("<svg")
    assert vega.png(svg, 2.0).startswith(b"\x89PNG")


def test_drawing_gives_way_to_everything_else(vega: Vega) -> None:
    vega.svg(CHART)
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, vega.pid) > own or own == 19


def test_nothing_is_drawn_in_the_portals_own_process() -> None:
    """It would hold up every answer."""
    program = (
        "import sys; from portal.ui import chart_image, vega; vega.shared().svg({'mark': 'bar', 'data': {'values': []}});"
        "vega.shared().close(); print('vl_convert' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "False\n"
    )


def test_a_process_that_is_lost_is_told_and_replaced(vega: Vega) -> None:
    vega.svg(CHART)
    os.kill(vega.pid, 9)
    with pytest.raises(DrawingError, match="请稍后再试"):
        vega.svg(CHART)
    assert vega.svg(CHART).startswith("<svg")


def test_a_drawing_without_end_is_stopped(vega: Vega, monkeypatch: pytest.MonkeyPatch) -> None:
    vega.svg(CHART)
    before = vega.pid
    monkeypatch.setattr("portal.ui.vega.DRAW_SECONDS", 0)
    with pytest.raises(DrawingError):
        vega.svg(CHART)
    monkeypatch.undo()
    assert vega.svg(CHART).startswith("<svg")
    assert vega.pid != before


def test_what_is_no_chart_is_an_error_and_the_next_one_is_drawn(vega: Vega) -> None:
    with pytest.raises(RuntimeError):
        vega.svg({"mark": {"type": 7}})
    assert vega.svg(CHART).startswith("<svg")

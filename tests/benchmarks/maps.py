"""The map of a made-up city with 20,000 synthetic places, panned in a real Chromium: how long its frames take."""

import json
import random
import shutil
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.measuring import Measured, serving
from tests.synthetic import SyntheticProject

PLACES = 20_000
KINDS = ("park", "pocket_park", "sports_park", "car_park", "charging", "library", "bus_stop", "pitch")
STEPS = 120
# A frame at sixty a second, twice over: two missed in a row are seen.
FRAME_MS = 34

_WATCH = """() => {
  window.framesTaken = [];
  let last = performance.now();
  const frame = (now) => { window.framesTaken.push(now - last); last = now; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""


def measure(environment: Mapping[str, str]) -> Iterator[Measured]:
    """The frames of a pan with the whole city in view and with six kilometres of it.

    Args:
        environment: not needed: the city is made up here.
    """
    del environment
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory(prefix="portal-bench-map-") as folder, sync_playwright() as playwright:
        project = synthetic_city(Path(folder))
        settings = {"PORTAL_PUBLISHED": str(project.settings.published), "PORTAL_VAR": str(project.settings.var)}
        with serving(settings) as server:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            for name, address in (("全市", "nearby?view=city"), ("6 公里", "nearby?lon=10.2&lat=50.15&view=far")):
                page.goto(f"{server.client.base_url}/{address}")
                frames = panned(page)
                what = f"{PLACES} 处合成场所的地图，拖动（{name}）：每帧"
                yield Measured(f"{what} p95", statistics.quantiles(frames, n=20)[-1], FRAME_MS, "ms")
                yield Measured(f"{what}最长", max(frames), None, "ms")
            browser.close()


def synthetic_city(folder: Path) -> SyntheticProject:
    """A published city of one district, its places strewn by a fixed seed and denser towards the middle."""
    project = SyntheticProject(folder / "project")
    square = [[10.0, 50.0], [10.4, 50.0], [10.4, 50.3], [10.0, 50.3], [10.0, 50.0]]
    boundary = json.dumps({"type": "Polygon", "coordinates": [square]})
    project.write("districts", [{"code": "100001", "name": "合成区", "lon": 10.2, "lat": 50.15, "geometry": boundary}])
    rng = random.Random(20211231)
    places = [
        {"id": f"synthetic-{n}", "kind": KINDS[n % len(KINDS)], "name": f"合成场所{n}", "district": "100001"}
        | {"lon": round(min(max(rng.gauss(10.2, 0.07), 10.0), 10.4), 6)}
        | {"lat": round(min(max(rng.gauss(50.15, 0.05), 50.0), 50.3), 6)}
        | {"position_basis": "official", "source": "synthetic-source"}
        for n in range(PLACES)
    ]
    project.write("places", places)
    project.build()
    return project


def panned(page: Page) -> list[float]:
    """Drag the map to and fro; the milliseconds between one frame and the next."""
    chart = page.locator('[data-testid="stEChartsChart"][aria-busy="false"]')
    chart.scroll_into_view_if_needed(timeout=60_000)
    page.wait_for_timeout(1_000)
    box = chart.bounding_box()
    if box is None:
        raise RuntimeError("the map is not drawn")
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(500)
    page.evaluate(_WATCH)
    page.mouse.down()
    for step in range(STEPS):
        page.mouse.move(middle[0] + (step % 60 - 30) * 4, middle[1] + (step % 40 - 20) * 3)
        page.wait_for_timeout(8)
    page.mouse.up()
    return list(page.evaluate("window.framesTaken"))

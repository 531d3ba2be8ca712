"""A real `portal serve` on a free port, and a real Chromium in front of it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from portal.settings import Settings
from tests.synthetic import SyntheticProject

expect.set_options(timeout=15_000)
ARTEFACTS = Path(__file__).resolve().parents[1] / "artefacts"
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_START_SECONDS = 60
_REDRAW_SECONDS = 30


@dataclass
class Visitor:
    """A browser tab with what went wrong in it."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, path: str) -> "Visitor":
        """Open an address of the portal and wait until it is drawn."""
        self.page.goto(self.address + path)
        return self.drawn()

    def drawn(self) -> "Visitor":
        """Wait until the script has run to its end and the page stands still."""
        # While a page takes the place of one as long, the end of the other stands a moment beside its own.
        self.page.locator("footer.bottom").last.wait_for()
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        return self

    def settled(self) -> "Visitor":
        """Wait until a change of width or colours has been painted, transitions included."""
        self.page.evaluate(
            """async () => {
                await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
                await Promise.allSettled(document.getAnimations().filter((a) => a.playState === 'running'
                    && a.effect.getComputedTiming().endTime !== Infinity).map((a) => a.finished));
            }"""
        )
        return self

    def map(self) -> Locator:
        """The page's map, drawn and on the screen; a press on it draws another in its place."""
        chart = self.drawn().page.locator('[data-testid="stEChartsChart"][aria-busy="false"]')
        chart.scroll_into_view_if_needed()
        expect(chart.locator("canvas").first).to_be_visible()
        return chart

    def redrawn(self, chart: Locator, before: bytes) -> bytes:
        """Wait until a chart's picture is another than before and stands still; the picture."""
        deadline = time.monotonic() + _REDRAW_SECONDS
        last, now = before, chart.screenshot()
        while now == before or now != last:
            assert time.monotonic() < deadline, "the chart did not change, or did not come to rest"
            self.page.wait_for_timeout(100)
            last, now = now, chart.screenshot()
        return now

    def overflows(self) -> list[str]:
        """What is wider than the screen: the page itself, or the part of it that scrolls."""
        return self.page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll('[data-testid="stMain"], .st-key-page, .st-key-dock')]
                .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className || e.tagName)"""
        )

    def keep(self, name: str) -> None:
        """Keep a picture of the screen."""
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png")


Visit = Callable[..., Visitor]
Checked = Callable[..., None]
_CHECKS = pytest.StashKey[dict[tuple[str, int], dict[str, int]]]()


@contextmanager
def serving(settings: Settings, log: Path) -> Iterator[str]:
    """The address of a portal that serves what is published under the settings."""
    with started(settings, log) as (address, _):
        yield address


@contextmanager
def started(settings: Settings, log: Path) -> "Iterator[tuple[str, subprocess.Popen[bytes]]]":
    """The same, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PORTAL_PUBLISHED": str(settings.published), "PORTAL_VAR": str(settings.var)}
    command = [sys.executable, "-c", "from portal.commands import main; main()", "serve", "--port", str(port)]
    with log.open("w") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/readyz", server, log)
            yield f"http://127.0.0.1:{port}/", server
        finally:
            server.terminate()
            server.wait(timeout=20)


@pytest.fixture(scope="session")
def address(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a portal that serves the real corpus and datasets."""
    with serving(published, tmp_path_factory.mktemp("serve") / "log") as address:
        yield address


@pytest.fixture(scope="session")
def synthetic_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a portal about a made-up city: 900 car parks within a kilometre, a park by itself, a project in it."""
    folder = tmp_path_factory.mktemp("synthetic-city")
    project = SyntheticProject(folder / "project")
    square = [[10.0, 50.0], [10.4, 50.0], [10.4, 50.3], [10.0, 50.3], [10.0, 50.0]]
    boundary = json.dumps({"type": "Polygon", "coordinates": [square]})
    project.write("districts", [{"code": "100001", "name": "合成区", "lon": 10.2, "lat": 50.05, "geometry": boundary}])
    common = {"district": "100001", "position_basis": "official", "source": "synthetic-source"}
    park = {"id": "synthetic-park", "kind": "park", "name": "合成公园", "lon": 10.2, "lat": 50.15} | common
    car_parks = [
        {"id": f"synthetic-{n}", "kind": "car_park", "name": f"合成停车场{n}"}
        | {"lon": round(10.3 + n % 30 * 0.0005, 5), "lat": round(50.2 + n // 30 * 0.0003, 5)}
        | common
        for n in range(900)
    ]
    project.write("places", [park, *car_parks])
    works = {"clause": "2.1", "category": "culture", "status_text": "合成说法"}
    project.write(
        "projects",
        [
            {
                "id": "synthetic-hall",
                "name": "合成馆",
                "district": "合成区",
                "place": "synthetic-park",
                "status": "completed",
            }
            | works,
            {"id": "synthetic-trial", "name": "合成试点", "status": "planned"} | works,
        ],
    )
    project.build()
    with serving(project.settings, folder / "log") as address:
        yield address


@contextmanager
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium."""
    found = next((path for name in _CHROMIUM if (path := shutil.which(name))), None)
    assert found, "No Chromium on PATH. Install it, e.g. apt-get install chromium fonts-noto-cjk"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@contextmanager
def opened_tab(
    browser: Browser, address: str, width: int = 1280, touch: bool = False, locale: str = "zh-CN"
) -> Iterator[Visitor]:
    """A tab of its own of a width (1280 desktop, 390 phone), a touch screen where `touch`, in a browser that speaks the locale;
    it records console errors and requests to other hosts."""
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width < 500 else 800},
        locale=locale,
        accept_downloads=True,
        has_touch=touch,
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    visitor = Visitor(page, address)
    page.on("console", lambda m: visitor.errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: visitor.errors.append(str(e)))
    page.on("request", lambda r: visitor.outside.append(r.url) if _is_outside(r.url, address) else None)
    yield visitor
    context.close()


@pytest.fixture
def visit_at(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open an address of a portal in a tab of its own."""
    with ExitStack() as tabs:
        yield lambda address, path="", **tab: tabs.enter_context(opened_tab(browser, address, **tab)).open(path)


@pytest.fixture
def checked(request: pytest.FixtureRequest) -> Checked:
    """Put what was counted on a page at a width into the table at the end of the run."""
    table = request.config.stash.setdefault(_CHECKS, {})

    def put(name: str, width: int, **counts: int) -> None:
        table[name, width] = counts

    return put


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print what was counted on every page at every width."""
    table = config.stash.get(_CHECKS, {})
    if not table:
        return
    terminalreporter.section("pages: violations of WCAG 2.2 AA (axe-core), console errors, outside requests, overflow")
    names = list(next(iter(table.values())))
    terminalreporter.write_line("".join([f"{'page':24}{'width':>6}", *(f"{n:>10}" for n in names)]))
    for (page, width), counts in table.items():
        terminalreporter.write_line("".join([f"{page:24}{width:>6}", *(f"{counts[n]:>10}" for n in names)]))


@pytest.fixture
def visit_synthetic(visit_at: Callable[..., Visitor], synthetic_address: str) -> Visit:
    """Open a tab on the portal about the made-up city."""
    return partial(visit_at, synthetic_address)


@pytest.fixture
def visit(visit_at: Callable[..., Visitor], address: str) -> Visit:
    """Open a tab on the portal that serves the real corpus and datasets."""
    return partial(visit_at, address)


def _is_outside(url: str, address: str) -> bool:
    return not url.startswith((address, address.replace("http:", "ws:"), "data:", "blob:"))


def _wait(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=2) as told:
                # Answers by words alone, while the model loads, are another promise than those of these journeys.
                if json.load(told)["encoder"] != "loading":
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.2)
    raise AssertionError(f"no answer within {_START_SECONDS} s\n{log.read_text()}")

"""Pages beside `streamlit hello`: what a first visit fetches, when it can be used, how fast pages change, fifty visitors at once."""

import asyncio
import statistics
import sys
from collections.abc import Iterator, Mapping

from playwright.sync_api import Browser, Page

from tests.benchmarks import visitors
from tests.benchmarks.measuring import Measured, Server, resident, serving, started, wait
from tests.browser.conftest import chromium

HELLO = [sys.executable, "-m", "streamlit", "hello", "--server.headless=true", "--browser.gatherUsageStats=false"]
ACTS = (
    ("", ""),
    ("indicator", "id=road_area_per_capita"),
    ("policy", "clause=3.4.1"),
    ("projects", ""),
    ("nearby", ""),
    ("data", ""),
    ("data", "dataset=observations"),
    ("gaps", ""),
)
FIRST_VISITS = 5
SWITCHES = 4
RERUNS = 50
VISITORS = 50
EVERY_SECONDS = 3
ROUNDS = 10
# The time since the navigation began at which the page stands still and what is waited for can be seen.
_USABLE = """(wanted) => document.querySelector(wanted)?.getClientRects().length
    && document.querySelector('[data-test-script-state="notRunning"]') && performance.now()"""
_SWITCH = """async (link) => {
    const before = document.querySelector('.st-key-page h1');
    const start = performance.now();
    link.click();
    while (true) {
        await new Promise(requestAnimationFrame);
        const title = document.querySelector('.st-key-page h1');
        if (title && title !== before && document.querySelector('footer.bottom')
            && document.querySelector('[data-test-script-state="notRunning"]')) return performance.now() - start;
    }
}"""


def measure(environment: Mapping[str, str]) -> Iterator[Measured]:
    """The portal against its targets, then the same of `streamlit hello`, the floor, with none.

    Args:
        environment: settings of the portal, with a published version.
    """
    # The crowd comes from this one machine, as none does that is counted by address.
    with serving({**environment, "PORTAL_PAGES_PER_CLIENT": str(VISITORS * 2)}) as portal:
        wait(portal.process, lambda: portal.client.get("/readyz").json()["encoder"] == "ready")
        address = str(portal.client.base_url)
        asyncio.run(visitors.one(address, ACTS, 1))
        with chromium() as browser:
            yield from _first_visit("总览", browser, address, ".count", kib=750, seconds=1.5)
            switches = _switches(browser, address)
            yield Measured(f"换页 p50（Chromium，{len(switches)} 次）", statistics.median(switches), 100, "ms")
        pages = asyncio.run(visitors.one(address, ACTS, RERUNS))
        yield Measured("换页 p50（只算服务器）", statistics.median(pages) * 1000, None, "ms")
        chat = asyncio.run(visitors.fragments(address, RERUNS))
        yield Measured("只重跑问答 p50", statistics.median(chat) * 1000, 60, "ms")
        yield from _crowd("", portal, ACTS, targets=True)
    with started([*HELLO, "--server.port"], "/_stcore/health", {}) as hello:
        address = str(hello.client.base_url)
        asyncio.run(visitors.one(address, [("", "")], 1))
        with chromium() as browser:
            yield from _first_visit("streamlit hello", browser, address, "h1")
        reruns = asyncio.run(visitors.one(address, [("", "")], RERUNS))
        yield Measured("streamlit hello：重跑首页 p50（只算服务器）", statistics.median(reruns) * 1000, None, "ms")
        yield from _crowd("streamlit hello：", hello, [("", "")], targets=False)


def _first_visit(
    name: str, browser: Browser, address: str, wanted: str, kib: float | None = None, seconds: float | None = None
) -> Iterator[Measured]:
    """A browser that has never been there: what it fetches, and when the page can be used."""
    fetched, usable = [], []
    for _ in range(FIRST_VISITS):
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        received = _count_bytes(page)
        page.goto(address, wait_until="commit")
        usable.append(page.wait_for_function(_USABLE, arg=wanted).json_value() / 1000)
        page.wait_for_load_state("networkidle")
        fetched.append(sum(received) / 1024)
        page.close()
    yield Measured(f"{name}：首次打开下载", statistics.median(fetched), kib, "KiB")
    yield Measured(f"{name}：首次打开到可用 p50（{FIRST_VISITS} 次）", statistics.median(usable), seconds, "s")


def _count_bytes(page: Page) -> list[int]:
    """A list that grows by the bytes of everything the page receives."""
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    received: list[int] = []
    network.on("Network.loadingFinished", lambda e: received.append(int(e["encodedDataLength"])))
    network.on("Network.webSocketFrameReceived", lambda e: received.append(len(e["response"]["payloadData"]) * 3 // 4))
    return received


def _switches(browser: Browser, address: str) -> list[float]:
    """Milliseconds from a click in the navigation until the other page stands, each page several times."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    page.goto(address, wait_until="commit")
    page.wait_for_function(_USABLE, arg=".count")
    taken = []
    for _ in range(SWITCHES):
        for place in range(page.locator(".nav-link").count()):
            link = page.locator(".nav-link:not([aria-current])").nth(place - 1).element_handle()
            taken.append(float(link.evaluate(_SWITCH)))
    page.close()
    return taken


def _crowd(name: str, server: Server, acts: visitors.Acts, targets: bool) -> Iterator[Measured]:
    """Many visitors at once."""
    address = str(server.client.base_url)
    met = asyncio.run(
        visitors.crowd(address, acts, VISITORS, EVERY_SECONDS, ROUNDS, lambda: resident(server.process.pid) * 1e9)
    )
    many = f"{name}{VISITORS} 人同时、每 {EVERY_SECONDS} 秒一次"
    yield Measured(f"{many}：p95（{len(met.taken)} 次）", met.p95() * 1000, 500 if targets else None, "ms")
    yield Measured(f"{many}：没有成的", met.lost, 0 if targets else None, "次")
    yield Measured(f"{many}：每人内存", met.grown / VISITORS / 1e6, 3 if targets else None, "MB")

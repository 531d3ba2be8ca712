"""A target's chart on somebody else's page: the snippet of its page shows it there, alone, in a real browser."""

import html
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ARTEFACTS, Visit

Host = Callable[[str], str]


@pytest.fixture
def other_site() -> Iterator[Host]:
    """Another site: serves a body as a page of its own and returns the page's address."""
    body = ""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def host(given: str) -> str:
        nonlocal body
        body = f'<!DOCTYPE html><html lang="zh-CN"><title>另一家</title><link rel="icon" href="data:,">{given}'
        return f"http://localhost:{server.server_port}/"

    yield host
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 360])
def test_the_snippet_shows_the_target_on_another_site(
    browser: Browser, visit: Visit, address: str, other_site: Host, width: int, scheme: str
) -> None:
    snippet = visit("indicator?id=road_area_per_capita").page.locator("code").filter(has_text="<iframe").inner_text()
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    own = other_site(snippet)
    page.goto(own)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="人均道路面积")).to_be_visible()
    expect(frame.get_by_text("未达标", exact=True)).to_be_visible()
    expect(frame.get_by_role("img")).to_have_count(1)
    expect(frame.get_by_text("来源：住房和城乡建设部")).to_be_visible()
    inside = page.frames[1]
    assert inside.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    # Letters of the drawing stay readable on a phone.
    assert (
        inside.evaluate(
            "Math.min(...[...document.querySelectorAll('svg')].map(s => s.getBoundingClientRect()).filter(b => b.width).map(b => b.height))"
        )
        > 200
    )
    page.screenshot(path=ARTEFACTS / f"embed-{width}-{scheme}.png")
    assert asked == [own, f"{address}embed/road_area_per_capita"]
    assert errors == []
    context.close()


def test_a_page_itself_is_not_shown_in_another_sites_frame(browser: Browser, address: str, other_site: Host) -> None:
    page = browser.new_page(locale="zh-CN")
    own = other_site(f'<iframe src="{html.escape(address)}indicator?id=road_area_per_capita"></iframe>')
    # The browser tells of the refusal before it puts its error page in the frame.
    with (
        page.expect_event("console", lambda m: "frame-ancestors" in m.text),
        page.expect_event("framenavigated", lambda f: f.url.startswith("chrome-error:")),
    ):
        page.goto(own)
    page.close()

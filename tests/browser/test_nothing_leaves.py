"""Whatever strangers send, neither the server nor the browser of who opens their link asks another machine for anything."""

import itertools
import os
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from portal.settings import Settings
from tests.browser.conftest import opened_tab, serving
from tests.synthetic import CHECKOUT
from tests.unplugged import hostile

UNPLUGGED = CHECKOUT / "tests" / "unplugged"


@pytest.fixture(scope="module")
def watched(published: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A portal whose processes write down whom they try to reach, and the file they do it in."""
    folder = tmp_path_factory.mktemp("watched")
    log = folder / "reached-for"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{UNPLUGGED}{os.pathsep}{CHECKOUT}")
        patch.setenv("UNPLUGGED_LOG", str(log))
        with serving(published, folder / "log") as address:
            yield address, log


def test_requests_of_strangers_make_the_server_reach_for_nobody(watched: tuple[str, Path]) -> None:
    address, log = watched
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        for path, headers in itertools.product(hostile.PATHS, hostile.HEADERS):
            reply = client.get(address.rstrip("/") + path, headers=headers)
            assert reply.status_code < 500, (path, headers)
            own = reply.headers.get("content-type", "").startswith(("application/", "text/plain"))
            assert not own or path.endswith(("p.png", f"{hostile.ELSEWHERE}/")) or hostile.ELSEWHERE not in reply.text
        for question in hostile.QUESTIONS:
            assert client.post("/api/v1/ask", json={"question": question}).status_code == 200
        for sql in hostile.SQL:
            assert client.post("/api/v1/query", json={"sql": sql}).status_code in {200, 400}
    socket = address.replace("http", "ws") + "_stcore/stream"
    for origin in (f"http://{hostile.ELSEWHERE}", f"https://{hostile.ELSEWHERE}:444", "null"):
        with pytest.raises(InvalidStatus) as refused:
            connect(socket, origin=origin, proxy=None)  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403
    assert not log.exists(), log.read_text("utf-8")


def test_links_of_strangers_make_no_browser_and_no_server_reach_for_anybody(
    watched: tuple[str, Path], browser: Browser
) -> None:
    address, log = watched
    words = itertools.cycle(hostile.WORDS)
    with opened_tab(browser, address) as visitor:
        for page in hostile.PAGES:
            query = urllib.parse.urlencode([(name, next(words)) for name in hostile.PARAMETERS if name != "lang"])
            visitor.open(f"{page}?{query}")
        for question in hostile.QUESTIONS[:3]:
            box = visitor.page.locator('[data-testid="stChatInputTextArea"]')
            box.fill(question)
            box.press("Enter")
            visitor.page.locator(".asked").filter(has_text=hostile.ELSEWHERE).last.wait_for()
            visitor.drawn()
        visitor.open("sql?" + urllib.parse.urlencode({"sql": hostile.SQL[-1]}))
        assert hostile.ELSEWHERE in visitor.page.locator("table").first.inner_text()
        pictures = visitor.page.evaluate("() => performance.getEntriesByType('resource').map((r) => r.name)")
    assert visitor.outside == []
    assert [name for name in pictures if urllib.parse.urlsplit(name).hostname == hostile.ELSEWHERE] == []
    assert not log.exists(), log.read_text("utf-8")


def test_a_page_that_fetched_something_elsewhere_would_be_noticed(watched: tuple[str, Path], browser: Browser) -> None:
    address, _ = watched
    with opened_tab(browser, address) as visitor:
        # Without the portal's policy, which would stop it.
        visitor.page.set_content(f"<img src='http://{hostile.ELSEWHERE}/p.png'>")
        visitor.page.wait_for_function("() => document.images[0].complete")
    assert visitor.outside == [f"http://{hostile.ELSEWHERE}/p.png"]

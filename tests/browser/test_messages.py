"""What the server says while a page's script runs reaches Streamlit together, so that it draws the page once."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import portal.ui
from tests.browser.conftest import Visit

_SCRIPT = Path(portal.ui.__file__).parent / "static" / "messages.js"
_FINISHED = [0x30, 0]
_SOCKET = """() => {
    window.heard = [];
    window.WebSocket = class extends EventTarget {};
}"""
_LISTEN = """() => {
    window.socket = new WebSocket();
    socket.addEventListener('message', (event) => heard.push(new Uint8Array(event.data)[0]));
    socket.addEventListener('close', () => heard.push('closed'));
}"""
_SAY = """(messages) => {
    for (const bytes of messages) socket.dispatchEvent(new MessageEvent('message', { data: new Uint8Array(bytes).buffer }));
    return heard.splice(0);
}"""


@pytest.fixture
def listening(browser: Browser) -> Page:
    """A page whose socket says what a test has it say; its time stands still."""
    page = browser.new_page(locale="zh-CN")
    page.clock.install()
    page.evaluate(_SOCKET)
    page.add_script_tag(path=_SCRIPT)
    page.evaluate(_LISTEN)
    return page


def test_the_first_message_is_handed_on_at_once_and_the_rest_when_the_script_has_ended(listening: Page) -> None:
    assert listening.evaluate(_SAY, [[1, 1], [2, 2], [3, 3]]) == [1]
    assert listening.evaluate(_SAY, [[4, 4], _FINISHED]) == [2, 3, 4, 0x30]
    assert listening.evaluate(_SAY, [[5, 5], [6, 6]]) == [5]


def test_what_is_long_in_coming_is_handed_on_meanwhile(listening: Page) -> None:
    assert listening.evaluate(_SAY, [[1, 1], [2, 2], [3, 3]]) == [1]
    listening.clock.run_for(31)
    assert listening.evaluate("heard.splice(0)") == [2, 3]
    assert listening.evaluate(_SAY, [[4, 4], _FINISHED]) == [4, 0x30]
    listening.clock.run_for(1000)
    assert listening.evaluate("heard") == []


def test_a_page_of_the_portal_hears_its_messages_so(visit: Visit) -> None:
    page = visit().page
    assert "native code" not in page.evaluate("String(window.WebSocket)")

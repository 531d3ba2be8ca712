"""The pages as a visitor's browser gets them, without a browser: Streamlit's own test runner over the real script."""

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

import portal.services
from portal.services import Services

SCRIPT = Path(portal.services.__file__).parent / "pages" / "app.py"


class Visit:
    """A page that was opened, and what it shows."""

    def __init__(self, app: AppTest) -> None:
        self.app = app

    @property
    def html(self) -> str:
        """Every piece of HTML and Markdown on the page, the chat's included."""
        bodies = [e.proto.body for e in self.app.get("html")]
        return "\n".join([*bodies, *(m.value for m in self.app.markdown)])

    @property
    def text(self) -> str:
        """The words on the page."""
        without = re.sub(r"<(script|style)>.*?</\1>", "", self.html, flags=re.S)
        return html.unescape(re.sub(r"<[^>]+>", "", without))

    def links(self) -> list[str]:
        """Where the page's links lead."""
        return [html.unescape(href) for href in re.findall(r'href="([^"]*)"', self.html)]

    def ask(self, question: str) -> "Visit":
        """Type a question into the docked chat."""
        self.app.chat_input(key="chat_input").set_value(question).run()
        return self


Open = Callable[..., Visit]


@pytest.fixture
def visit(shared: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Open a page by its url path and query parameters; `services` takes the place of the real ones."""
    st.cache_data.clear()

    def open_page(path: str = "", *, services: Any = shared, **query: str) -> Visit:
        monkeypatch.setattr(portal.services, "services", lambda: services)
        app = AppTest.from_file(str(SCRIPT), default_timeout=30)
        for name, value in query.items():
            app.query_params[name] = value
        if path:
            app._page_hash = calc_hash(path)
        return Visit(app.run())

    yield open_page
    st.cache_data.clear()

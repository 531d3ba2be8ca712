"""Who is looking at a page, for the limits page, API and downloads share (`portal.traffic`)."""

import contextlib
from collections.abc import Iterator

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from portal.telemetry import journal
from portal.telemetry.requests import HEADER as HEADER_OF_REQUEST
from portal.traffic import admission

# Set by the portal's own door on every socket; what a visitor sends under this name is taken away there.
HEADER = "X-Portal-Client"


def client() -> str:
    """The key of the visitor's address; of the machine's own visitors, whose requests are not counted elsewhere, the session."""
    told = st.context.headers.get(HEADER) or "-"
    if not told.startswith("-"):
        return told
    context = get_script_run_ctx()
    return f"session {context.session_id}" if context else "session"


@contextlib.contextmanager
def held(kind: str) -> Iterator[None]:
    """Count and hold a slot of a kind for this visitor; what happens within is told as of the request that opened the page.

    Raises:
        BusyError: there is no room.
    """
    with journal.within(st.context.headers.get(HEADER_OF_REQUEST) or ""), admission.shared().held(kind, client()):
        yield

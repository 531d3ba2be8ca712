"""Who is looking at a page, for the limits page, API and downloads share (`portal.traffic`)."""

from contextlib import AbstractContextManager

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

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


def held(kind: str) -> AbstractContextManager[None]:
    """Count and hold a slot of a kind for this visitor.

    Raises:
        BusyError: there is no room.
    """
    return admission.shared().held(kind, client())

"""This visitor's conversation: held by the session, kept by the process for a while, found again by an id the tab remembers."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import streamlit as st

from portal import services
from portal.answering.models import HISTORY_MAX
from portal.chat.conversations import Turn

_TURNS = "conversation"
_ID = "conversation_id"
_FORGOTTEN = "conversation_forgotten"
_memory = st.components.v2.component(
    "portal_memory", js=(Path(__file__).parent / "static" / "memory.js").read_text("utf-8")
)


def turns() -> list[Turn]:
    """The turns of this conversation, oldest first."""
    held: list[Turn] = st.session_state.setdefault(_TURNS, [])
    return held


def add(turn: Turn) -> None:
    """Add a turn."""
    held = turns()
    held.append(turn)
    del held[:-HISTORY_MAX]
    _keep()


def take_back() -> None:
    """Take the last turn back: it is to be answered as it was meant."""
    del turns()[-1:]
    _keep()


def vote(answer: str, helpful: bool) -> None:
    """Remember what the visitor thought of the answer of this id."""
    held = turns()
    held[:] = [replace(x, helpful=helpful) if x.answer and x.answer.id == answer else x for x in held]
    _keep()


def forget() -> None:
    """Start a new conversation; the old one is found by nobody any more."""
    if conversation := st.session_state.pop(_ID, None):
        services.services().conversations.forget(conversation)
    st.session_state[_TURNS] = []
    st.session_state[_FORGOTTEN] = True


def remember(begun: bool) -> None:
    """Have the tab keep this conversation's id, or find the conversation of the id it kept.

    The id stays out of the address, which people pass on, and out of cookies, which every tab would share.

    Args:
        begun: a question is waiting or answered, so the conversation needs an id.
    """
    state, kept = st.session_state, services.services().conversations
    if begun and not state.get(_ID):
        state[_ID], state[_FORGOTTEN] = kept.start(), False
    data = {"keep": state.get(_ID), "forget": state.get(_FORGOTTEN, False)}
    with st.container(key="memory_place"):
        told = _memory(key="memory", data=data, on_id_change=lambda: None).get("id")
    if told and not data["keep"] and not data["forget"] and (found := kept.find(told)):
        state[_ID], state[_TURNS] = told, list(found)


def citations_around(place: dict[str, str]) -> tuple[int, list[str]] | None:
    """The addresses of the clauses one answer cites, and which of them is looked at; the newest answer that cites it is taken.

    Args:
        place: the query of the policy page's address without its language.
    """
    for turn in reversed(turns()):
        addresses = list(dict.fromkeys(c.url for c in turn.answer.citations)) if turn.answer else []
        queries = [dict(parse_qsl(urlsplit(address).query)) for address in addresses]
        if len(addresses) > 1 and place in queries:
            return queries.index(place), addresses
    return None


def _keep() -> None:
    if conversation := st.session_state.get(_ID):
        services.services().conversations.keep(conversation, turns())

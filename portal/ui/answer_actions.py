"""What a visitor can do with an answer: say whether it helped, copy it as a reply, take it away as a document."""

import datetime

import streamlit as st
from markupsafe import Markup

from portal import services
from portal.answering.models import Answer
from portal.chat import reply
from portal.chat.conversations import Turn
from portal.desk import kept_answers
from portal.desk.database import DatabaseUnavailableError
from portal.desk.feedback import WORD_MAX
from portal.desk.offers import Kind
from portal.desk.subjects import ContributionSubject
from portal.letters import letter
from portal.texts.interface import t
from portal.traffic.slots import BusyError
from portal.ui import contributing, conversation, page_data, shell, visitor
from portal.ui.html import copy, draw, join

_OUTCOME = "feedback_outcome"
_SHARED = "shared_answer"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def row(turn: Turn, answer: Answer) -> None:
    """Draw the actions under the answer of a turn."""
    store = page_data.store()
    made = reply.compose(answer, turn.question, store.manifest, page_data.sources(store.version, store), turn.at.date())
    with st.container(horizontal=True, key=f"actions_{answer.id}"):
        for helpful, word in ((True, t("reaction.helpful")), (False, t("reaction.unhelpful"))):
            st.button(
                t("reaction.chosen", vote=word) if turn.helpful is helpful else word,
                key=f"{'up' if helpful else 'down'}_{answer.id}",
                on_click=_vote,
                args=(turn, answer, helpful),
                type="tertiary",
            )
        st.html(str(copy(letter.text(made), t("reaction.copy"), t("reaction.text"))), width="content")
        st.download_button(
            t("reaction.docx"),
            data=lambda: letter.docx(made),
            file_name=f"{t('reaction.file')}-{turn.at:%Y-%m-%d-%H%M}.docx",
            mime=_DOCX,
            on_click="ignore",
            key=f"docx_{answer.id}",
            type="tertiary",
        )
        st.button(t("reaction.share"), key=f"share_{answer.id}", on_click=_share, args=(turn, answer), type="tertiary")
    _kept(answer)
    offered = contributing.offers(
        ContributionSubject.ANSWER, answer.id, Kind.CORRECTION, css="", question=answer.question
    )
    draw(Markup('<p class="chat-note">{}</p>').format(join(offered)) if offered else Markup(""))
    voted, outcome = st.session_state.get(_OUTCOME, (None, ""))
    mine = outcome if voted == answer.id else ""
    if turn.helpful is not None and mine == "voted":
        _word(turn, answer)
    elif mine in {"stored", "unavailable"}:
        draw(Markup('<p class="chat-note" role="status">{}</p>').format(t(f"reaction.{mine}")))


def _share(turn: Turn, answer: Answer) -> None:
    """Keep the answer under an address of its own, as it is now."""
    store, shared, now = page_data.store(), services.services(), datetime.datetime.now().astimezone()
    sources = page_data.sources(store.version, store)
    # Its links stay within the portal: what this browser calls the portal is for nobody else to follow.
    made = reply.compose(answer, turn.question, store.manifest, sources, turn.at.date(), base="")
    try:
        with visitor.held("vote"):
            kept = shared.kept_answers.keep(kept_answers.new_id(), answer, made, now)
    except (BusyError, DatabaseUnavailableError) as problem:
        st.session_state[_SHARED] = (answer.id, "", problem.told())
    else:
        st.session_state[_SHARED] = (answer.id, kept_answers.address(shell.origin(), kept), "")


def _kept(answer: Answer) -> None:
    """Where the answer is kept, once the visitor asked for that."""
    shared, link, problem = st.session_state.get(_SHARED, ("", "", ""))
    if shared != answer.id:
        return
    words = problem or Markup('{} <a href="{}" target="_blank">{}</a>').format(t("reaction.shared"), link, link)
    draw(Markup('<p class="chat-note" role="status">{}</p>').format(words))


def _word(turn: Turn, answer: Answer) -> None:
    with st.form(key=f"word_{answer.id}", border=False):
        key = f"word_text_{answer.id}"
        st.text_input(t("reaction.word"), max_chars=WORD_MAX, key=key)
        st.form_submit_button(t("reaction.send"), on_click=_say, args=(turn, answer, key), key=f"send_{answer.id}")


def _vote(turn: Turn, answer: Answer, helpful: bool) -> None:
    if _record(turn, answer, helpful, ""):
        conversation.vote(answer.id, helpful)
        st.session_state[_OUTCOME] = (answer.id, "voted")


def _say(turn: Turn, answer: Answer, key: str) -> None:
    if _record(turn, answer, bool(turn.helpful), st.session_state.get(key) or ""):
        st.session_state[_OUTCOME] = (answer.id, "stored")


def _record(turn: Turn, answer: Answer, helpful: bool, word: str) -> bool:
    """Whether it could be stored; where not, the visitor is told."""
    now = datetime.datetime.now().astimezone()
    try:
        with visitor.held("vote"):
            services.services().feedback.record(answer.id, helpful, word, turn.question, answer.version, now)
    except (BusyError, DatabaseUnavailableError):
        st.session_state[_OUTCOME] = (answer.id, "unavailable")
        return False
    return True

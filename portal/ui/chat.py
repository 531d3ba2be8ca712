"""The chat docked beside every page. It runs in a fragment: a question does not run the page again."""

import datetime
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import streamlit as st
from markupsafe import Markup

from portal import services
from portal.answering.kinds import Outcome
from portal.answering.models import HISTORY_MAX, QUESTION_MAX, Answer, Ask, Earlier, Step
from portal.answering.normalise import normalise, shown
from portal.chat import asking
from portal.chat.conversations import Turn
from portal.datasets.sources import SourceRow
from portal.plan.rows import PlacedClauseRow, ProgressRow
from portal.publication.manifest import PublicationError
from portal.publication.statuses import TargetStatus
from portal.publication.store import Store
from portal.publication.translations import phrases, with_english
from portal.texts.interface import Language, either, known, language, t, use
from portal.traffic.slots import BusyError
from portal.ui import answer_actions, answer_workings, conversation, links, page_data, sentences, visitor
from portal.ui.html import draw, failure, join, link, outside, reliability
from portal.ui.markdown import plain, without_pictures

_log = logging.getLogger(__name__)

_PENDING = "pending_question"
# A whole answer is there at once; it is written out in this time, line by line, so that it can be followed.
_WRITING_SECONDS = 0.4


@dataclass(frozen=True)
class Beside:
    """What the page beside the chat shows: its indicator or clause, its name in words, questions to start with."""

    indicator: str | None = None
    clause: str | None = None
    name: str = ""
    openers: tuple[str, ...] = ()


def dock(path: str) -> None:
    """The chat for the page at this url path; it knows the indicator or the clause being looked at."""
    draw(
        Markup(
            '<button type="button" class="chat-launch" data-chat-toggle>{}</button><div class="chat-grip" data-chat-grip '
            'role="separator" aria-orientation="vertical" aria-valuemin="280" aria-valuenow="372" tabindex="0" aria-label="{}"></div>'
        ).format(t("chat.open"), t("chat.resize"))
    )
    beside = Beside()
    try:
        beside = _beside(path)
    except PublicationError:
        pass
    except Exception:
        _log.exception("the chat could not read what the page shows")
    _chat(language(), beside)


def ask(question: str) -> None:
    """Put a question to the chat; it is answered when the chat is next drawn."""
    st.session_state[_PENDING] = Earlier(question=question)


def _ask_as_meant(question: str, reading: int) -> None:
    """Answer the last question again, as it was meant."""
    conversation.take_back()
    st.session_state[_PENDING] = Earlier(question=question, reading=reading)


def forget() -> None:
    """Start a new conversation."""
    conversation.forget()
    st.session_state.pop(_PENDING, None)


@st.fragment
def _chat(spoken: Language, beside: Beside) -> None:
    use(spoken)
    head = st.container(key="chat_head")
    messages = st.container(key="messages")
    typed = st.chat_input(t("chat.placeholder"), max_chars=QUESTION_MAX, key="chat_input")
    if typed:
        ask(typed)
    asked: Earlier | None = st.session_state.get(_PENDING)
    conversation.remember(begun=bool(asked))
    turns = conversation.turns()
    with head:
        _head(beside, started=bool(turns or asked))
    with messages:
        for turn in turns:
            draw(_asked(turn.question, turn.at))
            with st.container():
                _reply(turn)
        if asked:
            _answer(asked, beside)
        if turns:
            _other_readings(turns[-1])
            _suggest(turns[-1].answer.suggestions if turns[-1].answer else [], t("chat.next"))
        else:
            draw(Markup('<p class="chat-intro">{}</p>').format(t("chat.intro")))
            _suggest(beside.openers, t("chat.try"))


def _head(beside: Beside, started: bool) -> None:
    close = Markup('<button type="button" class="chat-close" data-chat-toggle aria-label="{}"></button>').format(
        t("chat.close")
    )
    about = Markup("")
    if beside.name:
        about = Markup('<p class="chat-about">{}</p>').format(t("chat.about", what=beside.name))
    draw(
        Markup('<div class="chat-title"><h2 id="chat" tabindex="-1">{}</h2>{}</div>{}').format(
            t("chat.title"), close, about
        )
    )
    if started:
        st.button(t("chat.new"), on_click=forget, type="tertiary", key="chat_new")


def _beside(path: str) -> Beside:
    store = page_data.store()
    rows = page_data.targets(store.version, store)
    looked_at = st.query_params.to_dict()
    if path == "indicator" and (row := next((r for r in rows if r["id"] == looked_at.get("id")), None)):
        name = either(row, "name")
        target = () if row["direction"] == "done" else (t("suggest.target", name=name),)
        questions = (*target, _progress_question(row), t("suggest.quote", name=name))
        return Beside(indicator=row["id"], name=name, openers=questions)
    shown = _clause(store, looked_at) if path == "policy" else None
    # A clause without its document is one of the plan.
    clause = shown["clause"] if shown and shown["document"] == store.manifest.site.plan else None
    stated = [r for r in rows if r["clause"] == clause][:3]
    questions = tuple(_progress_question(r) for r in stated) or _usual(store, rows)
    name = (sentences.article_label(dict(shown)) or sentences.clause_name(shown["clause"])) if shown else ""
    return Beside(clause=clause, name=name, openers=questions)


def _clause(store: Store, looked_at: dict[str, str]) -> PlacedClauseRow | None:
    """The clause of the document shown that the address names; an address may name anything."""
    document = looked_at.get("document") or store.manifest.site.plan
    rows = page_data.clauses(store.version, store, document)
    return next((r for r in rows if r["clause"] == looked_at.get("clause")), None)


def _usual(store: Store, rows: list[ProgressRow]) -> tuple[str, ...]:
    """The questions the city suggests, or one about a target of each status."""
    if suggested := store.manifest.vocabulary.get("suggestions", {}).get(language()):
        return tuple(suggested)
    firsts = {r["status"]: r for r in reversed(rows)}
    chosen = (
        _progress_question(firsts[s])
        for s in (TargetStatus.NOT_MET, TargetStatus.MET, TargetStatus.NOT_PUBLISHED)
        if s in firsts
    )
    return (*chosen, t("suggest.data"))


def _progress_question(row: ProgressRow) -> str:
    return t("suggest.done" if row["direction"] == "done" else "suggest.progress", name=either(row, "name"))


def _suggest(questions: Sequence[str], label: str) -> None:
    if not questions:
        return
    with st.container(key="suggestions"):
        draw(Markup('<p class="chat-label">{}</p>').format(label))
        for place, question in enumerate(questions):
            st.button(plain(question), on_click=ask, args=(question,), key=f"suggestion_{place}", type="secondary")


def _other_readings(turn: Turn) -> None:
    """What else the last question could have meant, to be tapped."""
    if turn.answer is None or not turn.answer.readings:
        return
    with st.container(key="readings"):
        draw(Markup('<p class="chat-label">{}</p>').format(t("chat.readings")))
        for other in turn.answer.readings:
            st.button(
                plain(other.understood),
                on_click=_ask_as_meant,
                args=(turn.question, other.reading),
                key=f"reading_{other.reading}",
                type="tertiary",
            )


def _answer(asked: Earlier, beside: Beside) -> None:
    """Answer a question, showing the steps as they run, and draw the answer in their place."""
    turns = conversation.turns()
    asked_at = datetime.datetime.now().astimezone()
    question = asked.question
    draw(_asked(shown(question), asked_at))
    place = st.empty()
    history: list[str | Earlier] = [Earlier(question=turn.question, reading=turn.reading) for turn in turns]
    answer: Answer | None = None
    try:
        request = Ask(
            question=question,
            history=history[-HISTORY_MAX:],
            indicator=beside.indicator,
            clause=beside.clause,
            reading=asked.reading,
        )
        steps: list[str] = []
        with visitor.held("question"):
            for event in asking.steps(services.services().answers, request):
                if isinstance(event, Step):
                    steps.append(known(f"step.{event.name}", event.name))
                    place.html(str(_working(steps)))
                else:
                    answer = event
    except BusyError as busy:
        st.session_state.pop(_PENDING, None)
        place.html(str(failure(busy.told())))
        return
    except PublicationError:
        pass
    except Exception:
        _log.exception("a question could not be answered")
    turn = Turn(shown(question), answer, asked_at, reading=asked.reading)
    # Kept before it is written out: a visitor who moves on meanwhile finds it answered.
    conversation.add(turn)
    st.session_state.pop(_PENDING, None)
    with place.container():
        _reply(turn, fresh=True)


def _working(steps: list[str]) -> Markup:
    items = join(Markup("<li>{}</li>").format(s) for s in steps)
    return Markup('<div class="working" role="status"><p>{}</p><ol>{}</ol></div>').format(t("chat.working"), items)


def _asked(question: str, at: datetime.datetime) -> Markup:
    return Markup('<p class="asked" data-turn="{}">{}</p>').format(at.isoformat(), question)


def _reply(turn: Turn, fresh: bool = False) -> None:
    answer = turn.answer
    if answer is None:
        draw(failure(t("error.answer")))
        return
    if answer.question not in {turn.question, normalise(turn.question).text}:
        draw(Markup('<p class="chat-note">{}</p>').format(t("chat.understood", question=answer.question)))
    if answer.kind == Outcome.ANSWER and answer.understood:
        draw(Markup('<p class="chat-note">{}</p>').format(t("chat.read_as", reading=answer.understood)))
    # A line of an answer stays a line of its own.
    words = without_pictures(answer.answer).replace("\n", "  \n")
    if fresh:
        st.write_stream(_line_by_line(words))
    else:
        st.markdown(words)
    note = Markup('<p class="chat-note">{}</p>').format(t("chat.llm")) if answer.path == "llm" else Markup("")
    draw(_citations(answer), _figures(answer), answer_workings.shown(answer), note)
    answer_actions.row(turn, answer)


def _line_by_line(words: str) -> Iterator[str]:
    """Whole lines, so that no half of a Markdown mark is ever shown."""
    lines = words.splitlines(keepends=True)
    for line in lines:
        yield line
        time.sleep(_WRITING_SECONDS / len(lines))


def _citations(answer: Answer) -> Markup:
    """The clauses an answer speaks from, each opening with its quotation highlighted."""
    store = page_data.store()
    items = []
    for citation in answer.citations:
        clauses = page_data.clauses(store.version, store, citation.document)
        shown = Markup("")
        if citation.quote not in answer.answer:
            shown = Markup('<q lang="zh-CN">{}</q>').format(citation.quote)
        where = sentences.clause_named(clauses, citation.clause, citation.title)
        if citation.document != store.manifest.site.plan:
            where = t("reply.citation", document=citation.document_title, clause=where)
        items.append(Markup("<li>{}{}</li>").format(link(links.localized(citation.url), where), shown))
    return _list(t("chat.citations"), items)


def _figures(answer: Answer) -> Markup:
    """The published figures of an answer with their sources; targets are the plan's own and are cited above."""
    published = [f for f in answer.figures if f.kind != "target"]
    if not published:
        return Markup("")
    store = page_data.store()
    sources = page_data.sources(store.version, store)
    items = []
    for figure in with_english((f.model_dump() for f in published), phrases(store)):
        source: SourceRow | dict[str, str] = sources.get(figure["source"], {})
        items.append(
            Markup(
                '<li><b>{}</b> <span class="kind">{}</span> {} · {}<br><span class="source">{} {} {}</span></li>'
            ).format(
                sentences.value(figure),
                t(f"kind.{figure['kind']}"),
                either(figure, "period"),
                either(figure, "scope"),
                outside(source.get("url"), source.get("title") or figure["source"]),
                reliability(figure["reliability"] or source.get("reliability")),
                either(figure, "caveat"),
            )
        )
    return _list(t("chat.figures"), items)


def _list(title: str, items: list[Markup]) -> Markup:
    if not items:
        return Markup("")
    return Markup('<div class="evidence"><p class="chat-label">{}</p><ul>{}</ul></div>').format(title, join(items))

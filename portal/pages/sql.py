"""SQL: one SELECT over the published tables, for those who want it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import orjson
import streamlit as st
from markupsafe import Markup

from portal.pages.dataset import cell
from portal.publication.json_object import JsonObject
from portal.publication.store import Store
from portal.settings import settings
from portal.texts.interface import either, t
from portal.texts.numbers import number, rounded
from portal.traffic import admission
from portal.traffic.slots import BusyError
from portal.ui import links, page_data, visitor
from portal.ui.html import draw, empty, heading, join, link, table
from portal.visitor_sql import files, service
from portal.visitor_sql.examples import EXAMPLES
from portal.visitor_sql.files import FileFormat
from portal.visitor_sql.kept import kept
from portal.visitor_sql.service import QueryError, QueryResult

_SHOWN = 200
# Of what an open page holds, some hundred bytes for each cell that is an object of its own.
_SHOWN_BYTES, _CELL_BYTES = 1024**2, 100
_LENGTH_MAX = 20_000


@dataclass(frozen=True)
class _Shown:
    """What an open page holds of an answer: the rows it shows, how many there are, the key of all of them, what they were asked of."""

    answer: QueryResult
    count: int
    key: str
    version: str


def page() -> None:
    """Draw the editor with what `sql` in the address holds, and the answer to what was last run."""
    store = page_data.store()
    limits = settings()
    draw(
        Markup('<div class="lead" id="p-main"><p class="crumbs">{}</p><h1>{}</h1><p>{}</p></div>').format(
            link(links.page("data"), t("nav.data")),
            t("sql.title"),
            t(
                "sql.lead",
                seconds=number(limits.query_seconds),
                rows=number(limits.query_rows_max),
                memory=limits.query_memory,
            ),
        ),
        _examples(),
    )
    shared = st.query_params.get("sql")
    if shared is not None and st.session_state.get("sql_shared") != shared:
        st.session_state["sql_shared"] = st.session_state["sql_text"] = shared
        _run(store, shared)
    # Other pages make Streamlit forget what the editor held.
    st.session_state.setdefault("sql_text", shared or next(iter(EXAMPLES.values())).sql)
    text = st.text_area(t("sql.editor"), key="sql_text", height=180, max_chars=_LENGTH_MAX)
    if st.button(t("sql.run"), type="primary", key="sql_run"):
        st.session_state["sql_shared"] = st.query_params["sql"] = text
        _run(store, text)
    _answer(store, text)
    draw(heading(t("sql.tables"), 2, t("sql.tables_note")), _tables(store))


def _examples() -> Markup:
    items = join(
        (link(links.page("sql", sql=e.sql), e.title.told(), "chip") for e in EXAMPLES.values()),
    )
    return Markup('<nav class="chips" aria-label="{}"><span class="chips-label">{}</span>{}</nav>').format(
        t("sql.examples"), t("sql.examples"), items
    )


def _run(store: Store, sql: str) -> None:
    """Run a query and keep its answer, or the sentence in its place, for the reruns to come."""
    done: _Shown | Markup
    if len(sql) > _LENGTH_MAX:
        done = _wrong(t("sql.long", count=_LENGTH_MAX))
    else:
        try:
            with visitor.held("sql"):
                answer = service.shared().run(store, sql)
        except BusyError as error:
            done = _wrong(error.told())
        except QueryError as error:
            done = _wrong(error.told(), error.engine)
        else:
            key = kept.put(orjson.dumps(asdict(answer)))
            done = _Shown(replace(answer, rows=_shown(answer.rows)), len(answer.rows), key, store.version)
    st.session_state["sql_done"] = (sql, done)


def _shown(rows: list[JsonObject]) -> list[JsonObject]:
    """The first rows, their cells as they are shown: so many, and within so many bytes."""
    shown: list[JsonObject] = []
    left = _SHOWN_BYTES
    for row in rows[:_SHOWN]:
        cells = {name: cell(value) for name, value in row.items()}
        left -= sum(len(text.encode("utf-8", "replace")) + _CELL_BYTES for text in cells.values())
        if left < 0 and shown:
            break
        shown.append(cells)
    return shown


def _wrong(why: str, engine: str = "") -> Markup:
    """Why there is no answer; the engine's own words only for who opens them."""
    said = Markup('<p class="wrong" role="alert">{}</p>').format(why)
    if not engine:
        return said
    return said + Markup('<details class="engine"><summary>{}</summary><code>{}</code></details>').format(
        t("sql.engine"), engine
    )


def _file(store: Store, sql: str, done: _Shown, kind: FileFormat, client: str) -> bytes:
    """The whole answer as a file; asked for once more where it is not kept any longer."""
    with admission.shared().held("sql", client):
        found, version = kept.get(done.key), done.version
        if found is None:
            answer, version = service.shared().run(store, sql), store.version
        else:
            answer = QueryResult(**orjson.loads(found))
        return files.written(answer, kind, sql, version)


def _downloads(store: Store, sql: str, done: _Shown) -> None:
    """A button a file; the file is made when it is pressed."""
    client = visitor.client()

    def made(kind: FileFormat) -> Callable[[], bytes]:
        return lambda: _file(store, sql, done, kind, client)

    with st.container(horizontal=True):
        for kind in files.fitting(done.answer):
            st.download_button(
                t(f"sql.{kind}"),
                data=made(kind),
                file_name=f"query-{done.version}.{kind}",
                mime=files.media_type(kind),
                key=f"sql_{kind}",
                on_click="ignore",
            )


def _answer(store: Store, text: str) -> None:
    asked, done = st.session_state.get("sql_done", (None, None))
    if done is None or asked != text:
        return
    if isinstance(done, Markup):
        draw(done)
        return
    answer = done.answer
    if not answer.rows:
        draw(empty(t("sql.none")))
        return
    key = "sql.cut" if answer.truncated else "sql.shown" if done.count > len(answer.rows) else "sql.all"
    draw(
        Markup('<p class="found">{}</p>').format(
            t(key, count=number(done.count), shown=number(len(answer.rows)), ms=number(rounded(answer.elapsed_ms, 0)))
        )
    )
    _downloads(store, text, done)
    names = [c["name"] for c in answer.columns]
    body = [[row[n] for n in names] for row in answer.rows]
    draw(table(names, body, t("sql.answer"), "is-wide"))


def _tables(store: Store) -> Markup:
    """The tables and their columns, as a query names them."""
    headers = [t("sql.table"), t("column.title"), t("sql.columns")]
    body = [
        [
            Markup("<code>{}</code>").format(d.table),
            link(links.page("data", dataset=d.id), either(d, "title")),
            Markup("<code>{}</code>").format(", ".join(c.name for c in d.columns)),
        ]
        for d in store.manifest.datasets
    ]
    return table(headers, body, t("sql.tables"), "sql-tables")

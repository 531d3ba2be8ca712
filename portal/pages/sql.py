"""SQL: one SELECT over the published tables, for those who want it."""

from dataclasses import dataclass, replace

import streamlit as st
from markupsafe import Markup

from portal.pages.dataset import cell
from portal.publication.store import Store
from portal.settings import settings
from portal.texts.interface import either, t
from portal.texts.numbers import number, rounded
from portal.traffic import admission
from portal.traffic.slots import BusyError
from portal.ui import links, page_data, visitor
from portal.ui.html import draw, empty, heading, join, link, table
from portal.visitor_sql import service
from portal.visitor_sql.kept import kept
from portal.visitor_sql.service import EXAMPLES, QueryError, QueryResult

_SHOWN = 200
_LENGTH_MAX = 20_000


@dataclass(frozen=True)
class _Shown:
    """What an open page holds of an answer: the rows it shows, how many there are, the key of the file with all."""

    answer: QueryResult
    count: int
    file: str


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
    st.session_state.setdefault("sql_text", shared or EXAMPLES["status"])
    text = st.text_area(t("sql.editor"), key="sql_text", height=180, max_chars=_LENGTH_MAX)
    if st.button(t("sql.run"), type="primary", key="sql_run"):
        st.session_state["sql_shared"] = st.query_params["sql"] = text
        _run(store, text)
    _answer(store, text)
    draw(heading(t("sql.tables"), 2, t("sql.tables_note")), _tables(store))


def _examples() -> Markup:
    items = join(
        (link(links.page("sql", sql=sql), t(f"sql.example_{name}"), "chip") for name, sql in EXAMPLES.items()),
    )
    return Markup('<nav class="chips" aria-label="{}"><span class="chips-label">{}</span>{}</nav>').format(
        t("sql.examples"), t("sql.examples"), items
    )


def _run(store: Store, sql: str) -> None:
    """Run a query and keep its answer, or the sentence in its place, for the reruns to come."""
    done: _Shown | str
    if len(sql) > _LENGTH_MAX:
        done = t("sql.long", count=_LENGTH_MAX)
    else:
        try:
            with visitor.held("sql"):
                answer = service.shared().run(store, sql)
        except (BusyError, QueryError) as error:
            done = error.told()
        else:
            file = kept.put(service.as_csv(answer).encode())
            done = _Shown(replace(answer, rows=answer.rows[:_SHOWN]), len(answer.rows), file)
    st.session_state["sql_done"] = (sql, done)


def _file(store: Store, sql: str, file: str, client: str) -> bytes:
    """The whole answer as a file; run once more where it is not kept any longer."""
    found = kept.get(file)
    if found is None:
        with admission.shared().held("sql", client):
            found = service.as_csv(service.shared().run(store, sql)).encode()
    return found


def _answer(store: Store, text: str) -> None:
    asked, done = st.session_state.get("sql_done", (None, None))
    if done is None or asked != text:
        return
    if isinstance(done, str):
        draw(Markup('<p class="wrong" role="alert">{}</p>').format(done))
        return
    answer, client = done.answer, visitor.client()
    if not answer.rows:
        draw(empty(t("sql.none")))
        return
    key = "sql.cut" if answer.truncated else "sql.shown" if done.count > _SHOWN else "sql.all"
    draw(
        Markup('<p class="found">{}</p>').format(
            t(key, count=number(done.count), shown=number(_SHOWN), ms=number(rounded(answer.elapsed_ms, 0)))
        )
    )
    st.download_button(
        t("sql.csv"),
        data=lambda: _file(store, text, done.file, client),
        file_name="query.csv",
        mime="text/csv",
        on_click="ignore",
    )
    names = [c["name"] for c in answer.columns]
    body = [[cell(row[n]) for n in names] for row in answer.rows]
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

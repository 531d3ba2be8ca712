"""SQL: one SELECT over the published tables, for those who want it."""

import streamlit as st
from markupsafe import Markup

from portal.pages.dataset import cell
from portal.publication.store import Store
from portal.settings import settings
from portal.texts.interface import either, t
from portal.texts.numbers import number, rounded
from portal.traffic.slots import BusyError
from portal.ui import links, page_data, visitor
from portal.ui.html import draw, empty, heading, join, link, table
from portal.visitor_sql import service
from portal.visitor_sql.service import EXAMPLES, QueryError, QueryResult

_SHOWN = 200
_LENGTH_MAX = 20_000


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
    _answer(text)
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
    done: QueryResult | str
    if len(sql) > _LENGTH_MAX:
        done = t("sql.long", count=_LENGTH_MAX)
    else:
        try:
            with visitor.held("sql"):
                done = service.shared().run(store, sql)
        except (BusyError, QueryError) as error:
            done = error.told()
    st.session_state["sql_done"] = (sql, done)


def _answer(text: str) -> None:
    asked, done = st.session_state.get("sql_done", (None, None))
    if done is None or asked != text:
        return
    if isinstance(done, str):
        draw(Markup('<p class="wrong" role="alert">{}</p>').format(done))
        return
    if not done.rows:
        draw(empty(t("sql.none")))
        return
    key = "sql.cut" if done.truncated else "sql.shown" if len(done.rows) > _SHOWN else "sql.all"
    draw(
        Markup('<p class="found">{}</p>').format(
            t(key, count=number(len(done.rows)), shown=number(_SHOWN), ms=number(rounded(done.elapsed_ms, 0)))
        )
    )
    st.download_button(
        t("sql.csv"),
        data=lambda: service.as_csv(done).encode(),
        file_name="query.csv",
        mime="text/csv",
        on_click="ignore",
    )
    names = [c["name"] for c in done.columns]
    body = [[cell(row[n]) for n in names] for row in done.rows[:_SHOWN]]
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

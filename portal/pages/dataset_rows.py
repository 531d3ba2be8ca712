"""A dataset's rows: the search and the filters, the page of rows, and the way to the next one."""

import streamlit as st
from markupsafe import Markup

from portal.datasets.row_parameters import BadParameterError, operators, parse
from portal.datasets.row_query import Operator, RowQuery
from portal.publication.catalogue import Column, Dataset
from portal.publication.store import Row
from portal.texts.interface import either, known, t
from portal.texts.numbers import number
from portal.ui import links, sentences
from portal.ui.html import actions, draw, join, link

PAGE = 20
PAGE_MAX = 200
_SHOWN = 80
Pairs = list[tuple[str, str]]


def search_and_filters(dataset: Dataset) -> None:
    """Words to look for, and a filter to add; both end up in the address."""
    st.text_input(
        t("data.search_rows"),
        key="q",
        bind="query-params",
        type="search",
        placeholder=t("data.search_rows"),
        label_visibility="collapsed",
        on_change=_first_page,
    )
    with st.container(key="filter"):
        names = {c.name: c for c in dataset.columns if c.type != "geojson"}
        left, middle, right, last = st.columns([3, 2, 3, 1.4], vertical_alignment="bottom")
        name = left.selectbox(
            t("data.filter_column"),
            list(names),
            format_func=lambda n: either(names[n], "title"),
            key=f"filter_column_{dataset.id}",
        )
        column = names[name]
        operator = middle.selectbox(
            t("data.filter_operator"),
            operators(column),
            format_func=lambda o: t(f"operator.{o}"),
            key=f"filter_operator_{dataset.id}_{name}",
        )
        value_key = f"filter_value_{dataset.id}_{name}"
        choices = column.allowed or (("true", "false") if column.type == "boolean" else ())
        if choices and operator in {"eq", "ne"}:
            right.selectbox(
                t("data.filter_value"), choices, key=f"{value_key}_choice", format_func=lambda v: known(f"value.{v}", v)
            )
            value_key = f"{value_key}_choice"
        else:
            right.text_input(
                t("data.filter_value"), key=value_key, placeholder=column.example or known(f"example.{column.type}", "")
            )
        last.button(
            t("data.filter_add"),
            key="filter_add",
            on_click=_add,
            args=(dataset, name, operator, value_key),
            width="stretch",
        )
    if wrong := st.session_state.pop("filter_wrong", None):
        draw(Markup('<p class="wrong" role="alert">{}</p>').format(wrong))


def _first_page() -> None:
    if "offset" in st.query_params:
        del st.query_params["offset"]


def _add(dataset: Dataset, column: str, operator: Operator, value_key: str) -> None:
    """Put a filter into the address, or say what is wrong with it."""
    name = f"filter.{column}" + ("" if operator == "eq" else f"__{operator}")
    value = str(st.session_state.get(value_key) or "").strip()
    try:
        parse(dataset, [(name, value)], PAGE_MAX, PAGE)
    except BadParameterError as error:
        st.session_state["filter_wrong"] = error.told()
        return
    given = st.query_params.get_all(name)
    if value not in given:
        st.query_params[name] = [*given, value]
    _first_page()


def active_filters(query: RowQuery, kept: Pairs) -> Markup:
    """Every filter that holds, each with a way to take it off, and one to take off all."""
    whole = query.pairs()
    chips = []
    for index, (name, value) in enumerate(whole):
        if name in {"limit", "offset"}:
            continue
        rest = [p for i, p in enumerate(whole) if i != index and p[0] not in {"offset", "limit"}]
        chips.append(
            Markup(
                '<a class="chip is-active" href="{}" target="_self">{}<span class="take-off" aria-label="{}">×</span></a>'
            ).format(
                links.page("data", *kept, *rest), sentences.condition(query.dataset, name, value), t("data.take_off")
            )
        )
    if not chips:
        return Markup("")
    reset = link(links.page("data", *kept), t("overview.reset"), "reset")
    return Markup('<nav class="chips active-filters" aria-label="{}">{}{}</nav>').format(
        t("data.active"), join(chips), reset
    )


def found_said(query: RowQuery, shown: int, total: int) -> str:
    """How many rows were found, and which of them are shown."""
    if not shown:
        return t("data.found", total=number(total))
    first = query.offset + 1
    return t("data.found_page", total=number(total), first=number(first), last=number(query.offset + shown))


def preview(query: RowQuery, rows: list[Row], kept: Pairs) -> Markup:
    """The rows of the page; a column's heading sorts by it: upwards, downwards, not at all."""
    caption = t("data.preview")
    head = join(_header(query, c, kept) for c in query.columns)
    body = join(
        Markup("<tr>{}</tr>").format(join(Markup("<td>{}</td>").format(cell(row[c.name])) for c in query.columns))
        for row in rows
    )
    return Markup(
        '<div class="table is-wide" role="region" tabindex="0" aria-label="{}"><table><caption>{}</caption>'
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
    ).format(caption, caption, head, body)


def _header(query: RowQuery, column: Column, kept: Pairs) -> Markup:
    order = dict(query.order)
    state, following, arrow = {
        None: ("none", column.name, ""),
        False: ("ascending", f"-{column.name}", " ↑"),
        True: ("descending", "", " ↓"),
    }[order.get(column.name)]
    rest = [p for p in query.pairs() if p[0] not in {"order", "offset", "limit"}]
    href = links.page("data", *kept, *rest, *([("order", following)] if following else []))
    return Markup('<th scope="col" aria-sort="{}">{}</th>').format(
        state, link(href, either(column, "title") + arrow, "sort")
    )


def page_turner(query: RowQuery, shown: int, total: int, kept: Pairs) -> Markup:
    """The pages before and after."""
    size = query.limit or PAGE
    rest = [p for p in query.pairs() if p[0] != "offset" and p != ("limit", str(PAGE))]
    items = []
    for told, offset, there in (
        ("data.previous", max(query.offset - size, 0), query.offset > 0),
        ("data.next", query.offset + shown, query.offset + shown < total),
    ):
        if there:
            more = [("offset", str(offset))] if offset else []
            items.append(link(links.page("data", *kept, *rest, *more), t(told), "action"))
    return actions(items) if items else Markup("")


def cell(value: object) -> str:
    """A cell as text, as the CSV file writes it; long ones are cut."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"

"""总览: how many targets are met, and every target by section with its status and the reason for it."""

import streamlit as st
from markupsafe import Markup

from portal.plan import progress
from portal.plan.rows import ProgressRow
from portal.publication.catalogue import latest_updates
from portal.publication.store import Store
from portal.texts.dates import day
from portal.texts.interface import either, language, t
from portal.ui import chat, links, page_data, search_results, sentences
from portal.ui.board import board, news, stories
from portal.ui.html import actions, badge, chips, download, draw, empty, heading, icon, join, link, target_bar, to_file
from portal.ui.markdown import plain
from portal.ui.target_table import target_table

_UPDATES = 3
_NAMED = 3


def page() -> None:
    """Draw the overview; `theme`, `status` and `q` in the address filter it, `view=table` makes it one table."""
    store = page_data.store()
    rows = page_data.targets(store.version, store)
    theme = _chosen("theme", progress.by_theme(rows))
    status = _chosen("status", progress.STATUSES)
    draw(*_beginning(rows, status, store))
    typed = st.text_input(
        t("overview.search"),
        key="q",
        bind="query-params",
        type="search",
        placeholder=t("overview.search_hint"),
        label_visibility="collapsed",
    )
    query = (typed or "").strip() or None
    if not (rows or query):
        draw(_latest(store))
        return
    if query:
        st.button(
            t("overview.ask", query=plain(query)), on_click=chat.ask, args=(query,), key="ask_search", type="tertiary"
        )
    shown = progress.select(rows, theme=theme, status=status, query=query)
    filtered = bool(theme or status or query)
    narrowed = filtered or _in_table()
    found = search_results.look(store, query, rows, shown) if query else None
    if found and not shown:
        nothing = search_results.instead(found, _targets)
        told = [_found(0, filtered), nothing]
        others = search_results.elsewhere(found, first=not found.targets)
        # Who finds no target reads first what was found; targets of clauses that hold the words are nearer than either.
        draw(search_results.where(found), *([*told, others] if found.targets else [others, *told]))
        return
    draw(
        # After the search, which the keyboard then reaches before fifty links.
        _themes(rows, theme) if narrowed else board(rows),
        Markup("") if narrowed else stories(rows, page_data.standings(store.version, store)),
        search_results.where(found) if found else Markup(""),
        _found(len(shown), filtered),
        _targets(shown),
        actions([_report(theme, rows)]),
        search_results.elsewhere(found) if found else Markup(""),
        Markup("") if filtered else _latest(store),
    )


def _beginning(rows: list[ProgressRow], status: str | None, store: Store) -> list[Markup]:
    """The title, the news and how many targets have which status; for who searches the title alone: what was found is to be in sight,
    not the page as it was before."""
    site = store.manifest.site
    plan = site.plan_short_en if language() == "en" else site.plan_short
    told = t("overview.title", plan=plan, count=len(rows)) if rows else t("overview.title_no_targets", plan=plan)
    title = Markup("<h1>{}</h1>").format(told)
    lead = Markup('<div class="lead" id="p-main">{}</div>')
    if not rows:
        way = link(links.page("policy"), t("nav.policy"), "action")
        return [lead.format(title + Markup("<p>{}</p>{}").format(t("overview.no_targets"), way))]
    if status is None and st.session_state.get("q", st.query_params.get("q", "")).strip():
        return [lead.format(title)]
    updated = max(d.updated for d in store.manifest.datasets)
    judged = t("overview.lead", year=max(row["due"] for row in rows).year, updated=updated.isoformat())
    return [
        lead.format(title + news(rows) + Markup("<p>{}</p>").format(judged)),
        _counts(progress.counts(rows), status),
    ]


def _address(**changed: str | None) -> str:
    """The address of what is shown, with some of it changed."""
    kept = {name: st.query_params.get(name) for name in ("theme", "status", "q", "view", "order")}
    return links.page("", **(kept | changed))


def _chosen(name: str, allowed: object) -> str | None:
    value = st.query_params.get(name)
    return value if value in allowed else None  # type: ignore[operator]


def _in_table() -> bool:
    return st.query_params.get("view") == "table"


def _counts(counts: dict[str, int], status: str | None) -> Markup:
    cards = []
    for name, count in counts.items():
        href = _address(status=None if status == name else name)
        text = Markup(
            '<span class="count-number">{}</span><span class="count-word">{}{}</span><span class="count-note">{}</span>'
        ).format(count, icon(name), t(f"status.{name}"), t(f"status_note.{name}"))
        cards.append(link(href, text, f"count is-{name}", status == name))
    return Markup('<nav class="counts" aria-label="{}">{}</nav>').format(t("overview.by_status"), join(cards))


def _themes(rows: list[ProgressRow], theme: str | None) -> Markup:
    items = [(_address(theme=None), t("overview.all_themes"), theme is None)]
    items += [
        (_address(theme=name), either(group[0], "theme_short"), name == theme)
        for name, group in progress.by_theme(rows).items()
    ]
    return chips(t("overview.themes"), items)


def _latest(store: Store) -> Markup:
    """What changed last in the data, and where to see it."""
    items = []
    for update in latest_updates(store.manifest.datasets, _UPDATES):
        named = join(
            (link(links.page("data", dataset=d.id), either(d, "title")) for d in update.datasets[:_NAMED]),
            t("list.separator"),
        )
        if len(update.datasets) > _NAMED:
            named += link(links.page("data"), t("overview.and_more", count=len(update.datasets)))
        reason = (language() == "en" and update.change.reason_en) or update.change.reason
        items.append(
            Markup("<li><span>{}</span><span>{}{}{}</span></li>").format(
                day(update.change.date, language()), reason, t("list.colon"), named
            )
        )
    if not items:
        return Markup("")
    return Markup('<section class="latest"><h2>{}</h2><ul class="changelog">{}</ul></section>').format(
        t("overview.latest"), join(items)
    )


def _found(count: int, filtered: bool) -> Markup:
    """How many targets there are, and the other way to see them."""
    view = link(
        _address(view=None if _in_table() else "table", order=None),
        t(f"overview.as_{'list' if _in_table() else 'table'}"),
    )
    years = link(links.page("years"), t("overview.years"))
    reset = [link(links.page(), t("overview.reset"))] if filtered else []
    ways = join([*reset, view, years] if count else reset, t("list.dot"))
    return Markup('<p class="found">{} {}</p>').format(t("overview.found", count=count), ways)


def _targets(rows: list[ProgressRow]) -> Markup:
    if not rows:
        return empty(t("overview.none"), links.page(), t("overview.reset"))
    if _in_table():
        return target_table(rows, st.query_params.get("order"), lambda order: _address(order=order)) + actions(
            download("progress", extension, t(f"download.{extension}")) for extension in ("csv", "xlsx")
        )
    sections = []
    for group in progress.by_theme(rows).values():
        sections.append(heading(either(group[0], "theme"), 2))
        sections.append(Markup('<ul class="targets">{}</ul>').format(join(_target(row) for row in group)))
    return join(sections)


def _target(row: ProgressRow) -> Markup:
    return Markup(
        '<li class="target"><div class="target-name">{}</div><div class="target-goal">{}</div>'
        '<div class="target-status">{}</div><p class="target-reason">{}</p>{}</li>'
    ).format(
        link(links.page("indicator", id=row["id"]), either(row, "name")),
        t("overview.goal", target=either(row, "target_text")),
        badge(row["status"]),
        sentences.reason(row),
        target_bar(row),
    )


def _report(theme: str | None, rows: list[ProgressRow]) -> Markup:
    """A link to the printable report of the section shown, or of everything."""
    told = t("report.download")
    if theme:
        told = t("report.download_theme", theme=either(progress.by_theme(rows)[theme][0], "theme"))
    return to_file(links.page("report.pdf", theme=theme), told)

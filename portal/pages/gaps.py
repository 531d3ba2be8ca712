"""未公布清单: every target without a comparable published result, and an application to ask for it."""

import streamlit as st
from markupsafe import Markup

from portal.letters import application
from portal.plan import gaps, progress
from portal.plan.gaps import Gap
from portal.publication.statuses import TargetStatus
from portal.publication.store import Store
from portal.texts.interface import either, t
from portal.ui import links, page_data, sentences, shell
from portal.ui.html import actions, badge, chips, draw, empty, heading, join, link, quote, source_line, table, to_file


def page() -> None:
    """Draw the list, filtered by `status` and `theme` of the address, or the application for the target `id` names."""
    store = page_data.store()
    found = page_data.gaps(store.version, store)
    wanted = st.query_params.get("id")
    chosen = next((g for g in found if g.row["id"] == wanted), None)
    if chosen is not None:
        _application(store, chosen)
        return
    unnamed = sum(not g.bodies for g in found)
    counts = progress.counts(g.row for g in found)
    draw(
        Markup('<div class="lead" id="p-main"><h1>{}</h1><p>{}</p><p>{}</p></div>').format(
            t("gaps.title", count=len(found)),
            t("gaps.lead", published=counts[TargetStatus.NOT_PUBLISHED], other=counts[TargetStatus.NOT_COMPARABLE]),
            t("gaps.ask") + (t("gaps.unnamed", count=unnamed) if unnamed else ""),
        )
    )
    if wanted:
        draw(empty(t("gaps.unknown", id=wanted)))
    _list(found)


def _list(found: list[Gap]) -> None:
    themes = {name: either(group[0], "theme") for name, group in progress.by_theme(g.row for g in found).items()}
    status = _chosen("status", gaps.STATUSES)
    theme = _chosen("theme", themes)
    rows = {g.row["id"]: g for g in found}
    shown = progress.select((g.row for g in found), theme=theme, status=status)
    draw(
        chips(
            t("gaps.status"),
            [
                (links.page("gaps", theme=theme), t("overview.all_themes"), status is None),
                *((links.page("gaps", theme=theme, status=s), t(f"status.{s}"), s == status) for s in gaps.STATUSES),
            ],
        ),
        chips(
            t("overview.themes"),
            [
                (links.page("gaps", status=status), t("overview.all_themes"), theme is None),
                *((links.page("gaps", status=status, theme=n), title, n == theme) for n, title in themes.items()),
            ],
        ),
        actions(_downloads(status)),
    )
    if not shown:
        draw(empty(t("overview.none"), links.page("gaps"), t("overview.reset")))
    for name, group in progress.by_theme(shown).items():
        draw(heading(themes[name]), Markup('<ul class="gaps">{}</ul>').format(join(_gap(rows[r["id"]]) for r in group)))


def _chosen(name: str, allowed: object) -> str | None:
    value = st.query_params.get(name)
    return value if value in allowed else None  # type: ignore[operator]


def _downloads(status: str | None) -> list[Markup]:
    pairs = [("filter.status", s) for s in gaps.STATUSES if status in (None, s)]
    return [
        to_file(links.export("progress", extension, pairs), t(f"download.{extension}")) for extension in ("csv", "xlsx")
    ]


def _gap(gap: Gap) -> Markup:
    row = gap.row
    return Markup(
        '<li class="gap"><h3>{} {}</h3><blockquote lang="zh-CN">{}</blockquote><p>{}</p><p class="facts">{}</p>{}</li>'
    ).format(
        link(links.page("indicator", id=row["id"]), either(row, "name")),
        badge(row["status"]),
        link(links.clause(row["clause"], row["quote_start"], row["quote_end"]), row["quote"]),
        sentences.reason(row),
        _holder(gap, _in_charge(gap)),
        actions([link(links.page("gaps", id=row["id"]), t("gaps.apply"), "action")]),
    )


def _in_charge(gap: Gap) -> str:
    return t("gaps.bodies", bodies=t("list.separator").join(gap.bodies)) if gap.bodies else ""


def _holder(gap: Gap, charge: str) -> str:
    """Who is put in charge by the clause, who published related figures; nobody is guessed."""
    named = t("list.separator").join(gap.publishers)
    return " ".join(p for p in (charge, t("gaps.publishers", publishers=named) if named else "") if p)


def _application(store: Store, gap: Gap) -> None:
    row = gap.row
    shell.name_page(either(row, "name"), store.manifest.site)
    clauses = page_data.clauses(store.version, store, row["document"])
    where = sentences.clause_named(clauses, row["clause"], row["clause_title"])
    draw(
        Markup(
            '<div class="lead" id="p-main"><p class="crumbs">{}</p><h1>{}</h1><p class="status-line">{}</p><p>{}</p></div>'
        ).format(
            link(links.page("gaps"), t("nav.gaps")),
            link(links.page("indicator", id=row["id"]), either(row, "name")),
            badge(row["status"]),
            sentences.reason(row),
        ),
        quote(row["quote"], links.clause(row["clause"], row["quote_start"], row["quote_end"]), where),
        Markup('<p class="section-note">{}</p>').format(_holder(gap, _in_charge(gap) or t("gaps.no_bodies"))),
        _known(gap),
        heading(t("gaps.application"), 2, t("gaps.application_note")),
    )
    left, right = st.columns(2)
    written = application.text(gap, store.manifest)
    name = f"{t('gaps.file')}-{row['id']}"
    left.download_button(
        t("gaps.docx"),
        data=lambda: application.docx(gap, store.manifest),
        file_name=f"{name}.docx",
        mime="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        on_click="ignore",
        width="stretch",
    )
    right.download_button(
        t("gaps.txt"), data=written, file_name=f"{name}.txt", mime="text/plain", on_click="ignore", width="stretch"
    )
    st.code(written, language=None, wrap_lines=True)


def _known(gap: Gap) -> Markup:
    if not gap.known:
        return Markup("")
    headers = [
        t("column.kind"),
        t("column.period"),
        t("column.value"),
        t("column.scope"),
        t("column.why_not"),
        t("column.source"),
    ]
    body = [
        [
            t(f"kind.{o['kind']}"),
            either(o, "period"),
            sentences.value(o),
            either(o, "scope"),
            either(o, "comparable_reason"),
            source_line(o),
        ]
        for o in gap.known
    ]
    return heading(t("gaps.known")) + table(headers, body, t("gaps.known"), "is-other")

"""项目: the projects the plan names, with what was last reported of each and by whom."""

import streamlit as st
from markupsafe import Markup

from portal import projects
from portal.store import Row
from portal.ui import data, links
from portal.ui.pieces import actions, chips, download, draw, empty, join, link, source_line, state
from portal.ui.texts import known, t


def page() -> None:
    """Draw the list; `category` and `status` in the address filter it, `project` is scrolled to."""
    store = data.store()
    rows = data.project_list(store.version, store)
    categories = list(dict.fromkeys(r["category"] for r in rows))
    category = _chosen("category", categories)
    status = _chosen("status", projects.STATUSES)
    shown = projects.select(rows, category=category, status=status)
    known_count = sum(r["status"] != "unknown" for r in rows)
    draw(
        Markup('<div class="lead" id="p-main"><h1>{}</h1><p>{}</p></div>').format(
            t("projects.title", count=len(rows)), t("projects.lead", known=known_count, unknown=len(rows) - known_count)
        ),
        chips(
            t("projects.category"),
            [(links.page("projects", status=status), t("projects.all"), category is None)]
            + [
                (links.page("projects", category=c, status=status), known(f"category.{c}", c), c == category)
                for c in categories
            ],
        ),
        chips(
            t("projects.status"),
            [(links.page("projects", category=category), t("projects.all"), status is None)]
            + [
                (links.page("projects", category=category, status=s), t(f"project_status.{s}"), s == status)
                for s in projects.STATUSES
                if any(r["status"] == s for r in rows)
            ],
        ),
    )
    if not shown:
        draw(empty(t("projects.none"), links.page("projects"), t("overview.reset")))
        return
    wanted = st.query_params.get("project")
    draw(Markup('<ul class="projects">{}</ul>').format(join(_project(r, r["id"] == wanted) for r in shown)))
    draw(actions([download("projects", "csv", t("download.csv")), download("projects", "xlsx", t("download.xlsx"))]))


def _chosen(name: str, allowed: list[str] | tuple[str, ...]) -> str | None:
    value = st.query_params.get(name)
    return value if value in allowed else None


def _project(row: Row, wanted: bool) -> Markup:
    names = (row["also_known_as"] or "").split("|")
    also = (
        Markup('<p class="also">{}</p>').format(t("projects.also", names=t("list.separator").join(names)))
        if names[0]
        else ""
    )
    said = t("projects.as_of", date=row["status_date"].isoformat()) if row["status_date"] else ""
    place = [known(f"category.{row['category']}", row["category"]), row["district_name"] or ""]
    facts = [
        Markup("{}").format(t("list.dot").join(p for p in place if p)),
        link(links.clause(row["clause"]), t("clause.named", clause=row["clause"], title=row["clause_title"] or "")),
    ]
    told = Markup('<p class="told">{} {}</p>').format(row["status_text"] or "", said)
    source = Markup("<p>{}</p>").format(source_line(row)) if row["source"] else ""
    note = Markup('<p class="section-note">{}</p>').format(row["note"]) if row["note"] else ""
    focus = Markup(' data-focus="{}"').format(row["id"]) if wanted else Markup("")
    return Markup(
        '<li class="project{}"{}><div class="project-head"><h2>{}</h2>{}</div>{}{}{}{}<p class="facts">{}</p></li>'
    ).format(
        Markup(" is-open") if wanted else Markup(""),
        focus,
        row["name"],
        state(row["status"]),
        also,
        told,
        source,
        note,
        join(facts, t("list.dot")),
    )

"""项目: the projects the plan names, what it says of each, what was last reported and by whom, on a map where that is known."""

import streamlit as st
from markupsafe import Markup

from portal.desk.offers import Kind
from portal.desk.subjects import ContributionSubject
from portal.plan import projects
from portal.plan.rows import ProjectRow
from portal.publication.statuses import ProjectStatus
from portal.publication.store import Row, Store
from portal.texts.interface import either, known, language, t
from portal.ui import contributing, links, page_data, place_data, sentences
from portal.ui.html import actions, chips, download, draw, empty, join, link, source_line, state
from portal.ui.map import city_map, credit, show

_FILTERS = ("category", "district", "status")


def _values(rows: list[ProjectRow]) -> dict[str, dict[str, str]]:
    """What each filter may be set to, with its words."""
    there = {r["status"] for r in rows}
    values: dict[str, dict[str, str]] = {
        "category": {r["category"]: known(f"category.{r['category']}", r["category"]) for r in rows},
        "district": dict(sorted((r["district"], either(r, "district")) for r in rows if r["district"])),
        "status": {s: known(f"project_status.{s}", s) for s in projects.STATUSES if s in there},
    }
    if any(r["district"] is None for r in rows):
        values["district"][projects.NO_DISTRICT] = t("projects.no_district")
    return values


def page() -> None:
    """Draw map and list; `category`, `district` and `status` in the address filter them, `project` is scrolled to."""
    store = page_data.store()
    rows = page_data.project_list(store.version, store)
    values = _values(rows)
    chosen = {name: _chosen(name, values[name]) for name in _FILTERS}
    shown = projects.select(rows, **chosen)
    known_count = sum(r["status"] != ProjectStatus.UNKNOWN for r in rows)
    draw(
        Markup('<div class="lead" id="p-main"><h1>{}</h1><p>{}</p></div>').format(
            t("projects.title", count=len(rows)), t("projects.lead", known=known_count, unknown=len(rows) - known_count)
        ),
        *(_filter(name, values[name], chosen) for name in _FILTERS),
    )
    if not shown:
        draw(empty(t("projects.none"), links.page("projects"), t("overview.reset")))
        return
    _map(store, shown)
    wanted = st.query_params.get("project")
    draw(Markup('<ul class="projects">{}</ul>').format(join(_project(r, r["id"] == wanted, store) for r in shown)))
    same = {n: v for n, v in chosen.items() if v and v != projects.NO_DISTRICT}
    draw(
        actions(
            [
                download("projects", "csv", t("download.csv"), **same),
                download("projects", "xlsx", t("download.xlsx"), **same),
            ]
        )
    )


def _chosen(name: str, allowed: dict[str, str]) -> str | None:
    value = st.query_params.get(name)
    return value if value in allowed else None


def _filter(name: str, values: dict[str, str], chosen: dict[str, str | None]) -> Markup:
    """A row of chips that change one filter and keep the others; `values` with the words each is shown by."""

    def address(value: str | None) -> str:
        return links.page("projects", **(chosen | {name: value}))

    items = [(address(None), t("projects.all"), chosen[name] is None)]
    items += [(address(v), said, v == chosen[name]) for v, said in values.items()]
    return chips(t(f"projects.{name}"), items)


def _map(store: Store, rows: list[ProjectRow]) -> None:
    """Where the projects are whose position is published; how many cannot be shown."""
    placed = [r for r in rows if r["lon"] is not None]
    marks: list[Row] = [{**r, "kind": r["status"]} for r in placed]
    if not marks:
        draw(Markup('<p class="section-note">{}</p>').format(t("projects.no_map")))
        return
    option = city_map(place_data.districts(store.version, store), marks, opens="project")
    alt = t("projects.map_alt", names=t("list.separator").join(either(r, "name") for r in placed))
    show(option, alt, (store.version, [r["id"] for r in placed]))
    draw(credit(store, {r["position_source"] for r in placed if r["position_source"]}))
    if len(marks) < len(rows):
        without = t("projects.without_position", count=len(rows) - len(marks))
        draw(Markup('<p class="section-note">{}</p>').format(without))


def _project(row: ProjectRow, wanted: bool, store: Store) -> Markup:
    site = store.manifest.site
    clauses = page_data.clauses(store.version, store, site.plan)
    name = either(row, "name")
    others = [n for n in (row["name"], *(row["also_known_as"] or "").split("|")) if n and n != name]
    also = (
        Markup('<p class="also">{}</p>').format(t("projects.also", names=t("list.separator").join(others)))
        if others
        else ""
    )
    position = link(links.page("nearby", place=row["place"]), t("projects.nearby")) if row["lon"] is not None else ""
    facts = [
        known(f"category.{row['category']}", row["category"]),
        either(row, "district"),
        position or t("projects.no_position"),
        link(links.clause(row["clause"]), sentences.clause_named(clauses, row["clause"], row["clause_title"] or "")),
        *contributing.offers(ContributionSubject.PROJECT, row["id"], Kind.CORRECTION, css=""),
    ]
    note = Markup('<p class="section-note">{}</p>').format(either(row, "note")) if row["note"] else ""
    focus = Markup(' data-focus="{}"').format(row["id"]) if wanted else Markup("")
    return Markup(
        '<li class="project{}"{}><div class="project-head"><h2>{}</h2>{}</div>{}<ol class="timeline">{}{}</ol>{}'
        '<p class="facts">{}</p></li>'
    ).format(
        Markup(" is-open") if wanted else Markup(""),
        focus,
        name,
        state(row["status"]),
        also,
        _promised(row, site.plan_short_en if language() == "en" else site.plan_short),
        _reported(row),
        note,
        join((f for f in facts if f), t("list.dot")),
    )


def _promised(row: ProjectRow, plan: str) -> Markup:
    """What the plan says of a project, in its own words."""
    said: Markup | str = t("projects.not_in_plan")
    if row["promise"]:
        href = links.clause(row["clause"], row["promise_start"], row["promise_end"])
        said = Markup('<q lang="zh-CN">{}</q> {}').format(row["promise"].strip(), link(href, t("projects.passage")))
    return Markup("<li><span>{}</span><div>{}</div></li>").format(plan, said)


def _reported(row: ProjectRow) -> Markup:
    """What was last reported of a project, when and by whom."""
    when = row["status_date"].isoformat() if row["status_date"] else t("projects.since")
    source = Markup("<br>{}").format(source_line(row)) if row["source"] else ""
    return Markup('<li><span>{}</span><div><b class="told">{}</b>{}</div></li>').format(
        when, either(row, "status_text"), source
    )

"""逐年对照: every target beside what each year of the plan was set to do and what was published of it; made to be printed."""

import streamlit as st
from markupsafe import Markup

from portal.plan.rows import ObservedRow
from portal.plan.years import PlanYear, TargetYear
from portal.texts.interface import either, t
from portal.ui import figure_tables, links, page_data, sentences, shell
from portal.ui.board import news
from portal.ui.html import actions, badge, chips, draw, empty, heading, join, link, source_line, state, table


def page() -> None:
    """Draw all years beside each other, or the one that `year` in the address names with its sources."""
    store = page_data.store()
    years = page_data.plan_years(store.version, store)
    wanted = st.query_params.get("year")
    year = next((y for y in years if str(y.year) == wanted), None)
    site = store.manifest.site
    span = t("years.span", first=years[0].year, last=years[-1].year)
    title = t("years.title_one", year=year.year) if year else t("years.title", span=span)
    shell.name_page(title, site)
    draw(
        Markup('<div class="lead" id="p-main"><h1>{}</h1>{}<p>{}</p></div>').format(
            title, _said(year) if year else news([of.row for of in years[0].targets]), t("years.lead")
        ),
        _choice(years, year),
        empty(t("years.unknown", year=wanted, span=span)) if wanted and not year else Markup(""),
        *(_one(year) if year else (_all(years),)),
        _printed(store.version, year),
    )


def _choice(years: list[PlanYear], chosen: PlanYear | None) -> Markup:
    items = [(links.page("years"), t("years.all"), chosen is None)]
    items += [(links.page("years", year=y.year), t("years.year", year=y.year), y is chosen) for y in years]
    button = Markup('<button type="button" class="chip" data-print>{}</button>').format(t("years.print"))
    return chips(t("years.choose"), items) + actions([button])


def _said(year: PlanYear) -> Markup:
    """How much of a year was told, in one sentence."""
    told = t(
        "years.said",
        year=year.year,
        tasks=sum(bool(of.tasks) for of in year.targets),
        results=sum(bool(of.results) for of in year.targets),
        silent=sum(of.silent for of in year.targets),
    )
    return Markup('<p class="news">{}</p>').format(told)


def _all(years: list[PlanYear]) -> Markup:
    """A row for each target, a column for each year."""
    headers = [t("table.name"), t("table.target"), *(t("years.year", year=y.year) for y in years), t("table.status")]
    body = []
    for n, of in enumerate(years[0].targets):
        row = of.row
        cells = [_cell(year.targets[n]) for year in years]
        named = link(links.page("indicator", id=row["id"]), either(row, "name"))
        body.append([named, either(row, "target_text"), *cells, badge(row["status"])])
    return table(headers, body, t("years.caption"), "is-years")


def _cell(of: TargetYear) -> Markup:
    said = [
        *(_figure("years.task", o) for o in of.tasks),
        *(_figure("years.result", o) for o in of.results),
        *(_figure("years.other", o) for o in of.others),
    ]
    return join(said, Markup("<br>")) if said else Markup('<span class="none">{}</span>').format(t("years.nothing"))


def _figure(key: str, seen: ObservedRow) -> Markup:
    """A figure in a few words; where it need not be the target's own, with its scope."""
    return Markup("<span>{}</span>").format(
        t(key, value=sentences.value(seen, short=True), scope=either(seen, "scope"))
    )


def _one(year: PlanYear) -> list[Markup]:
    """What a year was set to do, what was published, what was reported of projects, and what nobody told."""
    columns = ("value", "scope", "note", "source")
    parts = []
    for name in ("tasks", "results", "others"):
        body = [_told(of, o) for of in year.targets for o in getattr(of, name)]
        title = t(f"years.{name}")
        note = t(f"years.{name}_note")
        headers = [t("table.name"), *(t(f"column.{c}") for c in columns)]
        parts.append(heading(title, 2, note))
        parts.append(table(headers, body, title, "is-year") if body else empty(t(f"years.no_{name}")))
    return [*parts, _projects(year), _silent(year)]


def _told(of: TargetYear, seen: ObservedRow) -> list[Markup | str]:
    named = link(links.page("indicator", id=of.row["id"]), either(of.row, "name"))
    why = () if seen["comparable"] else (either(seen, "comparable_reason"),)
    return [named, sentences.value(seen), either(seen, "scope"), figure_tables.told(seen, *why), source_line(seen)]


def _projects(year: PlanYear) -> Markup:
    if not year.projects:
        return Markup("")
    items = join(
        Markup("<li>{} {} {}</li>").format(
            link(links.page("projects", project=p["id"]), either(p, "name")),
            state(p["status"]),
            either(p, "status_text"),
        )
        for p in year.projects
    )
    return heading(t("years.projects"), 2, t("years.projects_note")) + Markup('<ul class="plain">{}</ul>').format(items)


def _silent(year: PlanYear) -> Markup:
    rows = [of.row for of in year.targets if of.silent]
    if not rows:
        return Markup("")
    items = join(
        (link(links.page("indicator", id=r["id"]), either(r, "name")) for r in rows), Markup(t("list.separator"))
    )
    return heading(t("years.silent", count=len(rows)), 2, t("years.silent_note")) + Markup("<p>{}</p>").format(items)


def _printed(version: str, year: PlanYear | None) -> Markup:
    """Where a printed page came from."""
    address = shell.address("years") + links.page("years", year=year.year if year else None)
    return Markup('<p class="printed">{}</p>').format(t("years.printed", address=address, version=version))

"""指标: one target, told as promise, result, evidence and caveats."""

import datetime
from collections.abc import Sequence

import streamlit as st
from markupsafe import Markup

from portal.datasets import citation
from portal.datasets.sources import SourceRow
from portal.desk.offers import Kind
from portal.desk.subjects import ContributionSubject
from portal.places import promises
from portal.plan import gaps
from portal.plan.clauses import targets
from portal.plan.rows import ObservedRow, ProgressRow, RelatedRow
from portal.plan.years import span_of
from portal.publication.statuses import FigureKind
from portal.publication.store import Row, Store
from portal.texts.interface import either, known, language, t
from portal.ui import contributing, embed, figure_tables, links, measure_words, page_data, sentences, shell
from portal.ui.charts import target_chart
from portal.ui.html import (
    actions,
    badge,
    download,
    draw,
    empty,
    figure,
    figures,
    heading,
    join,
    link,
    outside,
    quote,
    reliability,
    share,
    source_line,
    state,
    target_bar,
    to_file,
)
from portal.ui.place_bars import place_bars


def page() -> None:
    """Draw the target that `id` in the address names."""
    store = page_data.store()
    rows = page_data.targets(store.version, store)
    wanted = st.query_params.get("id")
    row = next((r for r in rows if r["id"] == wanted), None)
    if row is None:
        sentence = t("indicator.unknown", id=wanted) if wanted else t("indicator.choose")
        draw(Markup('<h1 id="p-main">{}</h1>').format(t("nav.indicator")))
        draw(empty(sentence, links.page(), t("indicator.all")))
        return
    shell.name_page(either(row, "name"), store.manifest.site)
    seen = page_data.observations(store.version, store, row["id"])
    sources = page_data.sources(store.version, store)
    draw(_lead(row), _figures(row, sources), target_bar(row), _softer(row, seen))
    draw(_promise(row, store))
    _results(row, seen, store)
    _peers(row, store)
    near = page_data.related(store.version, store, row["id"])
    draw(figure_tables.other_scope(seen), figure_tables.not_results(seen), figure_tables.related(near))
    draw(_caveats(row, seen))
    draw(_related(row, rows, store), _places(row, store), _sources([*seen, *near]), _downloads(row, near))
    _cited(row, store)
    draw(heading(t("embed.title"), 2, t("embed.note")))
    st.code(embed.snippet(row, shell.address("indicator")), language=None, wrap_lines=True)


def _lead(row: ProgressRow) -> Markup:
    return Markup(
        '<div class="lead" id="p-main"><p class="crumbs">{} › {}</p><h1>{}</h1><p class="status-line">{}</p><p class="news">{}</p><p>{}</p>{}</div>'
    ).format(
        link(links.page(), t("nav.overview")),
        link(links.page("", theme=row["theme"]), either(row, "theme")),
        either(row, "name"),
        badge(row["status"]),
        sentences.verdict(row),
        sentences.besides(row),
        _caveat(row),
    ) + actions(
        [
            *(
                [link(links.page("gaps", id=row["id"]), t("gaps.apply"), "action")]
                if row["status"] in gaps.STATUSES
                else []
            ),
            *contributing.offers(ContributionSubject.INDICATOR, row["id"], Kind.FIGURE, Kind.CORRECTION),
        ]
    )


def _caveat(row: ProgressRow) -> Markup:
    """What must be said of the figure the verdict rests on, beside the verdict."""
    told = sentences.caveat(row)
    return Markup('<p class="section-note">{}</p>').format(told) if told else Markup("")


def _figures(row: ProgressRow, sources: dict[str, SourceRow]) -> Markup:
    found: Row = row
    items = [figure(t("indicator.target"), either(row, "target_text"), either(row, "due_text"), "is-target")]
    due = _dated(row, "due", sources) if row["due_observation"] else ""
    items.append(
        figure(
            t("indicator.due", year=row["due"].year),
            sentences.value(row, "due_", short=True) if row["due_observation"] else t("indicator.no_result"),
            due or t("indicator.no_result_note"),
            f"is-{row['status']}",
        )
    )
    for name in ("latest", "baseline"):
        if found[f"{name}_observation"] and found[f"{name}_observation"] != row["due_observation"]:
            value = sentences.value(row, f"{name}_", short=True)
            items.append(figure(t(f"indicator.{name}"), value, _dated(row, name, sources)))
    return figures(items)


def _dated(row: Row, name: str, sources: dict[str, SourceRow]) -> Markup:
    """Period, source and reliability of the due, latest or baseline result."""
    source: Row = sources.get(row[f"{name}_source"] or "", {})
    title = outside(source.get("url"), source.get("title") or row[f"{name}_source"] or "")
    parts = (either(row, f"{name}_period"), title, reliability(row[f"{name}_reliability"]))
    return join((p for p in parts if p), t("list.dot"))


def _softer(row: ProgressRow, seen: list[ObservedRow]) -> Markup:
    """What a later document asks for instead of the plan's target, in its own words, where that is less."""
    return join(
        Markup(
            '<div class="softer"><p><b>{}</b> {}</p><p class="change"><del>{}</del> → <ins>{}</ins></p>{}<p>{}</p></div>'
        ).format(
            t("indicator.softer" if o["softer"] else "indicator.postponed"),
            t("indicator.softer_note", period=either(o, "period"), value=sentences.value(o), scope=either(o, "scope")),
            t("indicator.asked", target=either(row, "target_text"), due=either(row, "due_text")),
            t("indicator.asked", target=sentences.value(o), due=either(o, "period")),
            Markup('<q lang="zh-CN">{}</q>').format(o["quote"]) if o["quote"] else "",
            source_line(o),
        )
        for o in seen
        if o["softer"] or o["postponed"]
    )


def _promise(row: ProgressRow, store: Store) -> Markup:
    clauses = page_data.clauses(store.version, store, row["document"])
    where = sentences.clause_named(clauses, row["clause"], row["clause_title"])
    block = quote(row["quote"], links.clause(row["clause"], row["quote_start"], row["quote_end"]), where)
    also = [c for c in (row["also_in"] or "").split("|") if c]
    more = Markup("")
    if also:
        named = join((link(links.clause(c), sentences.clause_name(c)) for c in also), t("list.separator"))
        more = Markup('<p class="section-note">{} {}</p>').format(t("indicator.also"), named)
    scope = Markup('<p class="section-note">{}</p>').format(t("indicator.scope", scope=either(row, "scope")))
    return heading(t("indicator.promise")) + block + more + scope


def _results(row: ProgressRow, seen: list[ObservedRow], store: Store) -> None:
    results = [o for o in seen if o["kind"] == FigureKind.ACTUAL and o["comparable"]]
    if not results:
        draw(heading(t("indicator.results")), empty(t("indicator.no_results")))
        return
    draw(heading(t("indicator.results"), 2, either(results[-1], "scope")))
    site = store.manifest.site
    chart = target_chart(row, seen, span_of(site))
    if chart is not None:
        st.altair_chart(chart, width="stretch", alt=f"{sentences.chart_alt(row, seen)} {t('chart.in_table')}")
        files = [_file(row, extension) for extension in ("png", "svg", "xlsx", "csv")]
        draw(actions(files), share(links.page("indicator", id=row["id"])))
    told = figure_tables.results(results, t("indicator.results_table", name=either(row, "name")))
    draw(_fold(t("indicator.show_table", count=len(results)), told, open_=len(results) <= 3))


def _peers(row: ProgressRow, store: Store) -> None:
    """How other cities stand in the same thing, in the last year compared."""
    found = page_data.peers(store.version, store, row["id"])
    if found is None or not found.drawn():
        return
    draw(heading(t("indicator.peers"), 2, measure_words.said(found)))
    address = links.page("compare", measure=found.measure.id, dataset=found.measure.dataset)
    draw(place_bars(found), actions([link(address, t("indicator.compare"), "action")]))


def _cited(row: ProgressRow, store: Store) -> None:
    """How to cite the target's figures in this version, and the address to pass on."""
    address = shell.address("indicator") + links.page("indicator", id=row["id"])
    dataset = store.dataset("observations")
    figures = citation.citable(store.manifest, dataset, address, datetime.date.today())
    named = citation.part(figures, row["name_zh"], row["name_en"])
    draw(heading(t("indicator.cite"), 2, t("indicator.cite_note")))
    st.code(citation.gbt7714(named) if language() == "zh" else citation.apa(named), language=None, wrap_lines=True)
    st.code(address, language=None, wrap_lines=True)


def _file(row: ProgressRow, extension: str) -> Markup:
    """A link that downloads the chart with its sources and version written in it, or its figures."""
    return to_file(links.page(f"chart/{row['id']}.{extension}"), t(f"picture.{extension}"))


def _fold(summary: str, body: Markup, open_: bool) -> Markup:
    return Markup("<details{}><summary>{}</summary>{}</details>").format(
        Markup(" open") if open_ else Markup(""), summary, body
    )


def _caveats(row: ProgressRow, seen: list[ObservedRow]) -> Markup:
    """The target's own note, and that of the result it is judged by."""
    due = next((either(o, "note") for o in seen if o["id"] == row["due_observation"] and o["note"]), None)
    notes = [n for n in (either(row, "note"), due and t("indicator.due_note", note=due)) if n]
    if not notes:
        return Markup("")
    return heading(t("indicator.notes")) + join(Markup("<p>{}</p>").format(n) for n in notes)


def _related(row: ProgressRow, rows: list[ProgressRow], store: Store) -> Markup:
    """The other rows of the same promise, other targets of the clause, and the clause's projects."""
    beside = [r for r in targets(rows).get(row["clause"], []) if r["id"] != row["id"]]
    beside.sort(key=lambda r: r["family"] != row["family"])
    named = [
        Markup("<li>{} {}</li>").format(
            link(links.page("indicator", id=r["id"]), either(r, "name")), badge(r["status"])
        )
        for r in beside
    ]
    works = [
        Markup("<li>{} {}</li>").format(
            link(links.page("projects", project=p["id"]), either(p, "name")), state(p["status"])
        )
        for p in page_data.project_list(store.version, store)
        if p["clause"] == row["clause"]
    ]
    parts = Markup("")
    if named:
        parts += heading(t("indicator.same_clause")) + Markup('<ul class="plain">{}</ul>').format(join(named))
    if works:
        parts += heading(t("indicator.projects")) + Markup('<ul class="plain">{}</ul>').format(join(works))
    return parts


def _places(row: ProgressRow, store: Store) -> Markup:
    """The places of the kinds the target is about, as far as the data hold them."""
    items = [
        Markup("<li>{} {}</li>").format(
            link(
                links.page("data", ("filter.kind", p["kind"]), dataset="places"),
                t("indicator.places_of", kind=known(f"place_kind.{p['kind']}", p["kind"]), count=p["total"]),
            ),
            t("indicator.places_positioned", count=p["positioned"]),
        )
        for p in promises.about(store, row)
    ]
    if not items:
        return Markup("")
    note = Markup("{} {}").format(t("indicator.places_note"), link(links.page("nearby"), t("indicator.places_near")))
    return heading(t("indicator.places"), 2, note) + Markup('<ul class="plain">{}</ul>').format(join(items))


def _sources(seen: Sequence[Row]) -> Markup:
    unique = {o["source"]: o for o in seen if o["source"]}
    if not unique:
        return Markup("")
    items = join(Markup("<li>{}</li>").format(source_line(o)) for o in unique.values())
    return heading(t("indicator.sources"), 2, t("indicator.sources_note")) + Markup('<ul class="plain">{}</ul>').format(
        items
    )


def _downloads(row: ProgressRow, near: list[RelatedRow]) -> Markup:
    formats = (("csv", t("download.csv")), ("xlsx", t("download.xlsx")), ("json", t("download.json")))
    files = [download("observations", extension, label, indicator=row["id"]) for extension, label in formats]
    if near:
        files.append(
            download("background-figures", "csv", t("indicator.download_related"), related_indicator=row["id"])
        )
    return heading(t("indicator.download"), 2, t("indicator.download_note")) + actions(files)

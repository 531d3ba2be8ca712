"""A dataset: search, filter, sort and page through its rows, each column's profile, a chart; its dictionary, terms and citation."""

import datetime

import streamlit as st
from markupsafe import Markup, escape

from portal.datasets import citation
from portal.datasets.formats import formats
from portal.datasets.profile import Profile, numeric
from portal.datasets.row_parameters import BadParameterError, parse
from portal.datasets.row_query import RowQuery
from portal.desk.offers import Kind
from portal.desk.subjects import ContributionSubject
from portal.pages.dataset_rows import (
    PAGE,
    PAGE_MAX,
    Pairs,
    active_filters,
    cell,
    found_said,
    page_turner,
    preview,
    search_and_filters,
)
from portal.publication.catalogue import Column, Dataset
from portal.publication.store import Store
from portal.texts.interface import either, known, language, t
from portal.texts.numbers import number
from portal.ui import contributing, links, page_data, shell
from portal.ui.charts import spread_chart
from portal.ui.html import actions, draw, empty, heading, join, link, outside, table, to_file
from portal.ui.quality_table import quality_section


def page(store: Store, dataset: Dataset, current: bool) -> None:
    """Draw a dataset; the address holds the query in the API's own words (`portal.datasets.row_query`).

    Args:
        store: the version the address names, or the current one.
        dataset: one of its datasets.
        current: whether it is the current version.
    """
    shell.name_page(either(dataset, "title"), store.manifest.site)
    kept: Pairs = [("dataset", dataset.id), *([] if current else [("version", store.version)])]
    caveats = either(dataset, "caveats")
    draw(
        Markup('<div class="lead" id="p-main"><p class="crumbs">{}</p><h1>{}</h1><p>{}</p></div>').format(
            link(links.page("data"), t("nav.data")), either(dataset, "title"), either(dataset, "summary")
        ),
        Markup("") if current else _older(store, dataset),
        heading(t("data.caveats")) + Markup("<p>{}</p>").format(caveats) if caveats else Markup(""),
    )
    try:
        query = parse(dataset, _pairs(), PAGE_MAX, PAGE)
    except BadParameterError as error:
        draw(empty(error.told(), links.page("data", *kept), t("overview.reset")))
    else:
        _explorer(store, query, kept)
    draw(
        heading(t("data.dictionary")),
        _dictionary(dataset),
        heading(t("data.about")),
        _about(store, dataset),
        quality_section(store.manifest, dataset, datetime.date.today()),
        actions(contributing.offers(ContributionSubject.DATASET, dataset.id, Kind.CORRECTION)),
        _changelog(dataset),
    )
    _citation(store, dataset)


def _pairs() -> Pairs:
    """The query as the address gives it."""
    names = [n for n in st.query_params if n.startswith("filter.") or n in {"q", "order", "select", "limit", "offset"}]
    return [(n, v) for n in names for v in st.query_params.get_all(n) if v or n.startswith("filter.")]


def _older(store: Store, dataset: Dataset) -> Markup:
    return Markup('<p class="softer">{} {}</p>').format(
        t("data.older", version=store.version, date=f"{store.manifest.created:%Y-%m-%d}"),
        link(links.page("data", dataset=dataset.id), t("data.see_current")),
    )


def _explorer(store: Store, query: RowQuery, kept: Pairs) -> None:
    dataset = query.dataset
    draw(heading(t("data.preview")))
    search_and_filters(dataset)
    filters = [p for p in query.pairs() if p[0] not in {"limit", "offset"}]
    key = (store.version, store, dataset.id)
    text = query.page(0).urlencoded()
    total, profiles, units = page_data.profile(*key, text, query)
    rows = page_data.rows(*key, query.urlencoded(), query)
    draw(
        active_filters(query, kept),
        Markup('<p class="found">{}</p>').format(found_said(query, len(rows), total)),
        actions(_formats(dataset, [*filters, *(p for p in kept if p[0] == "version")])),
    )
    if rows:
        draw(preview(query, rows, kept), page_turner(query, len(rows), total, kept))
    else:
        draw(empty(t("data.no_rows"), links.page("data", *kept), t("overview.reset")))
    draw(
        Markup("<details><summary>{}</summary>{}</details>").format(
            t("data.profile", count=len(profiles)), _profile(profiles)
        )
    )
    _chart(store, query, text, units, [*filters, *(p for p in kept if p[0] == "version")])


def _formats(dataset: Dataset, pairs: Pairs) -> list[Markup]:
    return [
        to_file(links.export(dataset.id, extension, pairs), t(f"download.{extension}"))
        for extension in formats(dataset)
    ]


def _profile(profiles: list[Profile]) -> Markup:
    headers = [
        t("column.name"),
        t("column.title"),
        t("profile.least"),
        t("profile.most"),
        t("profile.distinct"),
        t("profile.missing"),
    ]
    body = [
        [
            Markup("<code>{}</code>").format(p.column.name),
            either(p.column, "title"),
            cell(p.least),
            cell(p.most),
            number(p.distinct),
            number(p.missing),
        ]
        for p in profiles
    ]
    return table(headers, body, t("data.profile", count=len(profiles)))


def _chart(store: Store, query: RowQuery, filters: str, units: list[str], pairs: Pairs) -> None:
    """How the numbers of a chosen column are spread over the rows found; `pairs` are what the picture's address carries."""
    columns = {c.name: c for c in numeric(query.dataset)}
    if not columns:
        return
    draw(heading(t("data.chart"), 2, t("data.chart_note")))
    name = st.selectbox(
        t("data.chart_column"),
        list(columns),
        format_func=lambda n: either(columns[n], "title"),
        key=f"chart_{query.dataset.id}",
    )
    column = columns[name]
    if len(units) > 1 and not column.unit:
        draw(empty(t("data.chart_units", units=t("list.separator").join(units))))
        return
    bars = page_data.spread(store.version, store, query.dataset.id, filters, name, query, column)
    if not bars:
        draw(empty(t("data.chart_none")))
        return
    title = either(column, "title")
    unit = column.unit or "".join(units)
    alt = f"{t('data.chart_alt', column=title)} {t('data.chart_in_profile')}"
    st.altair_chart(spread_chart(bars, title, unit), width="stretch", alt=alt)
    pictures = {e: links.page(f"chart/{query.dataset.id}/{name}.{e}", *pairs) for e in ("png", "svg")}
    draw(actions(to_file(address, t(f"picture.{extension}")) for extension, address in pictures.items()))


def _dictionary(dataset: Dataset) -> Markup:
    headers = [t("column.name"), t("column.title"), t("column.type"), t("column.meaning")]
    body = [
        [
            Markup("<code>{}</code>").format(c.name),
            either(c, "title"),
            known(f"type.{c.type}", c.type),
            _meaning(c),
        ]
        for c in dataset.columns
    ]
    return table(headers, body, t("data.dictionary"))


def _meaning(column: Column) -> Markup:
    parts = [
        either(column, "description"),
        t("data.unit", unit=column.unit) if column.unit else "",
        t("data.required") if column.required else "",
        t("data.allowed", values=t("list.separator").join(column.allowed)) if column.allowed else "",
        t("data.references", target=column.references) if column.references else "",
        t("data.example", example=column.example) if column.example else "",
    ]
    return join((escape(p) for p in parts if p), t("list.dot"))


def _about(store: Store, dataset: Dataset) -> Markup:
    file = next((f for f in store.manifest.files if f.table == dataset.table), None)
    facts: list[tuple[str, Markup | str]] = [
        (t("about.provider"), dataset.provider),
        (t("about.theme"), dataset.theme),
        (t("about.openness"), dataset.openness),
        (t("about.frequency"), dataset.update_frequency),
        (t("about.first"), dataset.first_published.isoformat()),
        (t("about.updated"), dataset.updated.isoformat()),
        (t("about.license"), outside(dataset.license_url, dataset.license)),
        (t("about.contact"), dataset.contact),
        (t("about.version"), link(links.page("versions"), store.version)),
        (t("about.checksum"), Markup("<code>{}</code>").format(file.sha256) if file else ""),
    ]
    return Markup('<dl class="about">{}</dl>').format(
        join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(k, v) for k, v in facts if v)
    )


def _changelog(dataset: Dataset) -> Markup:
    if not dataset.changelog:
        return Markup("")
    items = join(
        Markup("<li><span>{}</span><span>{}</span></li>").format(c.date.isoformat(), _reason(c.reason, c.reason_en))
        for c in reversed(dataset.changelog)
    )
    return heading(t("data.changelog"), 2, link(links.page("versions"), t("data.see_versions"))) + Markup(
        '<ul class="changelog">{}</ul>'
    ).format(items)


def _reason(zh: str, en: str) -> str:
    return (en if language() == "en" else "") or zh


def _citation(store: Store, dataset: Dataset) -> None:
    """The dataset in this version as a citation, in three forms to copy."""
    draw(heading(t("data.cite"), 2, t("data.cite_note")))
    base = shell.address("data")
    today = datetime.date.today()
    url = f"{base}/data?dataset={dataset.id}&version={store.version}" if base else ""
    named = citation.citable(store.manifest, dataset, url, today)
    forms = (("GB/T 7714", citation.gbt7714(named)), ("APA", citation.apa(named)), ("BibTeX", citation.bibtex(named)))
    for tab, (_, text) in zip(st.tabs([name for name, _ in forms]), forms, strict=True):
        tab.code(text, language=None, wrap_lines=True)

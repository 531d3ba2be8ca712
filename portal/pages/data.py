"""数据: every published table with its description, column dictionary, first rows and downloads."""

import streamlit as st
from markupsafe import Markup, escape

from portal.catalogue import Column, Dataset
from portal.store import Row, Store
from portal.ui import data, links, shell
from portal.ui.pieces import actions, download, draw, empty, heading, join, link, outside, table
from portal.ui.texts import either, known, t

_PREVIEW_ROWS = 8
_SHOWN = 80


def page() -> None:
    """Draw the list of datasets, or the dataset that `dataset` in the address names."""
    store = data.store()
    wanted = st.query_params.get("dataset")
    chosen = next((d for d in store.manifest.datasets if d.id == wanted), None)
    if chosen is not None:
        _dataset(store, chosen)
        return
    draw(
        Markup('<div class="lead" id="p-main"><h1>{}</h1><p>{}</p></div>').format(
            t("data.title", count=len(store.manifest.datasets)), t("data.lead", version=store.version)
        )
    )
    if wanted:
        draw(empty(t("data.unknown", id=wanted)))
    draw(Markup('<ul class="datasets">{}</ul>').format(join(_entry(store, d) for d in store.manifest.datasets)))


def _rows(store: Store, dataset: Dataset) -> int:
    return next((f.rows for f in store.manifest.files if f.table == dataset.table), 0)


def _entry(store: Store, dataset: Dataset) -> Markup:
    facts = (
        t("data.rows", count=f"{_rows(store, dataset):,}"),
        t("data.columns_count", count=len(dataset.columns)),
        t("data.updated", date=dataset.updated.isoformat()),
        dataset.license,
    )
    return Markup('<li class="dataset"><h2>{}</h2><p>{}</p><p class="facts">{}</p>{}</li>').format(
        link(links.page("data", dataset=dataset.id), either(dataset, "title")),
        either(dataset, "summary"),
        t("list.dot").join(facts),
        actions(_formats(dataset, ("csv", "xlsx"))),
    )


def _formats(dataset: Dataset, extensions: tuple[str, ...]) -> list[Markup]:
    return [download(dataset.id, extension, t(f"download.{extension}")) for extension in extensions]


def _dataset(store: Store, dataset: Dataset) -> None:
    shell.name_page(either(dataset, "title"), store.manifest.site)
    formats: tuple[str, ...] = ("csv", "xlsx", "parquet", "json")
    if dataset.has_geometry:
        formats = (*formats, "geojson")
    caveats = either(dataset, "caveats")
    draw(
        Markup('<div class="lead" id="p-main"><p class="crumbs">{} › {}</p><h1>{}</h1><p>{}</p></div>').format(
            link(links.page("data"), t("nav.data")), dataset.id, either(dataset, "title"), either(dataset, "summary")
        ),
        actions(_formats(dataset, formats)),
        heading(t("data.caveats")) + Markup("<p>{}</p>").format(caveats) if caveats else Markup(""),
        heading(t("data.preview"), 2, t("data.preview_note", shown=_PREVIEW_ROWS, count=f"{_rows(store, dataset):,}")),
        _preview(dataset, data.preview(store.version, store, dataset.table, _PREVIEW_ROWS)),
        heading(t("data.dictionary")),
        _dictionary(dataset),
        heading(t("data.about")),
        _about(store, dataset),
    )


def _preview(dataset: Dataset, rows: list[Row]) -> Markup:
    headers = [either(c, "title") for c in dataset.columns]
    body = [[_cell(row[c.name]) for c in dataset.columns] for row in rows]
    return table(headers, body, t("data.preview"), "is-wide")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


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
        (t("about.version"), store.version),
        (t("about.checksum"), Markup("<code>{}</code>").format(file.sha256) if file else ""),
    ]
    return Markup('<dl class="about">{}</dl>').format(
        join(Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(k, v) for k, v in facts if v)
    )

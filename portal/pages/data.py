"""数据: every published table, searched by its description, columns and rows; one of them in detail in `portal.pages.dataset`."""

import streamlit as st
from markupsafe import Markup

from portal import services
from portal.datasets.profile import Found, only_described
from portal.pages import dataset as detail
from portal.publication.catalogue import Dataset
from portal.publication.manifest import PublicationError
from portal.publication.store import Store
from portal.texts.interface import either, t
from portal.texts.numbers import number
from portal.ui import links, page_data
from portal.ui.html import actions, download, draw, empty, join, link


def page() -> None:
    """Draw the list of datasets, or the dataset that `dataset` in the address names, in the version that `version` names."""
    store = page_data.store()
    current = store.version
    version, wanted = st.query_params.get("version"), st.query_params.get("dataset")
    if version and version != current:
        opened = _opened(version)
        if opened is None:
            draw(Markup('<h1 id="p-main">{}</h1>').format(t("nav.data")))
            draw(empty(t("data.no_version", version=version), links.page("versions"), t("data.see_versions")))
            return
        store = opened
    chosen = next((d for d in store.manifest.datasets if d.id == wanted), None)
    if chosen is not None:
        detail.page(store, chosen, store.version == current)
        return
    draw(
        Markup('<div class="lead" id="p-main"><h1>{}</h1><p>{}</p><p>{}</p></div>').format(
            t("data.title", count=len(store.manifest.datasets)),
            t("data.lead", version=store.version),
            join((link(links.page(p), t(f"nav.{p}")) for p in ("gaps", "sql", "versions")), t("list.dot")),
        )
    )
    if wanted:
        draw(empty(t("data.unknown", id=wanted)))
    typed = st.text_input(
        t("data.search"),
        key="q",
        bind="query-params",
        type="search",
        placeholder=t("data.search"),
        label_visibility="collapsed",
    )
    words = (typed or "").strip()
    if words:
        draw(_not_searched(only_described(store), words))
        draw(_hits(page_data.find(store.version, store, words), words))
    else:
        draw(Markup('<ul class="datasets">{}</ul>').format(join(_entry(store, d) for d in store.manifest.datasets)))


def _opened(version: str) -> Store | None:
    try:
        return services.services().publications.version(version)
    except (KeyError, PublicationError):
        return None


def _hits(found: list[Found], words: str) -> Markup:
    """Where the words of a search occur, each with a way there."""
    if not found:
        return empty(t("data.no_hits", words=words), links.page("data"), t("overview.reset"))
    return Markup('<ul class="datasets">{}</ul>').format(join(_hit(f, words) for f in found))


def _not_searched(left_out: list[Dataset], words: str) -> Markup:
    """The large tables whose rows were not looked through, each with a way to do so."""
    if not left_out:
        return Markup("")
    named = (link(links.page("data", dataset=d.id, q=words), either(d, "title")) for d in left_out)
    return Markup('<p class="facts">{}{}</p>').format(t("data.not_searched"), join(named, t("list.separator")))


def _hit(found: Found, words: str) -> Markup:
    dataset = found.dataset
    named = t("list.separator").join(either(c, "title") for c in found.columns)
    parts = [
        link(links.page("data", dataset=dataset.id, q=words), t("data.hit_rows", count=number(found.rows)))
        if found.rows
        else "",
        t("data.hit_columns", columns=named) if named else "",
        t("data.hit_described") if found.described else "",
    ]
    return Markup('<li class="dataset"><h2>{}</h2><p>{}</p><p class="facts">{}</p></li>').format(
        link(links.page("data", dataset=dataset.id), either(dataset, "title")),
        either(dataset, "summary"),
        join((p for p in parts if p), t("list.dot")),
    )


def _rows(store: Store, dataset: Dataset) -> int:
    return next((f.rows for f in store.manifest.files if f.table == dataset.table), 0)


def _entry(store: Store, dataset: Dataset) -> Markup:
    facts = (
        t("data.rows", count=number(_rows(store, dataset))),
        t("data.columns_count", count=len(dataset.columns)),
        t("data.updated", date=dataset.updated.isoformat()),
        dataset.license,
    )
    return Markup('<li class="dataset"><h2>{}</h2><p>{}</p><p class="facts">{}</p>{}</li>').format(
        link(links.page("data", dataset=dataset.id), either(dataset, "title")),
        either(dataset, "summary"),
        t("list.dot").join(facts),
        actions(download(dataset.id, extension, t(f"download.{extension}")) for extension in ("csv", "xlsx")),
    )

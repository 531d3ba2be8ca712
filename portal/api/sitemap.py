"""What search engines are told: every page with the day on which what it shows last changed, and that all may be read."""

import datetime
from collections.abc import Iterator, Sequence
from urllib.parse import quote
from weakref import WeakKeyDictionary
from xml.etree import ElementTree as xml

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from portal.api.http import conditional
from portal.api.shared import base_url, store_of
from portal.plan import progress
from portal.plan.years import years_of
from portal.publication.editions import Edition, editions
from portal.publication.store import Store
from portal.publication.subject_changes import last_changed, tables_changed

router = APIRouter(tags=["目录"])

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
# What a page shows, by the names of published tables; a page that is not here shows something of all.
_SHOWN = {
    "/": ("indicators", "observations", "progress"),
    "/policy": ("clauses",),
    "/documents": ("documents",),
    "/projects": ("projects",),
    "/nearby": ("places",),
    "/years": ("indicators", "observations", "progress"),
    "/gaps": ("indicators", "observations", "progress"),
    "/about": ("guide",),
}
_OTHERS = ("/compare", "/data", "/sql", "/versions", "/contribute", "/contributions")
_kept: WeakKeyDictionary[Store, dict[tuple[object, ...], bytes]] = WeakKeyDictionary()


@router.get(
    "/sitemap.xml",
    summary="站点地图",
    response_class=Response,
    responses={200: {"content": {"application/xml": {}}, "description": "the document"}},
)
def sitemap(request: Request) -> Response:
    """Every page of the portal for search engines, with the day on which what it shows last changed."""
    store, base = store_of(request), base_url(request)
    known = editions(store.folder.parent)
    kept, key = _kept.setdefault(store, {}), (base, tuple(e.version for e in known))
    if key not in kept:
        kept.clear()
        kept[key] = _document(base, _pages(store, known))
    return conditional(request, kept[key], "application/xml", f'W/"{store.version}-{len(known)}-sitemap"', store)


@router.get("/robots.txt", summary="爬虫须知", response_class=PlainTextResponse)
def robots(request: Request) -> Response:
    """Everything may be read; the sitemap names the pages."""
    return PlainTextResponse(f"User-agent: *\nAllow: /\nSitemap: {base_url(request)}/sitemap.xml\n")


def _pages(store: Store, known: Sequence[Edition]) -> Iterator[tuple[str, datetime.date]]:
    """The address of each page, and its day."""
    # A version that is not on disk under its own name (a synthetic one) is its own only one.
    tables, site = tables_changed(known), store.manifest.site
    newest = max(tables.values(), default=store.manifest.created.date())
    oldest = known[-1].created.date() if known else newest

    def shown(*names: str) -> datetime.date:
        return max((tables[n] for n in names if n in tables), default=newest)

    days = {path: shown(*names) for path, names in _SHOWN.items()}
    yield from days.items()
    yield from ((path, newest) for path in _OTHERS)
    yield from ((f"/years?year={year}", days["/years"]) for year in years_of(site))
    targets = last_changed(store, known, "indicators.id")
    for row in progress.progress(store):
        yield f"/indicator?id={quote(row['id'])}", targets.get(row["id"], oldest)
    for dataset in store.manifest.datasets:
        yield f"/data?dataset={dataset.id}", shown(dataset.table)
    for clause in store.rows('SELECT clause FROM clauses WHERE document = ? ORDER BY "order"', [site.plan]):
        yield f"/policy?clause={quote(clause['clause'])}", days["/policy"]
    for document in store.manifest.documents:
        if document["id"] != site.plan:
            yield f"/policy?document={quote(document['id'])}", shown("clauses", "documents")


def _document(base: str, pages: Iterator[tuple[str, datetime.date]]) -> bytes:
    root = xml.Element("urlset", xmlns=_SITEMAP)
    for path, day in pages:
        page = xml.SubElement(root, "url")
        xml.SubElement(page, "loc").text = base + path
        xml.SubElement(page, "lastmod").text = day.isoformat()
    return bytes(xml.tostring(root, "utf-8", xml_declaration=True))

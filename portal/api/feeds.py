"""The feeds of published versions: of all, or of those that changed one dataset."""

import uuid
from collections.abc import Iterator
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from feedgen.feed import FeedGenerator
from starlette.responses import Response

from portal.api.http import conditional
from portal.api.shared import base_url, dataset_of, store_of
from portal.publication.editions import Edition, editions
from portal.publication.site import Site
from portal.publication.versions import changed_tables, reasons
from portal.texts.errors import Sentence
from portal.texts.files import told
from portal.texts.interface import Language

router = APIRouter(tags=["目录"])

_ATOM = "application/atom+xml"
# Of the ids of feeds and their entries, which stay as they are when the portal moves to another address.
_NAMESPACE = uuid.UUID("c1f0a9f2-6f0e-4b43-8d5e-3f0d2f7b9a64")


@router.get(
    "/feed.atom",
    summary="发布版本订阅",
    response_class=Response,
    responses={200: {"content": {_ATOM: {}}, "description": "the document"}},
)
def feed(
    request: Request,
    lang: Annotated[Language, Query(description="the language of its words: zh or en")] = "zh",
    dataset: Annotated[str | None, Query(description="only the versions that changed this dataset")] = None,
) -> Response:
    """The published versions, newest first, each with the tables that changed since the one before."""
    store, base = store_of(request), base_url(request)
    of = None if dataset is None else dataset_of(store, dataset)
    known = editions(store.folder.parent)
    body = _feed(base, store.manifest.site, lang, of and of.id, store.folder.parent, tuple(e.version for e in known))
    etag = f'W/"{store.version}-{len(known)}-feed-{lang}-{of and of.id}"'
    return conditional(request, body, _ATOM, etag, store)


@lru_cache(maxsize=64)
def _feed(
    base: str, site: Site, lang: Language, dataset: str | None, published: Path, _versions: tuple[str, ...]
) -> bytes:
    """The feed in a language, made once for the versions there are."""
    known = editions(published)
    pairs = [
        (now, before) for now, before in zip_longest(known, known[1:]) if dataset in {None, *_changed(now, before)}
    ]
    title = Sentence(site.title, site.title_en)
    named = next((d for d in known[0].datasets if d.id == dataset), None)
    asked = {k: v for k, v in (("dataset", dataset), ("lang", lang if lang != "zh" else None)) if v}
    shown = f"{base}/data" + (f"?{urlencode({'dataset': dataset})}" if dataset else "")
    atom = FeedGenerator()
    atom.id(_identity(site, dataset))
    of_one = named and told("feed.of_dataset", site=title, dataset=Sentence(named.title_zh, named.title_en))
    atom.title((of_one or told("feed.title", site=title)).told(lang))
    atom.updated((pairs or [(known[0], None)])[0][0].created)
    address = f"{base}/feed.atom" + (f"?{urlencode(asked)}" if asked else "")
    atom.link([{"rel": "self", "href": address}, {"rel": "alternate", "href": shown}])
    atom.author(name=title.told(lang))
    atom.generator("")
    for manifest, earlier in pairs:
        entry = atom.add_entry(order="append")
        entry.id(_identity(site, dataset, manifest.version))
        entry.title(told("feed.version", version=manifest.version).told(lang))
        entry.updated(manifest.created)
        entry.link(rel="alternate", href=shown)
        entry.summary(_changes(manifest, earlier).told(lang))
    return bytes(atom.atom_str(encoding="utf-8"))


def _identity(site: Site, dataset: str | None, version: str = "") -> str:
    return uuid.uuid5(_NAMESPACE, "/".join((site.plan, dataset or "", version))).urn


def _changed(manifest: Edition, earlier: Edition | None) -> Iterator[str]:
    return (c.dataset for c in changed_tables(earlier, manifest))


def _changes(manifest: Edition, earlier: Edition | None) -> Sentence:
    """What a version changed against the one before it."""
    if earlier is None:
        return told("feed.first", count=len(manifest.datasets))
    changed = [Sentence(c.title_zh, c.title_en) for c in changed_tables(earlier, manifest)]
    if not changed:
        return told("feed.same", earlier=earlier.version)
    text = told("feed.changed", earlier=earlier.version, datasets=changed)
    titles = {d.id: Sentence(d.title_zh, d.title_en) for d in manifest.datasets}
    for r in reasons(earlier, manifest):
        why = Sentence(r.reason, r.reason_en or r.reason)
        text = text.then(told("feed.reason", dataset=titles[r.dataset], reason=why, date=r.date))
    return text

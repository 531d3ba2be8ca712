"""The feeds of published versions: of all, or of those that changed one dataset, target, section of the plan or district."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice, zip_longest
from typing import Annotated
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Query, Request
from feedgen.feed import FeedGenerator
from starlette.responses import Response

from portal.api.http import conditional
from portal.api.problems import Problem, not_found
from portal.api.shared import base_url, dataset_of, store_of
from portal.plan import progress
from portal.plan.report import districts
from portal.publication import subject_changes
from portal.publication.editions import Edition, editions
from portal.publication.store import Store
from portal.publication.subject_changes import Counted
from portal.publication.translations import phrases
from portal.publication.versions import changed_tables, reasons
from portal.texts.errors import Sentence, sentence
from portal.texts.files import told
from portal.texts.interface import Language, catalogue

router = APIRouter(tags=["目录"])

_ATOM = "application/atom+xml"
# Of the ids of feeds and their entries, which stay as they are when the portal moves to another address.
_NAMESPACE = uuid.UUID("c1f0a9f2-6f0e-4b43-8d5e-3f0d2f7b9a64")
_KEPT_MAX = 300
_kept: WeakKeyDictionary[Store, dict[tuple[object, ...], bytes]] = WeakKeyDictionary()


@dataclass(frozen=True)
class _Subject:
    """What a feed tells of.

    Attributes:
        kind: the parameter that names it; empty for everything.
        id: its value.
        page: where a person reads of it.
        targets: ids of the targets it is or has, for their statuses.
        names: by `table.column`, the cells that mean it.
    """

    kind: str
    id: str
    title: Sentence
    page: str
    targets: frozenset[str] = frozenset()
    names: dict[str, set[str]] = field(default_factory=dict, hash=False)


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
    indicator: Annotated[str | None, Query(description="only those that changed rows of this target")] = None,
    theme: Annotated[str | None, Query(description="only those that changed targets of this section")] = None,
    district: Annotated[str | None, Query(description="only those that changed rows of this district (code)")] = None,
) -> Response:
    """The published versions, newest first, each with what changed since the one before."""
    store, base = store_of(request), base_url(request)
    given = {"dataset": dataset, "indicator": indicator, "theme": theme, "district": district}
    asked = {kind: name for kind, name in given.items() if name is not None}
    if len(asked) > 1:
        raise Problem(400, sentence("parameter.one_of", names=list(given)))
    subject = next((_SUBJECTS[kind](store, name) for kind, name in asked.items()), None)
    known = editions(store.folder.parent)
    key = (base, lang, subject, tuple(e.version for e in known))
    kept = _kept.setdefault(store, {})
    if key not in kept:
        if len(kept) >= _KEPT_MAX:
            kept.clear()
        kept[key] = _feed(store, base, lang, subject, known)
    named = f"{subject.kind}-{uuid.uuid5(_NAMESPACE, subject.id)}" if subject else ""
    return conditional(request, kept[key], _ATOM, f'W/"{store.version}-{len(known)}-feed-{lang}-{named}"', store)


def _dataset(store: Store, name: str) -> _Subject:
    found = dataset_of(store, name)
    page = f"/data?{urlencode({'dataset': found.id})}"
    return _Subject("dataset", found.id, Sentence(found.title_zh, found.title_en), page)


def _indicator(store: Store, name: str) -> _Subject:
    row = progress.indicator(store, name)
    if row is None:
        known = (r["id"] for r in progress.progress(store))
        raise not_found(sentence("missing.indicator", name=name[:80]), known)
    title, page = Sentence(row["name_zh"], row["name_en"]), f"/indicator?{urlencode({'id': name})}"
    return _Subject("indicator", name, title, page, frozenset({name}), {"indicators.id": {name}})


def _theme(store: Store, name: str) -> _Subject:
    groups = progress.by_theme(progress.progress(store))
    if name not in groups:
        raise not_found(sentence("missing.theme", name=name[:80]), groups)
    ids = {r["id"] for r in groups[name]}
    title = Sentence(name, groups[name][0].get("theme_en") or name)
    return _Subject("theme", name, title, f"/?{urlencode({'theme': name})}", frozenset(ids), {"indicators.id": ids})


def _district(store: Store, code: str) -> _Subject:
    known = {r["code"]: r["name"] for r in districts(store)}
    if code not in known:
        raise not_found(sentence("missing.district", name=code[:80]), known)
    name = known[code]
    page = f"/report.pdf?{urlencode({'district': name})}"
    title = Sentence(name, phrases(store).get(name, name))
    return _Subject("district", code, title, page, names={"districts.code": {code}, "districts.name": {name}})


_SUBJECTS = {"dataset": _dataset, "indicator": _indicator, "theme": _theme, "district": _district}


def _feed(store: Store, base: str, lang: Language, subject: _Subject | None, known: list[Edition]) -> bytes:
    """The feed in a language."""
    site = store.manifest.site
    title = Sentence(site.title, site.title_en)
    asked = {subject.kind: subject.id} if subject else {}
    if lang != "zh":
        asked["lang"] = lang
    shown = base + (subject.page if subject else "/data")
    entries = list(_entries(store, subject, known))
    atom = FeedGenerator()
    atom.id(_identity(store, subject))
    of_one = subject and told("feed.of_subject", site=title, subject=subject.title)
    atom.title((of_one or told("feed.title", site=title)).told(lang))
    atom.updated((entries or [(known[0], title)])[0][0].created)
    address = f"{base}/feed.atom" + (f"?{urlencode(asked)}" if asked else "")
    atom.link([{"rel": "self", "href": address}, {"rel": "alternate", "href": shown}])
    atom.author(name=title.told(lang))
    atom.generator("")
    for edition, summary in entries:
        entry = atom.add_entry(order="append")
        entry.id(_identity(store, subject, edition.version))
        entry.title(told("feed.version", version=edition.version).told(lang))
        entry.updated(edition.created)
        entry.link(rel="alternate", href=shown)
        entry.summary(summary.told(lang))
    return bytes(atom.atom_str(encoding="utf-8"))


def _identity(store: Store, subject: _Subject | None, version: str = "") -> str:
    named = "" if subject is None else subject.id if subject.kind == "dataset" else f"{subject.kind}:{subject.id}"
    return uuid.uuid5(_NAMESPACE, "/".join((store.manifest.site.plan, named, version))).urn


def _entries(store: Store, subject: _Subject | None, known: list[Edition]) -> Iterator[tuple[Edition, Sentence]]:
    """The versions a feed tells of, newest first, each with what changed."""
    whole = subject is None or subject.kind == "dataset"
    for after, before in islice(zip_longest(known, known[1:]), None if whole else subject_changes.COMPARED):
        if subject is None:
            yield after, _changes(after, before)
        elif subject.kind == "dataset":
            if subject.id in {c.dataset for c in changed_tables(before, after)}:
                yield after, _changes(after, before)
        elif changed := _of_subject(store, subject, before, after):
            yield after, changed


def _of_subject(store: Store, subject: _Subject, before: Edition | None, after: Edition) -> Sentence | None:
    """What a version changed of a target, section or district; None where nothing."""
    if before is None:
        return told("feed.oldest")
    parts = [_moved(store, name, *moved) for name, moved in _statuses(store, subject, before, after)]
    parts += [_rows(store, counted) for counted in subject_changes.changes(store, before, after, subject.names)]
    return reduce(Sentence.then, parts) if parts else None


def _statuses(
    store: Store, subject: _Subject, before: Edition, after: Edition
) -> Iterator[tuple[str, tuple[str, str]]]:
    if subject.targets:
        moved = subject_changes.statuses(store, before, after)
        yield from ((name, pair) for name, pair in moved.items() if name in subject.targets)


def _moved(store: Store, name: str, before: str, after: str) -> Sentence:
    row = progress.indicator(store, name)
    title = Sentence(row["name_zh"], row["name_en"]) if row else Sentence(name, name)
    was, now = (Sentence(**catalogue()[f"status.{status}"]) for status in (before, after))
    return told("feed.status", target=title, before=was, after=now)


def _rows(store: Store, counted: Counted) -> Sentence:
    dataset = store.dataset(counted.dataset)
    counts = {"added": counted.added, "changed": counted.changed, "removed": counted.removed}
    parts = [told(f"feed.{kind}", count=count) for kind, count in counts.items() if count]
    return told("feed.rows", dataset=Sentence(dataset.title_zh, dataset.title_en), counts=parts)


def _changes(manifest: Edition, earlier: Edition | None) -> Sentence:
    """What a version changed against the one before it."""
    if earlier is None:
        return told("feed.first", count=len(manifest.datasets))
    changed = [Sentence(c.title_zh, c.title_en) for c in changed_tables(earlier, manifest)]
    if not changed:
        return told("feed.same", earlier=earlier.version)
    text = told("feed.differs", earlier=earlier.version, datasets=changed)
    titles = {d.id: Sentence(d.title_zh, d.title_en) for d in manifest.datasets}
    for r in reasons(earlier, manifest):
        why = Sentence(r.reason, r.reason_en or r.reason)
        text = text.then(told("feed.reason", dataset=titles[r.dataset], reason=why, date=r.date))
    return text

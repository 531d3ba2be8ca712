"""What changed of one target or district between two versions: rows of every dataset that refer to it, counted by SQL over both files."""

import datetime
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, zip_longest

from cachetools import LRUCache

from portal.publication.catalogue import Dataset
from portal.publication.editions import Edition
from portal.publication.manifest import PublishedFile
from portal.publication.sql_text import literal, quoted
from portal.publication.store import Store

COMPARED = 100
"""Rows are compared version by version: so many are looked back on."""


@dataclass(frozen=True)
class Counted:
    """Rows of a dataset that are new, differ, or are gone."""

    dataset: str
    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            self.dataset, self.added + other.added, self.changed + other.changed, self.removed + other.removed
        )


# By subject. Two files are told by their digests, and never change: what they differ in is counted once.
_Found = dict[str, Counted]
_remembered: LRUCache[tuple[str, ...], _Found] = LRUCache(maxsize=4096)
_lock = threading.Lock()


def changes(store: Store, before: Edition, after: Edition, names: dict[str, set[str]]) -> list[Counted]:
    """The rows that refer to a subject and are not the same in both versions, by dataset; those alike are left out.

    Args:
        store: the version served: its data dictionary says what refers to what.
        before: the earlier version, whose files stand beside the store's.
        after: the later one.
        names: what is referred to, as `table.column`, with the cells that mean the subject.
    """
    found: dict[str, Counted] = {}
    for dataset, column, target in _referring(store, names):
        counted = _between(store, dataset, column, before, after)
        for name in names[target] & counted.keys():
            found[dataset.id] = found.get(dataset.id, Counted(dataset.id)) + counted[name]
    return list(found.values())


def last_changed(store: Store, known: Sequence[Edition], target: str) -> dict[str, datetime.date]:
    """The day each subject's rows last became others; those that have been the same in all versions looked at are left out.

    Args:
        store: the version served.
        known: versions, newest first.
        target: what is referred to, as `table.column`.
    """
    found: dict[str, datetime.date] = {}
    referring = list(_referring(store, {target: set()}))
    for after, before in islice(pairwise(known), COMPARED):
        for dataset, column, _ in referring:
            for name in _between(store, dataset, column, before, after):
                found.setdefault(name, after.created.date())
    return found


def tables_changed(known: Sequence[Edition]) -> dict[str, datetime.date]:
    """The day each published table last became another, or that of the oldest version known.

    Args:
        known: versions, newest first.
    """
    found: dict[str, datetime.date] = {}
    for after, before in zip_longest(known, known[1:]):
        was = {f.table: f.sha256 for f in before.files} if before else {}
        for file in after.files:
            if was.get(file.table) != file.sha256:
                found.setdefault(file.table, after.created.date())
    return found


def _referring(store: Store, names: dict[str, set[str]]) -> Iterator[tuple[Dataset, str, str]]:
    """Each dataset with a column that refers to one of the names, or is it; the subject's own row by the first such column only."""
    own = {name.partition(".")[0] for name in names}
    for dataset in store.manifest.datasets:
        found = [
            (dataset, column.name, target)
            for column in dataset.columns
            for target in (f"{dataset.table}.{column.name}", column.references or "")
            if target in names and dataset.primary_key
        ]
        yield from found[:1] if dataset.table in own else found


def _between(store: Store, dataset: Dataset, column: str, before: Edition, after: Edition) -> _Found:
    """The rows that differ, by what their column holds."""
    was, now = (_file(edition, dataset.table) for edition in (before, after))
    if was == now or (was and now and was.sha256 == now.sha256):
        return {}
    key = (dataset.table, column, was.sha256 if was else "", now.sha256 if now else "")
    with _lock:
        known = _remembered.get(key)
    if known is None:
        known = _counted(store, dataset, column, _at(store, before, was), _at(store, after, now))
        with _lock:
            _remembered[key] = known
    return known


def _file(edition: Edition, table: str) -> PublishedFile | None:
    return next((f for f in edition.files if f.table == table), None)


@dataclass(frozen=True)
class _Side:
    source: str
    columns: frozenset[str]


def _at(store: Store, edition: Edition, file: PublishedFile | None) -> _Side | None:
    return _Side(store.source(file, edition.version), frozenset(file.columns)) if file else None


def _counted(store: Store, dataset: Dataset, column: str, was: _Side | None, now: _Side | None) -> _Found:
    sides = [s for s in (was, now) if s]
    shared = sides[0].columns.intersection(*(s.columns for s in sides))
    if not {column, *dataset.primary_key} <= shared:
        # It was kept by other names then: there is nothing to match rows by.
        return {}
    keys = [quoted(k) for k in dataset.primary_key]
    matched = " AND ".join(f"b.{k} IS NOT DISTINCT FROM a.{k}" for k in keys)
    before, after = (_rows(side or sides[0], side is None, column, keys, sorted(shared)) for side in (was, now))
    split = dataset.column(column).separator
    cells = [f"string_split({s}.cell, {literal(split)})" if split else f"[{s}.cell]" for s in ("b", "a")]
    rows = store.rows(
        f"""
        WITH b AS ({before}), a AS ({after}),
        differing AS (
          SELECT unnest(list_distinct(list_concat(coalesce({cells[0]}, []), coalesce({cells[1]}, [])))) AS subject,
                 b.here IS NULL AS added, a.here IS NULL AS removed
          FROM b FULL JOIN a ON {matched} WHERE a.content IS DISTINCT FROM b.content
        )
        SELECT subject, count(*) FILTER (added) AS added, count(*) FILTER (removed) AS removed,
               count(*) FILTER (NOT added AND NOT removed) AS changed
        FROM differing WHERE subject IS NOT NULL AND subject <> '' GROUP BY subject
        """
    )
    return {r["subject"]: Counted(dataset.id, r["added"], r["changed"], r["removed"]) for r in rows}


def _rows(side: _Side, empty: bool, column: str, keys: list[str], shared: list[str]) -> str:
    """A version's rows: key, the cell that names the subject, a digest of what both versions hold."""
    content = ", ".join(f"CAST({quoted(c)} AS VARCHAR)" for c in shared)
    source = side.source + (" WHERE false" if empty else "")
    cell = f"CAST({quoted(column)} AS VARCHAR)"
    return f"SELECT {', '.join(keys)}, {cell} AS cell, hash({content}) AS content, true AS here FROM {source}"


def statuses(store: Store, before: Edition, after: Edition) -> dict[str, tuple[str, str]]:
    """The targets whose status is another, with both statuses."""
    sides = [(e, _file(e, "progress")) for e in (before, after)]
    if any(f is None or "status" not in f.columns for _, f in sides):
        return {}
    sources = [store.source(f, e.version) for e, f in sides if f]
    rows = store.remembered(
        f"""
        SELECT a.indicator, b.status AS before, a.status AS after
        FROM {sources[0]} b JOIN {sources[1]} a USING (indicator)
        WHERE a.status <> b.status
        """
    )
    return {r["indicator"]: (r["before"], r["after"]) for r in rows}

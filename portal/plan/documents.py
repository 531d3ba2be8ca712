"""The documents held: their list, who cites whom, words found in their text, two clauses or two versions side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from portal.publication.store import Row, Store

_BEFORE, _AFTER = 24, 60


@dataclass(frozen=True)
class Passage:
    """A place in a clause that holds the words looked for: offsets in the clause's text, and the words around it."""

    document: str
    clause: str
    label: str
    start: int
    end: int
    excerpt: str


@dataclass(frozen=True)
class Change:
    """A sentence of two versions: `same`, `changed` (a like one stands in its place), `added` or `removed`."""

    kind: Literal["same", "changed", "added", "removed"]
    before: Row | None
    after: Row | None


def documents(store: Store) -> list[Row]:
    """Every document, the site's plan first, then by title; of an old version what its manifest says."""
    plan = store.manifest.site.plan
    if "documents" not in {f.table for f in store.manifest.files}:
        return [{"full_text": True, "status": "unknown", **d} for d in store.manifest.documents]
    return store.remembered("SELECT * FROM documents ORDER BY id <> ?, NOT full_text, title", plan)


def document(store: Store, name: str) -> Row | None:
    """One document by its id."""
    return next((d for d in documents(store) if d["id"] == name), None)


def cites(store: Store, name: str) -> list[Row]:
    """The documents a document names, each once for every kind of naming, with the first place it does."""
    return _references(
        store,
        """
        SELECT target_title, target_document, kind, min_by(clause, r.id) AS clause, min_by(label, r.id) AS label,
               min_by(start, r.id) AS start, min_by("end", r.id) AS "end"
        FROM document_references r WHERE document = ? AND target_title IS NOT NULL
        GROUP BY ALL ORDER BY kind, target_title
        """,
        name,
    )


def cited_by(store: Store, name: str) -> list[Row]:
    """Where other documents name this one."""
    return _references(
        store,
        """
        SELECT r.document, d.title, r.clause, r.label, r.kind, r.start, r."end"
        FROM document_references r JOIN documents d ON d.id = r.document
        WHERE r.target_document = ? AND r.document <> r.target_document ORDER BY d.title, r.id
        """,
        name,
    )


def penalties(store: Store, name: str) -> list[Row]:
    """Which clause of a document punishes which: `clause` and `label` of the one that punishes, `target_clause` and `target_label`."""
    return _references(
        store,
        """
        SELECT DISTINCT clause, label, target_clause, target_label FROM document_references
        WHERE document = ? AND kind = 'punishes' AND target_clause IS NOT NULL ORDER BY ALL
        """,
        name,
    )


def find(store: Store, words: str, name: str | None = None, limit: int = 50) -> list[Passage]:
    """The first place in every clause that holds the words as they stand, in the documents' order.

    Args:
        store: the version.
        words: what to look for; none where empty.
        name: look in this document alone.
        limit: how many at most.
    """
    wanted = words.strip()
    if not wanted:
        return []
    rows = store.rows(
        """
        SELECT * FROM clauses WHERE contains(text, ?) AND coalesce(?, document) = document
        ORDER BY document <> ?, document, "order" LIMIT ?
        """,
        [wanted, name, store.manifest.site.plan, limit],
    )
    found = []
    for row in rows:
        start = row["text"].index(wanted)
        end = start + len(wanted)
        excerpt = " ".join(row["text"][max(0, start - _BEFORE) : end + _AFTER].split())
        label = row.get("label") or row["clause"]
        found.append(Passage(row["document"], row["clause"], label, start, end, excerpt))
    return found


def counts(store: Store, words: str) -> list[Row]:
    """How many clauses of each document hold the words as they stand: `document`, `title`, `count`, the plan first, then most first."""
    wanted = words.strip()
    if not wanted:
        return []
    found = store.rows("SELECT document, count(*) AS count FROM clauses WHERE contains(text, ?) GROUP BY ALL", [wanted])
    titles = {d["id"]: d["title"] for d in documents(store)}
    rows = [{**r, "title": titles.get(r["document"], r["document"])} for r in found]
    plan = store.manifest.site.plan
    return sorted(rows, key=lambda r: (r["document"] != plan, -r["count"], r["title"]))


def difference(before: str, after: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Two sentences cut where they differ: the pieces of each, and whether a piece is not in the other.

    Args:
        before: the earlier one.
        after: the later one.
    """
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        left += [(before[i1:i2], tag != "equal")] if i1 < i2 else []
        right += [(after[j1:j2], tag != "equal")] if j1 < j2 else []
    return left, right


def compare(store: Store, before: str, after: str) -> list[Change]:
    """Two documents sentence by sentence, in the order of the later one; what was taken out stands where it stood."""
    earlier, later = (_sentences(store, name) for name in (before, after))
    matcher = SequenceMatcher(None, [s["text"] for s in earlier], [s["text"] for s in later], autojunk=False)
    found: list[Change] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found += [Change("same", b, a) for b, a in zip(earlier[i1:i2], later[j1:j2], strict=True)]
        else:
            found += _changes(earlier[i1:i2], later[j1:j2])
    return found


def _changes(earlier: Sequence[Row], later: Sequence[Row]) -> list[Change]:
    """Sentences that differ: each later one beside the earlier one most like it, where one is like it at all."""
    left = list(earlier)
    found: list[Change] = []
    for row in later:
        like = max(left, key=lambda b: _likeness(b["text"], row["text"]), default=None)
        if like is None or _likeness(like["text"], row["text"]) < 0.5:
            found.append(Change("added", None, row))
            continue
        at = left.index(like)
        found += [Change("removed", b, None) for b in left[:at]]
        found.append(Change("changed", like, row))
        left = left[at + 1 :]
    return [*found, *(Change("removed", b, None) for b in left)]


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= 0.5 else 0.0


def _sentences(store: Store, name: str) -> list[Row]:
    return store.rows(
        """
        SELECT s.* FROM sentences s JOIN clauses c ON c.document = s.document AND c.clause = s.clause
        WHERE s.document = ? ORDER BY c."order", s.sentence
        """,
        [name],
    )


def _references(store: Store, sql: str, name: str) -> list[Row]:
    held = {f.table for f in store.manifest.files}
    return store.rows(sql, [name]) if {"documents", "document_references"} <= held else []

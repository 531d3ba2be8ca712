"""Literal search over what the portal holds besides targets: clauses, projects and datasets."""

from dataclasses import dataclass
from typing import Literal

from portal.store import Store

_BEFORE, _AFTER = 16, 44


@dataclass(frozen=True)
class Hit:
    """Something that holds the words; `start` and `end` are the offsets of the words in a clause's text."""

    kind: Literal["clause", "project", "dataset"]
    id: str
    title: str
    excerpt: str
    start: int | None = None
    end: int | None = None


def found(store: Store, query: str, limit: int = 8) -> list[Hit]:
    """Clauses, projects and datasets that hold the query as it stands, at most `limit` of each, in the plan's order."""
    words = query.strip()
    if not words:
        return []
    return [*_clauses(store, words, limit), *_projects(store, words, limit), *_datasets(store, words, limit)]


def _clauses(store: Store, words: str, limit: int) -> list[Hit]:
    rows = store.rows(
        'SELECT clause, title, text FROM clauses WHERE document = ? AND contains(text, ?) ORDER BY "order" LIMIT ?',
        [store.manifest.site.plan, words, limit],
    )
    return [_clause(row["clause"], row["title"], row["text"], words) for row in rows]


def _clause(clause: str, title: str, text: str, words: str) -> Hit:
    start = text.index(words)
    end = start + len(words)
    excerpt = " ".join(text[max(0, start - _BEFORE) : end + _AFTER].split())
    return Hit("clause", clause, f"{clause} {title}", f"…{excerpt}…", start, end)


def _projects(store: Store, words: str, limit: int) -> list[Hit]:
    if "projects" not in {f.table for f in store.manifest.files}:
        return []
    rows = store.rows(
        "SELECT id, name, status_text FROM projects WHERE contains(name, $q) OR contains(coalesce(also_known_as, ''), $q) LIMIT $n",
        {"q": words, "n": limit},
    )
    return [Hit("project", row["id"], row["name"], row["status_text"] or "") for row in rows]


def _datasets(store: Store, words: str, limit: int) -> list[Hit]:
    hits = [
        Hit("dataset", d.id, d.title_zh, d.summary_zh)
        for d in store.manifest.datasets
        if words in " ".join((d.id, d.title_zh, d.title_en, d.summary_zh, *d.keywords))
    ]
    return hits[:limit]

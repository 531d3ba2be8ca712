"""One search over everything a reader may be after: targets, clauses, places, projects, datasets."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from portal.publication.json_object import JsonObject
from portal.publication.sql_text import quoted
from portal.publication.store import Row, Store
from portal.publication.translations import phrases, with_english
from portal.search.literal import place_url, project_url

if TYPE_CHECKING:
    from portal.retrieval.lexical import LexicalIndex
    from portal.services import Services

GROUPS = ("indicators", "clauses", "places", "projects", "datasets")
# The share of the question's words, weighed by how telling they are, that a result must hold.
_COVERED = 0.5
_COVERED_CLAUSE = 0.3
_HITS = 60
# What an article that says all of the query scores; a passage of the plan scores 1.
_BEST_ARTICLE = 1.5
_HAN = re.compile(r"[\u3400-\u9fff]")

# table → columns read by the search and columns shown
_TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "indicators": (
        ("name_zh", "name_en", "aliases", "theme", "quote"),
        ("id", "name_zh", "name_en", "theme", "clause", "quote", "target_text", "unit", "scope", "due"),
    ),
    "places": (
        ("name", "name_en", "aliases", "kind", "address", "lines"),
        ("id", "kind", "name", "district", "address", "lon", "lat", "position_basis"),
    ),
    "projects": (
        ("name", "name_en", "also_known_as", "category", "status_text"),
        ("id", "name", "clause", "category", "status", "status_date", "status_text"),
    ),
}


@dataclass(frozen=True)
class Found:
    """Results by group, best first."""

    groups: dict[str, list[Row]]
    mode: Literal["hybrid", "lexical"]


@dataclass(frozen=True)
class _Group:
    """Rows to search, their words, and the index over them."""

    rows: Sequence[Row]
    texts: list[str]
    index: "LexicalIndex"

    def search(self, query: str, limit: int) -> list[Row]:
        scores = self.index.scores(query)
        best = sorted(range(len(self.rows)), key=lambda i: (not _called(self.rows[i], query), -scores[i]))
        good = (i for i in best if scores[i] > 0 and self.index.coverage(query, self.texts[i]) >= _COVERED)
        return [{**self.rows[i], "score": round(float(scores[i]), 3)} for _, i in zip(range(limit), good, strict=False)]


def _called(row: Row, query: str) -> bool:
    """Whether a row goes by exactly this name."""
    return query.strip() in {row.get(column) for column in ("name", "name_zh", "name_en")}


def search(store: Store, services: "Services", query: str, limit: int) -> Found:
    """Search the published version.

    English words are compared by their stems, with the English beside the policy text.

    Args:
        store: the version.
        services: for the retriever over the policy text.
        query: what to look for, in Chinese or English.
        limit: most results a group.
    Returns:
        every group of `GROUPS`; rows carry `url`, where a page shows them, and `score`, which ranks within its group only.
    """
    from portal.retrieval.stems import stemmed
    from portal.texts.folding import fold

    groups = {name: _with_url(name, group.search(query, limit)) for name, group in _groups(store).items()}
    knowledge = services.answers.knowledge()
    # Words that are not Chinese are looked for in the English of the text.
    retriever, words = (
        (knowledge.retriever, query) if _HAN.search(query) else (knowledge.bilingual, stemmed(fold(query)))
    )
    clauses: dict[tuple[str, str], Row] = {}
    for hit in retriever.search(query, _HITS, words):
        row = dict(hit.metadata)
        if retriever.lexical.coverage(words, hit.passage.indexed) >= _COVERED_CLAUSE:
            clauses.setdefault((row["document"], row["clause"]), _clause(store, row, hit.score))
    others = [d["id"] for d in store.manifest.documents if d["id"] != store.manifest.site.plan]
    found = [*clauses.values(), *(_rules(store, knowledge, query, others, limit) if others else [])]
    groups["clauses"] = sorted(found, key=lambda r: -r["score"])[:limit]
    return Found(groups, retriever.mode)


def _rules(store: Store, knowledge: Any, query: str, documents: list[str], limit: int) -> list[Row]:
    """The clauses of other documents than the plan that hold enough of the words."""
    from portal.answering.lookup.documents import documents_of

    rules = documents_of(knowledge)
    hits = rules.articles(query, documents, limit)
    return [
        _clause(
            store,
            {"document": h.document, "clause": h.clause, "heading": f"{h.document_title} {h.label}"}
            | {"text": h.quote, "start": h.start, "end": h.end},
            min(1.0, h.score / _BEST_ARTICLE),
        )
        for h in hits
        if rules.uncovered(query, h).share <= 1 - _COVERED_CLAUSE
    ]


def _clause(store: Store, row: Row, score: float) -> Row:
    at = "" if row["document"] == store.manifest.site.plan else f"&document={row['document']}"
    return {
        "document": row["document"],
        "clause": row["clause"],
        "title": row["heading"],
        "quote": row["text"],
        "start": row["start"],
        "end": row["end"],
        "score": round(score, 3),
        "url": f"/policy?clause={row['clause']}&span={row['start']}-{row['end']}{at}",
    }


def _with_url(group: str, rows: list[Row]) -> list[Row]:
    pages: JsonObject = {
        "indicators": lambda r: f"/indicator?id={r['id']}",
        "places": place_url,
        "projects": project_url,
        "datasets": lambda r: f"/data?dataset={r['id']}",
    }
    return [{**r, "url": pages[group](r)} for r in rows]


def _joined(row: Row, columns: Iterable[str]) -> str:
    """The words of a row that are searched."""
    return " ".join(str(row[c]) for c in columns if row.get(c))


@lru_cache(maxsize=2)
def _groups(store: Store) -> dict[str, _Group]:
    from portal.retrieval.lexical import LexicalIndex

    english = phrases(store)
    groups = {}
    published = {f.table for f in store.manifest.files}
    for table, (read, shown) in _TABLES.items():
        rows = with_english(store.rows(f"SELECT * FROM {quoted(table)}"), english) if table in published else []
        texts = [_joined(row, read) for row in rows]
        groups[table] = _Group([{c: r[c] for c in shown} for r in rows], texts, LexicalIndex(texts))
    entries = [
        {"id": d.id, "title_zh": d.title_zh, "title_en": d.title_en, "summary_zh": d.summary_zh}
        for d in store.manifest.datasets
    ]
    texts = [
        " ".join(
            (d.id, d.title_zh, d.title_en, d.summary_zh, d.summary_en, *d.keywords, *(c.title_zh for c in d.columns))
        )
        for d in store.manifest.datasets
    ]
    groups["datasets"] = _Group(entries, texts, LexicalIndex(texts))
    return groups

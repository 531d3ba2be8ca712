"""Articles as a published version holds them: one by its number, the clauses that punish what it demands, what it excepts."""

import re
from dataclasses import dataclass, replace

from portal.publication.store import Row, Store

_EXCEPTS = re.compile(r"除外|但是|但[^书]|不受[^。；]{0,20}限制|不适用|可以不|例外|免予|特殊情况|确需|确因")


@dataclass(frozen=True)
class ArticleHit:
    """An article (or a clause of a document that has none) found; see `lookup.documents` for its fields."""

    document: str
    document_title: str
    article: str
    article_label: str
    clause: str
    label: str
    path: str
    text: str
    start: int
    end: int
    quote: str
    score: float
    parts: tuple[Row, ...]

    @property
    def span(self) -> tuple[int, int]:
        """The best sentence's offsets in its clause."""
        return self.start, self.end


class Articles:
    """The articles of a version's documents and what refers to them. Immutable once made.

    Attributes:
        cards: the row of `documents` of each document, by its id.
        clauses: rows of `clauses`, by document and clause.
        parts: the clauses each article is made of, by document and article.
        references: what cites or punishes what.
    """

    def __init__(self, store: Store) -> None:
        self.cards = {r["id"]: r for r in _cards(store)}
        self.clauses = {
            (r["document"], r["clause"]): r for r in store.rows('SELECT * FROM clauses ORDER BY document, "order"')
        }
        self.references = _optional(store, "document_references")
        self._punishing: dict[str, list[Row]] = {}
        for row in self.references:
            if row["kind"] == "punishes" and row["target_clause"]:
                self._punishing.setdefault(row["document"], []).append(row)
        self.parts: dict[tuple[str, str], list[Row]] = {}
        for row in self.clauses.values():
            self.parts.setdefault(self.article_of(row), []).append(row)

    def article(self, document: str, clause: str) -> ArticleHit | None:
        """An article, paragraph or item by its number; None where the document has none of that number."""
        row = self.clauses.get((document, clause))
        if row is None and clause.endswith(".1"):
            row = self.clauses.get((document, clause.removesuffix(".1")))
        return None if row is None else self.made(row, 0, len(row["text"]), 1.0)

    def penalties(self, document: str, clause: str) -> list[ArticleHit]:
        """The clauses that punish what a clause (or another part of its article) demands, those that name it most closely first."""
        row = self.clauses.get((document, clause))
        if row is None:
            return []
        article = self.article_of(row)[1]
        naming = [
            r
            for r in self._punishing.get(document, ())
            if self.article_of(self.clauses[document, r["target_clause"]])[1] == article
        ]
        naming.sort(key=lambda r: -_closeness(clause, r["target_clause"]))
        rows = {r["clause"]: r for r in naming}
        hits = [self.made(self.clauses[document, c], r["start"], r["end"], 1.0) for c, r in rows.items()]
        return [_whole_sentence(h) for h in hits]

    def punished_by(self, document: str, clause: str) -> list[ArticleHit]:
        """The clauses whose breach a clause punishes: the other end of `penalties`."""
        row = self.clauses.get((document, clause))
        article = self.article_of(row)[1] if row else None
        targets = {
            r["target_clause"]: None
            for r in self._punishing.get(document, ())
            if self.article_of(self.clauses[document, r["clause"]])[1] == article
        }
        rows = [self.clauses[document, t] for t in targets]
        return [self.made(r, 0, len(r["text"]), 1.0) for r in rows]

    def exceptions(self, document: str, clause: str) -> list[ArticleHit]:
        """The sentences of a clause's article that make an exception, in its order."""
        row = self.clauses.get((document, clause))
        found = []
        for part in self.parts[self.article_of(row)] if row else []:
            for match in re.finditer(r"[^。；\n]+[。；]?", part["text"]):
                if _EXCEPTS.search(match.group()):
                    start = match.end() - len(match.group().lstrip())
                    found.append(self.made(part, start, match.end(), 1.0))
        return found

    def made(self, clause: Row, start: int, end: int, score: float) -> ArticleHit:
        """A hit of a span of a clause, in the article it is part of."""
        document, article = self.article_of(clause)
        parts = self.parts[document, article]
        return ArticleHit(
            document,
            self.cards[document]["title"],
            article,
            parts[0].get("label") or article,
            clause["clause"],
            clause.get("label") or clause["clause"],
            clause["path"],
            "".join(p["text"] for p in parts),
            start,
            end,
            clause["text"][start:end],
            score,
            tuple(parts),
        )

    def article_of(self, clause: Row) -> tuple[str, str]:
        """The article a clause is part of; a clause of a document without articles is its own."""
        document, name = clause["document"], clause["clause"]
        first = name.split(".")[0]
        label = str(self.clauses.get((document, first), {}).get("label") or "")
        return document, first if re.match(r"第[^章节编篇]+条", label) else name


def _cards(store: Store) -> list[Row]:
    """The rows of `documents`; of a version published before there was such a table, what its manifest says."""
    rows = _optional(store, "documents")
    plain = {"full_text": True, "status": "unknown", "short_titles": None}
    return rows or [{**plain, **d, "title_en": d.get("title_en") or None} for d in store.manifest.documents]


def _optional(store: Store, table: str) -> list[Row]:
    held = table in {f.table for f in store.manifest.files}
    return store.rows(f'SELECT * FROM "{table}"') if held else []


def _closeness(wanted: str, named: str) -> int:
    """How closely a penalty names a clause: the clause itself, a part above it, its article, another part."""
    if wanted == named:
        return 3
    return 2 if wanted.startswith(f"{named}.") and "." in named else 1 if "." not in named else 0


def _whole_sentence(hit: ArticleHit) -> ArticleHit:
    """The hit with its span widened to the sentence it stands in."""
    text = next(p["text"] for p in hit.parts if p["clause"] == hit.clause)
    for match in re.finditer(r"[^。\n]+[。\n]?", text):
        if match.start() <= hit.start < match.end():
            start, end = match.start(), match.start() + len(match.group().rstrip())
            return replace(hit, start=start, end=end, quote=text[start:end])
    return hit

"""Rules and documents: which articles speak of something, who punishes it, what is excepted, what a document is.

How to call it::

    documents = documents_of(knowledge)                                # one for each published version, shared
    named = documents.named_documents("绿化条例里砍树怎么罚")          # ids in the order named, [] where none is
    hits = documents.articles("砍树怎么罚", named or None, top=5)      # best first; `score` 0..1 within this question
    missing = documents.uncovered("占用绿地补偿费多少钱一平米", hits[0])  # share 0..1 of the telling words the article lacks, and them
    fines = documents.penalties(hits[0].document, hits[0].clause)      # the articles that punish what this one demands
    spared = documents.exceptions(hits[0].document, hits[0].clause)    # its sentences with 除外, 但是, 不受…限制
    absent = documents.unanswered("补偿费一平米多少钱", hits[0])        # ["money"]: asked for and not in the article
    card = documents.document_card(hits[0].document)                   # title, number, dates, status, …; `dated` to quote

A hit is a whole article: `text` is its words with all paragraphs and items, exactly as the document writes them; `clause` and
`label` name the part that fits best, `start`/`end` its best sentence **within that clause's own text** (what `/policy?clause=…&span=…`
and the check of quotations go by), `quote` that span. `parts` are the clauses the article is made of, for other spans.

Near misses. Two measures tell a question that no document answers. Of a matter in no document the best articles leave nearly
all telling words uncovered: on 34 answerable questions of 40 the least `uncovered(...).share` among the first three hits is at most
.85, of matters that are in no document .96 to 1, so .9 parts them. Where the matter is there and what is asked of it is not
(a fee, a number to call), `unanswered` names it; a number of an article that is not there is told by `article(...)` being None.
"""

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from portal.answering.language.lexicon import function_words
from portal.answering.lookup.articles import ArticleHit, Articles
from portal.answering.lookup.asked_attributes import Attribute, unanswered, wanted
from portal.answering.lookup.document_dates import dated
from portal.answering.lookup.document_names import DocumentNames
from portal.answering.lookup.everyday import as_written
from portal.answering.passages import PIECES
from portal.publication.store import Row, Store
from portal.retrieval.fusion import fuse, greatest, min_max
from portal.retrieval.lexical import LexicalIndex, terms
from portal.retrieval.vector_stores import Opening, exact
from portal.texts.folding import fold

# What the second best passage of an article adds to its best one: an article that says it twice is more about it.
# Fitted, like the numbers below, to 120 questions of residents on 18 regulations, ten parts of them in turn: the right article is first
# for .63 (.58 with the weights of other searches) and among three for .82 (.75).
_SECOND = 0.15
_COVER_BONUS = 0.05
_DENSE = 0.55
# What the part of a question that lies nearest by its words says beside the whole of it.
_OF_A_PART = 0.27
# An article that only punishes says less of what is asked than the one that demands it, unless a fine is asked for.
_ONLY_PUNISHES = 0.11
_CANDIDATES = 60
# The nearest passages of so many documents are looked for among these; of more, among all there are.
_FEW = 10
_MOST_PARTS = 8
_SEVERAL = 2
_PENALTY = re.compile(r"罚款|责令")


@dataclass(frozen=True)
class Uncovered:
    """What of a question an article does not say: the share of its telling words, 0 to 1, and the words themselves."""

    share: float
    words: tuple[str, ...]


class Documents(Articles):
    """Looks things up in the documents of a published version. Immutable once made; safe to use from several threads.

    Args:
        store: the version.
        encoder: as for `HybridRetriever`; None or one that is not ready compares words alone.
        canonical: text → the same in the documents' own words.
        own: names of the city itself, which say nothing of what is asked.
        opening: what compares the passages with a question.
    """

    def __init__(
        self,
        store: Store,
        encoder: Any = None,
        canonical: Callable[[str], str] = fold,
        own: Iterable[str] = (),
        opening: Opening = exact,
    ) -> None:
        super().__init__(store)
        self._encoder = encoder
        self._canonical = canonical
        self._own = tuple(own)
        table = store.table("passages")
        self._near = opening(table)
        self._passages = table.drop_columns(["embedding"]).to_pylist()
        documents = np.array([p["document"] for p in self._passages], dtype=str)
        self._places = {str(d): np.flatnonzero(documents == d) for d in np.unique(documents)}
        self._owner = [self.article_of(self.clauses[p["document"], p["clause"]]) for p in self._passages]
        self._lexical = LexicalIndex([canonical(f"{p['heading']} {p['text']}") for p in self._passages])
        keys = list(self.parts)
        whole = [canonical(self._read(k)) for k in keys]
        self._held = {k: frozenset(terms(text)) for k, text in zip(keys, whole, strict=True)}
        self._weights = LexicalIndex(whole)
        plan = store.manifest.site
        names = DocumentNames(self.cards.values(), plan.city, plan.city_aliases, {plan.plan: plan.plan_short})
        self.named_documents, self.without_names = names.named, names.without
        self.names_kind_of = names.names_kind_of

    def articles(self, query: str, documents: Sequence[str] | None = None, top: int = 5) -> list[ArticleHit]:
        """The articles that speak of something, best first.

        Args:
            query: what is asked.
            documents: look in these alone; in all where None.
            top: how many at most.
        """
        held = [self._places[d] for d in (self._places if documents is None else documents) if d in self._places]
        asked = self._canonical(query)
        if not held or not terms(asked):
            return []
        content = self.content(query)
        places = np.sort(np.concatenate(held))
        score = self._fused(query, self._by_words(query, content or asked, places), places, documents)
        ranked: dict[tuple[str, str], list[tuple[float, int]]] = {}
        for at in greatest(score, _CANDIDATES * 2):
            ranked.setdefault(self._owner[places[at]], []).append((float(score[at]), int(places[at])))
        weights = self._weighed(content)
        asked_for = wanted(query)
        found = [self._hit(key, rows, weights, asked_for) for key, rows in list(ranked.items())[:_CANDIDATES]]
        return sorted(found, key=lambda h: -h.score)[:top]

    def document_card(self, document: str) -> Row | None:
        """What is known of a document: the row of `documents`, what it cites (`cites`), what cites it (`cited_by`) and the lines
        that say its dates (`dated`, quotable); None where there is none."""
        card = self.cards.get(document)
        if card is None:
            return None
        cites = [r for r in self.references if r["document"] == document and r["target_title"]]
        cited = [r for r in self.references if r["target_document"] == document and r["document"] != document]
        own = [r for r in self.clauses.values() if r["document"] == document]
        return {**card, "cites": cites, "cited_by": cited, "dated": dated(own)}

    def uncovered(self, query: str, hit: ArticleHit) -> Uncovered:
        """What of a question an article leaves unsaid, weighed by how rare each word is among all articles."""
        weights = self._weighed(self.content(query))
        held = self._held[hit.document, hit.article]
        lacking = {t: w for t, w in weights.items() if t not in held}
        total = sum(weights.values())
        words = _runs(self.content(query), lacking)
        return Uncovered(sum(lacking.values()) / total if total else 0.0, tuple(words))

    def told(self, query: str) -> float:
        """How much a question tells of what it is about: its telling words, weighed by how rare each is among all articles."""
        return sum(self._weighed(self.content(query)).values())

    def nearness(self, query: str, plan: str) -> tuple[float, float]:
        """How near in meaning the nearest passage of the other documents lies, as a cosine, and by how much nearer than the nearest of
        the plan; zeros while there is no encoder to tell.

        Args:
            query: what is asked.
            plan: the plan's document.
        """
        if self._encoder is None or not self._encoder.ready:
            return 0.0, 0.0
        near = self._near.cosines(self._encoder.encode_query(query))
        own = self._places.get(plan)
        if near is None or own is None or len(self._places) == 1:
            return 0.0, 0.0
        best = float(np.delete(near, own).max())
        return best, best - float(near[own].max())

    def unanswered(self, query: str, hit: ArticleHit) -> list[str]:
        """What a question asks for that an article does not hold and without which there is no answer: money, contact."""
        return unanswered(query, hit.text)

    def content(self, query: str) -> str:
        """The words of a question that say what it is about: without document names, the city and words of asking."""
        text = self._canonical(as_written(fold(query)))
        for name in self._own:
            text = text.replace(fold(name), " ")
        return " ".join(function_words().sub(" ", text).split())

    def _by_words(self, query: str, content: str, places: np.ndarray) -> np.ndarray:
        """How well each passage matches a question's words, and those of the part of it that it matches best."""
        whole = min_max(self._lexical.scores(content)[places])
        parts = [c for c in (self.content(p) for p in PIECES.split(query)) if terms(c)]
        if len(parts) < _SEVERAL:
            return whole
        best = np.max([self._lexical.scores(p)[places] for p in parts[:_MOST_PARTS]], axis=0)
        return (1 - _OF_A_PART) * whole + _OF_A_PART * min_max(best)

    def _fused(
        self, query: str, lexical: np.ndarray, places: np.ndarray, documents: Sequence[str] | None
    ) -> np.ndarray:
        if self._encoder is None or not self._encoder.ready:
            return min_max(lexical)
        by_words = places[greatest(lexical, _CANDIDATES)].tolist()
        few = documents if documents is not None and len(documents) <= _FEW else None
        near = self._near.cosines(self._encoder.encode_query(query), few, by_words)
        if near is None:
            return min_max(lexical)
        put = as_written(fold(query))
        if (
            put != fold(query)
            and (also := self._near.cosines(self._encoder.encode_query(put), few, by_words)) is not None
        ):
            # In the words rules are written in a question lies nearer to them; its own words say what those leave out.
            near = (near + also) / 2
        return fuse(near[places], lexical, _DENSE)

    def _weighed(self, content: str) -> dict[str, float]:
        return {t: self._weights.idf(t) for t in terms(content) if len(t) > 1}

    def _hit(
        self,
        key: tuple[str, str],
        rows: list[tuple[float, int]],
        weights: dict[str, float],
        asked_for: Iterable[Attribute] = (),
    ) -> ArticleHit:
        best, at = max(rows)
        second = sorted((s for s, _ in rows), reverse=True)[1:2]
        held = self._held[key]
        total = sum(weights.values())
        covered = sum(w for t, w in weights.items() if t in held) / total if total else 0.0
        score = best + _SECOND * sum(second) + _COVER_BONUS * covered
        # A question of when, how much or what fine is better answered by an article that holds a time, a quantity or a fine.
        score += max((a.bonus for a in asked_for for p in self.parts[key] if a.written.search(p["text"])), default=0.0)
        passage = self._passages[at]
        clause = self.clauses[passage["document"], passage["clause"]]
        if not any(a.name == "penalty" for a in asked_for) and any(_PENALTY.search(p["text"]) for p in self.parts[key]):
            score -= _ONLY_PUNISHES
        return self.made(clause, passage["start"], passage["end"], score)

    def _read(self, key: tuple[str, str]) -> str:
        parts = self.parts[key]
        return f"{self.cards[key[0]]['title']} {parts[0]['path']} {' '.join(p['text'] for p in parts)}"


@lru_cache(maxsize=2)
def documents_of(knowledge: Any) -> Documents:
    """The documents of a published version, made once for its `Knowledge`."""
    retriever, vocabulary = knowledge.retriever, knowledge.vocabulary
    words = vocabulary.canonical, vocabulary.own
    return Documents(knowledge.store, retriever.encoder, *words, knowledge.opening)


def _runs(content: str, lacking: Iterable[str]) -> list[str]:
    """The stretches of a text that its lacking terms make up, each once."""
    wanted = set(lacking)
    return list(dict.fromkeys(run for word in content.split() for run in _only(wanted, word).split()))


def _only(wanted: Set[str], word: str) -> str:
    """A word with every character blanked that is in none of the terms wanted."""
    kept: set[int] = set()
    for length in {len(t) for t in wanted}:
        for at in range(len(word) - length + 1):
            if word[at : at + length] in wanted:
                kept.update(range(at, at + length))
    return "".join(char if at in kept else " " for at, char in enumerate(word))

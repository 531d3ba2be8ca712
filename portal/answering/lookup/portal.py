"""What the portal says about itself and its data: the article that answers, a dataset and its files, all datasets."""

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge, Row, share
from portal.answering.lookup.columns import spoken_of
from portal.answering.lookup.cue_words import says
from portal.answering.query import Facet, Operation, Query, SubjectKind
from portal.answering.refusals import Refusal
from portal.publication.catalogue import Dataset
from portal.publication.guide import QUESTIONS, TABLE, Article, articles
from portal.retrieval.lexical import terms
from portal.retrieval.retriever import HybridRetriever, Passage
from portal.texts.folding import fold

# Cosines of the bundled model lie close together, in English lower; between these two a likeness goes from none to full.
_LIKENESS = {"zh": (0.84, 0.94), "en": (0.80, 0.90)}
_WEAK = 0.35
# From here on a question is one of the ways an article is asked for, whatever dataset it names.
_SURE = 0.7
# Where none is named outright, as a word of a question may stand in the name of some (a figure to cite).
_SURE_OF_NONE = 0.6
_CLOSE = 5
_OF_FACET = {
    Facet.LICENCE: "licence",
    Facet.METHOD: "method",
    Facet.RELIABILITY: "reliability",
    Facet.UPDATE: "updates",
    Facet.RESPONSIBLE: "operator",
    Facet.SOURCE: "sources",
    Facet.DOWNLOAD: "download",
    Facet.CONTACT: "report-error",
}
_OF_FIGURES = {Operation.EXTREME, Operation.RANK, Operation.COMPARE, Operation.DIFFERENCE, Operation.SERIES}
_FACET_WEIGHT = 0.25
# What an article on the facet asked of the portal is worth where no way of asking is alike.
_BY_FACET_ALONE = 0.6
_OF_DATASETS = {Facet.LICENCE, Facet.UPDATE, Facet.DOWNLOAD, Facet.COUNT, Facet.SOURCE, Facet.RELIABILITY}


@dataclass(frozen=True)
class ArticleFacts(Facts):
    """The articles that answer, best first."""

    articles: tuple[Article, ...] = ()


@dataclass(frozen=True)
class DatasetFacts(Facts):
    """Datasets by name. `formats` are those asked for, empty for all; `rows` counts each dataset's rows."""

    datasets: tuple[Dataset, ...] = ()
    formats: tuple[str, ...] = ()
    rows: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Catalogue(Facts):
    """All datasets, or those of a format (`geojson`: those with positions); `rows` as in `DatasetFacts`.

    Attributes:
        asked: `datasets`, `rows` or `updated`, what of them the question speaks of.
    """

    datasets: tuple[Dataset, ...] = ()
    formats: tuple[str, ...] = ()
    rows: Mapping[str, int] | None = None
    asked: str = "datasets"


class Guide:
    """The articles of a version, found by how people ask for them.

    Args:
        knowledge: the published version.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        store = knowledge.store
        self.articles = {a.id: a for a in articles(store)}
        held = QUESTIONS in {f.table for f in store.manifest.files}
        rows = store.rows(f"SELECT article, language, text, embedding FROM {QUESTIONS}") if held else []
        rows = [r for r in rows if r["article"] in self.articles]
        passages = [Passage(str(n), fold(r["text"]), metadata={"article": r["article"]}) for n, r in enumerate(rows)]
        self._terms = {p.id: frozenset(terms(p.text)) for p in passages}
        vectors = np.array([r["embedding"] for r in rows], dtype=np.float32) if rows else None
        self._retriever = HybridRetriever(
            passages=passages,
            embeddings=vectors,
            encoder=knowledge.retriever.encoder,
            dense_weight=knowledge.retriever.dense_weight,
        )

    def find(self, query: Query) -> list[tuple[Article, float]]:
        """The articles a question may mean, best first, each with 0 (unlike any way to ask for it) to 1.

        Args:
            query: its words as put, and its facet, which prefers the article on it.
        """
        question = fold(query.question or query.text)
        lexical = self._retriever.lexical
        weights = {t: lexical.idf(t) for t in lexical_terms(question)}
        unlike, alike = _LIKENESS[query.language]
        best: dict[str, float] = {}
        for hit in self._retriever.search(question, k=len(self._retriever.passages)):
            said = share(weights, self._terms[hit.id])
            dense = said if hit.dense is None else min(max((hit.dense - unlike) / (alike - unlike), 0.0), 1.0)
            article = hit.metadata["article"]
            best[article] = max(best.get(article, 0.0), 0.6 * dense + 0.4 * said)
        preferred = "api" if "api" in spoken_of("formats", query.text) else _OF_FACET.get(query.facet)
        if preferred in self.articles:
            best[preferred] = best.get(preferred, 0.0) + _FACET_WEIGHT
        order = sorted(best, key=lambda a: -best[a])
        return [(self.articles[a], min(best[a], 1.0)) for a in order]


_guides: "weakref.WeakKeyDictionary[Knowledge, Guide]" = weakref.WeakKeyDictionary()


def guide_of(knowledge: Knowledge) -> Guide:
    """The guide of a version, made once."""
    held = _guides.get(knowledge)
    if held is None:
        held = _guides[knowledge] = Guide(knowledge)
    return held


def look_up_portal(query: Query, knowledge: Knowledge) -> Facts:
    """What the portal says about itself or its data.

    Args:
        query: about the portal or datasets; `facet` says what of them.
        knowledge: the published version.
    """
    formats = tuple(spoken_of("formats", query.text))
    guide = guide_of(knowledge)
    found = guide.find(query)
    if not formats and query.facet is not Facet.DOWNLOAD and (sure := _sure(query, found)):
        return sure
    if not formats and _of_a_figure(query):
        return Nothing(query, why=Refusal.PORTAL)
    named = datasets_named(query, knowledge)
    if named and (formats or query.facet in _OF_DATASETS or query.of(SubjectKind.DATASET)):
        return _of_datasets(query, named, formats, knowledge)
    catalogue = _catalogue(query, formats, knowledge)
    if catalogue is not None:
        return catalogue
    weak = not found or found[0][1] < _WEAK
    preferred = guide.articles.get(_OF_FACET.get(query.facet, "")) if query.of(SubjectKind.PORTAL) else None
    if weak and preferred:
        return _article(query, preferred, _BY_FACET_ALONE)
    if weak:
        near = tuple(ArticleFacts(query, _words(a), score, (a,)) for a, score in found[:3])
        return Nothing(query, why=Refusal.PORTAL, nearby=near)
    return _article(query, *found[0])


def _of_a_figure(query: Query) -> bool:
    """Whether what a table holds is asked for (who is first in it), and not the table."""
    return query.facet is Facet.RESULT and query.operation in _OF_FIGURES


def article_asked(query: Query, knowledge: Knowledge) -> ArticleFacts | None:
    """The article that a question asks for nearly as one of the ways to ask for it is written; None where none is so near, or it is
    the one its facet leads to anyhow.

    Args:
        query: the question.
        knowledge: the published version.
    """
    return _sure(query, guide_of(knowledge).find(query))


def _sure(query: Query, found: Sequence[tuple[Article, float]]) -> ArticleFacts | None:
    least = _SURE if query.of(SubjectKind.DATASET) else _SURE_OF_NONE
    if not found or found[0][1] < least or found[0][0].id == _OF_FACET.get(query.facet):
        return None
    return _article(query, *found[0])


def _article(query: Query, article: Article, score: float) -> ArticleFacts:
    return ArticleFacts(query, evidence=_words(article), fit=round(score, 3), articles=(article,))


def datasets_named(query: Query, knowledge: Knowledge) -> list[Dataset]:
    """The datasets a question names: those read, else those whose id, title or keywords take up most of its words."""
    ids = query.of(SubjectKind.DATASET)
    if ids:
        return [d for d in knowledge.datasets if d.id in ids]
    text = f" {fold(query.text)} {fold(query.question)} "
    scores = {d.id: _named_by(d, text) for d in knowledge.datasets}
    most = max(scores.values(), default=0)
    return [d for d in knowledge.datasets if most and scores[d.id] == most]


def _named_by(dataset: Dataset, text: str) -> int:
    """How many characters of a text a dataset's names take up; its own title counts twice."""
    called = (dataset.title_zh, dataset.title_en, dataset.id, dataset.id.replace("-", " "), dataset.table)
    titles = [fold(t) for t in called if t]
    words = [fold(k) for k in dataset.keywords]
    words += [w for t in titles if t.isascii() for w in (t.split()[0], t.split()[-1]) if len(w) > _CLOSE]
    found = [2 * len(t) for t in titles if t in text] + [len(w) for w in words if w in text]
    return max(found, default=0)


def _of_datasets(query: Query, named: Sequence[Dataset], formats: tuple[str, ...], knowledge: Knowledge) -> Facts:
    return DatasetFacts(
        query,
        evidence=" ".join(_catalogue_words(d) for d in named) + " 下载 download " + " ".join(formats),
        datasets=tuple(named),
        formats=formats,
        rows=_rows(knowledge),
    )


def _catalogue(query: Query, formats: tuple[str, ...], knowledge: Knowledge) -> Catalogue | None:
    """All datasets, where the question asks which there are, how many, or when they were updated; None where it does not."""
    asked = _asked_of_all(query, formats)
    if asked is None:
        return None
    chosen = [d for d in knowledge.datasets if "geojson" not in formats or d.has_geometry]
    if asked == "updated":
        # What the portal says about itself is no data a person asks the age of.
        chosen = [d for d in chosen if d.table != TABLE]
    return Catalogue(
        query,
        evidence=" ".join(_catalogue_words(d) for d in chosen) + " 数据集 数据 更新 下载 datasets data updated",
        datasets=tuple(chosen),
        formats=formats,
        rows=_rows(knowledge),
        asked=asked,
    )


def _asked_of_all(query: Query, formats: tuple[str, ...]) -> str | None:
    """What of all the datasets a question asks, as `Catalogue.asked`; None where it does not."""
    spoken = spoken_of("portal", query.text)
    counting = query.operation in {Operation.COUNT, Operation.LIST}
    if "geojson" in formats:
        return "datasets"
    if says(query.text, "often"):
        return None
    if query.facet is Facet.UPDATE and query.operation in {Operation.VALUE, Operation.CHECK, Operation.LIST}:
        return "updated"
    if counting and spoken[:1] == ["rows"]:
        return "rows"
    listed = counting or query.facet in {Facet.DOWNLOAD, Facet.COUNT, Facet.TEXT}
    return "datasets" if listed and "datasets" in spoken else None


def _rows(knowledge: Knowledge) -> dict[str, int]:
    files = {f.table: f.rows for f in knowledge.store.manifest.files}
    return {d.id: files[d.table] for d in knowledge.datasets if d.table in files}


def _words(article: Article) -> str:
    row: Row = article.row
    return " ".join(str(row[c]) for c in ("title_zh", "title_en"))


def _catalogue_words(dataset: Dataset) -> str:
    return " ".join([dataset.title_zh, dataset.title_en, dataset.summary_zh, dataset.summary_en, *dataset.keywords])


def lexical_terms(text: str) -> list[str]:
    """The distinct terms a text is compared by."""
    return list(dict.fromkeys(terms(text)))

"""A published version as the question pipeline reads it: clauses, rows, names and the retriever, held in memory."""

import re
from collections.abc import Iterable, Mapping, Set
from functools import cached_property, lru_cache

from portal.answering.english import EnglishNames, Spelling, english_name, english_words
from portal.answering.language.classifier import Classifier
from portal.answering.language.lexicon import function_words
from portal.answering.names_index import OWN_ROWS, Mention, NameIndex
from portal.answering.plan_retrievers import plan_retrievers
from portal.measures.registry import measures as measures_of
from portal.publication.site import Site
from portal.publication.statuses import FigureKind
from portal.publication.store import Row, Store
from portal.publication.translations import phrases, with_english
from portal.publication.vocabulary import Vocabulary
from portal.retrieval.lexical import terms
from portal.retrieval.retriever import QueryEncoder
from portal.retrieval.vector_stores import Opening, exact
from portal.texts.folding import fold

# Texts whose index terms are kept: what is found is compared with question after question.
_REMEMBERED = 4096
# A matter named in so many characters together, so much of which is in the plan's words, is one of the plan's.
_IN_FEW = 3
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)年?底?")
_LAST_BRACKETS = re.compile(r"（(?:[^（）]|（[^（）]*）)*）$")


def without_scope(name: str) -> str:
    """A name to be shown without the scope in brackets at its end: 生活污水集中收集率（各县（市）、吉利区）→ 生活污水集中收集率,
    but 每个县（市）的公共卫生医学中心 stays whole."""
    return _LAST_BRACKETS.sub("", name)


def share(weights: Mapping[str, float], held: Set[str]) -> float:
    """The share of weighed terms that are held: 0 to 1, 0 where there are no terms."""
    whole = sum(weights.values())
    return sum(w for t, w in weights.items() if t in held) / whole if whole else 0.0


class Knowledge:
    """Everything a question can be answered from. Immutable once made; one per published version.

    Args:
        store: the version.
        encoder: as for `HybridRetriever`.
        dense_weight: share of the embeddings in the fused score.
        opening: what compares the passages of all documents; see `vector_stores.opening`.
    """

    def __init__(self, store: Store, encoder: QueryEncoder, dense_weight: float, opening: Opening = exact) -> None:
        self.store = store
        self.opening = opening
        self.version = store.version
        self.site: Site = store.manifest.site
        self.datasets = store.manifest.datasets
        self.vocabulary = vocabulary = Vocabulary.model_validate(store.manifest.vocabulary)
        # The same question is weighed candidate after candidate.
        self._terms = lru_cache(_REMEMBERED)(lambda text: frozenset(terms(vocabulary.canonical(text))))
        self._content = lru_cache(_REMEMBERED)(self._content_of)
        self._weights = lru_cache(_REMEMBERED)(lambda text: {t: self.bilingual.lexical.idf(t) for t in terms(text)})
        self.clauses: dict[tuple[str, str], Row] = {
            (r["document"], r["clause"]): r for r in store.rows('SELECT * FROM clauses ORDER BY document, "order"')
        }
        self.sentences = store.rows("SELECT * FROM sentences")
        self.indicators = _by_id(_said(store, "SELECT * FROM indicators"))
        self.progress = {r["indicator"]: r for r in store.rows("SELECT * FROM progress")}
        self.projects = _by_id(_said(store, "SELECT * FROM projects"))
        self.places = _by_id(_said(store, "SELECT * FROM places"))
        self.districts = {r["code"]: r for r in _said(store, "SELECT * EXCLUDE (geometry) FROM districts")}
        self.sources = _by_id(store.rows("SELECT * FROM sources"))
        self.observations = _grouped(
            _said(store, "SELECT * FROM observations ORDER BY period_end NULLS LAST"), "indicator"
        )
        self.background = _grouped(
            _said(
                store,
                "SELECT * FROM background_figures WHERE related_indicator IS NOT NULL ORDER BY period_end NULLS LAST",
            ),
            "related_indicator",
        )
        self.measures = _grouped(
            _said(store, "SELECT * FROM background_figures ORDER BY period_end NULLS LAST"), "measure"
        )
        self.retriever, self.bilingual = plan_retrievers(self, encoder, dense_weight)
        self.named_in_english = EnglishNames(
            {"indicators": self.indicators, "projects": self.projects, "places": self.places}
        )
        self.names = NameIndex(self)
        self.classifier = Classifier.from_tables(store.table("reading_models"), store.table("reading_terms"))
        self._encoder = encoder

    @cached_property
    def clauses_of(self) -> dict[str, list[Row]]:
        """The clauses of each document in order."""
        return _grouped(self.clauses.values(), "document")

    @cached_property
    def clause_numbers(self) -> frozenset[str]:
        """The numbers by which any document counts its clauses."""
        return frozenset(clause for _, clause in self.clauses)

    @cached_property
    def sentences_of(self) -> dict[tuple[str, str], list[Row]]:
        """The sentences of each clause, by document and clause: of many documents nobody looks through all."""
        found: dict[tuple[str, str], list[Row]] = {}
        for s in self.sentences:
            found.setdefault((s["document"], s["clause"]), []).append(s)
        return found

    @cached_property
    def plan_text(self) -> str:
        """The plan's text, folded: what is written somewhere in it."""
        return fold("\n".join(c["text"] for c in self.clauses_of[self.site.plan]))

    @cached_property
    def latest_year(self) -> int:
        """The latest year of which any result was published; the plan's last where none was."""
        ends = [r["period_end"] for rows in self.observations.values() for r in rows if r["kind"] == FigureKind.ACTUAL]
        return max([e.year for e in ends if e], default=self.site.period_end.year)

    @cached_property
    def matters(self) -> frozenset[str]:
        """The plan's words for what people call otherwise (扬尘 for 工地灰), of those that only few of its clauses hold."""
        texts = [fold(c["text"]) for c in self.clauses_of[self.site.plan]]
        words = {fold(word) for word in self.vocabulary.synonyms if len(word) > 1 and self.content_of(fold(word))}
        return frozenset(w for w in words if 0 < sum(w in text for text in texts) <= _IN_FEW)

    @cached_property
    def titles(self) -> dict[str, list[tuple[str, str]]]:
        """The titles of the plan's clauses in canonical words, the longest first, each with its clause: by language."""
        own = self.clauses_of[self.site.plan]
        columns = {"zh": "title", "en": "title_en"}
        found = {
            language: [(self.vocabulary.canonical(fold(c[column])), str(c["clause"])) for c in own if c.get(column)]
            for language, column in columns.items()
        }
        return {language: sorted(titles, key=lambda t: -len(t[0])) for language, titles in found.items()}

    @cached_property
    def plan_terms(self) -> frozenset[str]:
        """The index terms of the plan."""
        return self.terms_of(self.plan_text)

    @cached_property
    def title_terms(self) -> dict[tuple[str, str], frozenset[str]]:
        """The index terms of the titles of the plan's clauses, of their English stems, and of what else people call them."""
        keys = {(self.site.plan, str(c["clause"])): c for c in self.clauses_of[self.site.plan]}
        return {
            key: self.terms_of(f"{c['title']} {self.also_called(*key)}") | english_words(fold(c.get("title_en") or ""))
            for key, c in keys.items()
        }

    @cached_property
    def passage_terms(self) -> dict[str, frozenset[str]]:
        """The index terms of every passage's own text and of its English."""
        return {p.id: frozenset(terms(p.text)) for p in self.bilingual.passages}

    @cached_property
    def name_terms(self) -> dict[str, frozenset[str]]:
        """The index terms of the names each indicator goes by."""
        columns = ("name_zh", "aliases", "name_en")
        return {i: self.terms_of(" ".join(str(row[c] or "") for c in columns)) for i, row in self.indicators.items()}

    @cached_property
    def english_names(self) -> dict[str, frozenset[str]]:
        """The stems of each indicator's English names."""
        return {i: english_words(fold(f"{r['name_en']} {r['aliases'] or ''}")) for i, r in self.indicators.items()}

    @cached_property
    def indicator_terms(self) -> dict[str, frozenset[str]]:
        """The index terms of all the words each indicator goes by."""
        columns = ("quote", "name_zh", "aliases", "name_en", "scope")
        return {i: self.terms_of(" ".join(str(row[c] or "") for c in columns)) for i, row in self.indicators.items()}

    @cached_property
    def measure_words(self) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
        """The index terms of the Chinese names of each measure that has no table of its own, and the stems of its English ones."""
        names: dict[str, tuple[list[str], list[str]]] = {}
        for text, measure, language in measures_of(self.store).named():
            names.setdefault(measure, ([], []))[language == "en"].append(text)
        own = {m.id for m in measures_of(self.store).measures if m.dataset in OWN_ROWS}
        return {
            m: (self.terms_of(" ".join(zh)), english_words(fold(" ".join(en))))
            for m, (zh, en) in names.items()
            if m not in own
        }

    def also_called(self, document: str, clause: str) -> str:
        """What people call a clause whose own title does not say it; empty for most."""
        return " ".join(self.vocabulary.clauses.get(clause, ())) if document == self.site.plan else ""

    def content_of(self, text: str) -> str:
        """The words of a canonical text that carry content, the rest as spaces."""
        return self._content(text)

    def _content_of(self, text: str) -> str:
        text = _YEAR.sub(" ", text)
        for name in self.vocabulary.own:
            text = text.replace(name, " ")
        return " ".join(function_words().sub(" ", text).split())

    def terms_of(self, text: str) -> frozenset[str]:
        """The index terms of a text in canonical words."""
        return self._terms(text)

    def weighed(self, asked: str) -> Mapping[str, float]:
        """The distinct index terms of a canonical text, English words as stems, with how telling each is."""
        return self._weights(asked)

    def clause(self, clause: str, document: str | None = None) -> Row:
        """A clause of the plan, or of another document.

        Raises:
            KeyError: there is no such clause.
        """
        return self.clauses[document or self.site.plan, clause]

    def document_title(self, document: str) -> str:
        """A document's title; its id where the version names none."""
        return next((str(d["title"]) for d in self.store.manifest.documents if d["id"] == document), document)

    def english_of(self, document: str, clause: str, start: int, end: int) -> str:
        """The English of the sentences that a span of a clause holds whole; empty where there is none."""
        return " ".join(
            s["text_en"]
            for s in self.sentences_of.get((document, clause), ())
            if start <= s["start"] and s["end"] <= end and s.get("text_en")
        )

    def english_around(self, document: str, clause: str, start: int, end: int) -> str:
        """The English of the sentence that a span of a clause is part of; empty where there is none."""
        held = self.sentences_of.get((document, clause), ())
        return next((s.get("text_en") or "" for s in held if s["start"] <= start and end <= s["end"]), "")

    def mentions(self, text: str) -> list[Mention]:
        """The names in a canonical text; where one lies inside another the longer stands."""
        return self.names.mentions(text)

    def likely(self, masked: str) -> dict[str, dict[str, float]]:
        """What a question with stand-ins for names probably wants: head → value → probability."""
        vector = self._encoder.encode_query(masked) if self.retriever.mode == "hybrid" else None
        return self.classifier.probabilities(masked, vector)

    def scopes(self, text: str) -> tuple[str, ...]:
        """The parts of the territory a canonical text asks about."""
        return tuple(s.id for s in self.vocabulary.scopes if any(re.search(pattern, text) for pattern in s.asked))

    def indicators_in(self, clause: str, start: int, end: int) -> list[str]:
        """The indicators whose quotation overlaps a span of a clause of the plan, or states the same there."""
        text = self.clause(clause)["text"]
        found = []
        for indicator in self.indicators.values():
            if clause == indicator["clause"]:
                at = text.find(indicator["quote"])
                if at < end and start < at + len(indicator["quote"]):
                    found.append(indicator["id"])
        return found

    @cached_property
    def spelling(self) -> Spelling:
        """The words of the plan's English and of the names of targets, measures and things."""
        said = [s.get("text_en") or "" for s in self.sentences]
        titles = [c.get("title_en") or "" for c in self.clauses.values()]
        named = [r["name_en"] or "" for r in self.indicators.values()]
        named += [text for text, _, language in measures_of(self.store).named() if language == "en"]
        return Spelling([*map(fold, [*said, *titles, *named]), *self.english_name_words])

    @cached_property
    def english_name_words(self) -> frozenset[str]:
        """The words of the English names of everything the data hold."""
        named = (*self.indicators.values(), *self.projects.values(), *self.districts.values())
        return frozenset(word for row in named for word in english_name(row).split())


def _said(store: Store, sql: str) -> list[Row]:
    """Rows with their English beside what they say in words."""
    return with_english(store.rows(sql), phrases(store))


def _by_id(rows: Iterable[Row]) -> dict[str, Row]:
    return {r["id"]: r for r in rows}


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups

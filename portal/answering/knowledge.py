"""A published version as the question pipeline reads it: clauses, rows, names and the retriever, held in memory."""

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow.compute as pc

from portal.answering.english import SCOPE_IN_NAME, EnglishNames, Spelling, english_forms, english_name, english_words
from portal.answering.language import function_words
from portal.publication.site import Site
from portal.publication.store import Store
from portal.publication.translations import phrases, with_english
from portal.publication.vocabulary import Vocabulary
from portal.retrieval.lexical import terms
from portal.retrieval.retriever import HybridRetriever, Passage
from portal.retrieval.stems import stemmed
from portal.texts.folding import fold

Row = dict[str, Any]
_SHORTEST_ENDING = 5
_HAN = re.compile(r"[\u3400-\u9fff]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)年?底?")
_LAST_BRACKETS = re.compile(r"（(?:[^（）]|（[^（）]*）)*）$")


@dataclass(frozen=True)
class Name:
    """A name people use for something the data hold. `table` is indicators, measures, projects, places or districts."""

    text: str
    table: str
    id: str


@dataclass(frozen=True)
class Mention:
    """A name found in a question: where, and everything it may stand for."""

    start: int
    end: int
    text: str
    names: tuple[Name, ...]

    def ids(self, table: str) -> list[str]:
        """What it may stand for in a table, in order."""
        return list(dict.fromkeys(n.id for n in self.names if n.table == table))


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
    """

    def __init__(self, store: Store, encoder: Any, dense_weight: float) -> None:
        self.store = store
        self.version = store.version
        self.site: Site = store.manifest.site
        self.datasets = store.manifest.datasets
        self.vocabulary = Vocabulary.model_validate(store.manifest.vocabulary)
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
        self.retriever, self.bilingual = self._retrievers(encoder, dense_weight)
        self.named_in_english = EnglishNames(
            {"indicators": self.indicators, "projects": self.projects, "places": self.places}
        )
        self._names = list(self._all_names())
        self._names += self._unique_endings()
        self._numbers: dict[str, list[int]] = {}
        for number, name in enumerate(self._names):
            self._numbers.setdefault(name.text, []).append(number)
        self._lengths = sorted({len(text) for text in self._numbers})

    @cached_property
    def plan_text(self) -> str:
        """The plan's text, folded: what is written somewhere in it."""
        return fold("\n".join(c["text"] for c in self.clauses.values() if c["document"] == self.site.plan))

    @cached_property
    def plan_terms(self) -> frozenset[str]:
        """The index terms of the plan."""
        return self.terms_of(self.plan_text)

    @cached_property
    def title_terms(self) -> dict[tuple[str, str], frozenset[str]]:
        """The index terms of every clause's own title, of its English stems, and of what else people call it."""
        return {
            key: self.terms_of(f"{c['title']} {self.also_called(*key)}") | english_words(fold(c.get("title_en") or ""))
            for key, c in self.clauses.items()
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
    def measure_terms(self) -> dict[str, frozenset[str]]:
        """The index terms of the names each background measure goes by."""
        return {m: self.terms_of(f"{m} {rows[0]['aliases'] or ''}") for m, rows in self.measures.items()}

    @cached_property
    def english_measures(self) -> dict[str, frozenset[str]]:
        """The stems of each background measure's English name; none where it has none."""
        named = {m: english_words(fold(rows[0].get("measure_en", ""))) for m, rows in self.measures.items()}
        return {m: words for m, words in named.items() if words}

    @cached_property
    def sentence_terms(self) -> dict[str, frozenset[str]]:
        """The index terms of the sentence each indicator is stated in."""
        return {
            i: self.terms_of(
                " ".join(
                    s["text"] for s in self.sentences if s["clause"] == row["clause"] and row["quote"] in s["text"]
                )
            )
            for i, row in self.indicators.items()
        }

    def also_called(self, document: str, clause: str) -> str:
        """What people call a clause whose own title does not say it; empty for most."""
        return " ".join(self.vocabulary.clauses.get(clause, ())) if document == self.site.plan else ""

    def content_of(self, text: str) -> str:
        """The words of a canonical text that carry content, the rest as spaces."""
        text = _YEAR.sub(" ", text)
        for name in self.vocabulary.own:
            text = text.replace(name, " ")
        return " ".join(function_words().sub(" ", text).split())

    def terms_of(self, text: str) -> frozenset[str]:
        """The index terms of a text in canonical words."""
        return frozenset(terms(self.vocabulary.canonical(text)))

    def weighed(self, asked: str) -> dict[str, float]:
        """The distinct index terms of a canonical text, English words as stems, with how telling each is."""
        return {t: self.bilingual.lexical.idf(t) for t in terms(asked)}

    def clause(self, clause: str, document: str | None = None) -> Row:
        """A clause of the plan, or of another document.

        Raises:
            KeyError: there is no such clause.
        """
        return self.clauses[document or self.site.plan, clause]

    def english_of(self, document: str, clause: str, start: int, end: int) -> str:
        """The English of the sentences that a span of a clause holds whole; empty where there is none."""
        return " ".join(
            s["text_en"]
            for s in self.sentences
            if (s["document"], s["clause"]) == (document, clause)
            and start <= s["start"]
            and s["end"] <= end
            and s.get("text_en")
        )

    def mentions(self, text: str) -> list[Mention]:
        """The names in a canonical text; where one lies inside another the longer stands."""
        found: dict[tuple[int, int], list[Name]] = {}
        # Looked up by every part of the text, not the text by every name: there may be a hundred thousand.
        parts = {text[i : i + n] for n in self._lengths for i in range(len(text) - n + 1)}
        for number in sorted(n for part in parts for n in self._numbers.get(part, ())):
            name = self._names[number]
            for match in _name_pattern(name.text).finditer(text):
                found.setdefault(match.span(), []).append(name)
        spans = sorted(found, key=lambda s: (s[0] - s[1], s[0]))
        kept: list[tuple[int, int]] = []
        for start, end in spans:
            if not any(s <= start and end <= e for s, e in kept):
                kept.append((start, end))
        return [Mention(s, e, text[s:e], tuple(found[s, e])) for s, e in sorted(kept)]

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

    def _retrievers(self, encoder: Any, dense_weight: float) -> tuple[HybridRetriever, HybridRetriever]:
        """Two over the plan's passages and vectors, so that other documents beside it change nothing: one compares words with the plan's own, their clause's title and what else people
        call it; the other also with the English of sentence and title, as stems."""
        table = self.store.table("passages")
        table = table.filter(pc.equal(table["document"], self.site.plan))
        vectors = np.stack(table["embedding"].to_numpy(zero_copy_only=False))
        canonical = self.vocabulary.canonical
        said = {(s["document"], s["clause"], s["sentence"]): s.get("text_en") or "" for s in self.sentences}
        plain, bilingual = [], []
        for row in table.drop_columns(["embedding"]).to_pylist():
            key = row["document"], row["clause"]
            heading = canonical(f"{row['heading']} {self.also_called(*key)}")
            passage = Passage(row["id"], canonical(row["text"]), heading, metadata=row)
            text, title = said[*key, row["sentence"]], self.clauses[key].get("title_en") or ""
            plain.append(passage)
            bilingual.append(
                replace(
                    passage,
                    text=f"{passage.text} {stemmed(fold(text))}",
                    heading=f"{passage.heading} {stemmed(fold(title))}",
                )
            )
        own, both = (
            HybridRetriever(passages=passages, embeddings=vectors, encoder=encoder, dense_weight=dense_weight)
            for passages in (plain, bilingual)
        )
        return own, both

    def _all_names(self) -> Iterable[Name]:
        tables = (
            ("indicators", self.indicators, ("name_zh", "aliases", "name_en")),
            ("projects", self.projects, ("name", "also_known_as")),
            ("places", self.places, ("name", "aliases")),
        )
        for table, rows, columns in tables:
            for row in rows.values():
                texts = {t for c in columns if row.get(c) for t in row[c].split("|")}
                texts |= {SCOPE_IN_NAME.sub("", t) for t in texts} | {english_name(row)}
                texts |= english_forms(row) if table == "places" else set()
                for text in sorted({self.vocabulary.canonical(t).strip() for t in texts}):
                    if len(text) > 1:
                        yield Name(text, table, row["id"])
        for measure, figures in self.measures.items():
            english = figures[0].get("measure_en", "")
            aliases = (figures[0]["aliases"] or "").split("|")
            for text in ({SCOPE_IN_NAME.sub("", t) for t in (measure, english)} | set(aliases)) - {""}:
                yield Name(self.vocabulary.canonical(text), "measures", measure)
        for code, row in self.districts.items():
            short = row["name"].removesuffix("区").removesuffix("县").removesuffix("回族")
            english = str(row.get("name_en") or row["name"])
            words = english.split()
            # The first word alone too, but not one so short that it is a word of its own.
            shortened = {f"{words[0]} {words[-1]}", *([words[0]] if len(words[0]) >= _SHORTEST_ENDING else [])}
            for text in {row["name"], english, *shortened, *([short] if len(short) > 1 else [])}:
                yield Name(self.vocabulary.canonical(text), "districts", code)

    @cached_property
    def spelling(self) -> Spelling:
        """The words of the plan's English and of the names."""
        said = [s.get("text_en") or "" for s in self.sentences]
        titles = [c.get("title_en") or "" for c in self.clauses.values()]
        named = [r["name_en"] or "" for r in self.indicators.values()]
        return Spelling([*map(fold, [*said, *titles, *named]), *self.english_name_words])

    @cached_property
    def english_name_words(self) -> frozenset[str]:
        """The words of the English names of everything the data hold."""
        named = (*self.indicators.values(), *self.projects.values(), *self.districts.values())
        return frozenset(word for row in named for word in english_name(row).split())

    def _cuts(self, name: str) -> Iterable[int]:
        """Where a folded name may be cut for its ending to stand alone: an English one before two telling words or more, of which
        one is of few names."""
        if _HAN.search(name):
            return range(1, len(name) - _SHORTEST_ENDING + 1)
        starts = [m.start() for m in re.finditer(r"(?<= )\S", name)][:-1]
        return [
            cut
            for cut in starts
            if not function_words().match(name, cut) and self.named_in_english.of_one_thing(name[cut:])
        ]

    def _unique_endings(self) -> list[Name]:
        """Endings people shorten a long name to (…服务半径覆盖率, …transfer stations), where only one thing's name ends so."""
        full = [
            ("indicators", r["family"], r["id"], SCOPE_IN_NAME.sub("", r["name_zh"])) for r in self.indicators.values()
        ]
        full += [("measures", m, m, SCOPE_IN_NAME.sub("", m)) for m in self.measures]
        full += [("projects", i, i, r["name"]) for i, r in self.projects.items()]
        full += [("indicators", r["family"], r["id"], english_name(r)) for r in self.indicators.values()]
        full += [("measures", m, m, rows[0].get("measure_en", "")) for m, rows in self.measures.items()]
        full += [("projects", i, i, english_name(r)) for i, r in self.projects.items()]
        full += [("places", i, i, english_name(r)) for i, r in self.places.items()]
        full += [("places", i, i, r["name"]) for i, r in self.places.items()]
        owners: dict[str, dict[str, Name]] = {}
        for table, family, row_id, name in full:
            text = self.vocabulary.canonical(name)
            for cut in self._cuts(text):
                owners.setdefault(text[cut:], {}).setdefault(family, Name(text[cut:], table, row_id))
        whole = {n.text for n in self._names}
        return [
            name
            for ending, named in sorted(owners.items())
            for name in named.values()
            if len(named) == 1 and ending not in whole
        ]


def _name_pattern(text: str) -> re.Pattern[str]:
    escaped = re.escape(text)
    return re.compile(rf"(?<![a-z0-9]){escaped}s?(?![a-z0-9])" if text.isascii() else escaped)


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

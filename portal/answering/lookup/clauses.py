"""What the documents say about something: the sentences, or the parts of long ones, that answer; or a clause by its number."""

import re
from dataclasses import dataclass, replace

from portal.answering.english import english_words
from portal.answering.facts import Facts, Nothing, Span
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.cue_words import says, words_of
from portal.answering.passages import Asked, Found, coverage, find, spans_of, supported
from portal.answering.query import Facet, Operation, Query
from portal.answering.reading.claims import without_clause
from portal.answering.reading.patterns import form
from portal.answering.refusals import Refusal
from portal.publication.store import Row
from portal.retrieval.lexical import terms
from portal.texts.folding import fold
from portal.texts.numerals import chinese_number, numbers_in

_FIGURES = {Facet.TARGET, Facet.RESULT, Facet.COUNT}
_TEXTS = {Facet.TEXT, Facet.DEFINITION, Facet.RESPONSIBLE, Facet.SCOPE, Facet.DUE, Facet.SOURCE}
# A sentence longer than this is quoted by the parts that answer.
_LONG = 110
_NEAR_BEST = 0.8
_MOST_PARTS = 3
# A word of asking more beside a chapter's title (大, 项) says nothing.
_LEFT_OVER = 2
# What is found is worth this much before its words are compared, and this much less where a figure or a result is wanted.
_FIT = 0.5
_FIT_OTHER_FACET = 0.6
_FIT_RESULT = 0.4
_RESULTS = {Facet.RESULT, Facet.STATUS}
# An n-gram in this share of the examples is a word of asking and says nothing of a matter.
_FAMILIAR = 0.02
_PAUSE = re.compile(r"[，。；：]")
_PART = re.compile(r"[^，。；：\s]+")
_YEAR = re.compile(r"(?:19|20)\d\d(?=年|[-–至到])|(?<=[-–至到])(?:19|20)\d\d")
_PARTS = frozenset({"section", "chapter", "part", "clause", "article"})


@dataclass(frozen=True)
class ClauseFacts(Facts):
    """Spans of clauses in the order they are to be read; `near` where they are only the nearest there is; `unlisted` what they name by
    its number only (七策), where the question asks which these are; `numbers` how many they write, where these are asked for."""

    spans: tuple[Span, ...] = ()
    near: bool = False
    unlisted: str = ""
    numbers: int | None = None


@dataclass(frozen=True)
class WholeClause(Facts):
    """A clause asked for by its number, with the clauses under it; `spans` are its sentences on what is asked of it, if anything is."""

    clause: Row | None = None
    children: tuple[Row, ...] = ()
    spans: tuple[Span, ...] = ()


def look_up_clauses(query: Query, knowledge: Knowledge) -> Facts:
    """The text a query asks for."""
    if query.where.clause and not query.inherited:
        return _by_number(query, query.where.clause, knowledge)
    if not query.inherited and (chapter := _chapter_named(query, knowledge)):
        return _by_number(query, chapter, knowledge)
    asked = asked_of(query)
    found = find(asked, knowledge)
    spans = spans_of(found, knowledge)
    if not spans:
        return Nothing(query, why=Refusal.NOTHING)
    evidence = _evidence(query, spans, knowledge)
    if not supported(found, asked, evidence, knowledge):
        return Nothing(query, evidence, why=Refusal.NOTHING)
    if says(query.question, "numbers") and says(query.question, "a_clause"):
        written, numbers = _numbers_of(*spans[0][:2], knowledge)
        return ClauseFacts(query, f"{evidence} {words_of('numbers')}", 1.0, written, numbers=numbers)
    covered = coverage(asked, knowledge.terms_of(evidence), knowledge)
    fit = (_FIT + (1 - _FIT) * covered) * _fit_of(query, _text_of(spans, knowledge))
    shortest = [span for s in spans for span in _shortest(s, found)]
    if not asked.wants_all:
        shortest = _best(shortest, found)
    return ClauseFacts(query, evidence, fit, tuple(shortest), unlisted=_unlisted(query, spans, knowledge))


def _fit_of(query: Query, text: str) -> float:
    """How well a text can answer what is asked of it, whatever it is about."""
    fit = 1.0 if query.facet in _TEXTS else _FIT_RESULT if query.facet in _RESULTS else _FIT_OTHER_FACET
    if query.facet is Facet.DUE and not any(c.isdigit() for c in text):
        # A text without a date does not say by when.
        fit *= _FIT_RESULT
    if query.claim is not None and query.claim.unsaid:
        # Of whom something is the fault no text says.
        fit *= _FIT_RESULT
    return fit


def _numbers_of(document: str, clause: str, knowledge: Knowledge) -> tuple[tuple[Span, ...], int]:
    """The parts of a clause that write numbers, neighbours as one, and how many numbers these are; years are none."""
    text = str(knowledge.clause(clause, document)["text"])
    # The heading counts the clause itself.
    body = min((s["start"] for s in knowledge.sentences_of[document, clause] if not s["heading"]), default=0)
    parts = [(m.start(), m.end()) for m in _PART.finditer(text, body) if numbers_in(_YEAR.sub(" ", m.group()))]
    spans: list[tuple[int, int]] = []
    for start, end in parts:
        if spans and not _PART.search(text, spans[-1][1], start):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    count = sum(len(numbers_in(_YEAR.sub(" ", text[s:e]))) for s, e in parts)
    return tuple(Span(document, clause, s, e) for s, e in spans), count


def _unlisted(query: Query, spans: list[tuple[str, str, int, int]], knowledge: Knowledge) -> str:
    """What a question asks to be listed (哪七策) and a text names by its number without listing so many things; empty where it does."""
    asked = form("which_of_so_many").search(query.text)
    text = _text_of(spans, knowledge)
    if asked is None or (term := asked[1] + asked[2]) not in text:
        return ""
    listed = (len(part.split("、")) for part in _PAUSE.split(text))
    return "" if chinese_number(asked[1]) in listed else term


def _evidence(query: Query, spans: list[tuple[str, str, int, int]], knowledge: Knowledge) -> str:
    """The words of some sentences, with the names their clause goes by; for an English question their English too."""
    document, clause = spans[0][:2]
    row = knowledge.clause(clause, document)
    text = _text_of(spans, knowledge)
    evidence = f"{row['path']} {knowledge.also_called(document, clause)} {text}"
    if query.language == "en":
        said = " ".join(knowledge.english_of(*span) for span in spans)
        evidence += f" {row.get('title_en') or ''} {said}"
    return evidence


def _text_of(spans: list[tuple[str, str, int, int]], knowledge: Knowledge) -> str:
    """The sentences of spans of one clause."""
    return " ".join(knowledge.clause(clause, document)["text"][start:end] for document, clause, start, end in spans)


def _best(spans: list[Span], found: list[Found]) -> list[Span]:
    """No more spans than an answer quotes, those found best, in the order they are to be read."""
    own = {s: max((f.own for f in found if _holds(s, f)), default=0.0) for s in spans}
    kept = sorted(spans, key=lambda s: -own[s])[:_MOST_PARTS]
    return [s for s in spans if s in kept]


def _holds(span: Span, found: Found) -> bool:
    row = found.row
    same = (row["document"], row["clause"]) == (span.document, span.clause)
    return same and span.start <= row["start"] and row["end"] <= span.end


def asked_of(query: Query) -> Asked:
    """What a search for a query's text needs."""
    amount = query.facet in _FIGURES and query.operation in {Operation.VALUE, Operation.COUNT, Operation.CHECK}
    return Asked(
        text=query.text,
        folded=fold(query.question),
        language=query.language,
        wants_number=amount or bool(re.search(r"多少|几|how (?:many|much)", fold(query.question))),
        wants_all=query.operation is Operation.LIST,
        whether=query.operation is Operation.CHECK or query.facet is Facet.TEXT,
    )


def _by_number(query: Query, number: str, knowledge: Knowledge) -> Facts:
    document = query.where.document or knowledge.site.plan
    row = knowledge.clauses.get((document, number))
    if row is None:
        return Nothing(query, why=Refusal.NO_CLAUSE, values={"clause": number}, fit=0.9)
    children = tuple(c for c in knowledge.clauses_of[document] if c["parent"] == number)
    return WholeClause(query, query.text, 1.0, row, children, _on_matter(query, document, number, knowledge))


def _on_matter(query: Query, document: str, number: str, knowledge: Knowledge) -> tuple[Span, ...]:
    """The sentences of a clause, or of one below it, that deal with what a question asks of it (4.3里钱从哪来); none where it asks for
    the clause alone, or for what none of them says."""
    asked = replace(asked_of(query), text=without_clause(query.text))
    if not _telling(asked, knowledge):
        return ()
    found = [f for f in find(asked, knowledge) if _is_below(f.row, document, number)]
    spans = spans_of(found, knowledge)
    if not spans or not supported(found, asked, _evidence(query, spans, knowledge), knowledge):
        return ()
    return tuple(Span(*span) for span in spans)


def _telling(asked: Asked, knowledge: Knowledge) -> bool:
    """Whether a question says anything beside words of asking and the words by which the plan counts its parts."""
    content = knowledge.content_of(asked.text)
    said = english_words(content) if asked.language == "en" else {t for t in terms(content) if len(t) > 1}
    return any(knowledge.classifier.familiar(t[:3]) < _FAMILIAR and t not in _PARTS for t in said)


def _is_below(row: Row, document: str, number: str) -> bool:
    clause = str(row["clause"])
    return row["document"] == document and (clause == number or clause.startswith(f"{number}."))


def _chapter_named(query: Query, knowledge: Knowledge) -> str | None:
    """The chapter of the plan with parts of its own whose title is all that a question says (推进措施有哪几项)."""
    parents = {c["parent"] for c in knowledge.clauses_of[knowledge.site.plan]}
    for title, number in knowledge.titles["zh"]:
        if number in parents and len(title) > 1 and title in query.text:
            rest = knowledge.content_of(query.text.replace(title, " "))
            if len(re.sub(r"\W", "", rest)) <= _LEFT_OVER:
                return number
    return None


def _shortest(sentence: tuple[str, str, int, int], found: list[Found]) -> list[Span]:
    """A sentence, or of a long one its parts that were found nearly as good as the best of them."""
    document, clause, start, end = sentence
    whole = [Span(document, clause, start, end)]
    if end - start <= _LONG:
        return whole
    rows = [
        f
        for f in found
        if (f.row["document"], f.row["clause"]) == (document, clause)
        and start <= f.row["start"]
        and f.row["end"] <= end
        and f.row["end"] - f.row["start"] < end - start
    ]
    if not rows:
        return whole
    best = max(f.own for f in rows)
    kept = sorted((f for f in rows if f.own >= _NEAR_BEST * best), key=lambda f: -f.own)[:_MOST_PARTS]
    parts = sorted((f.row["start"], f.row["end"]) for f in kept)
    return [Span(document, clause, s, e) for s, e in parts]

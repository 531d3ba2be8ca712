"""Last step: what an answer says must be in what it cites, or it is not sent."""

import re
from collections.abc import Iterable

from portal.answering.knowledge import Knowledge, Row
from portal.answering.models import Citation
from portal.texts.numbers import rounded
from portal.texts.numerals import numbers_in

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_QUOTED_LINE = re.compile(r"^> (?!—|— )(.+)$", re.MULTILINE)
_CLAUSE_LABEL = re.compile(r"[（(]([ac]?\d+(?:-\d+)?(?:\.\d+){0,3})[）)]")
_SOURCE_LINE = re.compile(r"^> ?—+ ?(.*?) ?[（(]([ac]?[\d.-]+)[）)]$", re.MULTILINE)
_ANY_SOURCE_LINE = re.compile(r"^> ?—.*$", re.MULTILINE)


class Unverified(Exception):
    """An answer says something its evidence does not; the message says what, for the log."""


def verify(
    text: str, citations: list[Citation], rows: Iterable[Row], computed: Iterable[float], knowledge: Knowledge
) -> None:
    """Check an answer against its evidence.

    Args:
        text: the answer, Markdown.
        citations: the clauses it cites.
        rows: the dataset rows it speaks from.
        computed: numbers worked out from those rows (counts, distances in metres).
        knowledge: the published version.
    Raises:
        Unverified: a quotation that is no exact span of its clause, a quotation or citation that is not used, or a number that is
            in no cited span or row.
    """
    for citation in citations:
        _check_citation(citation, text, knowledge)
    _check_quoted_lines(text, citations)
    plain = _LINK.sub(lambda m: m.group(1), text)
    _check_source_lines(plain, citations)
    own = _CLAUSE_LABEL.sub(lambda m: " " if m.group(1) in knowledge.clause_numbers else m.group(), plain)
    check_numbers(own, [part for c in citations for part in (c.quote, c.title)], rows, computed)


def _check_citation(citation: Citation, text: str, knowledge: Knowledge) -> None:
    """Check that a citation is an exact span of its clause and that the answer quotes it."""
    clause = knowledge.clauses.get((citation.document, citation.clause))
    if clause is None:
        raise Unverified(f"no clause {citation.clause} in {citation.document}")
    if not citation.quote or citation.quote not in clause["text"]:
        raise Unverified(f"not a span of {citation.clause}: {citation.quote[:60]}")
    if _flat(citation.quote) not in _flat(text):
        raise Unverified(f"cites {citation.clause} but does not quote it")


def _check_quoted_lines(text: str, citations: list[Citation]) -> None:
    """Check that every quoted line is a citation's words."""
    quotes = [_flat(c.quote) for c in citations]
    for quoted in _QUOTED_LINE.findall(text):
        if _flat(quoted) not in quotes:
            raise Unverified(f"quotes what no citation holds: {quoted[:60]}")


def _check_source_lines(plain: str, citations: list[Citation]) -> None:
    """Check that every line under a quotation names a clause that is cited, by its title and number."""
    if len(_ANY_SOURCE_LINE.findall(plain)) != len(_SOURCE_LINE.findall(plain)):
        raise Unverified("a line under a quotation is no clause's title and number")
    cited = {(c.title, c.clause) for c in citations}
    for title, number in _SOURCE_LINE.findall(plain):
        if (title, number) not in cited:
            raise Unverified(f"names {title} {number} under a quotation and does not cite it")


def check_numbers(text: str, quotes: Iterable[str], rows: Iterable[Row], computed: Iterable[float]) -> None:
    """Check that every number of a text is in a quotation, a cell of a row, or computed; rounding a cell is allowed.

    Raises:
        Unverified: a number is in none of them.
    """
    cells = [str(value) for row in rows for value in row.values() if value is not None]
    known = {value for source in (*quotes, *cells) for value, _ in numbers_in(source)} | set(computed)
    exact = {value for row in rows for value in row.values() if isinstance(value, float)}
    for value, decimals in numbers_in(text):
        if value in known or any(rounded(cell, decimals) == value for cell in exact):
            continue
        raise Unverified(f"no source for the number {value:g}")


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()

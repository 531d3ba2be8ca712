"""What a question names of places beside their names: kinds, districts, a metro line, and what it asks of them."""

import re

from portal.answering.knowledge import Knowledge, Row
from portal.answering.lines import line_named
from portal.answering.lookup.columns import spoken_of
from portal.answering.query import Facet, Query, SubjectKind
from portal.texts.folding import fold

_FACETS = {Facet.LOCATION: "address", Facet.DUE: "opened", Facet.RELIABILITY: "position_basis"}


def kinds_of(query: Query, knowledge: Knowledge) -> tuple[str, ...]:
    """The kinds of place a question asks for: those read, else those whose words it holds; none for places in general."""
    if query.where.kinds:
        return query.where.kinds
    text = fold(query.text)
    for place in (knowledge.places[i] for i in query.of(SubjectKind.PLACE) if i in knowledge.places):
        # The name of where one stands (牡丹广场地铁站) says nothing of what is looked for.
        for name in sorted(names_of(place), key=len, reverse=True):
            text = text.replace(fold(name), " ")
    found = []
    for words in knowledge.vocabulary.places.values():
        longest = max((len(w) for w in words.words if _said(fold(w), text)), default=0)
        if longest:
            found.append((longest, words.kinds))
    return max(found)[1] if found else ()


def names_of(place: Row) -> set[str]:
    """Every name of a place, Chinese and English."""
    return {n for n in (place["name"], place.get("name_en"), *(place.get("aliases") or "").split("|")) if n}


def _said(word: str, text: str) -> bool:
    return bool(re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text)) if word.isascii() else word in text


def districts_of(query: Query) -> tuple[str, ...]:
    """The districts a question names, by their codes."""
    return tuple(dict.fromkeys([*query.of(SubjectKind.DISTRICT), *query.where.districts]))


def line_of(query: Query, knowledge: Knowledge) -> str | None:
    """The metro line a question names, as the data write it, known or not (3号线)."""
    return line_named(fold(query.text), knowledge)


def columns_asked(query: Query) -> list[str]:
    """The columns the question is about."""
    spoken = spoken_of("places", query.text)
    facet = _FACETS.get(query.facet)
    return list(dict.fromkeys([*spoken, *([facet] if facet else [])]))

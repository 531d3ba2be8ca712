"""Which things of the data a question names, and the question with a stand-in for each name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.answering.indicator_mentions import indicators_named
from portal.answering.knowledge import Knowledge
from portal.answering.language.examples import stand_in
from portal.answering.names_index import Mention
from portal.answering.query import Subject, SubjectKind
from portal.answering.reading.numbers import Quantity
from portal.answering.reading.patterns import form

_KINDS = {
    "indicators": SubjectKind.INDICATOR,
    "measures": SubjectKind.MEASURE,
    "projects": SubjectKind.PROJECT,
    "places": SubjectKind.PLACE,
    "districts": SubjectKind.DISTRICT,
    "cities": SubjectKind.CITY,
    "documents": SubjectKind.DOCUMENT,
    "datasets": SubjectKind.DATASET,
    "themes": SubjectKind.THEME,
}


@dataclass(frozen=True)
class Named:
    """What a question names.

    Attributes:
        mentions: the names found, where they stand in the canonical text.
        subjects: what they may stand for; several of one kind where a name is shared.
        elsewhere: cities or regions named that no table holds.
        masked: the question with a stand-in for every name, year and number, to be read by the models.
        rest: the canonical text without the names.
    """

    mentions: tuple[Mention, ...]
    subjects: tuple[Subject, ...]
    elsewhere: tuple[str, ...]
    masked: str
    rest: str

    def of(self, kind: SubjectKind) -> tuple[Subject, ...]:
        """The subjects of a kind."""
        return tuple(s for s in self.subjects if s.kind is kind)


def named(canonical: str, language: str, quantities: Sequence[Quantity], knowledge: Knowledge) -> Named:
    """Link the names of a question in canonical words.

    Args:
        canonical: the question in canonical words.
        language: of the question.
        quantities: the numbers found in it.
        knowledge: the published version.
    """
    mentions = knowledge.mentions(canonical)
    subjects = list(_subjects(mentions, canonical, language, knowledge))
    rest = _blanked(canonical, [(m.start, m.end) for m in mentions])
    found = knowledge.vocabulary.elsewhere(_without_things(canonical, mentions), knowledge.english_name_words)
    cities = {s.text for s in subjects if s.kind is SubjectKind.CITY}
    elsewhere = (found,) if found and not any(found.startswith(c) or c.startswith(found) for c in cities) else ()
    return Named(
        tuple(mentions),
        tuple(subjects),
        elsewhere,
        masked(canonical, language, mentions, quantities),
        rest,
    )


def masked(canonical: str, language: str, mentions: Iterable[Mention], quantities: Iterable[Quantity] = ()) -> str:
    """A canonical text with stand-ins for names, years, clause numbers and quantities."""
    spans = [(m.start + m.asked_until, m.end, stand_in(_type(m), language)) for m in mentions]
    spans += [(m.start(), m.end(), stand_in("clause", language)) for m in form("clause_id").finditer(canonical)]
    spans += [(m.start(), m.end(), stand_in("year", language)) for m in form("year").finditer(canonical)]
    spans += [(q.start, q.end, stand_in("number", language)) for q in quantities]
    text, at = [], 0
    for start, end, word in sorted(spans):
        if start >= at:
            text += [canonical[at:start], word]
            at = end
    return "".join([*text, canonical[at:]])


def _type(mention: Mention) -> str:
    tables = [n.table for n in mention.names]
    for table, kind in _KINDS.items():
        if table in tables:
            return "station" if kind is SubjectKind.PLACE and mention.text.endswith(("站", "station")) else str(kind)
    return "place"


def _subjects(mentions: list[Mention], text: str, language: str, knowledge: Knowledge) -> Iterable[Subject]:
    said = {i: m.text for m in mentions for i in m.ids("indicators")}
    for indicator in indicators_named(mentions, text, knowledge):
        yield Subject(kind=SubjectKind.INDICATOR, id=indicator, text=said.get(indicator, ""))
    for table in ("projects", "places"):
        if language == "en" and (ids := knowledge.named_in_english.named(text, table)):
            yield from (Subject(kind=_KINDS[table], id=i, text=i) for i in ids)
        else:
            yield from _of(mentions, table)
    for table in ("measures", "districts", "cities", "documents", "datasets", "themes"):
        yield from _of(mentions, table)


def _of(mentions: list[Mention], table: str) -> Iterable[Subject]:
    found = {i: m.text for m in mentions for i in m.ids(table)}
    return (Subject(kind=_KINDS[table], id=i, text=text) for i, text in found.items())


def _without_things(text: str, mentions: list[Mention]) -> str:
    """Without the names of things that may hold a city's."""
    spans = [(m.start, m.end) for m in mentions if any(n.table in {"projects", "places", "measures"} for n in m.names)]
    return _blanked(text, spans)


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return re.sub(r"[ ]{2,}", lambda m: " " * len(m.group()), text)

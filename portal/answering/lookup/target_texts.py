"""What the plan's own words say beside a target: who is named for it, and what its words mean."""

from collections.abc import Iterable
from functools import lru_cache

from portal.answering.facts import Span
from portal.answering.knowledge import Knowledge, without_scope
from portal.answering.lookup.cue_words import says
from portal.answering.lookup.standing import Standing
from portal.publication.store import Row


def bodies_named(standings: Iterable[Standing], knowledge: Knowledge) -> tuple[bool, tuple[Span, ...]]:
    """Whether the targets' own clauses say who is responsible, and the sentences that do; else those of the plan that do in general."""
    own = {s.indicator["clause"] for s in standings}
    naming = [s for s in _plan(knowledge) if says(s["text"], "responsible")]
    beside = [s for s in naming if s["clause"] in own]
    return bool(beside), tuple(_span(s) for s in beside or _general(naming))


def definitions(standings: Iterable[Standing], knowledge: Knowledge) -> tuple[Span, ...]:
    """Sentences of the documents that say what a target's words mean."""
    names = {without_scope(str(s.indicator["name_zh"])) for s in standings}
    return tuple(
        _span(sentence) for sentence in _defining(knowledge) if any(name in sentence["text"] for name in names)
    )


@lru_cache(maxsize=2)
def _defining(knowledge: Knowledge) -> tuple[Row, ...]:
    return tuple(s for s in knowledge.sentences if says(s["text"], "defined"))


def _general(naming: Iterable[Row]) -> list[Row]:
    """The sentences of the clause that names responsibility most often."""
    rows = list(naming)
    counts: dict[str, int] = {}
    for row in rows:
        if not row["heading"]:
            counts[row["clause"]] = counts.get(row["clause"], 0) + 1
    most = max(counts, key=lambda c: counts[c], default=None)
    return [r for r in rows if r["clause"] == most and not r["heading"]]


def _plan(knowledge: Knowledge) -> Iterable[Row]:
    of_clauses = (
        knowledge.sentences_of.get((c["document"], c["clause"]), ()) for c in knowledge.clauses_of[knowledge.site.plan]
    )
    return (s for sentences in of_clauses for s in sentences)


def _span(sentence: Row) -> Span:
    return Span(sentence["document"], sentence["clause"], sentence["start"], sentence["end"])

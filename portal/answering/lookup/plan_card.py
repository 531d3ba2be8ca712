"""The plan asked about itself: who issued it, when, under what number, for which years."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal.answering.facts import Facts
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.cue_words import words_said
from portal.answering.lookup.portal import guide_of
from portal.answering.lookup.rules import documents_of, names_the_plan
from portal.answering.query import Query, SubjectKind
from portal.publication.store import Row
from portal.texts.folding import fold

ASKED = ("issuer", "issued", "number", "period")
# Where the city has a guide, that tells what the plan is about.
ABOUT = "about"
# What is left of such a question names a body or a date at most; more is another matter.
_MOST_LEFT = 6
_THINGS = {SubjectKind.INDICATOR, SubjectKind.MEASURE, SubjectKind.PROJECT, SubjectKind.PLACE, SubjectKind.DISTRICT}
_FIGURES = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class PlanCard(Facts):
    """What is known of the plan as a document.

    Attributes:
        card: its row of `documents`.
        wanted: which of `ASKED` or `ABOUT` is asked, at least one.
        chapters: the titles of its chapters where it is asked what it is about.
    """

    card: Row | None = None
    wanted: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()


def look_up_plan_card(readings: Sequence[Query], knowledge: Knowledge) -> PlanCard | None:
    """The plan's card where a question asks for it and for nothing else; None for any other question.

    Args:
        readings: of the question, the likeliest first; at least one.
        knowledge: the published version.
    """
    query = readings[0].model_copy(update={"about": SubjectKind.DOCUMENT, "subjects": ()})
    question = fold(query.question)
    possible = ASKED if guide_of(knowledge).articles else (ABOUT, *ASKED)
    said = {asked: words_said(question, f"plan_{asked}") for asked in possible}
    wanted = tuple(asked for asked in possible if said[asked])
    things = any(s.text and s.kind in _THINGS for r in readings for s in r.subjects)
    if not wanted or things or query.inherited or not names_the_plan(question, knowledge):
        return None
    if len(_left(question, [w for words in said.values() for w in words], knowledge)) > _MOST_LEFT:
        return None
    card = documents_of(knowledge).cards[knowledge.site.plan]
    return PlanCard(query, query.text, 1.0, card, wanted, _chapters(knowledge) if ABOUT in wanted else ())


def _chapters(knowledge: Knowledge) -> tuple[str, ...]:
    of_plan = knowledge.clauses_of[knowledge.site.plan]
    return tuple(str(c["title"]) for c in of_plan if c["title"] and c["parent"] is None and c["clause"] != "0")


def _left(question: str, said: list[str], knowledge: Knowledge) -> str:
    """What a question says beside the plan's name, what is asked of it, dates and words of asking."""
    documents = documents_of(knowledge)
    text = documents.without_names(question)
    for word in sorted((*said, *words_said(question, "plan_kinds")), key=len, reverse=True):
        text = text.replace(word, " ")
    return _FIGURES.sub("", documents.content(text))

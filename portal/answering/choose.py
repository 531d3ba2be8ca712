"""Of several readings of a question, each looked up, the one whose facts exist and account for most of what was said."""

import math
import re
from collections.abc import Iterable, Sequence

from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.lookup import look_up, of_meanings
from portal.answering.lookup.asked_attributes import of_a_rule
from portal.answering.lookup.documents import documents_of
from portal.answering.lookup.plan_card import look_up_plan_card
from portal.answering.lookup.portal import article_asked
from portal.answering.lookup.refused import look_up_outside
from portal.answering.lookup.rules import beside_the_plan, look_up_rules, says_nothing
from portal.answering.lookup.unheld_documents import unheld_title
from portal.answering.query import Facet, Query, SubjectKind, Where
from portal.answering.refusals import Refusal
from portal.answering.weighing import Candidate, candidate
from portal.texts.folding import fold

# Readings looked up at most.
_LOOKED_UP = 14
# A turn of so few words says little beside a name.
_SHORT = 14
# What any question holds: one character of Chinese or two letters; punctuation and pictures alone say nothing.
_SAID = re.compile(r"[^\W\da-z_]|\w\w")
_EMPTY = Query(text="")
_OF_DATA = {Facet.DOWNLOAD}
_LIKELY = math.log(0.5)
_TEXTS = {SubjectKind.CLAUSE, SubjectKind.DOCUMENT}


def ranked(readings: Sequence[Query], knowledge: Knowledge) -> list[Facts]:
    """What was found for the likeliest readings, the best answer first; at least one, `Nothing` where no reading found any.

    Args:
        readings: of one question, the likeliest first.
        knowledge: the published version.
    """
    if not readings or not _SAID.search(readings[0].text):
        return [look_up_outside(_EMPTY, knowledge)]
    # Of two worth the same the likelier reading stands first, whatever the weights are fitted to.
    found = sorted(candidates(readings, knowledge), key=lambda c: -c.worth)
    best, asked = _found_first(found), found[0].facts.query
    if asked.outside and asked.outside_likelihood >= best.refused_from:
        return [look_up_outside(asked, knowledge)]
    if title := unheld_title(asked, knowledge):
        return [Nothing(asked, why=Refusal.NO_DOCUMENT, values={"title": title})]
    if asked.elsewhere and not any(fold(name) in fold(best.facts.evidence) for name in asked.elsewhere):
        return [look_up_outside(asked.model_copy(update={"outside": None}), knowledge)]
    if _of_another(asked, best.facts):
        return [look_up_outside(asked.model_copy(update={"outside": None, "where": Where()}), knowledge)]
    facts = [c.facts for c in (best, *(c for c in found if c is not best))]
    if isinstance(best.facts, Nothing) and best.facts.why is Refusal.NOTHING:
        # Before it is said that nothing was found, what the portal says of itself is looked through.
        of_itself = asked.model_copy(update={"about": SubjectKind.PORTAL, "subjects": ()})
        facts = [f for f in [article_asked(of_itself, knowledge)] if f] + facts
    return facts


def _found_first(found: Sequence[Candidate]) -> Candidate:
    """The best of some candidates: of one without facts the best that has some, where it is as likely and they hold as much of what
    was said."""
    best = found[0]
    if not isinstance(best.facts, Nothing):
        return best
    least, held = best.facts.query.likelihood, best.features.get("accounted", 0.0)
    likelier = (c for c in found if c.facts.query.likelihood >= least and c.features.get("supported", 0.0) >= held > 0)
    return next(likelier, best)


def _of_another(query: Query, facts: Facts) -> bool:
    """Whether a short turn only names something the data do not hold, and what was found is of the turn before it."""
    if not query.inherited or not query.unknown or len(query.question) > _SHORT:
        return False
    return fold(query.unknown[0]) not in fold(facts.evidence)


def candidates(readings: Sequence[Query], knowledge: Knowledge) -> list[Candidate]:
    """What was found for the likeliest readings, weighed, the likeliest first.

    Args:
        readings: of one question, the likeliest first.
        knowledge: the published version.
    """
    looked_up = [look_up(query, knowledge) for query in _distinct(readings)[:_LOOKED_UP]]
    card = [c for c in [look_up_plan_card(readings, knowledge)] if c is not None]
    found = [candidate(facts, knowledge) for facts in [*looked_up, *_ruled(readings, knowledge), *card]]
    return [_of_nothing(c.facts.query, knowledge) if c.features.get("unspoken") else c for c in found]


def _of_nothing(query: Query, knowledge: Knowledge) -> Candidate:
    """A reading without the things its words do not speak of."""
    without = query.model_copy(update={"about": SubjectKind.CLAUSE, "subjects": ()})
    return candidate(Nothing(without), knowledge)


def _ruled(readings: Sequence[Query], knowledge: Knowledge) -> list[Facts]:
    """What the documents beside the plan say, of the likeliest reading on its own and the likeliest going on from the turn before;
    nothing of a question about the portal, and of a turn that goes on from one about data only where it is put as one for a rule."""
    if not beside_the_plan(knowledge):
        return []
    if _of_the_portal(readings[0]) and not _names_a_rule(readings[0], knowledge):
        return []
    likeliest: dict[bool, Query] = {}
    for query in readings:
        likeliest.setdefault(query.inherited, query)
    if True in likeliest:
        goes_on = likeliest[True]
        short = len(goes_on.question) <= _SHORT and not of_a_rule(goes_on.question)
        if short and goes_on.about not in _TEXTS:
            return []
        if says_nothing(goes_on.question, documents_of(knowledge)):
            likeliest.pop(False, None)
    return [look_up_rules(_of_rules(query), knowledge) for query in likeliest.values()]


def _of_the_portal(query: Query) -> bool:
    """Whether a question is taken for one about the portal or its data first, which no rule speaks of."""
    if of_meanings(query) or query.facet in _OF_DATA:
        return True
    of_portal = query.about in {SubjectKind.PORTAL, SubjectKind.DATASET}
    return of_portal and (query.likelihood > _LIKELY or not of_a_rule(query.question))


def _names_a_rule(query: Query, knowledge: Knowledge) -> bool:
    return any(d != knowledge.site.plan for d in documents_of(knowledge).named_documents(query.question))


def _of_rules(query: Query) -> Query:
    """A reading taken as a question for a rule: what it was taken to be about is no name of one."""
    return query.model_copy(update={"about": SubjectKind.DOCUMENT, "subjects": query.subjects[:0]})


def _distinct(readings: Iterable[Query]) -> list[Query]:
    """Without those that would be looked up just as a likelier one."""
    seen: dict[tuple[object, ...], Query] = {}
    for q in readings:
        key = (q.about, q.subjects, q.facet, q.operation, q.where, q.claim, q.inherited)
        seen.setdefault(key, q)
    return list(seen.values())

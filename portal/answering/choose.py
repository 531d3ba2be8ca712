"""Of several readings of a question, each looked up, the one whose facts exist and account for most of what was said."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.lookup import look_up
from portal.answering.lookup.documents import documents_of
from portal.answering.lookup.plan_card import look_up_plan_card
from portal.answering.lookup.portal import article_asked
from portal.answering.lookup.refused import look_up_outside
from portal.answering.lookup.rules import RuleFacts, beside_the_plan, look_up_rules, says_nothing
from portal.answering.lookup.unheld_documents import unheld_title, unheld_titles
from portal.answering.query import Query, SubjectKind, Where
from portal.answering.refusals import Refusal
from portal.answering.ruling import as_likely, hardly_says, plan_is_nearer, ruling
from portal.answering.weighing import Candidate, candidate
from portal.texts.folding import fold

# Readings looked up at most.
_LOOKED_UP = 14
# A turn of so few words says little beside a name.
_SHORT = 14
# What any question holds: one character of Chinese or two letters; punctuation and pictures alone say nothing.
_SAID = re.compile(r"[^\W\da-z_]|\w\w")
_EMPTY = Query(text="")
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
    if rule := _rule_asked(found, knowledge):
        return [rule, *(c.facts for c in found if c.facts is not rule)]
    found = [c for c in found if not isinstance(c.facts, RuleFacts)]
    best, asked = _found_first(found), found[0].facts.query
    if asked.outside and asked.outside_likelihood >= best.refused_from:
        return [look_up_outside(asked, knowledge)]
    if title := unheld_title(asked, knowledge):
        return [Nothing(asked, why=Refusal.NO_DOCUMENT, values={"title": title})]
    if asked.elsewhere and not _speaks_of_it(asked.elsewhere, best.facts):
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


def _speaks_of_it(elsewhere: Sequence[str], facts: Facts) -> bool:
    """Whether what was found speaks of another city that a question names; that nothing was found does not."""
    return not isinstance(facts, Nothing) and any(fold(name) in fold(facts.evidence) for name in elsewhere)


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
    """What the documents beside the plan say, of the likeliest reading on its own and the likeliest going on from the turn before."""
    if not beside_the_plan(knowledge):
        return []
    likeliest: dict[bool, Query] = {}
    for query in readings:
        likeliest.setdefault(query.inherited, query)
    follows = True in likeliest and likeliest[True].about in _TEXTS
    if follows and says_nothing(likeliest[True].question, documents_of(knowledge)):
        likeliest.pop(False, None)
    found = [look_up_rules(_of_rules(query), knowledge) for query in likeliest.values()]
    return [replace(f, follows=follows) if isinstance(f, RuleFacts) and f.query.inherited else f for f in found]


def _rule_asked(found: Sequence[Candidate], knowledge: Knowledge) -> Facts | None:
    """What the rules say, where the question is likelier one for them than for anything else that was found."""
    rules = [c.facts for c in found if isinstance(c.facts, RuleFacts)]
    if _of_another_document(rules, knowledge):
        return None
    other = next((c for c in found if not isinstance(c.facts, RuleFacts)), None)
    rules = [r for r in rules if not (plan_is_nearer(r, other) or hardly_says(r))]
    likely = [(ruling(facts, other, knowledge), facts) for facts in rules]
    best = max(likely, key=lambda pair: pair[0], default=None)
    return best[1] if best is not None and best[0] >= as_likely(best[1], other) else None


def _of_another_document(rules: Sequence[RuleFacts], knowledge: Knowledge) -> bool:
    """Whether a question names a document that is not held and of which those found say nothing: what another says is not told from
    these."""
    if not rules or any(r.named for r in rules):
        return False
    titles = unheld_titles(rules[0].query.question, knowledge)
    return any(not any(title in r.evidence for r in rules) for title in titles)


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

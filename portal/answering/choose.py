"""Of several readings of a question, each looked up, the one whose facts exist and account for most of what was said."""

import math
from collections.abc import Iterable, Sequence

from portal.answering.english import english_words
from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge, share
from portal.answering.language.lexicon import speaks_of, status_words
from portal.answering.lookup import look_up
from portal.answering.lookup.clauses import ClauseFacts
from portal.answering.lookup.portal import ArticleFacts
from portal.answering.lookup.refused import look_up_outside
from portal.answering.lookup.rules import RuleFacts, beside_the_plan, look_up_rules
from portal.answering.query import Facet, Outside, Query, SubjectKind
from portal.answering.reading.patterns import form
from portal.texts.folding import fold

# Readings looked up at most.
_LOOKED_UP = 14
# What likelihood, fit and the words accounted for weigh against each other, and how often each kind of thing is what was meant:
# fitted by logistic regression over 720 kept questions, each with all its readings looked up (.913 → .933 right in cross-validation).
_LIKELIHOOD = 0.4
_FIT = 0.85
_ACCOUNTED = 3.2
_OF_KIND = {
    SubjectKind.CLAUSE: 0.6,
    SubjectKind.INDICATOR: 0.4,
    SubjectKind.PLACE: 0.3,
    SubjectKind.PROJECT: 0.5,
    SubjectKind.PORTAL: -0.2,
    SubjectKind.DISTRICT: -0.3,
    SubjectKind.MEASURE: 0.1,
    SubjectKind.THEME: -0.4,
}
_LEAST_FIT = 0.01
# Likelihood at which a question is taken to be of a kind no document answers: where nothing was found, and against the best of answers.
_OUTSIDE_ALONE = 0.25
_OUTSIDE_AGAINST = 0.98
_PERSONAL_BESIDE_CONTACT = 0.8
_UNCHECKED = -0.5
# An article that says so much of a question answers it, of whatever kind it is.
_RULED = 0.12
# What it is worth that a question is put as one for a rule, or is not.
_OF_A_RULE = 0.8
_BESIDE_A_RULE = -1.3
# What is looked up by city, and what it costs to leave the cities named aside.
_OF_CITIES = {SubjectKind.INDICATOR, SubjectKind.MEASURE, SubjectKind.CITY}
_SETS = {SubjectKind.INDICATOR: "targets", SubjectKind.PROJECT: "projects"}
_OF_TARGETS = {SubjectKind.INDICATOR, SubjectKind.THEME}
_IGNORED = math.log(0.1)
# What it costs to pass over a status that was named, or to list what has one where it is asked how it is found.
_STATUS_OVERLOOKED = math.log(0.3)
_MEANT = {Facet.METHOD, Facet.DEFINITION}
_NOT_OF_SETS = {*_MEANT, Facet.SCOPE, Facet.RESPONSIBLE, Facet.SOURCE}
# An n-gram in this share of the examples is a word of asking and says nothing of the subject.
_FAMILIAR = 0.02


def ranked(candidates: Sequence[Query], knowledge: Knowledge) -> list[Facts]:
    """What was found for the likeliest readings, the best answer first; at least one, `Nothing` where no reading found any.

    Args:
        candidates: readings of one question, the likeliest first.
        knowledge: the published version.
    """
    looked_up = [look_up(query, knowledge) for query in _distinct(candidates)[:_LOOKED_UP]]
    looked_up += _ruled(candidates, knowledge)
    looked_up = [Nothing(_of_nothing(f.query)) if _unspoken_of(f, knowledge) else f for f in looked_up]
    found = sorted(looked_up, key=lambda facts: -worth(facts, knowledge))
    if not found or not candidates[0].text.strip(_NOTHING_SAID):
        return [look_up_outside(_EMPTY, knowledge)]
    asked = found[0].query
    if asked.outside and asked.outside_likelihood >= _believed(found[0], knowledge):
        return [look_up_outside(asked, knowledge)]
    inside = asked.model_copy(update={"outside": None})
    if asked.elsewhere and not any(fold(name) in fold(found[0].evidence) for name in asked.elsewhere):
        return [look_up_outside(inside, knowledge)]
    return found


def _of_nothing(query: Query) -> Query:
    """A reading without the things its words do not speak of."""
    return query.model_copy(update={"about": SubjectKind.CLAUSE, "subjects": ()})


def _unspoken_of(facts: Facts, knowledge: Knowledge) -> bool:
    """Whether nothing in the question speaks of the facts, a whole set or what its other words only pointed to, though it does
    speak of something."""
    query = facts.query
    if isinstance(facts, ClauseFacts):
        return not query.inherited and accounted(facts, knowledge) == 0
    kind = _SETS.get(query.about)
    if kind is None or query.where.status or isinstance(facts, Nothing) or (query.subjects and query.inherited):
        return False
    spoken_of = not query.subjects and speaks_of(kind, fold(query.question))
    return not spoken_of and accounted(facts, knowledge) == 0


def _ruled(candidates: Sequence[Query], knowledge: Knowledge) -> list[Facts]:
    """What the documents beside the plan say, of the likeliest reading on its own and the likeliest going on from the turn before."""
    if not beside_the_plan(knowledge):
        return []
    likeliest: dict[bool, Query] = {}
    for query in candidates:
        likeliest.setdefault(query.inherited, query)
    return [look_up_rules(_of_rules(query), knowledge) for query in likeliest.values()]


def _of_rules(query: Query) -> Query:
    """A reading taken as a question for a rule: what it was taken to be about is no name of one."""
    return query.model_copy(update={"about": SubjectKind.DOCUMENT, "subjects": query.subjects[:0]})


def _believed(best: Facts, knowledge: Knowledge) -> float:
    """How likely a question must be of a kind nobody's documents answer for that to be believed: the more so, the better
    what was found accounts for it."""
    if isinstance(best, RuleFacts) and best.shaped and best.covered >= _RULED:
        # Fines, fees and one's own home are what rules are about.
        return 1.0
    if best.query.outside is Outside.OFF_TOPIC and isinstance(best, ClauseFacts) and _of_its_matter(best, knowledge):
        return _OUTSIDE_AGAINST
    if best.query.outside is Outside.PERSONAL and isinstance(best, ArticleFacts) and best.query.facet is Facet.CONTACT:
        # Whom to call is the same for everybody.
        return _PERSONAL_BESIDE_CONTACT
    if isinstance(best, ClauseFacts) and _quotes(best.query.question, knowledge):
        # What stands in the plan word for word is no other matter.
        return 1.0
    supported = 0.0 if isinstance(best, Nothing) else accounted(best, knowledge) * best.fit
    return _OUTSIDE_ALONE + (_OUTSIDE_AGAINST - _OUTSIDE_ALONE) * supported


def _quotes(question: str, knowledge: Knowledge) -> bool:
    """Whether a question names something of the plan in quotation marks."""
    return any(len(q) > 1 and fold(q) in knowledge.plan_text for q in form("quoted").findall(question))


def _of_its_matter(best: Facts, knowledge: Knowledge) -> bool:
    """Whether the text found is on a matter that the question names, as a complaint does amid its story (工地灰大得很 窗台…)."""
    held = fold(best.evidence)
    return any(word in best.query.text and word in held for word in knowledge.matters)


# What is left of a question that says nothing.
_NOTHING_SAID = " 　?？!！。.，,、;；'\"-"
_EMPTY = Query(text="")


def worth(facts: Facts, knowledge: Knowledge) -> float:
    """How good an answer facts make: their reading's likelihood, how well they fit it, and how much of what was said they account for."""
    query = facts.query
    ignored = _IGNORED if query.where.cities and query.about not in _OF_CITIES else 0.0
    if query.where.status and _overlooks_status(query):
        ignored += _STATUS_OVERLOOKED
    fit = _FIT * math.log(max(facts.fit, _LEAST_FIT))
    if isinstance(facts, RuleFacts):
        # An article, being longer than a target, holds many a word by chance.
        fit += _OF_A_RULE if facts.shaped else _BESIDE_A_RULE
    if isinstance(facts, ClauseFacts) and query.claim is not None and query.claim.value is not None:
        # A number that was stated is right or wrong; a text that deals with the matter says neither.
        fit += _UNCHECKED
    return (
        _LIKELIHOOD * query.likelihood
        + fit
        + _ACCOUNTED * accounted(facts, knowledge)
        + _OF_KIND.get(query.about, 0.0)
        + ignored
    )


def accounted(facts: Facts, knowledge: Knowledge) -> float:
    """The share of what the question says, words of asking aside, that the facts or the names it was read with hold: 0 to 1."""
    query = facts.query
    named = " ".join([*(s.text for s in query.subjects), *_filters_said(query)])
    weights = _weights(query, knowledge)
    if not weights:
        return 1.0
    if isinstance(facts, Nothing) and not facts.evidence:
        return 0.0
    if isinstance(facts, RuleFacts):
        return facts.covered
    if query.language == "en":
        text = f"{facts.evidence} {named}"
        return share(weights, english_words(text.lower()) | _translated(query, facts, knowledge))
    return share(weights, knowledge.terms_of(f"{facts.evidence} {named}"))


def _filters_said(query: Query) -> list[str]:
    """The words of the question by which targets were filtered."""
    return status_words(fold(query.question)) if query.where.status and query.about in _OF_TARGETS else []


def _weights(query: Query, knowledge: Knowledge) -> dict[str, float]:
    content = knowledge.content_of(query.text)
    if query.language == "en":
        weights = {word: knowledge.bilingual.lexical.idf(word) for word in english_words(content)}
    else:
        weights = {t: w for t, w in knowledge.weighed(content).items() if len(t) > 1}
    familiar = knowledge.classifier.familiar
    return {t: w * max(0.0, 1 - familiar(t[:3]) / _FAMILIAR) for t, w in weights.items()}


def _translated(query: Query, facts: Facts, knowledge: Knowledge) -> frozenset[str]:
    """The English words of the question whose Chinese the evidence holds."""
    held = knowledge.vocabulary.canonical(facts.evidence)
    translated = knowledge.vocabulary.translated(query.text)
    return frozenset(
        word
        for expression, chinese in translated.items()
        if any(c in held for c in chinese.split())
        for word in english_words(expression)
    )


def _overlooks_status(query: Query) -> bool:
    """Whether a reading has no use for the status named (有多少项查不到数据 read as a question for a table)."""
    if query.about is SubjectKind.PORTAL:
        return query.facet not in _MEANT
    return query.about is SubjectKind.INDICATOR and not query.subjects and query.facet in _NOT_OF_SETS


def _distinct(candidates: Iterable[Query]) -> list[Query]:
    """Without those that would be looked up just as a likelier one."""
    seen: dict[tuple[object, ...], Query] = {}
    for q in candidates:
        key = (q.about, q.subjects, q.facet, q.operation, q.where, q.claim, q.inherited)
        seen.setdefault(key, q)
    return list(seen.values())

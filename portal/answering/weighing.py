"""What a reading's facts are worth as an answer, and how far they speak against a refusal: two sums over a few plain features.

`weights.toml` holds the weights; `python -m pipelines.compute.weights` fits those of the first sum to kept questions.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from portal.answering.english import english_words
from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge, share
from portal.answering.language.lexicon import speaks_of, status_words
from portal.answering.language.proper_names import people_named
from portal.answering.lookup.asked_attributes import unanswered
from portal.answering.lookup.card_facts import CardFacts
from portal.answering.lookup.clauses import ClauseFacts
from portal.answering.lookup.place_narrowing import asks_for_places
from portal.answering.lookup.plan_card import PlanCard
from portal.answering.lookup.portal import ArticleFacts
from portal.answering.lookup.rules import RuleFacts
from portal.answering.query import Facet, Operation, Outside, Query, SubjectKind
from portal.answering.reading.patterns import form
from portal.answering.refusals import Refusal
from portal.texts.folding import fold

_LEAST_FIT = 0.01
# Targets that hold less of what a question says only share a word with it.
_LEAST_SHARED = 0.15
# A reading likelier than this (0.6) leaves little room for others.
_PLAINLY = math.log(0.6)
# A name takes a question for one about a person that may be one anyhow; taggers see names where there are none.
_SOMEBODY = 0.05
_OF_PEOPLE = {Outside.PERSON, Outside.PERSONAL}
# What is looked up by city; what may be asked as a whole set, and what speaks of it.
_OF_CITIES = {SubjectKind.INDICATOR, SubjectKind.MEASURE, SubjectKind.CITY}
_SETS = {SubjectKind.INDICATOR: "targets", SubjectKind.PROJECT: "projects"}
_OF_TARGETS = {SubjectKind.INDICATOR, SubjectKind.THEME}
_OF_HOW_MANY = {Operation.CHECK, Operation.COUNT}
_MEANT = {Facet.METHOD, Facet.DEFINITION}
_NOT_OF_SETS = {
    *(*_MEANT, Facet.SCOPE, Facet.RESPONSIBLE, Facet.SOURCE),
    *(Facet.LICENCE, Facet.UPDATE, Facet.DOWNLOAD, Facet.CONTACT, Facet.RELIABILITY, Facet.LOCATION, Facet.DISTANCE),
}
# So many characters together are a phrase.
_PHRASE = 6
# A name as long leaves too little of a phrase beside it.
_NAME = 4
# An n-gram in this share of the examples is a word of asking and says nothing of the subject.
_FAMILIAR = 0.02


@dataclass(frozen=True)
class Candidate:
    """What was found for one reading, with all that decides between it and the others.

    Attributes:
        facts: what was found.
        features: by name, as in `weights.toml`.
    """

    facts: Facts
    features: Mapping[str, float]

    @cached_property
    def worth(self) -> float:
        """How good an answer the facts make; compares what was found for one question."""
        return self._sum("worth")

    @cached_property
    def refused_from(self) -> float:
        """How likely the question must be of a kind nobody's documents answer for that to be believed, though this was found."""
        return self._sum("refusal")

    def _sum(self, table: str) -> float:
        held = weights()[table]
        return held.get("always", 0.0) + sum(held.get(name, 0.0) * value for name, value in self.features.items())


def candidate(facts: Facts, knowledge: Knowledge) -> Candidate:
    """What was found for a reading, weighed.

    Args:
        facts: found.
        knowledge: the published version.
    """
    query, covered = facts.query, accounted(facts, knowledge)
    features = {
        "likelihood": query.likelihood,
        "fit": math.log(max(facts.fit, _LEAST_FIT)),
        "accounted": covered,
        "supported": 0.0 if isinstance(facts, Nothing) else covered * facts.fit,
        f"about_{query.about}": 1.0,
        "cities_ignored": bool(query.where.cities) and query.about not in _OF_CITIES,
        "status_ignored": bool(query.where.status) and _overlooks_status(query),
        # What holds for the whole city is no answer for a place nobody has put down.
        "unknown_ignored": query.about is not SubjectKind.PLACE and _ignores_place(query, facts),
        # What is paid is told by no text without an amount of money.
        "unpriced": query.outside is Outside.PRICE and "money" in unanswered(query.question, facts.evidence),
        "person_named": query.outside in _OF_PEOPLE
        and query.outside_likelihood > _SOMEBODY
        and _names_somebody(query, facts),
        # No target tells which places there are.
        "places_ignored": query.about is not SubjectKind.PLACE and asks_for_places(query),
        # A model may know what is meant by words that no table holds.
        "unspoken": not query.by_model
        and ((covered == 0 and _unspoken_of(facts)) or _hardly_spoken_of(facts, covered)),
    }
    features |= _of_kind(facts, knowledge)
    return Candidate(facts, {name: float(value) for name, value in features.items() if value})


def _of_kind(facts: Facts, knowledge: Knowledge) -> dict[str, float]:
    """What tells only of one kind of facts."""
    query = facts.query
    if isinstance(facts, ClauseFacts):
        return {
            # A number that was stated is right or wrong; a text that deals with the matter says neither.
            "claim_unchecked": query.claim is not None and query.claim.value is not None,
            "matter_named": query.outside is Outside.OFF_TOPIC and _of_its_matter(facts, knowledge),
            # What stands in the plan word for word is no other matter.
            "quoted": _quotes(query.question, knowledge),
            "phrase": _says_a_phrase(query, knowledge),
        }
    if isinstance(facts, CardFacts):
        return {"rule_asked": True}
    if isinstance(facts, Nothing):
        # That a park which goes by a name is not in the data is what there is to say of it.
        unknown = facts.why is Refusal.PLACE_UNKNOWN and bool(query.where.kinds)
        return {"place_of_kind": unknown and query.outside is Outside.OFF_TOPIC}
    if isinstance(facts, PlanCard):
        return {"card_asked": True}
    # Whom to call is the same for everybody.
    contact = isinstance(facts, ArticleFacts) and query.facet is Facet.CONTACT
    # “我们单位” and “叫他往哪儿提” speak of people, in a question that is plainly one about the portal.
    read = isinstance(facts, ArticleFacts) and query.likelihood > _PLAINLY and query.outside in _OF_PEOPLE
    return {"contact": contact and query.outside is Outside.PERSONAL, "portal_read": read}


def _unspoken_of(facts: Facts) -> bool:
    """Whether a text, a whole set or what other words only pointed to is told that nothing in the question speaks of."""
    query = facts.query
    if isinstance(facts, ClauseFacts):
        return not query.inherited
    kind = _SETS.get(query.about)
    if kind is None or query.where.status or isinstance(facts, Nothing) or (query.subjects and query.inherited):
        return False
    return bool(query.subjects) or not speaks_of(kind, fold(query.question))


def _hardly_spoken_of(facts: Facts, covered: float) -> bool:
    """Whether targets alike are told of a question of which they share no more than a word (怎么处理 and 污水处理率)."""
    query = facts.query
    return query.about is SubjectKind.THEME and not query.where.status and 0 < covered < _LEAST_SHARED


def _names_somebody(query: Query, facts: Facts) -> bool:
    """Whether a person is named of whom neither the data nor what was found holds anything."""
    people = {fold(name) for name in people_named(query.question)}
    return any(fold(name) in people and fold(name) not in fold(facts.evidence) for name in query.unknown)


def _ignores_place(query: Query, facts: Facts) -> bool:
    """Whether a kind of place is asked for by a name that the data do not hold, nor the facts."""
    return bool(query.unknown and query.where.kinds) and fold(query.unknown[0]) not in fold(facts.evidence)


def _quotes(question: str, knowledge: Knowledge) -> bool:
    """Whether a question names something of the plan in quotation marks."""
    return any(len(q) > 1 and fold(q) in knowledge.plan_text for q in form("quoted").findall(question))


def _says_a_phrase(query: Query, knowledge: Knowledge) -> bool:
    """Whether a question holds words that stand together so in the plan and are no name of a figure or thing (新增建设用地)."""
    asked = fold(query.question)
    named = [m.text for m in knowledge.mentions(query.text)]
    windows = (asked[i : i + _PHRASE] for i in range(len(asked) - _PHRASE + 1))
    held = (w for w in windows if w in knowledge.plan_text and not w.isascii())
    return any(not any(w in name or (len(name) >= _NAME and name in w) for name in named) for w in held)


def _of_its_matter(facts: Facts, knowledge: Knowledge) -> bool:
    """Whether the text found is on a matter that the question names, as a complaint does amid its story (工地灰大得很 窗台…)."""
    held = fold(facts.evidence)
    return any(word in facts.query.text and word in held for word in knowledge.matters)


def _overlooks_status(query: Query) -> bool:
    """Whether a reading has no use for the status named (有多少项查不到数据 read as a question for a table)."""
    if query.about is SubjectKind.PORTAL:
        return query.facet not in _MEANT
    if query.about is SubjectKind.CLAUSE:
        # How many targets are met is told by no text.
        return query.operation in _OF_HOW_MANY and speaks_of("targets", fold(query.question))
    return query.about is SubjectKind.INDICATOR and not query.subjects and query.facet in _NOT_OF_SETS


def accounted(facts: Facts, knowledge: Knowledge) -> float:
    """The share of what the question says, words of asking aside, that the facts or the names it was read with hold: 0 to 1."""
    query = facts.query
    named = " ".join([*(s.text for s in query.subjects), *_filters_said(query)])
    weights = _words_of(query, knowledge)
    if isinstance(facts, RuleFacts):
        return share(weights, facts.said) if query.language == "en" else facts.covered
    if not weights:
        return 1.0
    if isinstance(facts, Nothing) and not facts.evidence:
        return 0.0
    if query.language == "en":
        text = f"{facts.evidence} {named}"
        return share(weights, english_words(text.lower()) | _translated(query, facts, knowledge))
    return share(weights, knowledge.terms_of(f"{facts.evidence} {named}"))


def _filters_said(query: Query) -> list[str]:
    """The words of the question by which targets were filtered."""
    return status_words(fold(query.question)) if query.where.status and query.about in _OF_TARGETS else []


def _words_of(query: Query, knowledge: Knowledge) -> dict[str, float]:
    """The words of a question that tell what it is of, with how telling each is."""
    content = knowledge.content_of(query.text)
    if query.language == "en":
        weights = {word: knowledge.bilingual.lexical.idf(word) for word in english_words(content)}
    else:
        weights = {t: w for t, w in knowledge.weighed(content).items() if len(t) > 1}
    familiar = knowledge.classifier.familiar
    telling = {t: w * max(0.0, 1 - familiar(t[:3]) / _FAMILIAR) for t, w in weights.items()}
    if not any(telling.values()) and any(s.text for s in query.subjects):
        # All that is said are a name and words of asking that people say as often (park area per person).
        return weights
    return telling


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


@lru_cache(maxsize=1)
def weights() -> dict[str, dict[str, float]]:
    """The weights of `weights.toml`: of each sum by the name of what it weighs."""
    return tomllib.loads((Path(__file__).parent / "weights.toml").read_text("utf-8"))

"""Whether a question is one for a rule beside the plan: a likelihood over a few plain features.

`weights.toml` holds the weights (`rule`); `python -m pipelines.compute.rule_weights` fits them to questions of both kinds.
"""

import math
from collections.abc import Mapping

from portal.answering.facts import Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.language.lexicon import speaks_of
from portal.answering.lookup.portal import ArticleFacts, Catalogue, DatasetFacts
from portal.answering.lookup.rules import RuleFacts
from portal.answering.query import Outside
from portal.answering.weighing import Candidate, weights
from portal.texts.folding import fold

# A question tells as much as is counted with so many telling words; a difference of cosines of a thirtieth is a large one.
_MUCH_TOLD = 60.0
_NEARNESS = 30.0
# Cosines of the bundled model lie about this one.
_MIDDLE = 0.86
# What nothing found for the other readings is worth.
_WORTHLESS = -2.0
# Of 105 residents’ questions on rules three are lost by this that .5 takes; of those on the plan half of the wrong ones are left.
_LIKELY = 0.7
# What the portal tells of itself, an affair of one's own (to renew a licence), what is no matter of any document (the weather), and an
# English question that shares hardly a word with a rule need more.
_PLAINLY = 0.9
_SURELY = 0.85
_OUTSIDE = {Outside.PERSONAL, Outside.OFF_TOPIC}
_HARDLY = 0.1
_A_PART = 0.2
# Of residents’ questions on rules that tell so little none is answered by an article that says less of it than this.
_FEW = 36.0
_A_THIRD = 0.3
_OF_THE_PORTAL = (ArticleFacts, Catalogue, DatasetFacts)
_WHOLE_SETS = ("targets", "projects")


def ruling_features(rule: RuleFacts, other: Candidate | None, knowledge: Knowledge) -> Mapping[str, float]:
    """What tells whether a rule is asked for, by the names in `weights.toml`.

    Args:
        rule: what the rules say.
        other: the best that was found otherwise.
        knowledge: the published version.
    """
    query, asked = rule.query, fold(rule.query.question)
    found = other is not None and not isinstance(other.facts, Nothing)
    named = bool(knowledge.mentions(query.text)) or any(speaks_of(kind, asked) for kind in _WHOLE_SETS)
    held: dict[str, float] = {
        "always": 1.0,
        "named": rule.named,
        "shaped": rule.shaped,
        "follows": rule.follows,
        "near": (rule.near - _MIDDLE) * _NEARNESS if rule.near else 0.0,
        "nearer": rule.nearer * _NEARNESS,
        "on_its_matter": rule.covered * min(rule.told, _MUCH_TOLD) / _MUCH_TOLD,
        "told": min(rule.told, _MUCH_TOLD) / _MUCH_TOLD,
        "covered": rule.covered,
        "stands_out": min(rule.stands_out, 1.0),
        "length": math.log(max(len(asked), 1)),
        "english": query.language == "en",
        "thing_named": named,
        "other_worth": other.worth if other is not None and found else _WORTHLESS,
        "other_accounted": other.features.get("accounted", 0.0) if other is not None else 0.0,
        "of_the_portal": other is not None and isinstance(other.facts, _OF_THE_PORTAL),
    }
    # Of an affair of one's own the kind has a weight; this is what it says where the question is not put as one for a rule.
    own = query.outside is Outside.PERSONAL and not (rule.shaped or rule.named)
    held["own_affair"] = query.outside_likelihood * own
    return held | {str(kind): query.outside_likelihood * (query.outside is kind) for kind in Outside}


def ruling(rule: RuleFacts, other: Candidate | None, knowledge: Knowledge) -> float:
    """How likely it is that a question is one for a rule: 0 to 1.

    Args:
        rule: what the rules say.
        other: the best that was found otherwise.
        knowledge: the published version.
    """
    table = weights()["rule"]
    total = sum(table.get(name, 0.0) * value for name, value in ruling_features(rule, other, knowledge).items())
    return 1 / (1 + math.exp(-total))


def as_likely(rule: RuleFacts, other: Candidate | None) -> float:
    """From how likely on a question is taken for one for a rule.

    Args:
        rule: what the rules say.
        other: the best that was found otherwise.
    """
    sparse = rule.query.language == "en" and rule.covered < _HARDLY and not rule.named
    of_the_portal = other is not None and isinstance(other.facts, _OF_THE_PORTAL)
    outside = rule.query.outside in _OUTSIDE and rule.query.outside_likelihood >= _SURELY and not rule.named
    return _PLAINLY if sparse or of_the_portal or outside else _LIKELY


def hardly_says(rule: RuleFacts) -> bool:
    """Whether the rules found say less than a third of a question of few words: so short a one is of just what it says."""
    few = rule.told < _FEW and not (rule.named or rule.follows)
    return few and rule.covered < _A_THIRD


def plan_is_nearer(rule: RuleFacts, other: Candidate | None) -> bool:
    """Whether the plan has a passage that lies nearer in meaning than any rule, and what was found holds a part of what is said.

    Args:
        rule: what the rules say.
        other: the best that was found otherwise.
    """
    if rule.named or rule.nearer >= 0 or other is None or isinstance(other.facts, Nothing):
        return False
    return other.features.get("accounted", 0.0) >= _A_PART

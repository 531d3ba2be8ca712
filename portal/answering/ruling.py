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

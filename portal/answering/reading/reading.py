"""One question as it was read on its own: what it names, states and probably wants."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.answering.query import Facet, Language, Operation, Outside, SubjectKind
from portal.answering.reading.names import Named
from portal.answering.reading.numbers import Quantity, Times

# Readings of operation and facet less likely than this are not looked up, nor more than so many of each.
_LEAST = 0.04
_MOST = 3
_PAIRS = 5
_FLOOR = 1e-3
_OF_A_PART = 0.5


@dataclass(frozen=True)
class Reading:
    """One question, read on its own.

    Attributes:
        question: cleaned and masked, as shown.
        folded: folded.
        text: in canonical words, what is set aside left out.
        language: of its words.
        named: the things it names.
        times: the years it states.
        quantities: the numbers it states, where they stand in `folded`.
        stated: the same, where they stand in `text`.
        scoped: for each of these the parts of the territory said between it and the one before.
        likely: head → value → probability (`examples.HEADS`).
        scopes: parts of the territory it asks about.
        kinds: kinds of place it asks about.
        unknown: names of places or bodies that the data do not hold.
    """

    question: str
    folded: str
    text: str
    language: Language
    named: Named
    times: Times
    quantities: tuple[Quantity, ...]
    stated: tuple[Quantity, ...]
    likely: Mapping[str, Mapping[str, float]]
    scopes: tuple[str, ...] = ()
    scoped: tuple[tuple[str, ...], ...] = ()
    kinds: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def outside(self) -> tuple[Outside, float]:
        """The likeliest kind of question that no document answers, and how likely it is to be of any."""
        others = {kind: p for kind, p in self.likely["kind"].items() if kind != "in"}
        return Outside(max(others, key=lambda kind: others[kind])), sum(others.values())

    @property
    def follows(self) -> float:
        """How likely the question goes on from the one before."""
        return self.likely["turn"].get("follow", 0.0)

    def asked(self) -> list[tuple[Operation, Facet, float]]:
        """Likely pairs of operation and facet with their log-likelihood, the likeliest first."""
        facet = dict(self.likely["facet"])
        if len(self.scopes) == 1:
            # Who says of which part (the share in county towns) may ask for its target, in words that ask for a part elsewhere.
            facet[Facet.TARGET] = facet.get(Facet.TARGET, 0.0) + _OF_A_PART * facet.get(Facet.SCOPE, 0.0)
        operations, facets = _top(self.likely["operation"]), _top(facet)
        pairs = [(Operation(o), Facet(f), math.log(p) + math.log(q)) for o, p in operations for f, q in facets]
        return sorted(pairs, key=lambda pair: -pair[2])[:_PAIRS]

    def likely_any(self, head: str, values: Iterable[str]) -> float:
        """How likely a head has any of some values: 0 to 1."""
        return sum(self.likely[head].get(v, 0.0) for v in values)

    def prior(self, *kinds: SubjectKind | str) -> float:
        """The log-likelihood that the question is about one of some kinds of thing."""
        return math.log(max(sum(self.likely["subject"].get(str(k), 0.0) for k in kinds), _FLOOR))


def _top(likely: Mapping[str, float]) -> list[tuple[str, float]]:
    ranked = sorted(likely.items(), key=lambda item: -item[1])
    return [(v, p) for n, (v, p) in enumerate(ranked[:_MOST]) if n == 0 or p >= _LEAST]

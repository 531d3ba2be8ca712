"""What a look-up found for a query: rows, spans and computed results, before any sentence is made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.answering.query import Query
from portal.answering.refusals import Refusal


@dataclass(frozen=True)
class Span:
    """An exact span of a clause: `text[start:end]` of the clause's text."""

    document: str
    clause: str
    start: int
    end: int


@dataclass(frozen=True)
class Facts:
    """What was found. Telling dispatches on the subclass, one for each kind of answer.

    Attributes:
        query: what was looked up.
        evidence: the words of what was found (names, quotations, units, titles), to compare the question's words with.
        fit: how well what was found answers the query, 0 (hardly) to 1 (just what was asked).
    """

    query: Query
    evidence: str = ""
    fit: float = 1.0


@dataclass(frozen=True)
class Nothing(Facts):
    """The look-up came back empty.

    Attributes:
        why: key of the sentence that says so (`refuse_…` in the texts).
        values: what fills it: what was looked for.
        nearby: facts that exist and are near what was asked, to be offered.
    """

    why: Refusal = Refusal.NOTHING
    values: Mapping[str, object] = field(default_factory=dict)
    nearby: tuple[Facts, ...] = ()
    fit: float = 0.0

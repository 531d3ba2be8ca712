"""What look-ups of measures find."""

from dataclasses import dataclass

from portal.answering.facts import Facts
from portal.answering.lookup.standing import Standing
from portal.answering.query import Operation
from portal.measures.result import MeasureResult, MeasureRow, Missing


@dataclass(frozen=True)
class MeasureVerdict:
    """Whether a figure is what was claimed: `said` with the claim's negation set aside, None where neither can be said."""

    row: MeasureRow
    said: bool | None
    unit_differs: bool = False


# Of each relation of a figure to a number the one that holds where it does not.
CONTRARY = {
    "is": "is_not",
    "is_not": "is",
    "at_least": "less",
    "less": "at_least",
    "more_than": "at_most",
    "at_most": "more_than",
}


@dataclass(frozen=True)
class EveryYear:
    """A number claimed of every year held against each.

    Attributes:
        relation: what is claimed of every year, its negation taken in: is, is_not, at_least, at_most, more, less.
        value: the number.
        rows: the years there are.
        against: those of which it is not so.
    """

    relation: str
    value: float
    rows: tuple[MeasureRow, ...]
    against: tuple[MeasureRow, ...]


@dataclass(frozen=True)
class MeasuresFound(Facts):
    """Measures answered by the semantic layer, one result for each that was named.

    Attributes:
        results: with rows, derived numbers, SQL.
        operation: how they are told.
        standings: the target each is the result of; None where the plan sets none for it.
        verdict: of a claim about the one figure.
        missing: what was asked for and is not held; the rows then are the nearest there are.
        threshold: a number the figures are held against, as (relation, number).
        every: of a claim about every year there is.
        change: `rises_most` or `falls_most` where the year is asked for that changed most from the one before.
        instead: the targets of the plan that are nearest to a measure of which it sets none, where a target is asked for.
    """

    results: tuple[MeasureResult, ...] = ()
    operation: Operation = Operation.VALUE
    standings: tuple[Standing | None, ...] = ()
    verdict: MeasureVerdict | None = None
    missing: tuple[Missing, ...] = ()
    threshold: tuple[str, float] | None = None
    every: EveryYear | None = None
    change: str | None = None
    instead: tuple[Standing, ...] = ()

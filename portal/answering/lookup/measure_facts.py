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
    """

    results: tuple[MeasureResult, ...] = ()
    operation: Operation = Operation.VALUE
    standings: tuple[Standing | None, ...] = ()
    verdict: MeasureVerdict | None = None
    missing: tuple[Missing, ...] = ()
    threshold: tuple[str, float] | None = None

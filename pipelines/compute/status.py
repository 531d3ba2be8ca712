"""The rule that decides a target's status. It is met or not met by a comparable result for the due year, and by nothing else."""

from collections.abc import Callable

from portal.publication.statuses import TargetStatus
from portal.publication.store import Row

MEETS: dict[str, Callable[[float, float], bool]] = {
    "at_least": lambda value, target: value >= target,
    "at_most": lambda value, target: value <= target,
    "exactly": lambda value, target: value == target,
}
DONE = 1.0


def status_of(indicator: Row, at_due: Row | None, other: Row | None, comparable: list[Row]) -> tuple[TargetStatus, str]:
    """The status of a target and the reason for it.

    Args:
        indicator: the target.
        at_due: the comparable result for the due year.
        other: a result of the plan's time in another scope.
        comparable: every comparable result.
    """
    if at_due is not None and meets(indicator, at_due):
        return TargetStatus.MET, "result_reaches_target"
    if at_due is not None:
        return TargetStatus.NOT_MET, "result_misses_target"
    if other is not None:
        return TargetStatus.NOT_COMPARABLE, "only_other_scope"
    return TargetStatus.NOT_PUBLISHED, "no_result_for_due_year" if comparable else "no_comparable_result"


def meets(indicator: Row, result: Row) -> bool:
    """Whether a result reaches the target, in the target's direction; a promise without a number is met by being done."""
    target = DONE if indicator["direction"] == "done" else indicator["target"]
    return MEETS.get(indicator["direction"], MEETS["at_least"])(result["value"], target)

"""The states of things and the kinds of figures, as published tables name them. Members are their own text."""

from enum import StrEnum


class TargetStatus(StrEnum):
    """What is known of a target at its due date, from best known to least."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_COMPARABLE = "not_comparable"
    NOT_PUBLISHED = "not_published"

    @property
    def is_gap(self) -> bool:
        """Whether no comparable result is published."""
        return self in {TargetStatus.NOT_COMPARABLE, TargetStatus.NOT_PUBLISHED}


class ProjectStatus(StrEnum):
    """How far a project has come, as last reported."""

    COMPLETED = "completed"
    UNDER_CONSTRUCTION = "under_construction"
    PLANNED = "planned"
    UNKNOWN = "unknown"


class FigureKind(StrEnum):
    """What a published figure is: a result, a task for a year, or a target of a later or an earlier plan."""

    ACTUAL = "actual"
    ANNUAL_PLAN = "annual_plan"
    LATER_TARGET = "later_target"
    EARLIER_TARGET = "earlier_target"


class DocumentStatus(StrEnum):
    """Whether a document is in force, as far as its own text, its description or a later one says."""

    IN_FORCE = "in_force"
    AMENDED = "amended"
    REPEALED = "repealed"
    UNKNOWN = "unknown"


class Openness(StrEnum):
    """To whom a dataset is open, in the words the rules on open data have for it."""

    OPEN = "无条件开放"
    CONDITIONAL = "有条件开放"
    CLOSED = "不予开放"

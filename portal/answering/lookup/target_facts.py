"""What look-ups of targets find: one class for each kind of answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from portal.answering.facts import Facts, Span
from portal.answering.lookup.standing import Standing
from portal.answering.query import Facet
from portal.publication.store import Row


class Basis(StrEnum):
    """What a verdict on a claim rests on."""

    EQUAL = "equal"
    OTHER = "other"
    YEAR = "year"
    UNIT = "unit"
    DIRECTION = "direction"
    WORDING = "wording"
    AMBIGUOUS = "ambiguous"
    WITHOUT_NUMBER = "without_number"
    REACHED = "reached"
    MISSED = "missed"
    ABOUT = "about"
    BEYOND = "beyond"
    ANOTHER = "another"
    UNPUBLISHED = "unpublished"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True)
class TargetsFound(Facts):
    """Targets and what is known of them, told by facet.

    Attributes:
        standings: the targets, in the order named.
        facet: what of them is told.
        spans: of the documents, where the facet is told by them (who is responsible, a definition).
        why: whether a reason was asked for.
        years: the years asked about.
        nowhere: whether a result is claimed whose number is none that was published.
    """

    standings: tuple[Standing, ...] = ()
    facet: Facet = Facet.STATUS
    spans: tuple[Span, ...] = ()
    why: bool = False
    years: tuple[int, ...] = ()
    nowhere: bool = False


@dataclass(frozen=True)
class Verdict:
    """Whether what is claimed of a target is so.

    Attributes:
        standing: the target.
        said: whether it is so, its negation set aside; None where that cannot be said.
        basis: why.
        row: the result compared with.
        year: the year it is about.
        figures: published figures that are the number claimed and no such result.
        nowhere: whether the number claimed of the result is none that was published.
    """

    standing: Standing
    said: bool | None
    basis: Basis
    row: Row | None = None
    year: int | None = None
    figures: tuple[Row, ...] = ()
    nowhere: bool = False


@dataclass(frozen=True)
class Checked(Facts):
    """A claim held against the plan or against what was published; one verdict a target.

    Attributes:
        verdicts: what was found of each target.
        whole: whether everything that is stated was held against something: a yes would be said of all of it.
    """

    verdicts: tuple[Verdict, ...] = ()
    whole: bool = True


@dataclass(frozen=True)
class Gap(Facts):
    """How far results are from their targets."""

    standings: tuple[Standing, ...] = ()


@dataclass(frozen=True)
class TargetsCompared(Facts):
    """Targets side by side: what they set and what came of them."""

    standings: tuple[Standing, ...] = ()


@dataclass(frozen=True)
class NotOfPlace(Facts):
    """Targets of the plan asked about for places that nobody has published figures of.

    Attributes:
        places: the places asked about.
        standings: the plan's own targets.
        theirs: whether a target of the places was asked for, of which nothing is held, whatever figures there are.
        figures: what was published of the places alone, of another scope than the target.
    """

    places: tuple[str, ...] = ()
    standings: tuple[Standing, ...] = ()
    theirs: bool = False
    figures: tuple[Row, ...] = ()


@dataclass(frozen=True)
class TargetSet(Facts):
    """Targets chosen from all or from those named.

    Attributes:
        chosen: those that meet the filter.
        among: those it was applied to.
        by: what they were chosen by (status, theme, clause, unit, number …) → what was asked for.
        ordered: whether `chosen` is ordered by what was asked (the farthest from its target first).
        claimed: a number of them that was claimed.
    """

    chosen: tuple[Standing, ...] = ()
    among: tuple[Standing, ...] = ()
    by: Mapping[str, object] = field(default_factory=dict)
    ordered: str | None = None
    claimed: float | None = None

    def with_status(self, status: str) -> int:
        """How many of those it was applied to have a status."""
        return sum(s.status == status for s in self.among)


@dataclass(frozen=True)
class LaterTargets(Facts):
    """Targets for which a later document names another number or year.

    Attributes:
        changed: the target and the later rows.
        how: what was asked for of `lowered`, `postponed` and `raised`; all changes where it is empty.
    """

    changed: tuple[tuple[Standing, tuple[Row, ...]], ...] = ()
    how: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClausesByTargets(Facts):
    """Clauses of the plan that set no numeric target, and how many set one.

    Attributes:
        without: rows of clauses.
        with_targets: how many clauses set at least one.
    """

    without: tuple[Row, ...] = ()
    with_targets: int = 0


@dataclass(frozen=True)
class TasksOfYears(Facts):
    """The tasks that were set for single years, beside the plan's own targets.

    Attributes:
        rows: of `observations`, those of one year together.
        years: the years asked about; any where none is named.
        of_list: the list of tasks that is named and that they are of; empty where they are of any.
    """

    rows: tuple[Row, ...] = ()
    years: tuple[int, ...] = ()
    of_list: str = ""

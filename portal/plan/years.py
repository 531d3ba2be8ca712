"""The plan year by year: what each year was set to do, what was published of it, and what was reported of its projects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from portal.plan.rows import ObservedRow, ProgressRow, ProjectRow
from portal.publication.site import Site
from portal.publication.statuses import FigureKind


@dataclass(frozen=True)
class TargetYear:
    """One target in one year.

    Attributes:
        row: the target with its status.
        tasks: what the year was set to do.
        results: results that can be compared with the target.
        others: results that cannot.
    """

    row: ProgressRow
    tasks: list[ObservedRow] = field(default_factory=list)
    results: list[ObservedRow] = field(default_factory=list)
    others: list[ObservedRow] = field(default_factory=list)

    @property
    def silent(self) -> bool:
        """Whether nobody published anything of it for the year."""
        return not (self.tasks or self.results or self.others)


@dataclass(frozen=True)
class PlanYear:
    """A year of the plan; `targets` are all of them in the plan's order, `projects` those last reported on in the year."""

    year: int
    targets: list[TargetYear]
    projects: list[ProjectRow]


def years_of(site: Site) -> range:
    """The years the plan is for."""
    return range(site.period_start.year, site.period_end.year + 1)


def span_of(site: Site) -> tuple[int, int]:
    """The first and the last year the plan is for."""
    return site.period_start.year, site.period_end.year


def plan_years(
    site: Site, rows: Iterable[ProgressRow], seen: Sequence[ObservedRow], projects: Sequence[ProjectRow]
) -> list[PlanYear]:
    """Every year of the plan. A figure belongs to the year its period ends in; one without a date belongs to none.

    Args:
        site: says which years the plan is for.
        rows: the targets (`portal.plan.progress.progress`).
        seen: every observation (`portal.plan.progress.observations`).
        projects: the projects (`portal.plan.projects.projects`).
    """
    targets = list(rows)
    return [
        PlanYear(
            year,
            [_of(row, [o for o in seen if o["indicator"] == row["id"] and _year(o) == year]) for row in targets],
            [p for p in projects if p["status_date"] and p["status_date"].year == year],
        )
        for year in years_of(site)
    ]


def _of(row: ProgressRow, seen: list[ObservedRow]) -> TargetYear:
    results = [o for o in seen if o["kind"] == FigureKind.ACTUAL]
    return TargetYear(
        row,
        [o for o in seen if o["kind"] == FigureKind.ANNUAL_PLAN],
        [o for o in results if o["comparable"]],
        [o for o in results if not o["comparable"]],
    )


def _year(seen: ObservedRow) -> int | None:
    return seen["period_end"].year if seen["period_end"] else None

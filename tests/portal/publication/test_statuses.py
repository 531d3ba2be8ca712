"""Statuses and kinds are those the published tables allow."""

import pytest

from portal.publication.statuses import FigureKind, ProjectStatus, TargetStatus
from portal.publication.store import Store


@pytest.mark.parametrize(
    ("dataset", "column", "members"),
    [("progress", "status", TargetStatus), ("projects", "status", ProjectStatus), ("observations", "kind", FigureKind)],
)
def test_the_members_are_what_the_column_allows(
    city: Store, dataset: str, column: str, members: type[TargetStatus] | type[ProjectStatus] | type[FigureKind]
) -> None:
    assert {str(m) for m in members} == set(city.dataset(dataset).column(column).allowed)


def test_the_two_states_of_not_knowing_are_gaps() -> None:
    assert [s for s in TargetStatus if s.is_gap] == [TargetStatus.NOT_COMPARABLE, TargetStatus.NOT_PUBLISHED]

"""Rows have the columns their types say, and no others but the English beside a cell."""

import types
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NotRequired, get_args, get_origin, get_type_hints

import pytest

from portal.datasets.sources import SourceRow
from portal.places.nearby import neighbours
from portal.places.rows import NearPlaceRow, PlaceRow
from portal.plan import progress, projects
from portal.plan.clauses import clauses
from portal.plan.rows import (
    ClauseRow,
    IndicatorRow,
    ObservationRow,
    ObservedRow,
    PlacedClauseRow,
    ProgressRow,
    ProjectRow,
    RelatedRow,
)
from portal.publication.store import Store


def near_a_place(store: Store) -> list[NearPlaceRow]:
    at = store.rows("SELECT lon, lat FROM places WHERE lon IS NOT NULL LIMIT 1")[0]
    return [place for of_kind in neighbours(store, at["lon"], at["lat"]) for place in of_kind.places]


def of_every_target(
    read: Callable[[Store, str], Iterable[Mapping[str, Any]]],
) -> Callable[[Store], Iterable[Mapping[str, Any]]]:
    return lambda store: (row for r in store.rows("SELECT id FROM indicators") for row in read(store, r["id"]))


def of_every_document(store: Store) -> Iterable[Mapping[str, Any]]:
    return (row for r in store.rows("SELECT id FROM documents") for row in clauses(store, r["id"]))


READ: list[tuple[type, Callable[[Store], Iterable[Mapping[str, Any]]]]] = [
    (IndicatorRow, lambda store: store.rows("SELECT * FROM indicators")),
    (ObservationRow, lambda store: store.rows("SELECT * FROM observations")),
    (ClauseRow, lambda store: store.rows("SELECT * FROM clauses")),
    (PlaceRow, lambda store: store.rows("SELECT * FROM places")),
    (SourceRow, lambda store: store.rows("SELECT * FROM sources")),
    (ProgressRow, progress.progress),
    (ObservedRow, of_every_target(progress.observations)),
    (RelatedRow, of_every_target(progress.related)),
    (ProjectRow, projects.projects),
    (PlacedClauseRow, of_every_document),
    (NearPlaceRow, near_a_place),
]


def wrong(row: Mapping[str, Any], of: type) -> list[str]:
    """What a row has that its type does not say, lacks, or holds in another type."""
    hints = get_type_hints(of, include_extras=True)
    absent = [n for n, h in hints.items() if n not in row and get_origin(h) is not NotRequired]
    beyond = [n for n in row if n not in hints and not (n.endswith("_en") and isinstance(row[n], str))]
    plain = get_type_hints(of)
    other = [f"{n}: {row[n]!r}" for n, h in plain.items() if n in row and not holds(row[n], h)]
    return [*absent, *beyond, *other]


def holds(cell: object, hint: Any) -> bool:
    if get_origin(hint) in (types.UnionType, typing.Union):
        return any(holds(cell, h) for h in get_args(hint))
    if get_origin(hint) is Literal:
        return cell in get_args(hint)
    return type(cell) is hint


@pytest.mark.parametrize(("of", "read"), READ, ids=[of.__name__ for of, _ in READ])
def test_published_rows_are_of_their_type(
    of: type, read: Callable[[Store], Iterable[Mapping[str, Any]]], store: Store
) -> None:
    rows = list(read(store))
    assert rows
    assert [found for row in rows if (found := wrong(row, of))] == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"id": None}, ["id: None"]),
        ({"target": "15.7"}, ["target: '15.7'"]),
        ({"made_up": 1}, ["made_up"]),
    ],
)
def test_a_row_of_another_type_is_told(change: dict[str, object], told: list[str], city: Store) -> None:
    row = city.rows("SELECT * FROM indicators LIMIT 1")[0]
    assert wrong({**row, **change}, IndicatorRow) == told
    assert wrong({k: v for k, v in row.items() if k != "quote"}, IndicatorRow) == ["quote"]

"""Any measure, places and years side by side: what a comparison shows, decided once for page, picture, embed and download."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from portal.measures.places import Place
from portal.measures.query import PLACES_MAX, ROWS_MAX, MeasureQuery
from portal.measures.registry import Measure, Registry, measures
from portal.measures.result import MeasureResult, MeasureRow
from portal.measures.run import run
from portal.publication.store import Store

View = Literal["bars", "line", "multiples", "table"]
# Panels that can still be told apart on a phone.
MULTIPLES_MAX = 24


@dataclass(frozen=True)
class Asked:
    """A comparison as an address gives it; what is missing or impossible is decided by `compare`."""

    measure: str
    dataset: str | None = None
    places: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None
    view: str | None = None

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of an address that asks the same."""
        given = [("measure", self.measure), ("dataset", self.dataset)]
        given += [("place", p) for p in self.places]
        given += [("from", str(self.first) if self.first else None), ("to", str(self.last) if self.last else None)]
        given.append(("view", self.view))
        return [(name, value) for name, value in given if value]


@dataclass(frozen=True)
class Comparison:
    """What is shown.

    Args:
        measure: of one dataset.
        asked: the comparison with everything decided, for addresses.
        places: every place the measure has.
        chosen: those compared; none means all.
        own: the portal's own city among them, drawn apart from the others.
        views: the drawings this measure allows: bars need places, lines and small multiples need years.
        view: the one shown.
        result: the rows, with sources and notes.
    """

    measure: Measure
    asked: Asked
    places: tuple[Place, ...]
    chosen: tuple[Place, ...]
    own: Place | None
    views: tuple[View, ...]
    view: View
    result: MeasureResult

    def drawn(self) -> list[MeasureRow]:
        """The rows a chart draws: those that are of a place."""
        return [r for r in self.result.rows if r.place is not None]

    def table(self) -> tuple[list[str], list[tuple[MeasureRow, list[MeasureRow | None]]]]:
        """Years (or one column without a year) and, by place in the order of the last figure, the row of each year."""
        columns = sorted({_column(r) for r in self.result.rows})
        by_place: dict[str | None, dict[str, MeasureRow]] = {}
        for row in self.result.rows:
            by_place.setdefault(row.place, {}).setdefault(_column(row), row)
        found = [(next(iter(rows.values())), [rows.get(c) for c in columns]) for rows in by_place.values()]
        found.sort(key=lambda line: -_last(line[1]))
        return columns, found


def asked_of(pairs: Iterable[tuple[str, str]]) -> Asked:
    """A comparison from the parameters of an address; a year that is no number is left out."""
    given = [(name, value) for name, value in pairs if value]
    one = dict(reversed(given))
    places = tuple(dict.fromkeys(value[:80] for name, value in given if name == "place"))[:PLACES_MAX]
    return Asked(
        measure=one.get("measure", "")[:120],
        dataset=one["dataset"][:80] if "dataset" in one else None,
        places=places,
        first=_year(one.get("from")),
        last=_year(one.get("to")),
        view=one.get("view"),
    )


def compare(store: Store, asked: Asked) -> Comparison:
    """Decide what an address leaves open and get the rows.

    Bars are of one year, the last asked for or the last with most places; never of years. Lines, small multiples and the table are
    of all the years asked for.

    Raises:
        UnknownMeasureError: there is no such measure or dataset.
    """
    registry = measures(store)
    measure = registry.offered(asked.measure, asked.dataset)[0]
    chosen = tuple(dict.fromkeys(p for p in (registry.place(measure, name) for name in asked.places) if p))
    views = possible(measure, chosen)
    view = next((v for v in views if v == asked.view), views[0])
    first, last = _years(measure, asked)
    if view == "bars" and first is not None:
        first = last
    result = run(store, _query(measure, chosen, first, last, view))
    shown = {r.year for r in result.rows if r.year is not None}
    if view == "bars" and last is None and len(shown) == 1:
        first = last = next(iter(shown))
    decided = Asked(measure.id, measure.dataset, tuple(p.name for p in chosen), first, last, view)
    own = registry.own_place(measure)
    return Comparison(measure, decided, registry.places(measure), chosen, own, views, view, result)


def possible(measure: Measure, chosen: Sequence[Place]) -> tuple[View, ...]:
    """The drawings a measure and the places chosen allow, the one to begin with first; the table always."""
    places = len(chosen) or len(measure.place_names)
    years = 1 if measure.section.timeless else len(measure.years)
    found: list[View] = []
    if places > 1:
        found.append("bars")
    if years > 1:
        found.append("line")
        if 1 < places <= MULTIPLES_MAX:
            found.append("multiples")
    if chosen and years > 1:
        found.sort(key=lambda v: v != "line")
    return (*found, "table")


def choices(registry: Registry) -> list[Measure]:
    """The measures to choose from: those of several places and years first, then of several places, then of several years."""

    def single(measure: Measure) -> tuple[bool, bool]:
        return len(measure.place_names) < 2, len(measure.years) < 2 or measure.section.timeless

    return sorted(registry.measures, key=lambda m: (all(single(m)), *single(m)))


def _query(measure: Measure, chosen: Sequence[Place], first: int | None, last: int | None, view: View) -> MeasureQuery:
    ranked = view == "bars" and not chosen
    operation = "rank" if ranked else "compare" if view == "bars" else "list"
    if measure.section.counts and operation == "list":
        # A list of what is counted would be its things by name.
        operation = "value"
    return MeasureQuery.model_validate(
        {
            "measure": measure.id,
            "dataset": measure.dataset,
            "places": tuple(p.name for p in chosen),
            "from": first,
            "to": last,
            "operation": operation,
            "limit": ROWS_MAX,
        }
    )


def _years(measure: Measure, asked: Asked) -> tuple[int | None, int | None]:
    """The years asked for as far as the measure has them, in order."""
    if measure.section.timeless or not measure.years:
        return None, None
    low, high = measure.years[0], measure.years[-1]
    first, last = (None if y is None else min(max(y, low), high) for y in (asked.first, asked.last))
    if first is not None and last is not None and first > last:
        first, last = last, first
    return first, last


def _column(row: MeasureRow) -> str:
    return str(row.year) if row.year is not None else row.period or ""


def _last(rows: Sequence[MeasureRow | None]) -> float:
    return next((r.value for r in reversed(rows) if r is not None), float("-inf"))


def _year(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) == 4 and int(text) >= 1000 else None

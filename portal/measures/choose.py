"""Which dataset, places, years and rows a query is answered from: the decisions, each by a rule that can be said in words."""

from dataclasses import dataclass, field, replace

from portal.measures.places import Place
from portal.measures.query import Axis, MeasureQuery
from portal.measures.registry import Measure, Registry
from portal.measures.statement import Scalar
from portal.publication.store import Row, Store

# Operations that need one figure of each place, of one year.
SIDE_BY_SIDE = frozenset({"rank", "extreme", "mean", "count", "share", "difference", "compare"})
# Of these the places asked for are told, and all are looked at.
OF_ALL = frozenset({"rank", "share"})
_EITHER_WAY = frozenset({"rank", "extreme", "mean", "count"})


@dataclass(frozen=True)
class Basis:
    """What figures must share to be put together; a column the table does not have is None."""

    unit: str
    scope: str | None
    comparable: bool | None


@dataclass(frozen=True)
class Choice:
    """A query with everything it left open decided.

    Args:
        measure: of one dataset.
        across: whether places are set side by side or the years of a place.
        places: those asked for and held, or the own city where one place is meant; none means all.
        unknown: names of places the measure does not hold.
        years: first and last year; None is open.
        basis: None where the measure has rows of one basis only, or none.
        others: rows within the query on another basis.
        year_chosen: the year was not asked for.
        empty: no row is in the unit and scope asked for.
        seen: how many rows and places there are, by year and basis.
    """

    measure: Measure
    across: Axis
    places: tuple[Place, ...]
    unknown: tuple[str, ...]
    years: tuple[int | None, int | None]
    basis: Basis | None = None
    others: int = 0
    year_chosen: bool = False
    empty: bool = False
    seen: tuple[Row, ...] = field(default=(), repr=False)

    @property
    def one_year(self) -> int | None:
        """The year, where it is one."""
        return self.years[0] if self.years[0] == self.years[1] else None

    @property
    def nothing(self) -> bool:
        """Whether none of the places asked for is held, or nothing in the unit and scope asked for."""
        return self.empty or (bool(self.unknown) and not self.places)


def choose(store: Store, registry: Registry, query: MeasureQuery) -> Choice:
    """Decide what a query left open.

    The dataset is the one that holds most of the places asked for, then (where places are compared) the one with most places, else
    the one with most years in question, then the preferred one. Figures of the basis most rows share are put together, those with
    the target's meaning first. Where one year is needed and none was given it is the last one with half of the places of the fullest
    year, or with as many of the places asked for as any.

    Raises:
        UnknownMeasureError: there is no such measure or dataset.
    """
    offered = registry.offered(query.measure, query.dataset)
    breadth = max(len(m.place_names) for m in offered)
    choices = [_placed(registry, m, query, breadth) for m in offered]
    if len(choices) > 1:
        choices.sort(key=lambda c: _worth(store, query, c), reverse=True)
    choice = choices[0]
    if choice.nothing:
        return choice
    seen = survey(store, choice, query)
    narrowed = query.unit is not None or query.scope is not None
    choice = _on_basis(replace(choice, seen=tuple(seen), empty=narrowed and not seen), narrowed)
    return _in_year(choice, query)


def conditions(choice: Choice, places: bool = True) -> list[tuple[str, list[Scalar]]]:
    """What rows of the common shape must meet, as SQL with parameters.

    Args:
        choice: what was decided.
        places: also that they are of the places chosen.
    """
    found: list[tuple[str, list[Scalar]]] = []
    if places and choice.places:
        marks = ", ".join("?" * len(choice.places))
        found.append((f"place IN ({marks})", [p.name for p in choice.places]))
    return [*found, *_year_conditions(choice), *_basis_conditions(choice)]


def _year_conditions(choice: Choice) -> list[tuple[str, list[Scalar]]]:
    """That rows are of the year or years chosen, where the measure has years."""
    if not has_years(choice.measure):
        return []
    first, last = choice.years
    if first is not None and first == last:
        return [("year = ?", [first])]
    found: list[tuple[str, list[Scalar]]] = []
    found += [("year >= ?", [first])] if first is not None else []
    found += [("year <= ?", [last])] if last is not None else []
    return found


def _basis_conditions(choice: Choice) -> list[tuple[str, list[Scalar]]]:
    """That rows are on the basis chosen, by the columns the measure has."""
    basis, section = choice.basis, choice.measure.section
    if basis is None:
        return []
    found: list[tuple[str, list[Scalar]]] = [("unit = ?", [basis.unit])]
    if section.scope:
        found.append(("scope IS NOT DISTINCT FROM ?", [basis.scope]))
    if section.comparable:
        found.append(("comparable IS NOT DISTINCT FROM ?", [basis.comparable]))
    return found


def has_years(measure: Measure) -> bool:
    """Whether rows are of a year that a query may ask for."""
    return bool(measure.years) and not measure.section.timeless


def survey(store: Store, choice: Choice, query: MeasureQuery) -> list[Row]:
    """How many rows and places there are for each year and basis, of the places and years of a choice."""
    measure = choice.measure
    section = measure.section
    facts = measure.shape.facts()
    groups = ["unit", *(c for c in ("scope", "comparable") if getattr(section, c) and not section.counts)]
    groups += ["year"] if has_years(measure) else []
    whole = " FILTER (NOT doubtful)"
    own = conditions(choice, places=query.operation not in OF_ALL)
    own += [("unit = ?", [query.unit])] if query.unit else []
    own += [("scope = ?", [query.scope])] if query.scope and "scope" in groups else []
    where = " WHERE " + " AND ".join(sql for sql, _ in own) if own else ""
    parameters = [*facts.parameters, *(p for _, values in own for p in values)]
    return store.remembered(
        f"SELECT {', '.join(groups)}, count(*) AS rows, count(DISTINCT place){whole} AS places "
        f"FROM ({facts.text}){where} GROUP BY ALL ORDER BY ALL",
        *parameters,
    )


def _placed(registry: Registry, measure: Measure, query: MeasureQuery, breadth: int) -> Choice:
    """The places of a query in one dataset, and how they are looked at; `breadth` is the most places any dataset holds."""
    found = {asked: registry.place(measure, asked) for asked in query.places}
    places = tuple(dict.fromkeys(p for p in found.values() if p))
    unknown = tuple(asked for asked, place in found.items() if place is None)
    across = _across(measure, query, len(places), breadth)
    own = registry.own_place(measure)
    if not query.places and own and _means_own_city(query, across):
        places = (own,)
    return Choice(measure, across, places, unknown, query.years)


def _across(measure: Measure, query: MeasureQuery, places: int, breadth: int) -> Axis:
    if query.operation in _EITHER_WAY:
        if query.across:
            return query.across
        one = places == 1 and query.operation != "rank"
        return "periods" if has_years(measure) and (one or breadth == 1) else "places"
    if query.operation == "difference":
        return "places" if places > 1 or not has_years(measure) else "periods"
    return "places" if query.operation in {"compare", "share"} else "periods"


def _means_own_city(query: MeasureQuery, across: Axis) -> bool:
    """Whether a query without a place is about the portal's own city."""
    if query.operation in {"value", "series"}:
        return True
    return query.operation in SIDE_BY_SIDE and across == "periods"


def _worth(store: Store, query: MeasureQuery, choice: Choice) -> tuple[int, int, int, int]:
    """How well a dataset answers: places held, then breadth in the direction looked, then preference."""
    if choice.nothing:
        return 0, 0, 0, -choice.measure.section.preference
    seen = survey(store, choice, query)
    held = len(choice.places) if query.places else 1
    latest = max((r["year"] for r in seen if r.get("year") is not None), default=0)
    rows = sum(r["rows"] for r in seen if r.get("comparable") is not False)
    places = max((r["places"] for r in seen), default=0)
    if choice.across == "places":
        return held, places, latest, -choice.measure.section.preference
    if query.operation == "value":
        return held, min(rows, 1), latest, -choice.measure.section.preference
    return held, rows, latest, -choice.measure.section.preference


def _on_basis(choice: Choice, narrowed: bool) -> Choice:
    """The rows most share a unit, scope and meaning with; where there is one basis only, nothing needs to be said of it."""
    rows: dict[Basis, int] = {}
    latest: dict[Basis, int] = {}
    for r in choice.seen:
        basis = Basis(r["unit"], r.get("scope"), r.get("comparable"))
        rows[basis] = rows.get(basis, 0) + r["rows"]
        latest[basis] = max(latest.get(basis, 0), r.get("year") or 0)
    if not rows or (len(rows) == 1 and not narrowed):
        return choice
    # By the text last, so that the same query is always answered from the same rows.
    best = max(rows, key=lambda b: (b.comparable is not False, rows[b], latest[b], b.unit, b.scope or ""))
    kept = tuple(r for r in choice.seen if Basis(r["unit"], r.get("scope"), r.get("comparable")) == best)
    return replace(choice, basis=best, others=sum(rows.values()) - rows[best], seen=kept)


def _in_year(choice: Choice, query: MeasureQuery) -> Choice:
    """One year where figures of places are set side by side; a comparison over years that were asked for keeps them all."""
    needs_one = query.operation in SIDE_BY_SIDE and choice.across == "places" and has_years(choice.measure)
    ranged = query.operation == "compare" and query.years != (None, None)
    if not needs_one or ranged or choice.one_year is not None:
        return choice
    places = {r["year"]: r["places"] for r in choice.seen if r["year"] is not None}
    if not places:
        return choice
    fullest = max(places.values())
    asked = choice.places and query.operation not in OF_ALL
    enough = fullest if asked else fullest / 2
    year = max(y for y, n in places.items() if n >= enough)
    return replace(choice, years=(year, year), year_chosen=True)

"""How the city stands among others in what a target is about: its rank in the latest year its figures are compared for."""

from dataclasses import dataclass

from portal.measures.comparison import Asked, Comparison, compare
from portal.measures.query import ROWS_MAX, MeasureQuery
from portal.measures.registry import Measure, UnknownMeasureError, measures
from portal.measures.result import MeasureRow
from portal.measures.run import run
from portal.plan.rows import ProgressRow
from portal.publication.store import Store

_FEWEST = 3


@dataclass(frozen=True)
class Standing:
    """A rank among cities.

    Args:
        measure: what is compared, with its dataset.
        period: of the figures.
        rank: the own city's among those with undoubted figures, counted from the end the target asks for.
        of: how many those are.
        rank_with_doubtful, of_with_doubtful: the same with the doubtful figures counted in.
    """

    measure: Measure
    period: str
    rank: int
    of: int
    rank_with_doubtful: int
    of_with_doubtful: int


def side_by_side(store: Store, indicator: str) -> Comparison | None:
    """Every city's figure for a target's measure in the last year most have one; None where no table holds it of several."""
    measure = compared(store, indicator)
    return compare(store, Asked(measure.id, measure.dataset, view="bars")) if measure else None


def standing(store: Store, target: ProgressRow) -> Standing | None:
    """The own city's rank in a target's measure; None where fewer than three places have an undoubted figure, or it has none."""
    measure = compared(store, target["id"])
    own = measures(store).own_place(measure) if measure else None
    if measure is None or own is None:
        return None
    order = "asc" if target["direction"] == "at_most" else "desc"
    asked = MeasureQuery(
        measure=measure.id, dataset=measure.dataset, operation="rank", places=(own.name,), order=order, limit=ROWS_MAX
    )
    result = run(store, asked)
    mine = next((r for r in result.rows if r.place == own.name), None)
    rank = result.number("rank")
    if mine is None or rank is None or rank.of is None or mine.period is None or rank.of < _FEWEST:
        return None
    ahead = _ahead(result.rows, mine, order)
    return Standing(measure, mine.period, int(rank.value), rank.of, 1 + ahead, len(result.rows))


def compared(store: Store, indicator: str) -> Measure | None:
    """The measure of a target in the table that holds it of several cities."""
    try:
        offered = measures(store).offered(indicator)
    except UnknownMeasureError:
        return None
    return next((m for m in offered if m.place_kind == "city" and len(m.place_names) >= _FEWEST), None)


def _ahead(rows: tuple[MeasureRow, ...], mine: MeasureRow, order: str) -> int:
    return sum(r.value < mine.value if order == "asc" else r.value > mine.value for r in rows)

"""Which rank a place had in each of several years: one query of the semantic layer a year."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.answering.facts import Facts
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.cue_words import ends_in, says, words_of
from portal.answering.lookup.measure_query import yearly_change
from portal.answering.query import Operation, Query
from portal.measures.query import MeasureQuery
from portal.measures.registry import Measure, Registry
from portal.measures.result import MeasureResult, MeasureRow
from portal.measures.run import run
from portal.texts.folding import fold

# Years looked up at most.
_YEARS = 12
# One place by itself is neither first nor last.
_FEWEST = 2
_COUNTED = {Operation.COUNT, Operation.LIST}


@dataclass(frozen=True)
class RankOfYear:
    """The rank of a place in a year: `rank` of `of` that have figures which are not in doubt."""

    rank: int
    of: int
    row: MeasureRow
    result: MeasureResult


@dataclass(frozen=True)
class RanksFound(Facts):
    """The ranks of one place over years, the first year first.

    Attributes:
        ranks: of the years in which the place is ranked; at least one.
        without: the years asked for of which it has no rank.
        lowest: whether it is counted from the lowest.
    """

    ranks: tuple[RankOfYear, ...] = ()
    without: tuple[int, ...] = ()
    lowest: bool = False


def ranks_over_years(
    query: Query, measures: Sequence[str], registry: Registry, knowledge: Knowledge
) -> RanksFound | None:
    """The ranks that a query asks for of several years; None where it asks for no rank or of one year only.

    Args:
        query: the question.
        measures: what places are ranked by; of several no ranks are told.
        registry: of the same published version.
        knowledge: of the same published version.
    """
    if len(measures) != 1 or yearly_change(query):
        return None
    (measure,) = measures
    offered = registry.offered(measure)[0]
    asked = query.operation is Operation.RANK or says(fold(query.question), "ranked")
    years = _years(query, offered)
    place = _place(query, offered, registry)
    if not asked or query.operation in _COUNTED or len(years) < 2 or place is None or len(offered.place_names) < 2:
        return None
    of_years = [(year, _of_year(offered, place, year, query.where.lowest, knowledge)) for year in years]
    ranks = tuple(r for _, r in of_years if r is not None)
    if not ranks:
        return None
    without = tuple(year for year, r in of_years if r is None)
    first = ranks[0].result
    words = [*first.name.values(), place, *(n for n, m, _ in registry.named() if m == measure), *map(str, years)]
    return RanksFound(query, f"{' '.join(words)} {words_of('ranked')}", 1.0, ranks, without, query.where.lowest)


def _years(query: Query, measure: Measure) -> list[int]:
    """The years asked for: those named, or all of a range that any place has figures of."""
    where = query.where
    if len(where.years) == 1 and measure.years and _is_compared_with(where.years[0], fold(query.question)):
        # How a rank stands beside that of one year is told by the latest.
        return sorted({where.years[0], measure.years[-1]})
    if where.years:
        return sorted(set(where.years))
    if where.from_ is None and where.recent is None:
        return []
    held = [y for y in measure.years if (where.from_ or 0) <= y <= (where.to or y)]
    return held[-(where.recent or len(held)) :][-_YEARS:]


def _is_compared_with(year: int, folded: str) -> bool:
    """Whether a year is what another is held against (比2020年退步了, lower than in 2020)."""
    return ends_in(folded.partition(str(year))[0], "against")


def _place(query: Query, measure: Measure, registry: Registry) -> str | None:
    """The one place asked about; the own one where none is named."""
    own = registry.own_place(measure)
    named = [p for p in query.where.cities if own is None or p != own.name]
    if len(named) > 1:
        return None
    return named[0] if named else own.name if own else None


def _of_year(measure: Measure, place: str, year: int, lowest: bool, knowledge: Knowledge) -> RankOfYear | None:
    """The rank of a place in a year; None where it has none, or stands there alone."""
    asked = {"measure": measure.id, "dataset": measure.dataset, "places": (place,), "from": year, "to": year}
    asked |= {"operation": "rank", "across": "places"}
    result = run(knowledge.store, MeasureQuery.model_validate({**asked, "order": "asc" if lowest else "desc"}))
    told = result.number("rank")
    if told is None or (told.of or 0) < _FEWEST or any(r.year != year for r in result.rows):
        return None
    row = next(r for r in result.rows if r.place == told.place)
    return RankOfYear(int(told.value), int(told.of or 0), row, result)

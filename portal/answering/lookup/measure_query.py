"""A question's query → the typed query of the semantic layer."""

from collections.abc import Mapping

from portal.answering.knowledge import Knowledge
from portal.answering.lookup.cue_words import says
from portal.answering.query import Operation, Query
from portal.answering.reading.patterns import form
from portal.measures.query import MeasureQuery
from portal.measures.registry import Measure, Registry
from portal.measures.run import run
from portal.texts.folding import fold

_SIDE_BY_SIDE = {Operation.COMPARE, Operation.DIFFERENCE}
_RANKED = {Operation.RANK, Operation.EXTREME}
_SAME_NAME = {
    Operation.RANK,
    Operation.EXTREME,
    Operation.SERIES,
    Operation.DIFFERENCE,
    Operation.SHARE,
    Operation.COUNT,
}

# What a number that is stated asks of a figure, by how it is said to lie; to reach it where that is not said.
_REACHING = {"at_most": "at_most", "more": "over", "less": "under"}


def measure_query(
    query: Query, measure: str, registry: Registry, knowledge: Knowledge
) -> tuple[Operation, MeasureQuery]:
    """How a query is to be told, and what is asked of one measure.

    Args:
        query: the question.
        measure: the measure's id.
        registry: of the same published version.
        knowledge: of the same published version.
    """
    offered = registry.offered(measure)[0]
    places = places_of(query, offered, registry, knowledge)
    extreme = checks_extreme(query, offered) and not checks_rank(query, offered)
    own_years = extreme and _of_own_years(query, offered, knowledge)
    # The year named as the first or last is the one claimed, not the only one looked at.
    all_years = own_years and not query.where.from_
    first, last = (None, None) if all_years else _years(query, _held(query, measure, places, knowledge), knowledge)
    operation = _operation(query, offered, places, (first, last))
    ends = {"from": first, "to": last, "order": "asc" if query.where.lowest else None}
    asked: dict[str, object] = {"measure": measure, "places": places, "operation": operation.value}
    asked |= {name: end for name, end in ends.items() if end is not None}
    if _of_mean(query, offered):
        operation = Operation.COMPARE
        asked |= {"operation": "mean", "across": "places", "places": ()}
    elif operation in _RANKED | {Operation.COUNT}:
        own = tuple(p.name for p in [registry.own_place(offered)] if p)
        asked |= _among(query, operation, offered, places or own, own_years)
    return operation, MeasureQuery.model_validate({**asked, **_thresholds(query, operation)})


def _among(
    query: Query, operation: Operation, measure: Measure, places: tuple[str, ...], own_years: bool
) -> dict[str, object]:
    """Among what a rank, an extreme or a count is taken: places or years, and of which place.

    Args:
        query: the question.
        operation: one of these.
        measure: as it is offered.
        places: those asked for, or the own one.
        own_years: whether the years of the own place are meant.
    """
    asked = query.where.cities or query.where.districts
    named = places if asked else ()
    across = _across(query, measure, named)
    if operation is Operation.EXTREME and checks_extreme(query, measure) and len(named) < 2:
        across = "periods" if own_years else "places"
    if operation is Operation.EXTREME and across == "places" and len(named) < 2:
        named = ()
    if operation is Operation.RANK:
        named = places
    return {"places": named} | ({"across": across} if across else {})


def places_of(query: Query, measure: Measure, registry: Registry, knowledge: Knowledge) -> tuple[str, ...]:
    """The places asked for, the own city beside another it is compared with."""
    where = query.where
    districts = [str(knowledge.districts[d]["name"]) if d in knowledge.districts else d for d in where.districts]
    places = [*where.cities, *districts]
    own = registry.own_place(measure)
    if own and len(places) == 1 and query.operation in _SIDE_BY_SIDE:
        found = registry.place(measure, places[0])
        if found is None or found.name != own.name:
            places.insert(0, own.name)
    return tuple(dict.fromkeys(places))


def _operation(
    query: Query, measure: Measure, places: tuple[str, ...], years: tuple[int | None, int | None]
) -> Operation:
    """The operation that fits what was asked: two years without a word of comparison are a series."""
    ranged = years[0] != years[1]
    if checks_rank(query, measure) or (behind_the_first(query) and len(measure.place_names) > 1):
        return Operation.RANK
    if checks_extreme(query, measure):
        return Operation.EXTREME
    if counts_places(query, measure):
        return Operation.COUNT
    if measure.years and _of_years(query, places):
        return Operation.SERIES
    if _asks_its_own_number(query, measure):
        return Operation.SERIES if ranged else Operation.VALUE
    if query.operation is Operation.DIFFERENCE and _told_by_years(query, places, ranged):
        return Operation.SERIES
    if query.operation is Operation.RANK and _beyond_a_number(query) and not says(query.question, "ranked"):
        # The cities above a number, listed.
        return Operation.COUNT
    if query.operation in _SAME_NAME:
        return query.operation
    return _by_places(query, measure, places, ranged)


def _told_by_years(query: Query, places: tuple[str, ...], ranged: bool) -> bool:
    """Whether a difference is told by all the years: of several places over some of them, or where neither is said."""
    return (ranged and len(places) > 1) or not (places or ranged or query.where.years)


def asks_an_end(query: Query) -> bool:
    """Whether a question speaks of the highest or the lowest of something."""
    return query.where.lowest or bool(form("highest").search(fold(query.question)))


def checks_extreme(query: Query, measure: Measure) -> bool:
    """Whether it is to be confirmed that a place is the first or last of all (供水是不是全省垫底)."""
    claimed = query.claim is not None and query.claim.value is None
    return query.operation is Operation.CHECK and claimed and len(measure.place_names) > 1 and asks_an_end(query)


def _of_own_years(query: Query, measure: Measure, knowledge: Knowledge) -> bool:
    """Whether the years of one place are what the first or last is looked for among: some are named, and no places."""
    where, claim = query.where, query.claim
    if where.cities or where.districts or says(query.question, "of_places") or not measure.years:
        return False
    if where.from_ or where.to or where.recent:
        return True
    if claim is None or not claim.years:
        return False
    asked = fold(query.question)
    city = any(fold(name) in asked for name in (knowledge.site.city, *knowledge.site.city_aliases))
    return not city or _follows_extreme(claim.years[-1], asked)


def _follows_extreme(year: int, folded: str) -> bool:
    """Whether a year is what is said to be the first or last (最高的是2023年), not the one it is so in (2019年垫底的)."""
    found = [m.end() for name in ("highest", "lowest") for m in form(name).finditer(folded)]
    return bool(found) and folded.rfind(str(year)) >= min(found)


def checks_rank(query: Query, measure: Measure) -> bool:
    """Whether a rank is stated that a place is said to have among all (人均道路面积全省第八)."""
    stated = query.claim is not None and query.claim.rank is not None
    return stated and query.operation in {Operation.CHECK, Operation.RANK} and len(measure.place_names) > 1


def of_every_year(query: Query) -> bool:
    """Whether a number is to be confirmed of every year there is (从来没有低于35%)."""
    claim = query.claim
    return query.operation is Operation.CHECK and claim is not None and claim.always and claim.value is not None


def yearly_change(query: Query) -> str | None:
    """`rises_most` or `falls_most` where the year is asked for in which a figure changed most from the year before."""
    asked = f"{query.question} {query.text}"
    # Of places who rose most is no question for a year.
    if says(asked, "of_places") or not says(asked, "years"):
        return None
    return next((group for group in ("rises_most", "falls_most") if says(asked, group)), None)


def _by_places(query: Query, measure: Measure, places: tuple[str, ...], ranged: bool) -> Operation:
    """The operation for as many places and years as are asked for."""
    match query.operation:
        case Operation.COMPARE:
            if len(places) > 1:
                return Operation.COMPARE
            return Operation.DIFFERENCE if ranged else Operation.VALUE
        case Operation.LIST if len(measure.place_names) > 1 and not ranged and len(places) != 1:
            return Operation.COUNT if _beyond_a_number(query) else Operation.RANK
        case Operation.CHECK if ranged:
            return Operation.SERIES
        case _:
            if len(places) > 1:
                return Operation.COMPARE
            return Operation.SERIES if ranged else Operation.VALUE


def _asks_its_own_number(query: Query, measure: Measure) -> bool:
    """Whether “how many” asks for the figure itself (加装了多少部电梯), not for how many places or years are beyond a number."""
    one_place = len(measure.place_names) <= 1 or len(query.where.cities + query.where.districts) == 1
    return (
        query.operation is Operation.COUNT and not _beyond_a_number(query) and one_place and not measure.section.counts
    )


def _of_mean(query: Query, measure: Measure) -> bool:
    """Whether the mean of places is asked for, and it is not only the measure's name that says so."""
    named = says(f"{measure.name_zh} {measure.name_en}", "mean")
    return not named and len(measure.place_names) > 1 and says(query.text, "mean")


def behind_the_first(query: Query) -> bool:
    """Whether it is asked how far the own place is from the first or last of all (比全省最高的差多少)."""
    where = query.where
    ranged = where.from_ or where.to or where.recent or len(where.years) > 1
    if query.operation not in _SIDE_BY_SIDE or not asks_an_end(query) or ranged or where.cities or where.districts:
        return False
    return says(query.question, "of_places")


def year_reached(query: Query) -> bool:
    """Whether the year is asked for in which a figure reached a number (哪年到100%的)."""
    claim = query.claim
    if claim is None or claim.about != "result" or claim.relation != "at_least" or claim.value is None or claim.negated:
        return False
    return query.operation is not Operation.CHECK and says(f"{query.question} {query.text}", "years")


def _of_years(query: Query, places: tuple[str, ...]) -> bool:
    """Whether every year is to be looked at: for a claim about all, for the one that changed most, for the one that passed a number."""
    changed = yearly_change(query) is not None and len(places) <= 1
    return (
        changed
        or of_every_year(query)
        or year_reached(query)
        or (_beyond_a_number(query) and says(query.text, "years"))
    )


def _beyond_a_number(query: Query) -> bool:
    """Whether figures above or below a number are asked for."""
    return query.where.over is not None or query.where.under is not None


def _held(query: Query, measure: str, places: tuple[str, ...], knowledge: Knowledge) -> list[int]:
    """The years a series of the places has figures of, in order; looked for only where the latest few are asked for."""
    if not query.where.recent:
        return []
    series = run(knowledge.store, MeasureQuery(measure=measure, places=places, operation="series"))
    return sorted({r.year for r in series.rows if r.year is not None})


def _years(query: Query, years: list[int], knowledge: Knowledge) -> tuple[int | None, int | None]:
    """First and last year; `recent` counts back from the last of the years held, in order."""
    where = query.where
    if where.from_ or where.to:
        return where.from_, where.to
    if where.plan_years:
        return knowledge.site.period_start.year, knowledge.site.period_end.year
    if where.recent and years:
        return years[-min(where.recent, len(years))], years[-1]
    if where.years:
        return min(where.years), max(where.years)
    return None, None


def _across(query: Query, measure: Measure, places: tuple[str, ...]) -> str | None:
    if says(query.text, "years") and measure.years:
        return "periods"
    if query.operation is Operation.RANK:
        return "places"
    return "places" if len(measure.place_names) > 1 and len(places) != 1 else None


def counts_places(query: Query, measure: Measure) -> bool:
    """Whether it is asked how many or which places are beyond a number, or at it (有几个市达到了17平方米)."""
    if len(measure.place_names) <= 1 or query.where.cities or query.where.districts:
        return False
    return reached_by_places(query) is not None or (_beyond_a_number(query) and says(query.question, "places_counted"))


def reached_by_places(query: Query) -> tuple[str, float] | None:
    """The number that places are counted by as it is stated, with how they lie to it (`over`, `at_least` …); None where they are not."""
    claim = query.claim
    if claim is None or claim.value is None or not says(query.question, "places_counted"):
        return None
    return _REACHING.get(claim.relation, "at_least"), claim.value


def _thresholds(query: Query, operation: Operation) -> Mapping[str, float]:
    where = query.where
    if operation not in {Operation.COUNT, Operation.SHARE, Operation.LIST}:
        return {}
    given = {"over": where.over, "under": where.under}
    if not _beyond_a_number(query) and (reached := reached_by_places(query)):
        given = dict([reached])
    return {name: value for name, value in given.items() if value is not None}

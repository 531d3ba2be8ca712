"""Whether a question of a target is one of years or places side by side: a series, a rank, an extreme, what is claimed of every year."""

from portal.answering.lookup.cue_words import says
from portal.answering.lookup.measure_query import (
    behind_the_first,
    checks_extreme,
    checks_rank,
    counts_places,
    of_every_year,
    year_reached,
)
from portal.answering.lookup.standing import Standing
from portal.answering.query import Facet, Operation, Query
from portal.measures.registry import Measure
from portal.texts.folding import fold

_OF_THE_TARGET = {Facet.TARGET, Facet.DUE, Facet.DEFINITION, Facet.RESPONSIBLE, Facet.TEXT}


def sets_side_by_side(query: Query, standings: list[Standing], measured: Measure | None) -> bool:
    """Whether years or places are set side by side, which the measures know how to do.

    Args:
        query: of one or several targets.
        standings: how these stand.
        measured: the measure that the first of them is the target of, if any.
    """
    where = query.where
    if (
        where.cities
        or where.districts
        or every_district(query)
        or _claims_more(query, standings, measured)
        or _of_mean(query, standings)
    ):
        return True
    if (where.over is not None or where.under is not None) and says(query.text, "years"):
        return True
    if _over_years(query) or (len(standings) == 1 and measured and year_reached(query)):
        return True
    if query.facet in _OF_THE_TARGET:
        return False
    thresholds = where.over is not None or where.under is not None
    if query.operation is Operation.EXTREME or behind_the_first(query):
        return len(standings) == 1
    # 哪些市超过41% lists places, where figures of several are held.
    lists = query.operation is Operation.LIST and len(standings) == 1 and measured and len(measured.place_names) > 1
    return thresholds and (query.operation in {Operation.COUNT, Operation.SHARE} or bool(lists))


def every_district(query: Query) -> bool:
    """Whether figures of each district are asked for (五个城区各多少户), of none by name."""
    return not query.where.districts and query.facet not in _OF_THE_TARGET and says(query.question, "every_district")


def _over_years(query: Query) -> bool:
    """Whether several years of a figure are asked for, or its place among others."""
    where = query.where
    several = len(where.years) > 1 or where.from_ or where.to or where.recent or where.plan_years
    if several and says(query.question, "each_year") and not says(query.question, "goal"):
        return True
    if query.facet in _OF_THE_TARGET:
        return False
    claimed = query.claim is not None and query.claim.value is not None
    ranked = query.operation in {Operation.SERIES, Operation.RANK} or (several and says(fold(query.question), "ranked"))
    return bool(ranked or (several and not claimed))


def _claims_more(query: Query, standings: list[Standing], measured: Measure | None) -> bool:
    """Whether what is claimed of one target is told only by other years or places: an extreme, a rank, every year, how many reach it."""
    if len(standings) != 1 or measured is None:
        return False
    beyond = counts_places(query, measured)
    return beyond or checks_extreme(query, measured) or checks_rank(query, measured) or of_every_year(query)


def _of_mean(query: Query, standings: list[Standing]) -> bool:
    """Whether the mean of places is asked for, and it is not only a target's name that says so (平均降尘量)."""
    names = " ".join(f"{s.indicator['name_zh']} {s.indicator['name_en']}" for s in standings)
    return query.operation is not Operation.CHECK and says(query.text, "mean") and not says(names, "mean")

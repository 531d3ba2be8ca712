"""Queries about figures over years and places → results of the semantic layer, with the target they belong to."""

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace

from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.language.lexicon import group_of_unit
from portal.answering.lookup.cue_words import units_differ
from portal.answering.lookup.measure_facts import CONTRARY, EveryYear, MeasuresFound, MeasureVerdict
from portal.answering.lookup.measure_query import (
    measure_query,
    of_every_year,
    reached_by_places,
    year_reached,
    yearly_change,
)
from portal.answering.lookup.ranks import ranks_over_years
from portal.answering.lookup.standing import Standing, comes_to, same, standing_of
from portal.answering.query import Claim, Facet, Operation, Query, SubjectKind
from portal.answering.refusals import Refusal
from portal.measures.query import MeasureQuery
from portal.measures.registry import Measure, Registry, UnknownMeasureError, measures
from portal.measures.result import MeasureResult, MeasureRow
from portal.measures.run import run
from portal.texts.numbers import is_plain

_FIGURES = {Facet.RESULT, Facet.STATUS, Facet.COUNT, Facet.TARGET}
_BESIDE = {Facet.SOURCE, Facet.RELIABILITY, Facet.UPDATE, Facet.DOWNLOAD, Facet.METHOD, Facet.SCOPE, Facet.DEFINITION}
_AMONG = {Operation.RANK, Operation.EXTREME}
_FIT_BESIDE = 0.9
_FIT_OTHER_FACET = 0.5
_FIT_MISSING = 0.7
_FIT_GAPS = 0.9
_FIT_ONE_YEAR = 0.5
# 158.3万辆 claimed as 1,583,000.
_SCALES = {"万": 10_000, "亿": 100_000_000}
_EVERY: dict[str, Callable[[float, float], bool]] = {
    "is": comes_to,
    "is_not": lambda value, said: not comes_to(value, said),
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "less": operator.lt,
}


def look_up_measures(query: Query, knowledge: Knowledge) -> Facts:
    """The figures a query asks for.

    Args:
        query: its subjects of kind measure or indicator are what is measured.
        knowledge: the published version.
    Returns:
        `MeasuresFound`, or `Nothing` where no measure is named or none holds anything near what was asked.
    """
    registry = measures(knowledge.store)
    asked = [*query.of(SubjectKind.MEASURE), *query.of(SubjectKind.INDICATOR)]
    ids = [i for i in dict.fromkeys(asked) if _held(i, registry)]
    if not ids:
        return Nothing(query, why=Refusal.NOTHING, values={"name": "、".join(asked)})
    ranks = ranks_over_years(query, ids, registry, knowledge)
    if ranks is not None:
        return ranks
    told = _of_shared_names([(i, *_one(query, i, registry, knowledge)) for i in ids], query)
    results = tuple(result for _, result in told if result.rows)
    if not results:
        return Nothing(query, evidence=_evidence([r for _, r in told], registry), why=Refusal.NOTHING)
    missing = tuple(m for _, r in told for m in r.missing)
    operation = told[0][0]
    # Of a figure that is said to be a target neither yes nor no is said.
    of_result = query.claim is not None and query.claim.about == "result"
    verdict = _verdict(query.claim, results[0].rows[-1]) if of_result and operation is Operation.VALUE else None
    if verdict is not None and not verdict.unit_differs and _may_be_later(query, verdict.row, knowledge):
        verdict = replace(verdict, said=None)
    return MeasuresFound(
        query,
        evidence=_evidence(results, registry),
        fit=_fit(query, bool(missing), results),
        results=results,
        operation=operation,
        standings=tuple(_standing(r.measure, knowledge) for r in results),
        verdict=verdict,
        missing=missing,
        threshold=_threshold(query),
        every=_every_year(query, results[0]) if operation is Operation.SERIES else None,
        change=yearly_change(query) if operation is Operation.SERIES else None,
        instead=_instead(query, results, knowledge),
    )


def _every_year(query: Query, result: MeasureResult) -> EveryYear | None:
    """What is claimed of every year held against each; None where nothing is, or in another unit."""
    claim = query.claim
    rows = tuple(r for r in result.rows if r.period and not r.doubtful)
    if claim is None or claim.value is None or not of_every_year(query) or not rows:
        return None
    scale, unit = _scaled(rows[0].unit)
    if units_differ(claim.unit, unit):
        return None
    stated = "more_than" if claim.relation == "more" else claim.relation
    relation = CONTRARY[stated] if claim.negated else stated
    holds = _EVERY[relation]
    against = tuple(r for r in rows if not holds(r.value * scale, claim.value))
    return EveryYear(relation, claim.value, rows, against)


def _may_be_later(query: Query, row: MeasureRow, knowledge: Knowledge) -> bool:
    """Whether what is claimed without a year may be of a later one than the latest figure, which is from before the plan's end."""
    where = query.where
    dated = where.years or where.from_ or where.to
    return not dated and row.year is not None and row.year < knowledge.site.period_end.year


def _instead(query: Query, results: Sequence[MeasureResult], knowledge: Knowledge) -> tuple[Standing, ...]:
    """The targets that the figures of a measure stand beside, where a target of it is asked for and the plan sets none."""
    if query.facet is not Facet.TARGET or any(r.measure in knowledge.indicators for r in results):
        return ()
    rows = [row for r in results for row in knowledge.measures.get(r.name["zh"], [])]
    related = dict.fromkeys(row["related_indicator"] for row in rows if row["related_indicator"])
    return tuple(standing_of(i, knowledge) for i in related)


def _of_shared_names(
    found: list[tuple[str, Operation, MeasureResult]], query: Query
) -> list[tuple[Operation, MeasureResult]]:
    """The results, of measures that share the name they were asked by (人口) those that hold what was asked, where any does."""
    if any(o in _AMONG for _, o, _ in found) and any(len(r.rows) > 1 for *_, r in found):
        # One figure by itself is first of nothing.
        found = [f for f in found if len(f[2].rows) > 1]
    named = {s.id: s.text for s in query.subjects if s.text}
    whole = {named[i] for i, _, result in found if i in named and result.rows and not result.missing}
    return [(o, r) for i, o, r in found if named.get(i) not in whole or (r.rows and not r.missing)]


def measure_of(measure: str, knowledge: Knowledge) -> Measure | None:
    """A measure as it is offered first; None where there is none of that id."""
    registry = measures(knowledge.store)
    return registry.offered(measure)[0] if _held(measure, registry) else None


def _held(measure: str, registry: Registry) -> bool:
    try:
        return bool(registry.offered(measure))
    except UnknownMeasureError:
        return False


def _one(query: Query, measure: str, registry: Registry, knowledge: Knowledge) -> tuple[Operation, MeasureResult]:
    """The result of one measure; where the years asked have none, the latest there is, with what is missing."""
    operation, asked = measure_query(query, measure, registry, knowledge)
    result = run(knowledge.store, asked)
    if result.rows or asked.years == (None, None):
        return operation, _with_own_rank(result, registry, knowledge)
    latest = MeasureQuery(measure=measure, places=asked.places, operation="value")
    near = run(knowledge.store, latest)
    return Operation.VALUE, near.model_copy(update={"missing": result.missing or near.missing})


def _with_own_rank(result: MeasureResult, registry: Registry, knowledge: Knowledge) -> MeasureResult:
    """Who is first, with the rank that the own place has when the doubtful figures are counted too, as it is told of a rank."""
    own = registry.own_place(registry.offered(result.measure, result.dataset)[0])
    if (
        result.operation != "extreme"
        or result.across != "places"
        or own is None
        or not any(r.doubtful for r in result.rows)
    ):
        return result
    asked = {"measure": result.measure, "places": (own.name,), "operation": "rank", "across": "places"}
    year = next((r.year for r in result.rows), None)
    ranked = run(knowledge.store, MeasureQuery.model_validate({**asked, "from": year, "to": year}))
    notes = tuple(n for n in ranked.notes if n.code == "rank_with_doubtful")
    return result.model_copy(update={"notes": (*result.notes, *notes)})


def _standing(measure: str, knowledge: Knowledge) -> Standing | None:
    return standing_of(measure, knowledge) if measure in knowledge.indicators else None


def _threshold(query: Query) -> tuple[str, float] | None:
    where = query.where
    if where.over is not None:
        return "over", where.over
    if where.under is not None:
        return "under", where.under
    if reached := reached_by_places(query):
        return reached
    claim = query.claim
    return ("reach", claim.value) if claim and claim.value is not None and year_reached(query) else None


def _verdict(claim: Claim | None, row: MeasureRow) -> MeasureVerdict | None:
    """Whether a figure is what was claimed; None where no number was."""
    if claim is None or claim.value is None or (row.value_text and not is_plain(row.value_text)):
        # Of what is told in words (命名) no number can be so or not.
        return None
    scale, unit = _scaled(row.unit)
    if units_differ(claim.unit, unit):
        return MeasureVerdict(row, False, unit_differs=True)
    return MeasureVerdict(row, _agrees(claim, row.value * scale))


def _scaled(unit: str) -> tuple[int, str]:
    """How many single units a row's unit counts, and the single unit."""
    scale = next((n for word, n in _SCALES.items() if unit.startswith(word)), 1)
    return scale, unit[1:] if scale > 1 else unit


def _agrees(claim: Claim, value: float) -> bool | None:
    said = float(claim.value or 0)
    match claim.relation:
        case "more":
            return value > said
        case "less":
            return value < said
    if comes_to(value, said):
        return True
    match claim.relation:
        case "at_least":
            return value > said
        case "at_most":
            return value < said
    # A number above the one claimed may also have “reached” it.
    return None if value > said or same(value, said) else False


def _fit(query: Query, missing: bool, results: Sequence[MeasureResult]) -> float:
    # How long something is may be read as how far it is.
    long = query.facet is Facet.DISTANCE and any(group_of_unit(r.unit or "") == "length" for r in results)
    fit = 1.0 if long or query.facet in _FIGURES else _FIT_BESIDE if query.facet in _BESIDE else _FIT_OTHER_FACET
    years = {row.year for result in results for row in result.rows}
    if _ranged(query) and len(years) == 1:
        # One year does not tell how several went.
        fit *= _FIT_ONE_YEAR
    return fit * ((_FIT_GAPS if len(years) > 1 else _FIT_MISSING) if missing else 1.0)


def _ranged(query: Query) -> bool:
    """Whether several years are asked for."""
    where = query.where
    return where.from_ != where.to or bool(where.recent and where.recent > 1) or where.plan_years


def _evidence(results: list[MeasureResult] | tuple[MeasureResult, ...], registry: Registry) -> str:
    found: list[str] = []
    for result in results:
        found += [*result.name.values(), result.unit]
        found += [name for name, measure, _ in registry.named() if measure == result.measure]
        found += [str(s.title or "") for s in result.sources]
        for row in result.rows:
            found += [row.place or "", row.place_en or "", str(row.year or ""), row.scope or "", row.quote or ""]
    return " ".join(dict.fromkeys(found))

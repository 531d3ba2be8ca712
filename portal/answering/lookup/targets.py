"""Queries about targets → how they stand, whether a claim holds, how far off they are, which of them are such."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from portal.answering.facts import Facts, Nothing, Span
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.claims import is_whole, nowhere, says_more, shared_out, verdict
from portal.answering.lookup.cue_words import says, units_differ
from portal.answering.lookup.measures import look_up_measures, measure_of
from portal.answering.lookup.side_by_side import every_district, sets_side_by_side
from portal.answering.lookup.standing import Standing, evidence_of, same, standing_of
from portal.answering.lookup.target_facts import Basis, Checked, Gap, NotOfPlace, TargetsCompared, TargetsFound
from portal.answering.lookup.target_sets import look_up_set
from portal.answering.lookup.target_texts import bodies_named, definitions
from portal.answering.query import Claim, Facet, Operation, Query, SubjectKind
from portal.answering.refusals import Refusal
from portal.publication.store import Row

_OVER_YEARS_OR_PLACES = {
    Operation.SERIES,
    Operation.RANK,
    Operation.EXTREME,
    Operation.COUNT,
    Operation.SHARE,
    Operation.COMPARE,
    Operation.DIFFERENCE,
}
# Facets that a target has; others are answered with how it stands, and fit less.
_OWN = {
    Facet.TARGET,
    Facet.RESULT,
    Facet.STATUS,
    Facet.DUE,
    Facet.SCOPE,
    Facet.SOURCE,
    Facet.RELIABILITY,
    Facet.METHOD,
    Facet.RESPONSIBLE,
    Facet.DEFINITION,
    Facet.TEXT,
    Facet.UPDATE,
    Facet.DOWNLOAD,
}
_PROVEN = {Facet.RESULT, Facet.STATUS}
_FIT_OTHER_FACET = 0.4
_FIT_OTHER_OPERATION = 0.6


def look_up_targets(query: Query, knowledge: Knowledge) -> Facts:
    """What is known of the targets a query is about.

    Args:
        query: its subjects of kind indicator are the targets; without any, its filters choose among all.
        knowledge: the published version.
    Returns:
        facts of `lookup.target_facts`, of `lookup.measures` where years or places are set side by side, or `Nothing`.
    """
    named = [i for i in query.of(SubjectKind.INDICATOR) if i in knowledge.indicators]
    if not named or _is_set(query, named, knowledge):
        return look_up_set(query, knowledge)
    standings = _in_scope(query, [standing_of(i, knowledge) for i in named], knowledge)
    if (beside := _side_by_side(query, standings, knowledge)) is not None:
        return beside
    if unheld := _years_without_target(query, standings, knowledge):
        return Nothing(query, evidence_of(standings, knowledge), 0.9, why=Refusal.YEAR, values={"years": unheld})
    if query.claim and (
        query.operation is Operation.CHECK or _misnamed(query.claim, standings, says(query.question, "promised"))
    ):
        return _checked(query, standings, knowledge)
    return _by_operation(query, standings, knowledge)


def _side_by_side(query: Query, standings: list[Standing], knowledge: Knowledge) -> Facts | None:
    """What the measures hold of the years or places asked for, or that nobody has the targets of those places; None where
    neither is asked."""
    if not sets_side_by_side(query, standings, measure_of(standings[0].id, knowledge)):
        return None
    if others := _targets_of_others(query, standings, knowledge):
        told = f"{evidence_of(standings, knowledge)} {' '.join(others)}"
        return NotOfPlace(
            query, told, 1.0, others, tuple(standings), theirs=True, figures=_of_them(others, standings, knowledge)
        )
    reported = _districts_reported(query, standings, knowledge)
    found = look_up_measures(query, knowledge)
    if not isinstance(found, Nothing) and not reported:
        return found
    places = _elsewhere(query, standings, knowledge) or reported
    if not places:
        return None
    told = evidence_of(standings, knowledge)
    return NotOfPlace(query, told, 0.9, places, tuple(standings), figures=_of_them(places, standings, knowledge))


def _by_operation(query: Query, standings: list[Standing], knowledge: Knowledge) -> Facts:
    """One target told, or several side by side, by what is to be done with them."""
    several = len(standings) > 1
    if query.operation is Operation.DIFFERENCE or (query.operation is Operation.COMPARE and not several):
        return _gap(query, standings, knowledge)
    if query.operation in {Operation.COMPARE, Operation.EXTREME, Operation.RANK}:
        return _compared(query, standings, knowledge)
    if query.operation is Operation.EXPLAIN and several and query.facet not in {Facet.METHOD, Facet.STATUS}:
        return _found(query.model_copy(update={"facet": Facet.DEFINITION}), standings, knowledge)
    return _found(query, standings, knowledge)


def _districts_reported(query: Query, standings: Sequence[Standing], knowledge: Knowledge) -> tuple[str, ...]:
    """The districts that figures of the targets were published of, where every one of them is asked for."""
    if not every_district(query):
        return ()
    names = [str(d["name"]) for d in knowledge.districts.values()]
    return tuple(n for n in names if _of_them((n,), standings, knowledge))


def _of_them(places: Sequence[str], standings: Iterable[Standing], knowledge: Knowledge) -> tuple[Row, ...]:
    """What was published about targets of some places alone, by whatever names these go."""
    districts = [d for d in knowledge.districts.values() if d["name"] in places]
    names = [*places, *(a for d in districts for a in str(d["aliases"] or "").split("|") if a)]
    return tuple(r for s in standings for r in s.figures if any(n in str(r["scope"] or "") for n in names))


def _targets_of_others(query: Query, standings: list[Standing], knowledge: Knowledge) -> tuple[str, ...]:
    """The other cities and districts of which a target is asked for: only the plan's own are known, whatever figures there are."""
    asked = query.facet is Facet.TARGET and query.operation is Operation.VALUE
    return _elsewhere(query, standings, knowledge) if asked and says(query.question, "promised") else ()


def _years_without_target(query: Query, standings: list[Standing], knowledge: Knowledge) -> tuple[int, ...]:
    """The years asked for of which nothing can be known: no target and no figure; none where one year has one.

    A result is looked for in every year up to the latest of which anything was published. A wrong year said of a target is not
    one of them: it is put right.
    """
    said_of_target = query.operation is Operation.CHECK and query.claim is not None and query.claim.about == "target"
    if said_of_target or not query.where.years:
        return ()
    plan = range(knowledge.site.period_start.year, knowledge.site.period_end.year + 1)
    rows = [r for s in standings for r in knowledge.observations.get(s.id, []) if r["period_end"]]
    stated = {r["period_end"].year for r in rows} | set(plan) | {s.indicator["due"].year for s in standings}
    if query.facet is not Facet.TARGET:
        stated |= {y for y in query.where.years if y <= knowledge.latest_year}
    return () if any(y in stated for y in query.where.years) else query.where.years


def _is_set(query: Query, named: list[str], knowledge: Knowledge) -> bool:
    """Whether those named are what is chosen from, not what is told one by one."""
    chooses = query.operation in {Operation.COUNT, Operation.SHARE, Operation.LIST}
    families = {knowledge.indicators[i]["family"] for i in named}
    return chooses and bool(query.where.status) and len(families) > 1


def _elsewhere(query: Query, standings: list[Standing], knowledge: Knowledge) -> tuple[str, ...]:
    """The places asked for that are not the city the plan is of."""
    own = {knowledge.site.city, *knowledge.site.city_aliases}
    districts = [str(knowledge.districts[d]["name"]) if d in knowledge.districts else d for d in query.where.districts]
    # A district named in the target itself (东区建筑垃圾资源化利用园区): the plan's own words for the thing.
    told = " ".join(knowledge.clause(s.indicator["clause"])["text"] for s in standings)
    return tuple(p for p in (*query.where.cities, *districts) if p not in own and p not in told)


def _in_scope(query: Query, standings: list[Standing], knowledge: Knowledge) -> list[Standing]:
    """Those of the part of the territory asked for, where the plan sets the same thing by parts."""
    stated = _scope_words(query, knowledge)
    kept = [s for s in standings if any(w in str(s.indicator["scope"] or "") for w in stated)]
    return kept or _elsewhere_in_family(standings, stated, knowledge) or standings


def _scope_words(query: Query, knowledge: Knowledge) -> list[str]:
    """How the plan writes the parts of the territory asked for."""
    return [w for v in knowledge.vocabulary.scopes if v.id in query.where.scopes for w in v.stated]


def _of_scope(query: Query, standings: list[Standing], knowledge: Knowledge) -> bool:
    """Whether targets are for the part of the territory that is spoken of, or none is."""
    stated = _scope_words(query, knowledge)
    of = [str(s.indicator["scope"] or "") for s in standings]
    if stated and not all(any(w in scope for w in stated) for scope in of):
        return False
    parts = [w for v in knowledge.vocabulary.scopes for w in v.stated]
    return not says(query.question, "whole_city") or not any(w in scope for w in parts for scope in of)


def _elsewhere_in_family(standings: list[Standing], stated: list[str], knowledge: Knowledge) -> list[Standing]:
    """The same targets for the part of the territory asked for, where those named are for another (那县里呢)."""
    families = {s.indicator["family"] for s in standings}
    rows = [r for r in knowledge.indicators.values() if r["family"] in families]
    return [standing_of(r["id"], knowledge) for r in rows if any(w in str(r["scope"] or "") for w in stated)]


def _misnamed(claim: Claim, standings: list[Standing], promised: bool) -> bool:
    """Whether a number by which a target is named (9万套安置房交付了多少) is none of its own, in a unit it could have."""
    alike = [s for s in standings if claim.unit and s.counted and not units_differ(claim.unit, s.indicator["unit"])]
    if not promised and claim.value is not None and any(s.figures_of(claim.value) for s in alike):
        # It is a published figure that is asked about, not a number of the plan's.
        return False
    return bool(alike) and all(verdict(claim, (), s).said is False for s in alike)


def _checked(query: Query, standings: list[Standing], knowledge: Knowledge) -> Facts:
    assert query.claim is not None
    claims = shared_out(query.claim, standings, knowledge)
    verdicts = tuple(verdict(c, query.where.years, s) for c, s in zip(claims, standings, strict=True))
    if len(verdicts) > 1 and says(query.question, "summed"):
        # A sum is said of no one of them.
        verdicts = tuple(replace(v, said=None, basis=Basis.WORDING) for v in verdicts)
    whole = is_whole(query.claim, claims, query.where, verdicts) and not says_more(query, standings)
    whole = whole and _of_scope(query, standings, knowledge)
    whole = whole and not any(knowledge.vocabulary.mistaken(query.question, s.indicator["name_zh"]) for s in standings)
    return Checked(query, evidence_of(standings, knowledge), 1.0, verdicts, whole)


def _gap(query: Query, standings: list[Standing], knowledge: Knowledge) -> Facts:
    if len(standings) > 1:
        return _compared(query, standings, knowledge)
    if says(query.question, "unlike"):
        # What makes one thing another (绿地率和绿化覆盖率差在哪) is no distance from a target.
        return _found(query.model_copy(update={"facet": Facet.DEFINITION}), standings, knowledge)
    return Gap(query, evidence_of(standings, knowledge), 1.0, tuple(standings))


def _compared(query: Query, standings: list[Standing], knowledge: Knowledge) -> Facts:
    if len(standings) == 1:
        return _found(query, standings, knowledge)
    alike = len({s.indicator["unit"] for s in standings}) == 1
    return TargetsCompared(
        query, evidence_of(standings, knowledge), 1.0 if alike else _FIT_OTHER_FACET, tuple(standings)
    )


def _found(query: Query, standings: list[Standing], knowledge: Knowledge) -> Facts:
    facet = query.facet if query.facet in _OWN else Facet.STATUS
    if facet is Facet.SOURCE and says(query.question, "own_words"):
        # 依据的原文 is what the plan says, not where a figure comes from.
        facet = Facet.TEXT
    why = query.operation is Operation.EXPLAIN and facet in _PROVEN | {Facet.TARGET}
    spans: tuple[Span, ...] = ()
    if facet is Facet.RESPONSIBLE:
        own, spans = bodies_named(standings, knowledge)
        spans = spans if own else spans[:1]
    elif facet is Facet.DEFINITION:
        spans = definitions(standings, knowledge)
    fit = 1.0 if query.facet in _OWN | {Facet.COUNT} else _FIT_OTHER_FACET
    if query.operation in _OVER_YEARS_OR_PLACES | {Operation.NEAREST} and not _asks_a_share(query, standings):
        fit *= _FIT_OTHER_OPERATION
    if facet is Facet.SCOPE and len(query.where.scopes) == 1 and not says(query.question, "scope"):
        # Who says of which part (县级城市的污泥无害化处理率) does not ask for it.
        fit *= _FIT_OTHER_FACET
    fit *= _years_held(query, standings)
    years = query.where.years or _years_of_figure(query.claim, standings)
    unheld = all(nowhere(query.claim, s) for s in standings)
    told = evidence_of(standings, knowledge)
    return TargetsFound(query, told, fit, tuple(standings), facet, spans, why, years, unheld)


def _asks_a_share(query: Query, standings: list[Standing]) -> bool:
    """Whether a count or a share is what the targets themselves are (what share of people have piped water)."""
    shares = query.operation is Operation.SHARE and all(s.indicator["unit"] == "%" for s in standings)
    return shares or query.operation is Operation.COUNT


def _years_of_figure(claim: Claim | None, standings: list[Standing]) -> tuple[int, ...]:
    """The years of the results that are a number the question names a figure by (绿地率39.35%是哪一年的)."""
    if claim is None or claim.about != "result" or claim.value is None:
        return ()
    rows = [r for s in standings for r in s.results if r["period_end"] and same(r["value"], claim.value)]
    return tuple(dict.fromkeys(r["period_end"].year for r in rows))


def _years_held(query: Query, standings: list[Standing]) -> float:
    """Less than 1 where a result was asked for of a year nobody has one of."""
    years = query.where.years
    if not years or query.facet not in _PROVEN:
        return 1.0
    held = any(s.result_of(y) is not None for s in standings for y in years)
    return 1.0 if held or set(years) & {s.due_year for s in standings} else 0.8

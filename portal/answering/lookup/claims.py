"""Claims held against the plan (a target's number, year, unit) or against what was published (a result)."""

from collections.abc import Sequence
from dataclasses import replace

from portal.answering.knowledge import Knowledge
from portal.answering.lookup.cue_words import says, units_differ
from portal.answering.lookup.standing import Standing, comes_to, in_words, is_of, same
from portal.answering.lookup.target_facts import Basis, Verdict
from portal.answering.query import Claim, Facet, Query, Where
from portal.publication.statuses import FigureKind, TargetStatus

_SEVERAL = 2
_NOT_WITH = {"at_least": {"at_most", "less"}, "at_most": {"at_least", "more"}}
_STRICT = {"more", "less"}
# “超过50%” names a bound; these name the result itself.
_STATES = {"is", "at_least"}
_HOLDS = {
    "at_least": lambda value, said: value >= said,
    "more": lambda value, said: value > said,
    "at_most": lambda value, said: value <= said,
    "less": lambda value, said: value < said,
}


def verdict(claim: Claim, years: tuple[int, ...], standing: Standing) -> Verdict:
    """Whether what is claimed of a target is so.

    Args:
        claim: what is claimed.
        years: the years named beside it.
        standing: the target.
    """
    found = _of_target(claim, years, standing) if claim.about == "target" else _of_result(claim, years, standing)
    # The result at the due date is told as what it is, by the status.
    told = found.row or standing.due
    others = [
        n.value for n in claim.stated if n.value != claim.value and not (told and comes_to(told["value"], n.value))
    ]
    beside = [r for value in others for r in standing.figures_of(value)]
    figures = {r["id"]: r for r in (*found.figures, *beside)}
    return replace(found, figures=tuple(figures.values()), nowhere=found.said is None and nowhere(claim, standing))


def nowhere(claim: Claim | None, standing: Standing) -> bool:
    """Whether a number is said to be a target's result that is in nothing that was published."""
    if claim is None or claim.value is None or claim.about != "result" or claim.relation not in _STATES:
        return False
    return not standing.holds(claim.value)


def shared_out(claim: Claim, standings: Sequence[Standing], knowledge: Knowledge) -> list[Claim]:
    """The claim as it is made of each target: of several numbers each target has the one that stands by its name, or is its own.

    Args:
        claim: with all the numbers stated.
        standings: the targets.
        knowledge: of the same published version.
    """
    values = [
        next(iter(_of_scope(claim, s, knowledge) or _own_numbers(claim, s, standings)), claim.value) for s in standings
    ]
    return [claim if v == claim.value else claim.model_copy(update={"value": v, "unit": None}) for v in values]


def _of_scope(claim: Claim, s: Standing, knowledge: Knowledge) -> list[float]:
    """The numbers that stand after the part of the territory a target is for, of several numbers that each stand after one."""
    if len(claim.stated) < _SEVERAL or any(len(n.scopes) != 1 for n in claim.stated):
        return []
    words = {v.id: v.stated for v in knowledge.vocabulary.scopes}
    scope = str(s.indicator["scope"] or "")
    return [n.value for n in claim.stated if any(w in scope for w in words[n.scopes[0]])]


def _own_numbers(claim: Claim, s: Standing, standings: Sequence[Standing]) -> list[float]:
    """The numbers stated that are said of one target and of no other."""
    if len(standings) == 1 and claim.about == "target":
        # 2023年99.4%，目标98%: the plan's own number is the one said of the plan.
        return [n.value for n in claim.stated if n.value in (*in_words(s.indicator), s.indicator["target"])]
    asked = {s.id for s in standings}
    named = [n.value for n in claim.stated if asked.intersection(n.of) == {s.id}]
    # Of two parts of the territory under one name each is held to its own, if it was said at all.
    return named or [n.value for n in claim.stated if len(claim.stated) > 1 and n.value == s.indicator["target"]]


def is_whole(claim: Claim, made: Sequence[Claim], where: Where, verdicts: Sequence[Verdict]) -> bool:
    """Whether all that is stated is held against something, so that a yes would be said of all of it.

    Args:
        claim: what is stated.
        made: of each target, as `shared_out`.
        where: what narrows the question down.
        verdicts: of each target.
    """
    standings = [v.standing for v in verdicts]
    if claim.about == "target" and (claim.done or where.status):
        return False
    if claim.about == "result" and claim.done and claim.value is not None:
        # The number too is said to be so, and no other.
        one = len(claim.stated) <= len(standings)
        return one and all(v.row is not None and comes_to(v.row["value"], claim.value) for v in verdicts)
    if where.clause not in {None, *(s.indicator["clause"] for s in standings)}:
        # “3.6” may be a clause or a number.
        return False
    numbers, asked = [n.value for n in claim.stated], {s.id for s in standings}
    if len(numbers) > 1 and any(len(asked.intersection(n.of)) != 1 for n in claim.stated):
        return False
    return len(numbers) <= len(standings) and set(numbers) <= {c.value for c in made}


def says_more(query: Query, standings: Sequence[Standing]) -> bool:
    """Whether a question says more of targets than they do: of all, of what is added, or by a year alone of what is to be done.

    Args:
        query: with a claim.
        standings: the targets.
    """
    claim = query.claim
    if claim is None or claim.about != "target":
        return False
    if claim.value is None and query.facet is not Facet.DUE:
        return True
    columns = ("name_zh", "name_en", "quote", "target_text")
    held = " ".join(str(s.indicator.get(c) or "") for s in standings for c in columns)
    return any(says(query.question, group) and not says(held, group) for group in ("universal", "added"))


def _of_target(claim: Claim, years: tuple[int, ...], s: Standing) -> Verdict:
    said, basis = _target_claimed(claim, s)
    if years and s.due_year not in years and said is not False:
        # Beside a second number the year may be that one's (目标15.7，2020年就16.12了).
        said, basis = (False, Basis.YEAR) if len(claim.stated) < _SEVERAL else (None, Basis.WORDING)
    elif years and claim.value is None and s.due_year in years:
        said, basis = True, Basis.YEAR
    if said and says(str(s.indicator.get("note") or ""), "ambiguous"):
        said, basis = None, Basis.AMBIGUOUS
    # A comparable result is told as what it is, by the status.
    figures = () if claim.value is None or said is not False else s.figures_of(claim.value)
    planned = [r for r in figures if r["kind"] != FigureKind.ACTUAL and r["period_end"]]
    if basis is Basis.OTHER and any(r["period_end"].year in years for r in planned):
        # Another document's number for that year may be what is meant.
        said, basis = None, Basis.WORDING
    return Verdict(s, said, basis, figures=tuple(r for r in figures if r not in s.results))


def _target_claimed(claim: Claim, s: Standing) -> tuple[bool | None, Basis]:
    """The number, its unit and its direction."""
    if claim.value is None:
        return None, Basis.WORDING
    if not s.counted:
        return False, Basis.WITHOUT_NUMBER
    if units_differ(claim.unit, s.indicator["unit"]):
        return False, Basis.UNIT
    direction, target = str(s.indicator["direction"]), float(s.indicator["target"])
    stated = in_words(s.indicator)
    if len(stated) > 1 and claim.value in (*stated, target):
        return None, Basis.WORDING
    if claim.value == target or claim.value in stated:
        if claim.relation in _NOT_WITH.get(direction, set()):
            return False, Basis.DIRECTION
        return (None, Basis.WORDING) if claim.relation in _STRICT else (True, Basis.EQUAL)
    if claim.relation in _HOLDS and _HOLDS[claim.relation](target, claim.value):
        return None, Basis.WORDING
    return False, Basis.OTHER


def _of_result(claim: Claim, years: tuple[int, ...], s: Standing) -> Verdict:
    year = years[0] if years else s.due_year
    if claim.value is not None and units_differ(claim.unit, s.indicator["unit"]):
        return Verdict(s, False, Basis.UNIT, year=year)
    row = s.result_of(year)
    if row is None:
        return _without_result(claim, year, s)
    if claim.value is None or not s.counted or claim.done or _means_target(claim, s):
        reached = s.reached_by(row)
        return Verdict(s, reached, Basis.REACHED if reached else Basis.MISSED, row, year)
    said, basis = _result_claimed(claim, float(row["value"]), s)
    figures = () if said else tuple(r for r in s.figures_of(claim.value) if r is not row)
    if not said and any(is_of(r, year) for r in figures):
        # Of that year more than one figure was published.
        return Verdict(s, None, Basis.ANOTHER, row, year, figures)
    return Verdict(s, said, basis, row, year, figures if said is False else ())


def _without_result(claim: Claim, year: int, s: Standing) -> Verdict:
    """Neither yes nor no, since no comparable result of the year was published; figures that are the number claimed go along."""
    figures = tuple(s.figures_of(claim.value)) if claim.value is not None else ()
    of_year = [r for r in s.others if is_of(r, year)]
    other = s.status == TargetStatus.NOT_COMPARABLE if year == s.due_year else bool(of_year)
    other = other or any(r["kind"] == FigureKind.ACTUAL for r in figures)
    return Verdict(s, None, Basis.NOT_COMPARABLE if other else Basis.UNPUBLISHED, year=year, figures=figures)


def _means_target(claim: Claim, s: Standing) -> bool:
    """Whether the number claimed is the target's, so that the question is whether that was reached."""
    direction = str(s.indicator["direction"])
    with_target = claim.relation == "is" or claim.relation == direction
    return claim.value == s.indicator["target"] and with_target


def _result_claimed(claim: Claim, value: float, s: Standing) -> tuple[bool | None, Basis]:
    said = float(claim.value or 0)
    if claim.relation not in _STRICT and comes_to(value, said):
        return True, Basis.EQUAL
    if claim.relation in _HOLDS:
        return bool(_HOLDS[claim.relation](value, said)), Basis.EQUAL
    if same(value, said):
        return None, Basis.ABOUT
    # “到15了吗” and “是15吗” may be the same words: where only the first is so, neither yes nor no.
    beyond = value < said if s.indicator["direction"] == "at_most" else value > said
    return (None, Basis.BEYOND) if beyond else (False, Basis.OTHER)

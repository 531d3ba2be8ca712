"""Sets of targets: which are met, of a theme, of a clause, in a unit, above a number, the farthest off, changed later."""

from collections.abc import Callable, Iterable

from portal.answering.facts import Facts, Nothing, Row
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.standing import Standing, evidence_of, standing_of
from portal.answering.lookup.target_facts import ClausesByTargets, LaterTargets, TargetSet
from portal.answering.lookup.words import says, unit_group, words_of
from portal.answering.query import Operation, Query, SubjectKind
from portal.texts.folding import fold

_SETS = {Operation.LIST, Operation.COUNT, Operation.SHARE, Operation.SUMMARISE, Operation.CHECK}
_LATER = {"later_target", "earlier_target"}


def look_up_set(query: Query, knowledge: Knowledge) -> Facts:
    """The targets a question without a single one in mind asks for.

    Args:
        query: its filters; its indicators, where it names some, are those chosen from.
        knowledge: the published version.
    """
    if query.about is SubjectKind.CLAUSE and query.operation in {Operation.LIST, Operation.COUNT}:
        return _clauses(query, knowledge)
    named = [i for i in query.of(SubjectKind.INDICATOR) if i in knowledge.indicators]
    among = [standing_of(i, knowledge) for i in named or knowledge.indicators]
    if says(query.text, "later") and not query.where.status:
        return _later(query, among, knowledge)
    by: dict[str, object] = {"named": True} if named else {}
    chosen, fitting = among, 1.0
    for name, wanted, keep in _filters(query, knowledge):
        chosen = [s for s in chosen if keep(s)]
        by[name] = wanted
    if not by and query.operation not in _SETS | {Operation.EXTREME, Operation.RANK, Operation.DIFFERENCE}:
        return Nothing(query, why="refuse_nothing")
    if unheard := [t for t in query.of(SubjectKind.THEME) if not _of_theme(t, knowledge)]:
        return Nothing(query, why="refuse_nothing", values={"name": unheard[0]})
    if not by:
        fitting = 0.7
    ordered = None
    if query.operation in {Operation.EXTREME, Operation.RANK, Operation.DIFFERENCE}:
        ordered = "lowest" if query.where.lowest else "highest"
        chosen = _ordered(query, chosen)
    narrower = among if not (by.keys() & {"theme", "clause"}) else chosen_before_status(query, among, knowledge)
    return TargetSet(
        query,
        # All targets together would account for any word; only those chosen by something said do.
        evidence=f"{evidence_of(chosen[:12], knowledge) if by else ''} {words_of('set')} {_words_of(by)}",
        fit=fitting,
        chosen=tuple(chosen),
        among=tuple(narrower),
        by=by,
        ordered=ordered,
        claimed=query.claim.value if query.claim else None,
    )


def chosen_before_status(query: Query, among: Iterable[Standing], knowledge: Knowledge) -> list[Standing]:
    """Those of a theme or clause, whatever their status: what a share is a part of."""
    kept = list(among)
    for name, _, keep in _filters(query, knowledge):
        if name in {"theme", "clause"}:
            kept = [s for s in kept if keep(s)]
    return kept


Filter = tuple[str, object, Callable[[Standing], bool]]


def _filters(query: Query, knowledge: Knowledge) -> list[Filter]:
    where = query.where
    found: list[Filter] = []
    themes = [t for t in (where.theme, *query.of(SubjectKind.THEME)) if t]
    if themes:
        ids = {i for t in themes for i in _of_theme(t, knowledge)}
        found.append(("theme", themes[0], lambda s: s.id in ids))
    clauses = [c for c in (where.clause, *query.of(SubjectKind.CLAUSE)) if c]
    if clauses:
        found.append(("clause", clauses[0], lambda s: any(_in_clause(s, c) for c in clauses)))
    if where.status:
        found.append(("status", where.status, lambda s: s.status in where.status))
    if where.unit:
        group = unit_group(where.unit)
        found.append(("unit", where.unit, lambda s: s.counted and unit_group(s.indicator["unit"]) == group))
    if where.scopes:
        stated = [w for v in knowledge.vocabulary.scopes if v.id in where.scopes for w in v.stated]
        found.append(("scope", where.scopes[0], lambda s: any(w in str(s.indicator["scope"]) for w in stated)))
    over, under, value = where.over, where.under, query.claim.value if query.claim else None
    if over is not None:
        found.append(("over", over, lambda s: s.counted and s.indicator["target"] > over))
    if under is not None:
        found.append(("under", under, lambda s: s.counted and s.indicator["target"] < under))
    if query.claim and value is not None and query.operation in {Operation.LIST, Operation.COUNT}:
        unit = query.claim.unit
        found.append(("number", value, lambda s: s.indicator["target"] == value and _in_unit(s, unit)))
    return found


def _in_unit(s: Standing, unit: str | None) -> bool:
    group = unit_group(unit) if unit else None
    return group is None or unit_group(s.indicator["unit"]) == group


def _in_clause(s: Standing, clause: str) -> bool:
    named = [s.indicator["clause"], *(s.indicator["also_in"] or "").split("|")]
    return any(n == clause or n.startswith(f"{clause}.") for n in named)


def _of_theme(theme: str, knowledge: Knowledge) -> list[str]:
    """The targets of a section of the plan, by its title; else those whose own names or clause hold the word."""
    section = [i for i, r in knowledge.indicators.items() if theme in (r["theme"], r["clause"])]
    if section:
        return section
    word = fold(theme)
    named = {
        i: fold(
            f"{r['theme']} {r['name_zh']} {r['name_en']} {r['aliases'] or ''} {knowledge.clause(r['clause'])['title']}"
        )
        for i, r in knowledge.indicators.items()
    }
    return [i for i, names in named.items() if word in names]


def _ordered(query: Query, standings: Iterable[Standing]) -> list[Standing]:
    """By distance from the target where results are meant, else by the number set, each among its own unit."""
    wanted = [s for s in standings if s.counted]
    if query.facet in {"result", "status"} or query.operation is Operation.DIFFERENCE or query.where.status:
        judged = [s for s in wanted if s.due is not None]
        return sorted(judged, key=_distance, reverse=not query.where.lowest)
    return sorted(wanted, key=lambda s: (s.indicator["target"], s.id), reverse=not query.where.lowest)


def _distance(s: Standing) -> float:
    """How far a result is short of its target, as a share of the target; below zero where it is beyond."""
    assert s.due is not None
    short = s.indicator["target"] - s.due["value"]
    return float((-short if s.indicator["direction"] == "at_most" else short) / s.indicator["target"])


def _later(query: Query, among: Iterable[Standing], knowledge: Knowledge) -> Facts:
    changed = []
    for s in among:
        rows = tuple(r for r in (*s.planned, *s.related) if r["kind"] == "later_target" and _is_changed(s, r))
        if rows:
            changed.append((s, rows))
    if not changed:
        return Nothing(query, why="refuse_nothing")
    evidence = evidence_of([s for s, _ in changed], knowledge)
    return LaterTargets(query, evidence=f"{evidence} 后来 调低 推迟 later lowered postponed", changed=tuple(changed))


def _is_changed(s: Standing, row: Row) -> bool:
    """Whether a later document's number is another one, or for a later year."""
    end = row["period_end"]
    later = end is not None and end > s.indicator["due"]
    return bool(later or row["value"] != s.indicator["target"])


def _clauses(query: Query, knowledge: Knowledge) -> Facts:
    """The clauses with a title of their own that set no numeric target, nor does any below them."""
    stated = {c for r in knowledge.indicators.values() if r["target"] is not None for c in _clauses_of(r)}
    plan = [c for (document, _), c in knowledge.clauses.items() if document == knowledge.site.plan]
    parents = {c["parent"] for c in plan}
    leaves = [c for c in plan if c["clause"] not in parents and c["clause"] != "0"]
    without = [c for c in leaves if c["clause"] not in stated]
    titles = " ".join(str(c["title"]) for c in without)
    fit = 1.0 if says(query.text, "without") else 0.5
    return ClausesByTargets(
        query, f"{titles} 条款 指标 数字 clause number target", fit, tuple(without), len(leaves) - len(without)
    )


def _clauses_of(row: Row) -> list[str]:
    return [str(row["clause"]), *str(row["also_in"] or "").split("|")]


def _words_of(by: dict[str, object]) -> str:
    return " ".join(str(v) for v in by.values() if isinstance(v, str))

"""Sets of targets: which are met, of a theme, of a clause, in a unit, above a number, the farthest off, changed later."""

from collections.abc import Callable, Iterable, Iterator

from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.cue_words import says, unit_group, words_of, words_said
from portal.answering.lookup.standing import Standing, evidence_of, of_years, standing_of
from portal.answering.lookup.target_facts import ClausesByTargets, LaterTargets, TargetSet, TasksOfYears
from portal.answering.query import Operation, Query, SubjectKind
from portal.answering.reading.patterns import form
from portal.answering.refusals import Refusal
from portal.publication.statuses import FigureKind, TargetStatus
from portal.publication.store import Row
from portal.texts.folding import fold

_SETS = {Operation.LIST, Operation.COUNT, Operation.SHARE, Operation.SUMMARISE, Operation.CHECK}
_ORDERING = {Operation.EXTREME, Operation.RANK, Operation.DIFFERENCE}
_CHOOSING = {Operation.LIST, Operation.COUNT}
_SHORTEST_TEXT = 4
_CHANGES = ("lowered", "postponed", "raised")
_OF_TARGETS = ("项", "条")
# How well all targets together answer a question by which none is chosen.
_FIT_ALL = 0.7


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
    if (of_others := _of_other_documents(query, among, knowledge)) is not None:
        return of_others
    filters = _filters(query, knowledge)
    by: dict[str, object] = ({"named": True} if named else {}) | {name: wanted for name, wanted, _ in filters}
    chosen = [s for s in among if all(keep(s) for _, _, keep in filters)]
    if not by and query.operation not in _SETS | _ORDERING:
        return Nothing(query, why=Refusal.NOTHING)
    if unheard := [t for t in query.of(SubjectKind.THEME) if not _of_theme(t, knowledge)]:
        return Nothing(query, why=Refusal.NOTHING, values={"name": unheard[0]})
    ordered, chosen = _ordered(query, chosen)
    return TargetSet(
        query,
        # All targets together would account for any word; only those chosen by something said do.
        evidence=f"{evidence_of(chosen[:12], knowledge) if by else ''} {words_of('set')} {_words_of(by)}"
        f"{words_of('counted_in') if 'unit' in by else ''}",
        fit=1.0 if by else _FIT_ALL,
        chosen=tuple(chosen),
        among=tuple(chosen_before_status(query, among, knowledge)),
        by=by,
        ordered=ordered,
        claimed=_claimed(query),
    )


def _of_other_documents(query: Query, among: list[Standing], knowledge: Knowledge) -> Facts | None:
    """What later documents changed, or set for a single year, where that is asked for; None where it is not."""
    if query.where.status:
        return None
    if says(query.text, "later"):
        return _later(query, among, knowledge)
    return _tasks(query, among, knowledge) if says(query.question, "task_of_year") else None


def _tasks(query: Query, among: list[Standing], knowledge: Knowledge) -> Facts:
    """The tasks that were set for the years asked about; of a list of tasks that is named those that its report gives."""
    every = len(among) == len(knowledge.indicators)
    if every and query.operation is Operation.VALUE and query.subjects_before:
        # After a turn about something the task of just that is meant.
        return Nothing(query, why=Refusal.NOTHING)
    others = (
        (r for rows in knowledge.measures.values() for r in rows) if every else (r for s in among for r in s.related)
    )
    rows = [r for r in (*(p for s in among for p in s.planned), *others) if r["kind"] == FigureKind.ANNUAL_PLAN]
    of_list, rows = _of_list(of_years(rows, query.where.years), query, knowledge)
    evidence = f"{words_of('task_of_year')} {words_of('numbers')}"
    in_order = tuple(sorted(rows, key=lambda r: str(r["period_end"] or "")))
    return TasksOfYears(query, evidence, 1.0, in_order, query.where.years, of_list)


def _of_list(rows: list[Row], query: Query, knowledge: Knowledge) -> tuple[str, list[Row]]:
    """The list that is named (民生实事) and those of some tasks that its report gives, by its title; all where none is."""
    titles = {r["id"]: str(knowledge.sources[r["source"]]["title"] or "") for r in rows}
    for name in words_said(query.question, "task_lists"):
        if found := [r for r in rows if name in titles[r["id"]]]:
            return name, found
    return "", rows


def _claimed(query: Query) -> float | None:
    """The number of targets that is claimed; a number of something else is none."""
    if query.claim is None or form("not_so_many").search(query.text) or form("beside").search(fold(query.question)):
        # Of why, or of who did what, neither yes nor no is said.
        return None
    unit = query.claim.unit or ""
    # “102个、2200个” are not two numbers of targets, “44 of 50” are.
    things = unit_group(unit) == "count" and not unit.startswith(_OF_TARGETS)
    counted = not unit or unit_group(unit) in {None, "count"}
    return query.claim.value if counted and not (things and len(query.claim.stated) > 1) else None


def chosen_before_status(query: Query, among: Iterable[Standing], knowledge: Knowledge) -> list[Standing]:
    """Those of a theme or clause, whatever their status: what a share is a part of."""
    kept = list(among)
    for name, _, keep in _filters(query, knowledge):
        if name in {"theme", "clause"}:
            kept = [s for s in kept if keep(s)]
    return kept


Filter = tuple[str, object, Callable[[Standing], bool]]


def _filters(query: Query, knowledge: Knowledge) -> list[Filter]:
    """What targets are chosen by: each filter's name, the value wanted and the test of a target."""
    return [*_by_part(query, knowledge), *_by_wording(query, knowledge), *_by_number(query, knowledge)]


def _by_part(query: Query, knowledge: Knowledge) -> Iterator[Filter]:
    """By the part of the plan that sets a target, and by status."""
    where = query.where
    if themes := [t for t in (where.theme, *query.of(SubjectKind.THEME)) if t]:
        ids = {i for t in themes for i in _of_theme(t, knowledge)}
        yield "theme", themes[0], lambda s: s.id in ids
    if clauses := [c for c in (where.clause, *query.of(SubjectKind.CLAUSE)) if c]:
        yield "clause", clauses[0], lambda s: any(_in_clause(s, c) for c in clauses)
    if where.status:
        yield "status", where.status, lambda s: s.status in where.status


def _by_wording(query: Query, knowledge: Knowledge) -> Iterator[Filter]:
    """By the unit and the scope a target is stated in."""
    where = query.where
    if unit := where.unit or unit_said(query):
        group = unit_group(unit)
        yield "unit", unit, lambda s: s.counted and unit_group(s.indicator["unit"]) == group
    # Of two parts that are told apart neither is asked for.
    if len(where.scopes) == 1:
        stated = [w for v in knowledge.vocabulary.scopes if v.id in where.scopes for w in v.stated]
        yield "scope", where.scopes[0], lambda s: any(w in str(s.indicator["scope"]) for w in stated)


def unit_said(query: Query) -> str | None:
    """The unit by which targets are chosen (按百分比考核的几项); None where none is said."""
    if query.operation not in _CHOOSING or query.of(SubjectKind.INDICATOR) or not says(query.question, "counted_in"):
        return None
    return next(iter(words_said(query.question, "measures")), None)


def _as_written(query: Query, knowledge: Knowledge) -> str | None:
    """What the plan writes of some targets just as a question does (98%以上); None where it writes nothing of the kind."""
    asked = fold(query.question)
    if query.operation not in _CHOOSING or query.language == "en":
        return None
    texts = {fold(str(r["target_text"] or "")) for r in knowledge.indicators.values() if r["target"] is not None}
    bounded = [
        t for t in texts if t in asked and not t.rstrip("%").replace(".", "").isdigit() and len(t) >= _SHORTEST_TEXT
    ]
    return max(bounded, key=len, default=None)


def _by_number(query: Query, knowledge: Knowledge) -> Iterator[Filter]:
    """By the number a target sets: as the plan writes it, above one, below one, or just it."""
    over, under, claim = query.where.over, query.where.under, query.claim
    if asked := _as_written(query, knowledge):
        yield "stated", asked, lambda s: fold(str(s.indicator["target_text"])) == asked
        return
    if over is not None:
        yield "over", over, lambda s: s.counted and s.indicator["target"] > over
    if under is not None:
        yield "under", under, lambda s: s.counted and s.indicator["target"] < under
    counts = claim is not None and (claim.unit or "").startswith(_OF_TARGETS)
    if claim and claim.value is not None and not counts and query.operation in _CHOOSING:
        yield "number", claim.value, lambda s: s.indicator["target"] == claim.value and _in_unit(s, claim.unit)


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


def _ordered(query: Query, standings: list[Standing]) -> tuple[str | None, list[Standing]]:
    """The end that comes first (None where no order is asked for), and the targets so ordered: by distance from the target
    where results are meant, else by the number set, each among its own unit."""
    if query.operation not in _ORDERING:
        return None, standings
    first = "lowest" if query.where.lowest else "highest"
    wanted = [s for s in standings if s.counted]
    if query.facet in {"result", "status"} or query.operation is Operation.DIFFERENCE or query.where.status:
        judged = [s for s in wanted if s.due is not None]
        return first, sorted(judged, key=_distance, reverse=not query.where.lowest)
    return first, sorted(wanted, key=lambda s: (s.indicator["target"], s.id), reverse=not query.where.lowest)


def _distance(s: Standing) -> float:
    """How far a result is short of its target, as a share of the target; below zero where it is beyond."""
    assert s.due is not None
    short = s.indicator["target"] - s.due["value"]
    return float((-short if s.indicator["direction"] == "at_most" else short) / s.indicator["target"])


def _later(query: Query, among: Iterable[Standing], knowledge: Knowledge) -> Facts:
    how = tuple(name for name in _CHANGES if says(query.question, name))
    found = ((s, _later_rows(s, how)) for s in among)
    changed = tuple((s, rows) for s, rows in found if rows)
    if not changed and not how:
        return Nothing(query, why=Refusal.NOTHING)
    evidence = evidence_of([s for s, _ in changed], knowledge)
    return LaterTargets(query, evidence=f"{evidence} {words_of('later')}", changed=changed, how=how)


def _later_rows(s: Standing, how: tuple[str, ...]) -> tuple[Row, ...]:
    """What later documents say of a target, of the kinds of change asked for; where none is, all that say something else."""
    later = (r for r in (*s.planned, *s.related) if r["kind"] == FigureKind.LATER_TARGET)
    return tuple(r for r in later if (_change_of(s, r) in how if how else _is_changed(s, r)))


def _change_of(s: Standing, row: Row) -> str | None:
    """Whether a later document lowers a target, puts it off or raises it, as `_CHANGES` calls it; None where it does none of these,
    or says it of another unit or in words."""
    end = row["period_end"]
    if end is None or end < s.indicator["due"] or row["unit"] != s.indicator["unit"]:
        # What is wanted before the target is due takes nothing from it.
        return None
    if not s.counted:
        return "postponed" if end > s.indicator["due"] else None
    if row["value"] is None:
        return None
    easier = row["value"] - s.indicator["target"]
    easier = easier if s.indicator["direction"] == "at_most" else -easier
    if easier:
        return "lowered" if easier > 0 else "raised"
    # What was met when it was due is wanted again, not put off.
    return "postponed" if end > s.indicator["due"] and s.status != TargetStatus.MET else None


def _is_changed(s: Standing, row: Row) -> bool:
    """Whether a later document's number is another one, or for a later year."""
    end = row["period_end"]
    later = end is not None and end > s.indicator["due"]
    return bool(later or row["value"] != s.indicator["target"])


def _clauses(query: Query, knowledge: Knowledge) -> Facts:
    """The clauses with a title of their own that set no numeric target, nor does any below them."""
    stated = {c for r in knowledge.indicators.values() if r["target"] is not None for c in _clauses_of(r)}
    plan = knowledge.clauses_of[knowledge.site.plan]
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

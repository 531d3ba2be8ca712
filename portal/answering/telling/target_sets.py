"""Sets of targets told: how many and which, out of how many, and what nobody has published."""

from portal.answering.draft import Draft, frame
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.standing import Standing
from portal.answering.lookup.target_facts import ClausesByTargets, LaterTargets, TargetSet, TasksOfYears
from portal.answering.query import Operation
from portal.answering.telling.dispatch import tell
from portal.answering.telling.figures import (
    begin_large,
    figure_of,
    full_name,
    quote_targets,
    table,
    target_of,
    values_of,
)
from portal.answering.telling.target_lines import say_figure
from portal.answering.telling.targets import cells
from portal.publication.statuses import TargetStatus
from portal.texts.numbers import brief

_MOST = 50
_QUOTED = 3
# Units whose highest or lowest target is named.
_UNITS = 6


@tell.register
def tell_set(facts: TargetSet, knowledge: Knowledge) -> Draft:
    """How many and which of the targets are such."""
    draft = Draft(AnswerKind.OVERVIEW, facts.query.language, knowledge)
    if facts.ordered:
        _ordered(draft, facts)
    else:
        draft.lines.append(_first(draft, facts))
        _left_out(draft, facts)
        _list(draft, facts.chosen)
    if len(facts.chosen) <= _QUOTED:
        quote_targets(draft, facts.chosen)
        draft.source_line([s.due["source"] for s in facts.chosen if s.due is not None])
    begin_large(draft)
    return draft


def _first(draft: Draft, facts: TargetSet) -> str:
    language = draft.language
    total, count = draft.count(len(facts.among)), draft.count(len(facts.chosen))
    what = _what(draft, facts)
    if facts.claimed is not None and "status" in facts.by and "number" not in facts.by:
        # A denial in it (没达标的有8项) is that of the status.
        so = facts.claimed == count
        return frame(language, "s_claim_yes" if so else "s_claim_no", total=total, count=count, what=what)
    if not facts.among:
        return frame(language, "s_no_table")
    if not facts.by:
        counts = {s: draft.count(facts.with_status(s)) for s in TargetStatus}
        return frame(language, "s_all", total=total, **counts)
    if facts.query.operation is Operation.SHARE and total:
        share = brief(count / total * 100)
        draft.computed.append(float(share))
        return frame(language, "s_share", total=total, count=count, what=what, share=share)
    if "status" not in facts.by:
        return frame(language, "s_chosen" if count else "s_chosen_none", count=count, what=what)
    if not count:
        return frame(language, "s_none", total=total, what=what)
    return frame(language, "s_count_one" if count == 1 < total else "s_count", total=total, count=count, what=what)


def _what(draft: Draft, facts: TargetSet) -> str:
    """What was asked of them, in words."""
    parts = []
    for name, wanted in facts.by.items():
        if name == "named":
            continue
        if name == "status":
            joined = frame(draft.language, "s_and")
            parts.append(joined.join(frame(draft.language, f"s_what_{s}") for s in wanted))  # type: ignore[attr-defined]
            continue
        parts.append(frame(draft.language, f"s_what_{name}", wanted=_wanted(draft, name, wanted)))
    return frame(draft.language, "list_comma").join(parts) or frame(draft.language, "s_what_named")


def _wanted(draft: Draft, name: str, wanted: object) -> str:
    if isinstance(wanted, float | int):
        draft.computed.append(float(wanted))
        return brief(float(wanted))
    if name == "clause":
        draft.computed += [float(part) for part in str(wanted).split(".") if part.isdigit()]
        draft.computed += [float(wanted)] if str(wanted).count(".") == 1 else []  # type: ignore[arg-type]
        row = draft.knowledge.clauses.get((draft.knowledge.site.plan, str(wanted)))
        if row is not None:
            return draft.said(row, "title") or str(wanted)
    return str(wanted)


def _left_out(draft: Draft, facts: TargetSet) -> None:
    """What must be said beside those not met: of most nobody knows."""
    wanted = facts.by.get("status")
    unknown, other = facts.with_status(TargetStatus.NOT_PUBLISHED), facts.with_status(TargetStatus.NOT_COMPARABLE)
    if wanted == (TargetStatus.NOT_MET,) and unknown + other:
        key = "s_rest" if unknown and other else "s_rest_unpublished" if unknown else "s_rest_incomparable"
        draft.say(key, not_published=draft.count(unknown), not_comparable=draft.count(other))


def _list(draft: Draft, chosen: tuple[Standing, ...]) -> None:
    shown = chosen[:_MOST]
    if shown:
        table(draft, frame(draft.language, "s_head"), [cells(draft, s, link=True) for s in shown])
    if len(chosen) > len(shown):
        draft.say("s_more", count=draft.count(len(chosen) - len(shown)), url="/")


def _ordered(draft: Draft, facts: TargetSet) -> None:
    """The farthest from or nearest to its target, of those that can be compared; else the highest and lowest numbers by unit."""
    judged = [s for s in facts.chosen if s.due is not None]
    by_result = bool(judged) and len(judged) == len(facts.chosen) < sum(s.counted for s in facts.among)
    if by_result:
        s = judged[0]
        draft.say("s_nearest" if facts.ordered == "lowest" else "s_farthest", **values_of(s, draft, s.due))
        draft.say("s_judged", count=draft.count(len(judged)))
        _list(draft, tuple(judged))
        return
    best: dict[str, Standing] = {}
    for s in facts.chosen:
        best.setdefault(str(s.indicator["unit"]), s)
    names = frame(draft.language, "list_comma").join(
        f"{full_name(s.indicator, draft)} {target_of(s.indicator, draft)}" for s in list(best.values())[:_UNITS]
    )
    for s in list(best.values())[:_UNITS]:
        values_of(s, draft)
    draft.say("s_lowest" if facts.ordered == "lowest" else "s_highest", names=names)


@tell.register
def tell_later(facts: LaterTargets, knowledge: Knowledge) -> Draft:
    """Targets for which later documents name another number or year."""
    draft = Draft(AnswerKind.OVERVIEW, facts.query.language, knowledge)
    _say_how_changed(draft, facts)
    draft.gap()
    sources: list[str | None] = []
    for s, rows in facts.changed:
        for row in rows:
            draft.observed_figure(dict(row))
            sources.append(row["source"])
            values = values_of(s, draft) | figure_of(row, draft)
            values["name"] = full_name(s.indicator, draft)
            scope = draft.said(dict(row), "scope")
            values["scope"] = frame(draft.language, "l_scope", scope=scope) if scope else ""
            draft.say("l_item", **values)
    quote_targets(draft, [s for s, _ in facts.changed][:_QUOTED])
    draft.source_line(sources)
    begin_large(draft)
    return draft


@tell.register
def tell_tasks(facts: TasksOfYears, knowledge: Knowledge) -> Draft:
    """The tasks of single years, each with the target it is beside."""
    draft = Draft(AnswerKind.OVERVIEW, facts.query.language, knowledge)
    years = frame(draft.language, "list_comma").join(str(draft.count(y)) for y in facts.years)
    of = frame(draft.language, "l_tasks_of", years=years) if years else ""
    of += frame(draft.language, "l_tasks_list", list=facts.of_list) if facts.of_list else ""
    draft.say("l_tasks" if facts.rows else "l_tasks_none", of=of, count=draft.count(len(facts.rows)))
    draft.gap()
    for row in facts.rows:
        say_figure(draft, row, named="indicator" in row)
    draft.source_line([r["source"] for r in facts.rows])
    draft.say("l_tasks_table", url="/data?dataset=observations")
    begin_large(draft)
    return draft


def _say_how_changed(draft: Draft, facts: LaterTargets) -> None:
    count = draft.count(len(facts.changed))
    if not facts.how:
        draft.say("l_intro", count=count)
        return
    none = "" if facts.changed else "_done"
    what = frame(draft.language, "l_or").join(frame(draft.language, f"l_{how}{none}") for how in facts.how)
    draft.say("l_asked" if facts.changed else "l_asked_none", count=count, what=what)


@tell.register
def tell_clauses_by_targets(facts: ClausesByTargets, knowledge: Knowledge) -> Draft:
    """The clauses that set no number."""
    draft = Draft(AnswerKind.OVERVIEW, facts.query.language, knowledge)
    draft.rows += [dict(c) for c in facts.without]
    draft.say("n_without", count=draft.count(len(facts.without)), other=draft.count(facts.with_targets))
    draft.gap()
    for clause in facts.without:
        link = f"[{clause['clause']}](/policy?clause={clause['clause']})"
        draft.say("n_item", title=draft.said(dict(clause), "title"), clause=link)
    begin_large(draft)
    return draft

"""Targets told: one by what was asked of it, several side by side, how far off, claims and sets in files of their own."""

from collections.abc import Sequence

from portal.answering.draft import Draft, frame
from portal.answering.kinds import AnswerKind, Outcome
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.cue_words import says
from portal.answering.lookup.measure_query import asks_an_end
from portal.answering.lookup.standing import Standing, is_of, of_years
from portal.answering.lookup.target_facts import Gap, NotOfPlace, TargetsCompared, TargetsFound
from portal.answering.query import Facet
from portal.answering.telling.dispatch import tell
from portal.answering.telling.figures import (
    begin_large,
    difference_of,
    figure_of,
    full_name,
    quote_targets,
    table,
    target_of,
    values_of,
)
from portal.answering.telling.target_facets import tell_one
from portal.answering.telling.target_lines import say_care, say_figures, say_known, say_note, say_reported
from portal.measures.registry import measures
from portal.publication.statuses import FigureKind, TargetStatus
from portal.publication.store import Row

_PAIR = 2
_OF_RESULTS = {Facet.RESULT, Facet.STATUS}
_OF_PROMISES = {Facet.TARGET, Facet.DUE, Facet.SCOPE}
_TABLE_FROM = 3


@tell.register
def tell_found(facts: TargetsFound, knowledge: Knowledge) -> Draft:
    """One target by what was asked of it; several in a list or table, then what the plan says."""
    draft = Draft(AnswerKind.TARGET, facts.query.language, knowledge)
    _say_tasks(draft, facts)
    if len(facts.standings) == 1:
        tell_one(draft, facts.standings[0], facts)
    elif facts.facet in {
        Facet.RESPONSIBLE,
        Facet.METHOD,
        Facet.UPDATE,
        Facet.DOWNLOAD,
        Facet.RELIABILITY,
        Facet.SOURCE,
    }:
        _each(draft, facts)
    else:
        _several(draft, facts)
    begin_large(draft)
    return draft


def _say_tasks(draft: Draft, facts: TargetsFound) -> None:
    """The tasks of the years asked about, where the task of a year is asked for and not the plan's target."""
    if not says(facts.query.question, "task_of_year"):
        return
    tasks = [r for s in facts.standings for r in s.planned if r["kind"] == FigureKind.ANNUAL_PLAN]
    if tasks := of_years(tasks, facts.years):
        say_figures(draft, "t_tasks", tasks, named=len(facts.standings) > 1)
        draft.source_line([r["source"] for r in tasks])
        draft.gap()


def _each(draft: Draft, facts: TargetsFound) -> None:
    for s in facts.standings:
        tell_one(draft, s, facts)
        draft.gap()
        if facts.facet in {Facet.RESPONSIBLE, Facet.METHOD}:
            break


def _several(draft: Draft, facts: TargetsFound) -> None:
    """Several targets, or the parts of one that the plan sets by area; what is wanted of a later year first, where only that is asked."""
    spoken = later = _later(facts)
    first = bool(later) and not any(s.due_year in facts.years for s in facts.standings)
    if first:
        _say_later(draft, later)
    _begin_several(draft, facts)
    list_standings(draft, facts.standings, targets_only=facts.facet in _OF_PROMISES)
    if later and not first:
        _say_later(draft, later)
    if facts.facet in _OF_RESULTS and len(facts.standings) < _TABLE_FROM:
        spoken = [*spoken, *_say_others(draft, facts.standings)]
    if facts.facet not in _OF_PROMISES:
        spoken = [*spoken, *_say_all_reported(draft, facts.standings)]
    for span in facts.spans:
        draft.quote(span.clause, span.start, span.end, span.document)
    quote_targets(draft, facts.standings)
    draft.source_line([r["source"] for r in [*(s.due for s in facts.standings), *spoken] if r is not None])
    for s in facts.standings:
        if facts.facet is Facet.DEFINITION:
            say_note(draft, s)


def _begin_several(draft: Draft, facts: TargetsFound) -> None:
    if facts.facet is Facet.DEFINITION:
        return draft.say("t_differ")
    unknown = facts.facet in _OF_RESULTS and all(s.status == TargetStatus.NOT_PUBLISHED for s in facts.standings)
    return draft.say("t_several_unknown" if unknown else "t_several", count=draft.count(len(facts.standings)))


def _say_others(draft: Draft, standings: Sequence[Standing]) -> list[Row]:
    """What was published of a few targets that is no result, where one has none; the figures spoken of."""
    rows = [r for s in standings if s.due is None for r in s.others]
    if rows:
        say_figures(draft, "t_known", rows, named=True)
        draft.gap()
    return rows


def _later(facts: TargetsFound) -> list[Row]:
    """What other documents want of the targets in the years asked for; the tasks of a year are told by themselves."""
    if says(facts.query.question, "task_of_year"):
        return []
    return [r for s in facts.standings for r in s.planned if any(is_of(r, y) for y in facts.years)]


def _say_later(draft: Draft, later: Sequence[Row]) -> None:
    say_figures(draft, "t_later", later, named=True)
    draft.gap()


def list_standings(draft: Draft, standings: tuple[Standing, ...], targets_only: bool = False) -> None:
    """Targets and their results: a table of three or more, else a line each."""
    if len(standings) >= _TABLE_FROM:
        return table(draft, frame(draft.language, "k_head"), [cells(draft, s) for s in standings])
    draft.gap()
    for s in standings:
        key = "t_item_target" if targets_only else item_key(s)
        text = frame(draft.language, key, **values_of(s, draft, s.due if not targets_only else None))
        draft.say("t_item", name=full_name(s.indicator, draft), scope="", text=text)
    draft.gap()
    return None


def item_key(s: Standing) -> str:
    """The words for how a target stands, in a list."""
    of_event = s.status in {TargetStatus.MET, TargetStatus.NOT_COMPARABLE} and not s.counted
    return f"t_item_{s.status}" + ("_event" if of_event else "")


def cells(draft: Draft, s: Standing, link: bool = False) -> tuple[str, str, str]:
    """A row of a table: a target's name (a link to its page where wanted), what the plan asks for, how it stands."""
    values = values_of(s, draft, s.due)
    state = frame(draft.language, f"t_state_{s.status}")
    if s.due is not None:
        key = "t_state_figure" if s.counted else "t_state_event"
        state = frame(draft.language, key, state=state, period=values["period"], value=values["value"])
    name = full_name(s.indicator, draft)
    return f"[{name}](/indicator?id={s.id})" if link else name, target_of(s.indicator, draft), state


@tell.register
def tell_gap(facts: Gap, knowledge: Knowledge) -> Draft:
    """How far a result is from its target."""
    draft = Draft(AnswerKind.PROGRESS, facts.query.language, knowledge)
    (s,) = facts.standings
    rows = _say_distance(draft, s) if s.due is not None and s.counted else _say_no_distance(draft, s)
    quote_targets(draft, [s])
    draft.source_line([r["source"] for r in rows])
    say_care(draft, s, [r for r in rows if r["kind"] == FigureKind.ACTUAL and r["comparable"]])
    begin_large(draft)
    return draft


def _say_no_distance(draft: Draft, s: Standing) -> list[Row]:
    """That the distance is not known, and what is; gives the figures spoken of."""
    draft.say("g_not_comparable" if s.status == TargetStatus.NOT_COMPARABLE else "g_unknown", **values_of(s, draft))
    return say_known(draft, s)


def _say_distance(draft: Draft, s: Standing) -> list[Row]:
    """How far the result at the due date is from the target, then the latest one's; gives the figures spoken of."""
    assert s.due is not None
    short = _short(s, s.due["value"])
    key = "g_equal" if short == 0 else "g_short" if short > 0 else "g_none"
    draft.say(key, difference=difference_of(short, s, draft), **values_of(s, draft, s.due))
    if s.latest is None or s.latest is s.due:
        return [s.due]
    left = _short(s, s.latest["value"])
    values = figure_of(s.latest, draft, s.indicator["target"])
    draft.observed_figure(dict(s.latest))
    draft.say("g_latest" if left > 0 else "g_latest_none", difference=difference_of(left, s, draft), **values)
    return [s.due, s.latest]


def _short(s: Standing, value: float) -> float:
    """How far a value is short of the target; below zero where it is beyond."""
    distance = float(s.indicator["target"]) - float(value)
    return -distance if s.indicator["direction"] == "at_most" else distance


@tell.register
def tell_not_of_place(facts: NotOfPlace, knowledge: Knowledge) -> Draft:
    """What was published of a place alone, or that nothing was, then the plan's own target."""
    outcome = Outcome.ANSWER if facts.figures else Outcome.REFUSAL
    draft = Draft(AnswerKind.TARGET, facts.query.language, knowledge, outcome=outcome)
    if facts.figures:
        _say_most(draft, facts)
        say_figures(draft, "n_of_place", facts.figures)
    else:
        _say_unpublished(draft, facts, knowledge)
    draft.gap()
    for s in facts.standings:
        draft.say("t_target" if s.counted else "t_target_event", **values_of(s, draft))
    quote_targets(draft, facts.standings)
    draft.source_line([r["source"] for r in facts.figures])
    begin_large(draft)
    return draft


def _say_most(draft: Draft, facts: NotOfPlace) -> None:
    """Whose figure is the highest or lowest, where that is asked of figures of one kind, unit and time."""
    query, years = facts.query, facts.query.where.years
    rows = [r for r in facts.figures if r["value"] is not None and (not years or any(is_of(r, y) for y in years))]
    alike = len({(r["kind"], r["unit"], r["period_end"]) for r in rows}) == 1
    if not asks_an_end(query) or not alike or len(rows) < _PAIR:
        return
    pick = min if query.where.lowest else max
    row = pick(rows, key=lambda r: r["value"])
    draft.observed_figure(dict(row))
    end = frame(draft.language, "n_least" if query.where.lowest else "n_most")
    draft.say("n_of_place_most", end=end, place=draft.said(dict(row), "scope"), **figure_of(row, draft))
    draft.gap()


def _say_unpublished(draft: Draft, facts: NotOfPlace, knowledge: Knowledge) -> None:
    registry = measures(knowledge.store)
    for place in facts.places:
        said = registry.place_en(place) or place if draft.language == "en" else place
        draft.rows.append({"place": place})
        for s in facts.standings:
            key = "m_others_target" if facts.theirs else "m_no_place_target"
            draft.say(key, place=said, name=values_of(s, draft)["name"])


@tell.register
def tell_compared(facts: TargetsCompared, knowledge: Knowledge) -> Draft:
    """Targets side by side: which asks for more where their units allow, then what came of each."""
    draft = Draft(AnswerKind.TARGET, facts.query.language, knowledge)
    units = {s.indicator["unit"] for s in facts.standings}
    if not any(s.counted for s in facts.standings):
        draft.say("k_events", count=draft.count(len(facts.standings)))
    elif len(units) > 1 or not all(s.counted for s in facts.standings):
        draft.say("k_units")
    else:
        _ranked(draft, facts.standings)
    list_standings(draft, facts.standings)
    reported = _say_all_reported(draft, facts.standings)
    quote_targets(draft, facts.standings)
    draft.source_line([r["source"] for r in [*(s.due for s in facts.standings), *reported] if r is not None])
    for s in facts.standings:
        say_care(draft, s, [s.due] if s.due is not None and not s.counted else [])
    begin_large(draft)
    return draft


def _say_all_reported(draft: Draft, standings: Sequence[Standing]) -> list[Row]:
    """Of a few things without a number or a result what was last reported of each."""
    few = standings if len(standings) < _TABLE_FROM else ()
    return [r for s in few if s.due is None and not s.counted for r in say_reported(draft, s)]


def _ranked(draft: Draft, standings: tuple[Standing, ...]) -> None:
    low, *_, high = sorted(standings, key=lambda s: float(s.indicator["target"]))
    difference = float(high.indicator["target"]) - float(low.indicator["target"])
    values = {"high": full_name(high.indicator, draft), "low": full_name(low.indicator, draft)}
    values_of(high, draft)
    values_of(low, draft)
    if not difference:
        draft.say("k_same", target=target_of(high.indicator, draft))
    else:
        key = "k_higher" if len(standings) == _PAIR else "k_many"
        draft.say(key, difference=difference_of(difference, high, draft), **values)

"""Lines about one target that several answers share: its status, its latest result, what else is known, what to be careful about."""

from collections.abc import Sequence

from portal.answering.draft import Draft, frame
from portal.answering.lookup.standing import Standing, is_of
from portal.answering.lookup.target_facts import TargetsFound
from portal.answering.telling.figures import figure_of, full_name, period_of, values_of
from portal.answering.telling.projects import say_project
from portal.publication.statuses import FigureKind, ProjectStatus, TargetStatus
from portal.publication.store import Row

_MOST_KNOWN = 4
_KINDS = {FigureKind.ACTUAL: 0, FigureKind.ANNUAL_PLAN: 1, FigureKind.LATER_TARGET: 2, FigureKind.EARLIER_TARGET: 3}


def say_status(draft: Draft, s: Standing) -> list[Row]:
    """Whether a target was met, in one sentence; the figures it speaks of."""
    event = "" if s.counted else "_event"
    if s.due is not None and s.status in {TargetStatus.MET, TargetStatus.NOT_MET}:
        key = f"t_done{event}" if s.status == TargetStatus.MET else "t_missed"
        draft.say(key, **values_of(s, draft, s.due))
        return [s.due]
    key = "t_not_comparable" if s.status == TargetStatus.NOT_COMPARABLE else "t_unpublished"
    draft.say(f"{key}{event}", **values_of(s, draft))
    return []


def say_latest(draft: Draft, s: Standing) -> list[Row]:
    """The latest result where it is not that of the due date."""
    if s.latest is None or s.latest is s.due or not s.counted:
        return []
    reached = s.reached_by(s.latest)
    state = frame(draft.language, "t_latest_reached" if reached else "t_latest_missed")
    draft.say("t_latest", state=state, **values_of(s, draft, s.latest))
    return [s.latest]


def say_known(draft: Draft, s: Standing, year: int | None = None, told: Sequence[Row] = ()) -> list[Row]:
    """Figures about a target that are no result and are not told already, each named for what it is; those of a year first."""
    start = draft.knowledge.site.period_start
    rows = [*s.others, *s.planned, *(s.related if not s.others else ())]
    rows = [r for r in rows if r["period_end"] is None or r["period_end"] >= start] or rows[-1:]
    # A later target for just that year says more of it than figures of something else.
    rows.sort(key=lambda r: (not (year and is_of(r, year)), "measure" in r, _KINDS[r["kind"]], -_day(r)))
    rows = [r for r in rows if r not in told][:_MOST_KNOWN]
    if rows:
        say_figures(draft, "t_known", rows)
    return rows


def say_reported(draft: Draft, s: Standing) -> list[Row]:
    """What was last reported of the project that a target names; the row it comes from."""
    if s.project is None or s.project["status"] == ProjectStatus.UNKNOWN:
        return []
    draft.rows.append(s.project)
    draft.gap()
    say_project(s.project, draft)
    return [s.project]


def say_figures(draft: Draft, key: str, rows: Sequence[Row], against: float | None = None, named: bool = False) -> None:
    """Published figures, a line each, below a sentence that says what they are.

    Args:
        draft: the answer so far.
        key: of that sentence.
        rows: the figures.
        against: a number said, which none is rounded to look like.
        named: whether each says of which target it is.
    """
    draft.gap()
    draft.say(key)
    draft.gap()
    for row in rows:
        say_figure(draft, row, against, named)


def say_figure(draft: Draft, row: Row, against: float | None = None, named: bool = False) -> None:
    """One published figure in a line that says what it is, with what must be said wherever it is quoted."""
    draft.observed_figure(dict(row))
    said = draft.said(dict(row), "comparable_reason") or (draft.said(dict(row), "reason") if "reason" in row else "")
    if not said and row["kind"] != FigureKind.ACTUAL:
        said = frame(draft.language, f"t_kind_{row['kind']}")
    if named:
        of = full_name(draft.knowledge.indicators[row["indicator"]], draft)
        measure = frame(draft.language, "t_known_of", name=of)
    else:
        measure = draft.said(dict(row), "measure") + " " if row.get("measure") else ""
    values = {**figure_of(row, draft, against), "measure": measure}
    caveat = draft.said(dict(row), "caveat") if row.get("caveat") else ""
    own = caveat not in said
    values["caveat"] = frame(draft.language, "t_known_caveat", caveat=_stopped(caveat, draft)) if own else ""
    draft.say(f"t_known_{row['kind']}", scope=draft.said(dict(row), "scope"), reason=_stopped(said, draft), **values)


def say_nowhere(draft: Draft, nowhere: bool) -> None:
    """That a number called a result is none that was published, where that is so."""
    if nowhere:
        draft.gap()
        draft.say("c_nowhere")


def say_care(draft: Draft, s: Standing, rows: list[Row]) -> None:
    """What must be kept in mind of the figures said, and of the target."""
    cares: list[str] = []
    for row in {r["id"]: r for r in rows}.values():
        cares += _caveat_of(draft, row)
    for key, held in (("t_care_before", s.before), ("t_care_dip", s.dip)):
        if held is not None and rows:
            values = values_of(s, draft, held)
            cares.append(frame(draft.language, key, period=values["period"], value=values["value"]))
    if cares:
        draft.gap()
        joined, stop = frame(draft.language, "separator_long"), frame(draft.language, "stop")
        draft.say("t_care", care=joined.join(c.removesuffix(stop) for c in dict.fromkeys(cares)) + stop)


def _caveat_of(draft: Draft, row: Row) -> list[str]:
    if caveat := draft.said(dict(row), "caveat") if row.get("caveat") else "":
        draft.rows.append(dict(row))
        period = period_of(row, draft)
        return [caveat if caveat.startswith(period) else frame(draft.language, "t_care_of", period=period, care=caveat)]
    return []


def say_note(draft: Draft, s: Standing) -> None:
    """The portal's own note on a target."""
    if s.indicator.get("note"):
        draft.rows.append(dict(s.indicator))
        draft.gap()
        draft.say("t_note", note=draft.said(dict(s.indicator), "note"))


def say_why(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    """That nobody gave a reason, and what the data note of the figures asked about."""
    draft.say("t_why_none")
    rows = [r for y in facts.years or (s.due_year,) for r in s.results if is_of(r, y)]
    for row in rows:
        if row.get("note"):
            draft.rows.append(dict(row))
            draft.say("t_why_note", note=draft.said(dict(row), "note"))


def _stopped(text: str, draft: Draft) -> str:
    if not text:
        return ""
    stop = frame(draft.language, "stop")
    return f"{text[0].upper()}{text[1:].removesuffix(stop)}{stop}"


def _day(row: Row) -> int:
    return int(row["period_end"].toordinal()) if row["period_end"] else 0

"""What is known of a target's result: the status, the figures for the year asked, or plainly that nothing was published."""

from portal.answering.compose.figures import (
    due_text,
    name_of,
    observation,
    period_of,
    say_target,
    status_line,
    target_text,
    unit_of,
    value_of,
)
from portal.answering.compose.targets import quote_indicators
from portal.answering.draft import Draft, Refused, frame
from portal.answering.knowledge import Knowledge, Row
from portal.answering.understand import Understanding

_MOST_KNOWN = 5


def compose_progress(read: Understanding, indicators: list[Row], knowledge: Knowledge) -> Draft:
    """Target, result and status of each indicator; for a year asked, that year's figure.

    Raises:
        Refused: a year of which the portal could know nothing.
    """
    draft = Draft("progress", read.language, knowledge)
    sources: list[str | None] = []
    for indicator in indicators:
        draft.gap()
        if read.years:
            for year in read.years:
                sources += _say_year(draft, indicator, year)
            draft.say("against_target", due=due_text(indicator, draft), target=target_text(indicator, draft))
            draft.target_figure(indicator)
        else:
            sources += _say_standing(draft, indicator)
    quote_indicators(draft, indicators)
    draft.source_line(sources)
    return draft


def published_as(read: Understanding, indicators: list[Row], knowledge: Knowledge) -> list[Row]:
    """The published figures that are a number of the question: as answers show them or, failing that, as the question rounds."""
    rows = [r for i in indicators for r in knowledge.observations.get(i["id"], []) if r["value"] is not None]
    asked = [q.value for q in read.quantities]
    as_shown = [r for r in rows if round(r["value"], 2) in asked]
    return as_shown or [r for r in rows if any(round(r["value"], _decimals(value)) == value for value in asked)]


def compose_published(read: Understanding, rows: list[Row], knowledge: Knowledge) -> Draft:
    """Of which year, scope and source a figure of the question is, with the target beside it."""
    draft = Draft("progress", read.language, knowledge)
    say_published(draft, rows)
    indicators = [knowledge.indicators[i] for i in dict.fromkeys(r["indicator"] for r in rows)]
    for indicator in indicators:
        draft.say("against_target", due=due_text(indicator, draft), target=target_text(indicator, draft))
        draft.target_figure(indicator)
    quote_indicators(draft, indicators)
    return draft


def say_published(draft: Draft, rows: list[Row]) -> None:
    """Add what published figures are: period, scope, source and, where they are no result, why."""
    for row in rows:
        _say_result(draft, draft.knowledge.indicators[row["indicator"]], row)
    draft.source_line([r["source"] for r in rows])
    draft.gap()


def _decimals(value: float) -> int:
    return len(f"{value:.6f}".rstrip("0").split(".")[1])


def _say_result(draft: Draft, indicator: Row, row: Row) -> None:
    """A published figure with its period and scope and, where it cannot be compared, why."""
    draft.observed_figure(row)
    values = _values(row, draft) | {"name": name_of(indicator, draft)}
    if row["kind"] != "actual":
        draft.say(f"known_{row['kind']}", measure="", **values)
    elif row["comparable"]:
        draft.say("year_value", **values)
    else:
        draft.say("year_value_other", reason=draft.said(row, "comparable_reason"), **values)


def _say_standing(draft: Draft, indicator: Row) -> list[str | None]:
    """Target, status and latest figure; where there is no result, what is known instead."""
    knowledge = draft.knowledge
    progress = knowledge.progress[indicator["id"]]
    say_target(draft, indicator)
    draft.lines.append(status_line(draft, indicator))
    sources: list[str | None] = []
    if progress["status"] in {"met", "not_met"}:
        due = observation(knowledge, indicator["id"], progress["due_observation"])
        sources.append(due["source"])
        if progress["latest_observation"] != progress["due_observation"]:
            sources += _say_latest(draft, indicator)
        return sources
    return _say_known(draft, indicator)


def _say_latest(draft: Draft, indicator: Row) -> list[str | None]:
    """The latest comparable result, if there is one."""
    latest_id = draft.knowledge.progress[indicator["id"]]["latest_observation"]
    if latest_id is None:
        return []
    latest = observation(draft.knowledge, indicator["id"], latest_id)
    draft.observed_figure(latest)
    draft.say("latest", **_values(latest, draft))
    return [latest["source"]]


def _say_known(draft: Draft, indicator: Row, year: int | None = None) -> list[str | None]:
    """Figures that are about a target but are no result, the telling ones first, each named for what it is; with a year,
    that year's first."""
    knowledge = draft.knowledge
    own = [
        r for r in knowledge.observations.get(indicator["id"], []) if not (r["kind"] == "actual" and r["comparable"])
    ]
    rows = list(own)
    if not any(r["kind"] == "actual" for r in own):
        rows += knowledge.background.get(indicator["id"], [])
    start = knowledge.site.period_start
    recent = [r for r in rows if r["period_end"] is None or r["period_end"] >= start]
    order = {"actual": 0, "annual_plan": 1, "later_target": 2, "earlier_target": 3}
    chosen = sorted(
        recent,
        key=lambda r: (not (year and _of_year(r, year)), order[r["kind"]], -(r["period_end"] or start).toordinal()),
    )[:_MOST_KNOWN]
    if not chosen and rows:
        chosen = rows[-1:]
    if chosen:
        draft.gap()
        draft.say("known_intro")
        draft.gap()
    for row in chosen:
        draft.observed_figure(row)
        reason = draft.said(row, "comparable_reason") or (draft.said(row, "reason") if "reason" in row else "")
        measure = f"{draft.said(row, 'measure')} " if row.get("measure") else ""
        draft.say(f"known_{row['kind']}", reason=_sentence(reason, draft), measure=measure, **_values(row, draft))
    return [r["source"] for r in chosen]


def _say_year(draft: Draft, indicator: Row, year: int) -> list[str | None]:
    """A year's figure: comparable results first, then others named as such, or that nothing was published."""
    knowledge = draft.knowledge
    rows = [r for r in knowledge.observations.get(indicator["id"], []) if _of_year(r, year)]
    results = [r for r in rows if r["kind"] == "actual"]
    latest = max(d.updated for d in knowledge.datasets).year
    first = min(
        (r["period_end"].year for r in knowledge.observations.get(indicator["id"], []) if r["period_end"]), default=year
    )
    if not rows and (year > latest or year < min(first, knowledge.site.period_start.year)):
        raise Refused(
            "refuse_year", year=year, start=knowledge.site.period_start.year, end=knowledge.site.period_end.year
        )
    comparable = [r for r in results if r["comparable"]]
    shown_rows = comparable or results
    if not shown_rows:
        draft.say("year_none", name=name_of(indicator, draft), year=draft.count(year))
        return [*_say_latest(draft, indicator), *_say_known(draft, indicator, year)]
    for row in shown_rows:
        _say_result(draft, indicator, row)
    if year == indicator["due"].year and comparable:
        draft.say(f"judged_{knowledge.progress[indicator['id']]['status']}")
    return [r["source"] for r in shown_rows]


def _of_year(row: Row, year: int) -> bool:
    if row["period_end"] is None:
        return False
    first = row["period_start"] or row["period_end"]
    return bool(row["period_end"].year == year and first.year == year)


def _values(row: Row, draft: Draft) -> dict[str, str]:
    return {
        "period": period_of(row, draft),
        "value": value_of(row, draft),
        "unit": unit_of(row, draft),
        "scope": draft.said(row, "scope"),
    }


def _sentence(text: str, draft: Draft) -> str:
    if not text:
        return ""
    stop = frame(draft.language, "stop")
    return f"{text[0].upper()}{text[1:].removesuffix(stop)}{stop}"

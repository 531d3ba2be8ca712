"""What is told of one target, by what was asked of it."""

from collections.abc import Callable
from urllib.parse import quote as url_quote

from portal.answering.draft import Draft, frame
from portal.answering.lookup.cue_words import says
from portal.answering.lookup.standing import Standing, is_of
from portal.answering.lookup.target_facts import TargetsFound
from portal.answering.query import Facet
from portal.answering.telling.figures import period_of, quote_due, quote_targets, value_of, values_of
from portal.answering.telling.target_lines import (
    say_care,
    say_figure,
    say_figures,
    say_known,
    say_latest,
    say_note,
    say_nowhere,
    say_reported,
    say_status,
    say_why,
)
from portal.publication.statuses import FigureKind, TargetStatus
from portal.publication.store import Row

# On which side of the target a result lies that does not reach it.
_MISSED = {"at_least": "t_year_short", "at_most": "t_year_over"}


def tell_one(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    """The answer about one target."""
    _FACETS.get(facts.facet, _status)(draft, s, facts)


def _finish(draft: Draft, s: Standing, rows: list[Row], facts: TargetsFound, note: bool = True) -> None:
    say_nowhere(draft, facts.nowhere)
    quote_targets(draft, [s])
    draft.source_line([r["source"] for r in rows])
    say_care(draft, s, [r for r in rows if r.get("kind") == FigureKind.ACTUAL and r["comparable"]])
    if note and says(str(s.indicator.get("note") or ""), "ambiguous"):
        say_note(draft, s)


def _status(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    if facts.years and s.counted and facts.years != (s.due_year,):
        return _of_years(draft, s, facts)
    rows = say_status(draft, s)
    rows += say_latest(draft, s)
    if s.due is None:
        rows += say_reported(draft, s)
        rows += say_known(draft, s)
    if facts.why:
        say_why(draft, s, facts)
    _finish(draft, s, rows, facts)
    return None


def _of_years(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    rows: list[Row] = []
    for year in facts.years:
        rows += _say_year(draft, s, year)
    if facts.why:
        say_why(draft, s, facts)
    _finish(draft, s, rows, facts)


def _say_year(draft: Draft, s: Standing, year: int) -> list[Row]:
    row = s.result_of(year)
    if row is not None:
        return _say_result_of(draft, s, row, year)
    other = next((r for r in reversed(s.others) if is_of(r, year)), None)
    if other is not None:
        draft.say("t_year_other", **values_of(s, draft, other))
        return [other]
    asked = {"year": str(draft.count(year))}
    undated = [r for r in s.others if not (r["period_start"] or r["period_end"]) and asked["year"] in r["period"]]
    for row in undated:
        draft.say("t_year_undated", **values_of(s, draft, row) | asked)
    if not undated:
        draft.say("t_year_none", **values_of(s, draft) | asked)
    return undated + say_latest_or_due(draft, s) + say_known(draft, s, year, undated)


def _say_result_of(draft: Draft, s: Standing, row: Row, year: int) -> list[Row]:
    """The result of a year, and what else was published for it."""
    missed = _MISSED.get(s.indicator["direction"], "t_year_missed")
    key = "t_done_event" if not s.counted else "t_year_reached" if s.reached_by(row) else missed
    draft.say(key, **values_of(s, draft, row))
    beside = [r for r in s.others if is_of(r, year) and r["value"] != row["value"]]
    if beside:
        say_figures(draft, "t_year_also", beside)
    return [row, *beside, *_say_due(draft, s, year)]


def _say_due(draft: Draft, s: Standing, year: int) -> list[Row]:
    """How it stood when it was due, where a year before that was told: short of a target then is no target missed."""
    if s.due is None or not s.counted or s.due["period_end"] is None or year >= s.due["period_end"].year:
        return []
    draft.say("t_due_reached" if s.reached_by(s.due) else "t_due_missed", **values_of(s, draft, s.due))
    return [s.due]


def say_latest_or_due(draft: Draft, s: Standing) -> list[Row]:
    """The latest result there is."""
    row = s.latest or s.due
    if row is None or not s.counted:
        return []
    state = frame(draft.language, "t_latest_reached" if s.reached_by(row) else "t_latest_missed")
    draft.say("t_latest", state=state, **values_of(s, draft, row))
    return [row]


def _target(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    values = values_of(s, draft)
    draft.say("t_target" if s.counted else "t_target_event", **values)
    quote_targets(draft, [s])
    rows: list[Row] = []
    event = "" if s.counted else "_event"
    if s.due is not None and s.status in {TargetStatus.MET, TargetStatus.NOT_MET}:
        draft.say(f"t_status_{s.status}{event if s.status == TargetStatus.MET else ''}", **values_of(s, draft, s.due))
        rows.append(s.due)
    else:
        draft.say(f"t_status_{s.status}")
    later = [r for r in s.planned if any(is_of(r, y) for y in facts.years)]
    for row in later:
        say_figure(draft, row)
    if facts.why:
        say_why(draft, s, facts)
    _finish(draft, s, [*rows, *later], facts, note=False)
    say_note(draft, s)


def _due(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    values = values_of(s, draft)
    text = str(s.indicator["due_text"])
    if says(text, "undated"):
        draft.say("t_due_undated", **values)
    elif str(s.due_year) in text or draft.language == "en":
        draft.say("t_due", **values)
    else:
        draft.say("t_due_words", **values | {"due": text})
    quote_due(draft, s)
    rows = say_status(draft, s)
    later = [r for r in s.planned if any(is_of(r, y) for y in facts.years)]
    for row in later:
        say_figure(draft, row)
    if s.due is None and not s.counted:
        # Who asks when something opened is told what is known of it.
        later += say_reported(draft, s)
        later += say_known(draft, s, told=later)
    draft.source_line([r["source"] for r in [*rows, *later]])


def _scope(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    values = values_of(s, draft)
    asked = [r for y in facts.years if (r := s.result_of(y)) is not None]
    rows = asked or [r for r in (s.due or s.latest or (s.others[-1] if s.others else None),) if r is not None]
    for row in asked:
        draft.say("t_scope_figure", **values_of(s, draft, row))
    scope = draft.said(dict(s.indicator), "scope")
    draft.say("t_scope" if scope else "t_scope_none", **values | {"scope": scope})
    quote_targets(draft, [s])
    for row in rows if not asked else ():
        draft.say("t_scope_row", **values_of(s, draft, row))
    draft.source_line([r["source"] for r in rows])
    say_care(draft, s, [r for r in asked if r["comparable"]])
    say_note(draft, s)


def _source(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    asked = [r for y in facts.years for r in (*s.results, *s.others, *s.planned) if is_of(r, y)]
    rows = asked or [r for r in (s.due, s.latest) if r is not None] or list(s.others[-1:])
    rows = list({r["id"]: r for r in rows}.values())
    if not rows:
        draft.say("t_source_none", **values_of(s, draft))
    for row in rows:
        source = draft.knowledge.sources[row["source"]]
        draft.rows.append(source)
        title = f"{source['publisher'] or ''} {source['title'] or ''}".strip() or str(row["source"])
        draft.say(
            "t_source_row", **values_of(s, draft, row), source=f"[{title}]({source['url']})" if source["url"] else title
        )
    draft.say("t_source_plan", **values_of(s, draft))
    say_nowhere(draft, facts.nowhere)
    quote_targets(draft, [s])
    say_care(draft, s, [r for r in rows if r["kind"] == FigureKind.ACTUAL])


def _reliability(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    rows = [r for y in facts.years for r in s.results if is_of(r, y)] or [r for r in (s.due, s.latest) if r is not None]
    rows = list({r["id"]: r for r in rows}.values()) or list(s.others[-1:])
    if not rows:
        draft.say("t_reliability_none", **values_of(s, draft))
    for row in rows:
        level = frame(draft.language, f"t_level_{row['reliability']}")
        plain = {"period": period_of(row, draft), "value": value_of(row, draft, s.indicator["target"])}
        draft.say("t_reliability", level=level, **values_of(s, draft, row) | plain)
        if row.get("note"):
            draft.say("t_note", note=draft.said(dict(row), "note"))
    quote_targets(draft, [s])
    draft.source_line([r["source"] for r in rows])
    say_care(draft, s, rows)


def _method(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    draft.say("t_method")
    draft.say("t_method_none")
    draft.gap()
    rows = say_status(draft, s)
    _finish(draft, s, rows, facts)


def _responsible(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    values = values_of(s, draft)
    own = [p for p in facts.spans if p.clause == s.indicator["clause"]]
    spans = own or list(facts.spans)
    if not spans:
        draft.say("t_responsible_nobody", **values)
        quote_targets(draft, [s])
        return
    key = "t_responsible" if own else "t_responsible_none"
    clause = draft.knowledge.clause(spans[0].clause, spans[0].document)
    draft.say(key, **values | {"title": draft.said(clause, "title"), "clause": spans[0].clause})
    for span in spans:
        draft.quote(span.clause, span.start, span.end, span.document)


def _definition(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    values = values_of(s, draft)
    draft.say("t_defined" if facts.spans else "t_undefined", **values)
    for span in facts.spans:
        draft.quote(span.clause, span.start, span.end, span.document)
    if not facts.spans:
        quote_targets(draft, [s], sentences=True)
    say_note(draft, s)


def _text(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    del facts
    values_of(s, draft)
    draft.say("t_text")
    quote_targets(draft, [s], sentences=True)
    say_note(draft, s)


def _update(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    del facts
    row = s.latest or s.due or (s.others[-1] if s.others else None)
    if row is None:
        draft.say("t_update_none", **values_of(s, draft))
    else:
        source = draft.knowledge.sources[row["source"]]
        draft.rows.append(source)
        published = str(source["published"] or "")
        draft.say("t_update" if published else "t_update_undated", published=published, **values_of(s, draft, row))
        draft.source_line([row["source"]])
    dataset = next(d for d in draft.knowledge.datasets if d.table == "observations")
    draft.rows.append({"updated": str(dataset.updated)})
    draft.say("t_update_data", date=str(dataset.updated))
    quote_targets(draft, [s])


def _download(draft: Draft, s: Standing, facts: TargetsFound) -> None:
    del facts
    url = "/api/v1/datasets/observations.{}?filter.indicator=" + url_quote(s.id)
    draft.say("t_download", csv=url.format("csv"), xlsx=url.format("xlsx"), **values_of(s, draft))
    quote_targets(draft, [s])


_FACETS: dict[Facet, Callable[[Draft, Standing, TargetsFound], None]] = {
    Facet.TARGET: _target,
    Facet.DUE: _due,
    Facet.SCOPE: _scope,
    Facet.SOURCE: _source,
    Facet.RELIABILITY: _reliability,
    Facet.METHOD: _method,
    Facet.RESPONSIBLE: _responsible,
    Facet.DEFINITION: _definition,
    Facet.TEXT: _text,
    Facet.UPDATE: _update,
    Facet.DOWNLOAD: _download,
}

"""Figures over years and places told: the answer first, a small table, the target beside it, sources, what to be careful about."""

from collections.abc import Callable

from portal.answering.draft import Draft, frame
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.cue_words import says
from portal.answering.lookup.measure_facts import MeasuresFound
from portal.answering.lookup.standing import Standing
from portal.answering.names_index import OWN_ROWS
from portal.answering.query import Facet, Operation
from portal.answering.telling.dispatch import tell
from portal.answering.telling.figures import begin_large, quote_targets, values_of
from portal.answering.telling.measure_places import tell_compare, tell_count, tell_extreme, tell_rank, tell_share
from portal.answering.telling.measure_words import caveats, keep, marked, name_of, period_of, place_of, value_of
from portal.answering.telling.measure_years import tell_difference, tell_series
from portal.measures.registry import measures
from portal.measures.result import MeasureResult
from portal.publication.statuses import TargetStatus
from portal.publication.translations import phrases

_NOTES_LEFT_OUT = {"year_used", "latest_used", "not_comparable", "limited"}
_TABLE_FROM = 3


@tell.register
def tell_measures(facts: MeasuresFound, knowledge: Knowledge) -> Draft:
    """The answer of one measure, or of several side by side."""
    draft = Draft(AnswerKind.FIGURE, facts.query.language, knowledge)
    _say_none_set(draft, facts)
    if not (gaps := _only_gaps(facts)):
        _say_missing(draft, facts)
    for result, standing in zip(facts.results, facts.standings, strict=True):
        keep(draft, result)
        begun = len(draft.lines)
        _teller(result, facts)(draft, result, facts)
        _say_marks(draft, begun, result)
        _say_facet(draft, result, facts)
        _say_target(draft, standing, facts)
    if gaps:
        draft.gap()
        _say_missing(draft, facts)
    draft.source_line([*(i for r in facts.results for i in _sources(r, facts.operation)), *_sources_of_own(facts)])
    for result, standing in zip(facts.results, facts.standings, strict=True):
        _say_care(draft, result, standing)
    begin_large(draft)
    return draft


def _say_none_set(draft: Draft, facts: MeasuresFound) -> None:
    """That the plan sets no target for what a target is asked of, and which it sets instead."""
    query = facts.query
    counted = any(r.dataset in OWN_ROWS for r in facts.results)
    asked = query.facet is Facet.TARGET and says(f"{query.question} {query.text}", "promised")
    if not asked or counted or any(s is not None for s in facts.standings):
        return
    draft.say("m_no_target", name=name_of(draft, facts.results[0]))
    for standing in facts.instead:
        values = values_of(standing, draft, standing.due)
        draft.say("m_target_instead" if standing.counted else "m_target_instead_event", **values)
    quote_targets(draft, facts.instead)
    draft.gap()


def _teller(result: MeasureResult, facts: MeasuresFound) -> Callable[[Draft, MeasureResult, MeasuresFound], None]:
    """How a result is told: one figure by itself is neither first nor highest."""
    alone = len(result.rows) == 1 and facts.operation in {Operation.RANK, Operation.EXTREME}
    return _value if alone else _TELLERS.get(facts.operation, _value)


def _say_marks(draft: Draft, begun: int, result: MeasureResult) -> None:
    """In the first sentence told of a result, which figures were corrected or are not of the highest reliability."""
    first = next((i for i in range(begun, len(draft.lines)) if draft.lines[i]), begun)
    if first < len(draft.lines) and not draft.lines[first].startswith("|"):
        draft.lines[first] = marked(draft, draft.lines[first], result.rows)
    elif sentence := marked(draft, "", result.rows).strip():
        draft.lines.insert(first, sentence)
        draft.lines.insert(first + 1, "")


def _only_gaps(facts: MeasuresFound) -> bool:
    """Whether all that is missing are years between those there are, which say less than the figures do."""
    years = {r.year for result in facts.results for r in result.rows if r.year}
    gaps = all(
        m.reason == "no_row" and m.year and min(years, default=0) < m.year < max(years, default=0)
        for m in facts.missing
    )
    return bool(facts.missing) and gaps


def _say_missing(draft: Draft, facts: MeasuresFound) -> None:
    for m in facts.missing:
        draft.rows.append({"place": m.place or "", "year": m.year})
        place = m.place or draft.knowledge.site.city
        if draft.language == "en":
            place = measures(draft.knowledge.store).place_en(place) or place
        key = {"unknown_place": "m_missing_place", "doubtful": "m_missing_doubtful"}.get(m.reason, "m_missing_year")
        if key == "m_missing_year" and len({x.place for x in facts.missing}) > 1:
            # The table that compares places may lack what another holds.
            key = "m_missing_compared"
        if m.year is None and key != "m_missing_place":
            key = "m_missing_place"
        draft.say(key, place=place, year=m.year)
    if facts.missing and facts.operation is Operation.VALUE:
        draft.say("m_nearest")
    draft.gap()


def _value(draft: Draft, result: MeasureResult, facts: MeasuresFound) -> None:
    """The one figure, or those of several things or places one line each."""
    rows = result.rows
    if len(rows) >= _TABLE_FROM:
        return tell_compare(draft, result, facts)
    for row in rows:
        key = "m_value" if row.period else "m_count"
        values = {"name": name_of(draft, result), "period": period_of(draft, row), "place": place_of(draft, row)}
        opened = _opened(draft, facts) if facts.verdict and row is facts.verdict.row else ""
        line = frame(draft.language, key, value=value_of(draft, row, _target(result, facts)), **values)
        draft.lines.append(opened + line)
    if facts.verdict is not None and facts.verdict.unit_differs:
        draft.say("m_unit", unit=facts.verdict.row.unit)
    return None


def _opened(draft: Draft, facts: MeasuresFound) -> str:
    verdict, claim = facts.verdict, facts.query.claim
    if verdict is None or claim is None or verdict.said is None or facts.missing:
        # Of the nearest figure there is nothing was asked.
        return ""
    so = verdict.said is not claim.negated
    if claim.negated:
        return frame(draft.language, "m_right" if so else "m_wrong")
    return frame(draft.language, "m_yes" if so else "m_no")


def _target(result: MeasureResult, facts: MeasuresFound) -> float | None:
    standing = facts.standings[facts.results.index(result)]
    return standing.indicator["target"] if standing is not None and standing.counted else None


def _say_facet(draft: Draft, result: MeasureResult, facts: MeasuresFound) -> None:
    facet = facts.query.facet
    if facts.query.operation is Operation.EXPLAIN and facet in {Facet.RESULT, Facet.STATUS, Facet.TARGET}:
        draft.say("m_why_none")
    if facet is Facet.RELIABILITY and result.rows[-1].reliability:
        draft.say("m_reliability", level=frame(draft.language, f"t_level_{result.rows[-1].reliability}"))
    if facet is Facet.DOWNLOAD:
        base = result.rows_url.replace("/rows", ".{}", 1)
        draft.say("m_download", csv=base.format("csv"), xlsx=base.format("xlsx"))
    if facts.query.operation is Operation.EXPLAIN or facet in {Facet.RELIABILITY, Facet.METHOD, Facet.DEFINITION}:
        for note in dict.fromkeys(r.note for r in result.rows if r.note):
            draft.say("m_note", note=_said(draft, note))


def _say_target(draft: Draft, standing: Standing | None, facts: MeasuresFound) -> None:
    """The plan's target beside the figures of its own city, quoted."""
    if standing is None:
        return
    draft.gap()
    values = values_of(standing, draft, standing.due)
    if standing.counted:
        draft.say("m_target", **values)
    if standing.due is not None and standing.counted and (not facts.query.where.cities or facts.missing):
        key = "m_target_reached" if standing.status == TargetStatus.MET else "m_target_missed"
        if facts.query.where.cities:
            # After another city's figure it is said whose this one is.
            site = draft.knowledge.site
            key, values["city"] = f"{key}_of", site.city if draft.language == "zh" else site.city_en
        draft.say(key, **values)
    quote_targets(draft, [standing])


def _say_care(draft: Draft, result: MeasureResult, standing: Standing | None) -> None:
    """Notes of the computation, why the figures are no result, and what their rows say of themselves."""
    cares = [n.zh if draft.language == "zh" else n.en for n in result.notes if n.code not in _NOTES_LEFT_OUT]
    cares += [_said(draft, r.doubtful_reason) for r in result.rows[:1] if r.doubtful and r.doubtful_reason]
    # Beside a target a reason is told where the figure is not its result; without one, why there is none.
    reasons = [r.comparable_reason for r in result.rows if standing is None or r.comparable is False]
    cares += [_said(draft, r) for r in dict.fromkeys(reasons) if r]
    cares += caveats(draft, result.rows)
    for care in dict.fromkeys(cares):
        draft.gap()
        draft.say("m_care", note=care)


def _sources_of_own(facts: MeasuresFound) -> list[str]:
    """The sources of the own city's results, told where what they were to be compared with is missing."""
    standings = [s for s in facts.standings if s is not None and s.counted] if facts.missing else []
    return [s.due["source"] for s in standings if s.due is not None]


def _sources(result: MeasureResult, operation: Operation) -> list[str]:
    """The sources of the rows spoken of, in their order."""
    rows = [r for r in result.rows if operation is not Operation.EXTREME or r.rank == 1]
    return list(dict.fromkeys(r.source.id for r in rows if r.source and not r.source.is_dataset))


def _said(draft: Draft, text: str | None) -> str:
    if not text:
        return ""
    return phrases(draft.knowledge.store).get(text, text) if draft.language == "en" else text


_TELLERS: dict[Operation, Callable[[Draft, MeasureResult, MeasuresFound], None]] = {
    Operation.SERIES: tell_series,
    Operation.DIFFERENCE: tell_difference,
    Operation.RANK: tell_rank,
    Operation.EXTREME: tell_extreme,
    Operation.COMPARE: tell_compare,
    Operation.SHARE: tell_share,
    Operation.COUNT: tell_count,
}

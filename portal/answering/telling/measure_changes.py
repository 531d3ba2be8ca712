"""How much figures changed: of several places over years, from one year to the next, a year on average."""

import itertools
from collections.abc import Iterator

from portal.answering.draft import Draft
from portal.answering.lookup.cue_words import says
from portal.answering.lookup.measure_facts import MeasuresFound
from portal.answering.telling.measure_words import difference_of, name_of, period_of, place_of, value_of
from portal.measures.result import MeasureResult, MeasureRow

_NAMED = 4


def say_changes(draft: Draft, result: MeasureResult) -> None:
    """Of places over several years how much each changed from its first figure to its last, the one that rose most first; nothing
    where one of them has a single figure, which could not be held against the others."""
    ends = list(_ends(result))
    if any(first.year == last.year for first, last in ends):
        return
    for first, last in sorted(ends, key=lambda e: e[0].value - e[1].value)[:_NAMED]:
        values = {"name": name_of(draft, result), "place": place_of(draft, last)}
        values |= {"first": period_of(draft, first), "last": period_of(draft, last)}
        values |= {"low": value_of(draft, first), "high": value_of(draft, last)}
        change = float(last.value) - float(first.value)
        key = "m_same" if not change else "m_rise" if change > 0 else "m_drop"
        draft.say(key, difference=difference_of(draft, change, last.unit), **values)


def _ends(result: MeasureResult) -> Iterator[tuple[MeasureRow, MeasureRow]]:
    """The first and the last row of each place that has years."""
    for place in dict.fromkeys(r.place for r in result.rows):
        rows = sorted((r for r in result.rows if r.place == place and r.year), key=lambda r: r.year or 0)
        if rows:
            yield rows[0], rows[-1]


def say_changed_most(draft: Draft, result: MeasureResult, rows: list[MeasureRow], rise: bool) -> None:
    """The year that changed most from the one before it, of those of which both have a figure."""
    pairs = [(a, b) for a, b in itertools.pairwise(rows) if a.year and b.year and b.year - a.year == 1]
    if not pairs:
        return
    sign = 1 if rise else -1
    before, most = max(pairs, key=lambda p: sign * (p[1].value - p[0].value))
    change = float(most.value) - float(before.value)
    key = "m_change_rise" if rise else "m_change_fall"
    values = {"name": name_of(draft, result), "place": place_of(draft, most)}
    if sign * change <= 0:
        draft.say(f"{key}_none", **values)
    else:
        values |= {"period": period_of(draft, most), "before": period_of(draft, before)}
        values |= {"low": value_of(draft, before), "high": value_of(draft, most)}
        draft.say(key, difference=difference_of(draft, change, most.unit), **values)
    draft.say("m_change_of", of=draft.count(len(pairs)))


def say_a_year(draft: Draft, rows: list[MeasureRow], change: float, facts: MeasuresFound) -> None:
    """How much that is a year, where the mean of the years is asked for."""
    first, last = rows[0].year, rows[-1].year
    if not says(f"{facts.query.question} {facts.query.text}", "a_year") or not (
        first and last and last - first > 1 and change
    ):
        return
    years = draft.count(last - first)
    difference = difference_of(draft, change / years, rows[-1].unit)
    draft.say("m_a_year_rise" if change > 0 else "m_a_year_fall", years=years, difference=difference)

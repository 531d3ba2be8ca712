"""Figures over the years: how they went, when they fell, how much lies between two of them."""

import itertools
import operator
from collections.abc import Callable

from portal.answering.draft import Draft, frame
from portal.answering.lookup.measure_facts import CONTRARY, EveryYear, MeasuresFound
from portal.answering.telling.figures import table
from portal.answering.telling.measure_changes import say_a_year, say_changed_most, say_changes
from portal.answering.telling.measure_places import tell_pair
from portal.answering.telling.measure_words import (
    difference_of,
    name_of,
    number_of,
    period_of,
    place_of,
    value_of,
)
from portal.measures.result import MeasureResult, MeasureRow

_TABLE_FROM = 3
_BEYOND: dict[str, Callable[[float, float], bool]] = {
    "over": operator.gt,
    "under": operator.lt,
    "reach": operator.ge,
}
# As many years are named of those in which it is not so.
_NAMED = 4


def tell_series(draft: Draft, result: MeasureResult, facts: MeasuresFound) -> None:
    """From the first to the last, whether it ever fell, every year in a table; of several places a table of all."""
    rows = [r for r in result.rows if r.period]
    if facts.every is not None and result is facts.results[0]:
        _say_every_year(draft, result, facts.every)
    if len({r.place for r in rows}) > 1:
        say_changes(draft, result)
        return _table(draft, rows, places=True)
    if len(rows) < 2:
        return _one(draft, result, facts)
    if facts.change is not None:
        say_changed_most(draft, result, rows, facts.change == "rises_most")
        return _table(draft, rows)
    change, values = _change(draft, result, rows)
    _say_threshold(draft, rows, values, facts)
    if not change:
        draft.say("m_same", **values)
    else:
        key = "m_rose" if change > 0 else "m_fell"
        draft.say(
            "m_series",
            change=frame(draft.language, key, difference=difference_of(draft, change, rows[-1].unit)),
            **values,
        )
    say_a_year(draft, rows, change, facts)
    _say_falls(draft, rows)
    if len(rows) >= _TABLE_FROM:
        _table(draft, rows)
    return None


def _change(draft: Draft, result: MeasureResult, rows: list[MeasureRow]) -> tuple[float, dict[str, str]]:
    """How much the last is more than the first, and what a sentence says of the two."""
    first, last = rows[0], rows[-1]
    values = {
        "name": name_of(draft, result),
        "place": place_of(draft, last),
        "first": period_of(draft, first),
        "last": period_of(draft, last),
        "low": value_of(draft, first),
        "high": value_of(draft, last),
    }
    return float(last.value) - float(first.value), values


def _one(draft: Draft, result: MeasureResult, facts: MeasuresFound) -> None:
    """The only figure there is; that it is the only one where several years were asked for."""
    row, where = result.rows[-1], facts.query.where
    several = where.from_ or where.to or where.recent or len(where.years) > 1
    draft.say(
        "m_one" if several else "m_value",
        name=name_of(draft, result),
        place=place_of(draft, row),
        period=period_of(draft, row),
        value=value_of(draft, row),
    )


def _say_every_year(draft: Draft, result: MeasureResult, every: EveryYear) -> None:
    """In how many of the years there are what is claimed of every one is so, and the years in which it is not; no yes is said, as
    of the others nothing is published."""
    rows, against = every.rows, every.against
    number = number_of(draft, every.value, rows[0].unit)
    said = {
        "name": name_of(draft, result),
        "place": place_of(draft, rows[0]),
        "of": draft.count(len(rows)),
        "first": period_of(draft, rows[0]),
        "last": period_of(draft, rows[-1]),
        "relation": frame(draft.language, f"m_every_{every.relation}", value=number),
    }
    lowest = min(rows, key=lambda r: r.value)
    highest = max(rows, key=lambda r: r.value)
    if not against:
        ends = {"low": value_of(draft, lowest), "low_in": period_of(draft, lowest)}
        ends |= {"high": value_of(draft, highest), "high_in": period_of(draft, highest)}
        draft.say("m_every_all", **said, **ends)
    else:
        separator = frame(draft.language, "list_comma")
        named = [frame(draft.language, "m_fall", period=period_of(draft, r), value=value_of(draft, r)) for r in against]
        more = frame(draft.language, "m_every_more") if len(named) > _NAMED else ""
        listed = separator.join(named[:_NAMED]) + more
        contrary = frame(draft.language, f"m_every_{CONTRARY[every.relation]}", value=number)
        draft.say("m_every_not", count=draft.count(len(against)), against=listed, contrary=contrary, **said)
    draft.gap()


def _say_falls(draft: Draft, rows: list[MeasureRow]) -> None:
    falls = [b for a, b in itertools.pairwise(rows) if b.value < a.value]
    if not falls:
        if len(rows) >= _TABLE_FROM:
            draft.say("m_no_falls")
        return
    separator = frame(draft.language, "list_comma")
    named = [frame(draft.language, "m_fall", period=period_of(draft, r), value=value_of(draft, r)) for r in falls]
    draft.say("m_falls", falls=separator.join(named))


def _say_threshold(draft: Draft, rows: list[MeasureRow], values: dict[str, str], facts: MeasuresFound) -> None:
    """The first year beyond a number that was asked about."""
    if facts.threshold is None or facts.every is not None or len(rows) < _TABLE_FROM:
        # Of two years the first is told as what it is, of every one how it was.
        return
    relation, number = facts.threshold
    beyond = [r for r in rows if _BEYOND[relation](r.value, number)]
    threshold = number_of(draft, number, rows[0].unit)
    named = {"name": values["name"], "place": values["place"], "threshold": threshold}
    if not beyond:
        draft.say(f"m_never_{relation}", **named)
    else:
        draft.say(f"m_first_{relation}", period=period_of(draft, beyond[0]), value=value_of(draft, beyond[0]), **named)


def _table(draft: Draft, rows: list[MeasureRow], places: bool = False) -> None:
    head = frame(draft.language, "m_compare_head" if places else "m_series_head")
    cells = [(*((place_of(draft, r),) if places else ()), period_of(draft, r), value_of(draft, r)) for r in rows]
    table(draft, head, cells)


def tell_difference(draft: Draft, result: MeasureResult, facts: MeasuresFound) -> None:
    """Between two places, or between the first and the last year."""
    if result.across == "places":
        return tell_pair(draft, result)
    rows = [r for r in result.rows if r.period]
    if len(rows) < 2:
        return _one(draft, result, facts)
    change, values = _change(draft, result, rows)
    if not change:
        draft.say("m_same", **values)
    else:
        draft.say(
            "m_rise" if change > 0 else "m_drop", difference=difference_of(draft, change, rows[-1].unit), **values
        )
    say_a_year(draft, rows, change, facts)
    if len(rows) >= _TABLE_FROM:
        _say_falls(draft, rows)
        _table(draft, rows)
    return None

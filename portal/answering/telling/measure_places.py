"""Figures side by side: ranks, the highest and lowest, two or more places, shares and counts."""

from collections.abc import Set

from portal.answering.draft import Draft, frame
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.measure_facts import MeasuresFound
from portal.answering.query import Operation
from portal.answering.telling.figures import said_period, table
from portal.answering.telling.measure_changes import say_changes
from portal.answering.telling.measure_words import difference_of, name_of, number_of, period_of, place_of, value_of
from portal.measures.registry import measures
from portal.measures.result import Derived, MeasureResult, MeasureRow

_TOP = 5
_LISTED = 4
_TABLE_FROM = 3


def tell_rank(draft: Draft, result: MeasureResult, facts: MeasuresFound) -> None:
    """Which rank the place asked for has, from which end, who is first, and the rows around them."""
    end = "_lowest" if facts.query.where.lowest else ""
    ranks = [d for d in result.derived if d.name == "rank"]
    first = next((r for r in result.rows if r.rank == 1), result.rows[0])
    for rank in ranks:
        opened = _opened_rank(draft, int(rank.value), facts) if len(ranks) == 1 else ""
        draft.lines.append(opened + _ranked(draft, result, rank, end))
    asked = {r.place for r in ranks}
    if not ranks:
        values = {"name": name_of(draft, result), "place": place_of(draft, first), "period": period_of(draft, first)}
        draft.say(f"m_rank_list{end}", value=value_of(draft, first), **values)
    elif not end and first.place not in asked:
        _beside_first(draft, [r for r in result.rows if r.place in asked], first)
    _ranking(draft, _around(result, asked), end)


def _around(result: MeasureResult, asked: Set[str | None]) -> list[MeasureRow]:
    """All rows where no place is asked for, else those places with the first few and what is in doubt."""
    return [r for r in result.rows if not asked or r.doubtful or r.place in asked or (r.rank or 0) <= _TOP]


def _beside_first(draft: Draft, rows: list[MeasureRow], first: MeasureRow) -> None:
    """Who is first, and of one place how far it is behind."""
    values = {"place": place_of(draft, first), "value": value_of(draft, first)}
    if len(rows) != 1:
        draft.say("m_top", **values)
        return
    behind = difference_of(draft, abs(float(first.value) - float(rows[0].value)), first.unit)
    draft.say("m_top_behind", difference=behind, of=place_of(draft, rows[0]), **values)


def _ranked(draft: Draft, result: MeasureResult, rank: Derived, end: str) -> str:
    """The sentence that tells one place's rank, and whether it shares it."""
    row = next(r for r in result.rows if r.place == rank.place)
    tied = frame(draft.language, "m_tied") if sum(r.rank == row.rank for r in result.rows) > 1 else ""
    return frame(
        draft.language,
        f"m_rank{end}",
        name=name_of(draft, result),
        place=place_of(draft, row),
        period=period_of(draft, row),
        rank=draft.count(int(rank.value)),
        of=draft.count(int(rank.of or 0)),
        other=draft.count(int(rank.of or 0) - int(rank.value) + 1),
        value=value_of(draft, row),
        tied=tied,
    )


def _opened_rank(draft: Draft, rank: int, facts: MeasuresFound) -> str:
    """Yes or no where a rank was stated."""
    claim = facts.query.claim
    if claim is None or claim.rank is None or claim.unsaid or facts.missing:
        return ""
    so = (rank <= claim.rank if claim.up_to else rank == claim.rank) is not claim.negated
    return frame(draft.language, "m_yes" if so else "m_no")


def _ranking(draft: Draft, rows: list[MeasureRow], end: str) -> None:
    if len(rows) < _TABLE_FROM:
        return
    cells = []
    for row in rows:
        rank = str(draft.count(row.rank)) if row.rank else frame(draft.language, "m_doubtful")
        cells.append((rank, place_of(draft, row), value_of(draft, row)))
    table(draft, frame(draft.language, f"m_rank_head{end}", period=period_of(draft, rows[0])), cells)


def tell_extreme(draft: Draft, result: MeasureResult, facts: MeasuresFound) -> None:
    """The highest or lowest of places or of years."""
    lowest = facts.query.where.lowest
    best = [d for d in result.derived if d.name in {"highest", "lowest"}]
    rows = [r for r in result.rows if r.rank == 1] or list(result.rows[:1])
    key = f"m_{'lowest' if lowest else 'highest'}{'_year' if result.across == 'periods' else ''}"
    for row in rows:
        values = {"name": name_of(draft, result), "place": place_of(draft, row), "period": period_of(draft, row)}
        opened = _opened(draft, result, rows, facts) if row is rows[0] else ""
        draft.lines.append(opened + frame(draft.language, key, value=value_of(draft, row), **values))
    if best and best[0].of:
        doubtful = sum(r.doubtful for r in result.rows)
        key = "m_among_doubtful" if doubtful else "m_among"
        draft.say(key, of=draft.count(best[0].of), doubtful=draft.count(doubtful))
    if result.across == "places":
        _others(draft, result, facts, rows[0])


def _others(draft: Draft, result: MeasureResult, facts: MeasuresFound, best: MeasureRow) -> None:
    """Where the own place and those named stand, and the first few with the own place."""
    lowest = facts.query.where.lowest
    own = [r for r in result.rows if r.place == own_place(result, draft.knowledge) and r.rank]
    _beside_best(draft, [*_named(result, facts), *own], best, lowest)
    first = result.rows[:_TOP]
    _ranking(draft, [*first, *(r for r in own if r not in first)], "_lowest" if lowest else "")


def own_place(result: MeasureResult, knowledge: Knowledge) -> str | None:
    """The own city as the rows of a result call it; None where they hold none of it."""
    registry = measures(knowledge.store)
    own = registry.own_place(registry.offered(result.measure, result.dataset)[0])
    return own.name if own else None


def _opened(draft: Draft, result: MeasureResult, best: list[MeasureRow], facts: MeasuresFound) -> str:
    """Yes or no where it was to be confirmed that a place is the first."""
    query = facts.query
    if result.across == "periods":
        return _opened_year(draft, result, best, facts)
    claimed = query.where.cities or (own_place(result, draft.knowledge),)
    ranked = {r.place for r in result.rows if r.rank}
    claim = query.claim
    if (
        query.operation is not Operation.CHECK
        or claim is None
        or claim.unsaid
        or len(claimed) > 1
        or claimed[0] not in ranked
    ):
        return ""
    so = (claimed[0] in {r.place for r in best}) is not claim.negated
    return frame(draft.language, "m_yes" if so else "m_no")


def _opened_year(draft: Draft, result: MeasureResult, best: list[MeasureRow], facts: MeasuresFound) -> str:
    """Yes or no where it was to be confirmed that a year is the first of all."""
    claim = facts.query.claim
    held = {r.year for r in result.rows}
    if claim is None or claim.unsaid or facts.query.operation is not Operation.CHECK:
        return ""
    if len(claim.years) != 1 or claim.years[0] not in held:
        return ""
    so = (claim.years[0] in {r.year for r in best}) is not claim.negated
    return frame(draft.language, "m_yes" if so else "m_no")


def _named(result: MeasureResult, facts: MeasuresFound) -> list[MeasureRow]:
    """The rows of the places a question names beside the own one."""
    return [r for r in result.rows if r.place in facts.query.where.cities and r.rank]


def _beside_best(draft: Draft, rows: list[MeasureRow], best: MeasureRow, lowest: bool) -> None:
    """Where the own place and those named stand beside the first: who asks for the first wants to know it."""
    end = "lowest" if lowest else "highest"
    for row in {r.place: r for r in rows if r.rank and r.rank > 1}.values():
        draft.say(
            f"m_beside_{end}",
            place=place_of(draft, row),
            value=value_of(draft, row),
            rank=draft.count(int(row.rank or 0)),
            best=place_of(draft, best),
            difference=difference_of(draft, abs(float(best.value) - float(row.value)), row.unit),
        )


def tell_compare(draft: Draft, result: MeasureResult, facts: MeasuresFound) -> None:
    """Places side by side: named in the first sentence where few, all in a table."""
    rows = list(result.rows)
    mean = result.number("mean")
    if mean is not None:
        value = number_of(draft, float(mean.value), mean.unit)
        period = said_period(mean.period or "", draft.language)
        draft.say("m_mean", name=name_of(draft, result), period=period, of=draft.count(mean.of or 0), value=value)
    elif len(rows) == 2 and len({r.place for r in rows}) == 2:
        return tell_pair(draft, result)
    say_changes(draft, result)
    last = rows[-1]
    if len({r.period for r in rows}) == 1 and len(rows) <= _LISTED:
        ordered = sorted(rows, key=lambda r: r.value, reverse=True)
        draft.say(
            "m_compare",
            period=period_of(draft, last),
            name=name_of(draft, result),
            listed=_listed(draft, ordered[:_LISTED]),
        )
    if len(rows) >= _TABLE_FROM:
        head = frame(draft.language, "m_compare_head")
        ordered = sorted(rows, key=lambda r: (r.period or "", r.value), reverse=True)
        table(draft, head, [(place_of(draft, r), period_of(draft, r), value_of(draft, r)) for r in ordered])
    del facts
    return None


def tell_pair(draft: Draft, result: MeasureResult) -> None:
    """Two places: which is higher and by how much."""
    rows = list(result.rows)
    places = {r.place for r in rows}
    if len(places) != 2:
        for row in rows[:1]:
            values = {"name": name_of(draft, result), "place": place_of(draft, row), "period": period_of(draft, row)}
            draft.say("m_value", value=value_of(draft, row), **values)
        return
    low, high = sorted({r.place: r for r in rows}.values(), key=lambda r: r.value)
    periods = dict.fromkeys(period_of(draft, r) for r in (low, high))
    values = {"name": name_of(draft, result), "period": frame(draft.language, "list_comma").join(periods)}
    if high.value == low.value:
        draft.say("m_compare", listed=_listed(draft, rows), **values)
        draft.say("m_equal")
        return
    draft.say(
        "m_difference",
        high=place_of(draft, high),
        low=place_of(draft, low),
        difference=difference_of(draft, float(high.value) - float(low.value), high.unit),
        listed=_listed(draft, [high, low]),
        **values,
    )


def _listed(draft: Draft, rows: list[MeasureRow]) -> str:
    said = [frame(draft.language, "m_listed", place=place_of(draft, r), value=value_of(draft, r)) for r in rows]
    return frame(draft.language, "list_comma").join(said)


def tell_share(draft: Draft, result: MeasureResult, facts: MeasuresFound) -> None:
    """What part of the whole places are, or how many are beyond a number."""
    shares = [d for d in result.derived if d.name == "share"]
    if not shares or facts.threshold is not None:
        return tell_count(draft, result, facts)
    by_place = {r.place: r for r in result.rows}
    for share in shares[:_LISTED]:
        row = by_place.get(share.place, result.rows[0])
        value = number_of(draft, float(share.value), "%")
        draft.say(
            "m_share",
            name=name_of(draft, result),
            place=place_of(draft, row),
            period=period_of(draft, row),
            value=value,
        )
    return None


def tell_count(draft: Draft, result: MeasureResult, facts: MeasuresFound) -> None:
    """How many of the places or years are beyond a number; without one, how many there are in all."""
    count = result.number("count")
    if facts.threshold is None or count is None or count.of is None:
        # What has no unit is a number of rows, not a sum of what they hold.
        if count is not None and count.unit:
            draft.say("m_total", value=number_of(draft, float(count.value), result.unit))
        return tell_compare(draft, result, facts)
    relation, number = facts.threshold
    row = result.rows[0]
    draft.say(
        "m_count_over",
        period=period_of(draft, row) if result.across == "places" else place_of(draft, row),
        of=draft.count(count.of),
        count=draft.count(int(count.value)),
        relation=frame(draft.language, f"m_{relation}"),
        threshold=number_of(draft, number, row.unit),
    )
    cells = [(place_of(draft, r), period_of(draft, r), value_of(draft, r)) for r in result.rows if not r.doubtful]
    if not cells:
        return None
    table(draft, frame(draft.language, "m_compare_head"), cells)
    return None

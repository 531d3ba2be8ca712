"""Ranks over years told: by how many places up or down, the rank of each year, what is doubtful, sources."""

from portal.answering.draft import Draft, frame
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.ranks import RankOfYear, RanksFound
from portal.answering.telling.dispatch import tell
from portal.answering.telling.figures import begin_large, table
from portal.answering.telling.measure_words import keep, marked, name_of, period_of, place_of, value_of

_TABLE_FROM = 3
_CARES = {"rank_with_doubtful", "tied"}


@tell.register
def tell_ranks(facts: RanksFound, knowledge: Knowledge) -> Draft:
    """The rank of the first and the last year and what lies between."""
    draft = Draft(AnswerKind.FIGURE, facts.query.language, knowledge)
    for rank in facts.ranks:
        keep(draft, rank.result)
    _say_change(draft, facts)
    if len(facts.ranks) >= _TABLE_FROM:
        cells = [(period_of(draft, r.row), _rank(draft, r), value_of(draft, r.row)) for r in facts.ranks]
        table(draft, frame(draft.language, "r_head"), cells)
    for year in facts.without:
        draft.say("r_without", year=draft.count(year), place=place_of(draft, facts.ranks[0].row))
    sources = [r.row.source.id for r in facts.ranks if r.row.source and not r.row.source.is_dataset]
    draft.source_line(list(dict.fromkeys(sources)))
    _say_care(draft, facts)
    begin_large(draft)
    return draft


def _say_change(draft: Draft, facts: RanksFound) -> None:
    first, last = facts.ranks[0], facts.ranks[-1]
    values = {"name": name_of(draft, first.result), "place": place_of(draft, last.row)}
    values |= {"first": period_of(draft, first.row), "last": period_of(draft, last.row)}
    ranks = {"was": _rank(draft, first), "now": _rank(draft, last)}
    rows = [r.row for r in facts.ranks]
    if len(facts.ranks) == 1:
        key = "r_one"
    else:
        better = (first.rank - last.rank) * (-1 if facts.lowest else 1)
        key = "r_up" if better > 0 else "r_down" if better < 0 else "r_same"
    by = draft.count(abs(first.rank - last.rank))
    end = frame(draft.language, "r_from_lowest") if facts.lowest else ""
    draft.lines.append(marked(draft, frame(draft.language, key, by=by, end=end, **values, **ranks), rows))
    if first.of != last.of:
        draft.say("r_differ")


def _rank(draft: Draft, rank: RankOfYear) -> str:
    return frame(draft.language, "r_rank", rank=draft.count(rank.rank), of=draft.count(rank.of))


def _say_care(draft: Draft, facts: RanksFound) -> None:
    """What each year's ranking says of itself: who is doubtful, who shares the rank."""
    for rank in facts.ranks:
        for note in rank.result.notes:
            if note.code in _CARES:
                said = note.zh if draft.language == "zh" else note.en
                draft.gap()
                draft.say("r_care", period=period_of(draft, rank.row), note=said)

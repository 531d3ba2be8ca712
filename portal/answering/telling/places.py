"""What is told of places: the fact asked for first, then the rest, where it is from, and that the lists are incomplete."""

from collections.abc import Iterable, Sequence

from portal.answering.draft import Draft, frame
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge, Row
from portal.answering.lookup.place_facts import PlaceFacts
from portal.answering.query import Operation
from portal.answering.telling.dispatch import tell
from portal.answering.telling.place_words import district_of, kind_name, value_of, where_of
from portal.places.kinds import PlaceKind

_FACTS = ("address", "area_m2", "capacity", "opened", "lines", "note")
_COMPARED = ("area_m2", "capacity", "opened")
_POSITION_BASES = ("near", "official", "file", "osm")


@tell.register
def tell_places(facts: PlaceFacts, knowledge: Knowledge) -> Draft:
    """Places by name: what was asked of each, then what else is known."""
    draft = Draft(AnswerKind.PLACE, facts.query.language, knowledge)
    draft.rows += facts.places
    if facts.event:
        names = frame(draft.language, "list_comma").join(draft.named(p) for p in facts.places)
        draft.say("pl_event_none", names=names)
        draft.gap()
    if facts.query.operation is Operation.COMPARE and len(facts.places) > 1:
        _compare(facts, draft)
    else:
        for place in facts.places:
            draft.gap()
            draft.lines.append(_first(place, facts.asked, draft))
            draft.gap()
            draft.lines += [f"- {fact}" for fact in _others(place, facts.asked[:1], draft)]
    draft.gap()
    draft.source_line([p["source"] for p in facts.places])
    draft.suggestions += [frame(draft.language, "pl_suggest_near", name=draft.named(p)) for p in facts.places[:1]]
    return draft


def _first(place: Row, asked: Iterable[str], draft: Draft) -> str:
    """The sentence that answers what was asked of a place; what it is, where nothing was."""
    name = draft.named(place)
    for column in asked:
        if column == "address":
            return _where_it_is(place, draft)
        if column == "position_basis":
            return _position(place, draft)
        if column == "capacity" and place["kind"] != PlaceKind.CAR_PARK and place["capacity"] is None:
            continue
        value = value_of(place, column, draft)
        return frame(draft.language, _key(place, column, value), name=name, value=value)
    kind = kind_name([place["kind"]], draft)
    district = district_of(place, draft)
    return frame(draft.language, "pl_is" if district else "pl_is_somewhere", name=name, kind=kind, district=district)


def _where_it_is(place: Row, draft: Draft) -> str:
    where = where_of(place, draft)
    unknown = "pl_where_undecided" if place["lon"] is not None else "pl_where_none"
    return frame(draft.language, "pl_where" if where else unknown, name=draft.named(place), where=where)


def _key(place: Row, column: str, value: str) -> str:
    """The key of the sentence that tells a column; what a charging station holds are no parking spaces."""
    if not value:
        return f"pl_{column}_none"
    chargers = column == "capacity" and place["kind"] == PlaceKind.CHARGING
    return f"pl_{column}_charging" if chargers else f"pl_{column}"


def _position(place: Row, draft: Draft) -> str:
    basis, _, what = (place["position_basis"] or "none").partition(":")
    draft.rows.append({"position": what})
    key = f"pl_position_{basis if basis in _POSITION_BASES else 'none'}"
    return frame(draft.language, key, name=draft.named(place), value=what)


def _others(place: Row, told: Sequence[str], draft: Draft) -> list[str]:
    """The other columns that are filled, a line each."""
    found = []
    for column in _FACTS:
        if column in told:
            continue
        value = where_of(place, draft) if column == "address" else value_of(place, column, draft)
        if value:
            found.append(frame(draft.language, f"pl_fact_{column}", value=value))
    return found


def _compare(facts: PlaceFacts, draft: Draft) -> None:
    columns = [c for c in (*facts.asked, *_COMPARED) if c in _COMPARED and any(p[c] is not None for p in facts.places)]
    columns = list(dict.fromkeys(columns))
    known = [p for p in facts.places if columns and p[columns[0]] is not None]
    if len(known) > 1:
        high, low = max(known, key=lambda p: p[columns[0]]), min(known, key=lambda p: p[columns[0]])
        draft.say(
            f"pl_compare_{columns[0]}",
            high=draft.named(high),
            low=draft.named(low),
            high_value=value_of(high, columns[0], draft),
            low_value=value_of(low, columns[0], draft),
        )
    else:
        draft.lines += [_first(p, columns or facts.asked, draft) for p in facts.places]
    if columns:
        draft.gap()
        names = [frame(draft.language, "pl_column_name"), *(frame(draft.language, f"pl_column_{c}") for c in columns)]
        draft.lines += [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
        unknown = frame(draft.language, "pl_not_published")
        for place in facts.places:
            cells = [draft.named(place), *(value_of(place, c, draft) or unknown for c in columns)]
            draft.lines.append(f"| {' | '.join(cells)} |")

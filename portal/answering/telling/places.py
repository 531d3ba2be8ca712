"""What is told of places: the fact asked for first, then the rest, where it is from, and that the lists are incomplete."""

from collections.abc import Iterable, Sequence

from portal.answering.draft import Draft, frame, word
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge, Row
from portal.answering.lookup.place_facts import PlaceFacts, PlaceList
from portal.answering.query import Facet, Operation
from portal.answering.telling.dispatch import tell
from portal.places.kinds import PlaceKind
from portal.texts.dates import day
from portal.texts.numbers import number

LISTED = 12
_IN_A_ROW = 40
_DISTINCT = 5
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


@tell.register
def tell_place_list(facts: PlaceList, knowledge: Knowledge) -> Draft:
    """The places of a kind: how many, or which is the largest; their names; that there may be more."""
    draft = Draft(AnswerKind.PLACE, facts.query.language, knowledge)
    draft.rows += facts.places
    draft.rows += [knowledge.districts[c] for c in facts.districts]
    if facts.query.facet is Facet.RELIABILITY and facts.places:
        _say_positions(facts.places, draft)
    elif facts.by:
        _say_extreme(facts, draft)
    else:
        _say_count(facts, draft)
    draft.gap()
    list_places(facts.places, draft)
    draft.gap()
    draft.say("pl_incomplete")
    draft.source_line([p["source"] for p in facts.places])
    return draft


def kind_name(kinds: Sequence[str], draft: Draft, many: bool = False) -> str:
    """What places of kinds are called: the kind where it is one, the first where the vocabulary puts several together."""
    named = kinds[0] if kinds else "place"
    if len(kinds) > 1:
        sorts = [w.kinds for w in draft.knowledge.vocabulary.places.values()]
        named = kinds[0] if tuple(kinds) in sorts else "place"
    found = word("kinds_many" if many else "kinds", draft.language, named)
    return found or named


def list_places(places: Sequence[Row], draft: Draft, most: int = LISTED) -> None:
    """Add places as a list, each with the one thing that tells it apart; only so many, and how many more there are."""
    if not places:
        return
    telling = [_telling(p, draft) for p in places]
    if len(places) <= _IN_A_ROW and len(set(telling)) < _DISTINCT and all(p["lines"] for p in places):
        # Stations say little beside their names.
        draft.lines.append(frame(draft.language, "pl_separator").join(draft.named(p) for p in places))
        return
    for place, detail in list(zip(places, telling, strict=True))[:most]:
        draft.say("pl_item", name=draft.named(place), detail=bracketed(detail, draft))
    if len(places) > most:
        draft.say("pl_more", count=draft.count(len(places) - most), url="/data?dataset=places")


def _telling(place: Row, draft: Draft) -> str:
    parts = [_value(place, c, draft) for c in ("address", "lines") if place[c]]
    if place["area_m2"]:
        parts.append(frame(draft.language, "pl_area", area=number(place["area_m2"])))
    return frame(draft.language, "pl_separator").join(parts)


def bracketed(text: str, draft: Draft) -> str:
    """A detail in brackets behind a name; nothing where there is none."""
    return frame(draft.language, "pl_detail", text=text) if text else ""


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
        value = _value(place, column, draft)
        return frame(draft.language, _key(place, column, value), name=name, value=value)
    kind = kind_name([place["kind"]], draft)
    district = _district(place, draft)
    return frame(draft.language, "pl_is" if district else "pl_is_somewhere", name=name, kind=kind, district=district)


def _where_it_is(place: Row, draft: Draft) -> str:
    where = _where(place, draft)
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
        value = _where(place, draft) if column == "address" else _value(place, column, draft)
        if value:
            found.append(frame(draft.language, f"pl_fact_{column}", value=value))
    return found


def _value(place: Row, column: str, draft: Draft) -> str:
    value = place[column]
    if value is None or value == "":
        return ""
    if column == "opened":
        draft.rows.append({"opened": day(value, draft.language)})
        return day(value, draft.language)
    if isinstance(value, int | float):
        return number(value)
    return draft.said(place, column).replace("|", frame(draft.language, "pl_separator"))


def _where(place: Row, draft: Draft) -> str:
    district, address = _district(place, draft), draft.said(place, "address")
    if draft.language == "en":
        return ", ".join(p for p in (address, district) if p)
    return f"{district}{address}"


def _district(place: Row, draft: Draft) -> str:
    row = draft.knowledge.districts.get(place["district"] or "")
    return draft.said(row, "name") if row else ""


def _say_positions(places: Sequence[Row], draft: Draft) -> None:
    bases = [(p["position_basis"] or "none").partition(":")[0] for p in places]
    near, none = draft.count(bases.count("near")), draft.count(bases.count("none"))
    draft.say("pl_positions", near=near, none=none, exact=draft.count(len(bases) - near - none))


def _say_count(facts: PlaceList, draft: Draft) -> None:
    where = frame(draft.language, "pl_separator").join(
        draft.said(draft.knowledge.districts[c], "name") for c in facts.districts
    )
    count = draft.count(len(facts.places))
    kind = kind_name(facts.kinds, draft, many=count != 1)
    values = {"where": where, "kind": kind, "line": _line_name(facts, draft)}
    if facts.places:
        key = ("pl_count_line" if facts.line else "pl_count") + ("_in" if where else "" if facts.line else "_all")
        draft.say(key, count=count, **values)
        return
    draft.say("pl_none_line" if facts.line else "pl_none_in" if where else "pl_none_all", **values)
    if facts.line:
        lines = {
            line: None
            for p in draft.knowledge.places.values()
            for line in draft.said(p, "lines").split("|")
            if p["lines"]
        }
        draft.rows.append({"lines": " ".join(lines), "asked": facts.line})
        draft.say("pl_lines_held", lines=frame(draft.language, "pl_separator").join(lines))
    elif facts.elsewhere:
        draft.say("pl_elsewhere", count=draft.count(facts.elsewhere), kind=values["kind"])


def _line_name(facts: PlaceList, draft: Draft) -> str:
    """A line as the data call it in the answer's language; as asked where they do not hold it."""
    for place in facts.places:
        names = zip((place["lines"] or "").split("|"), draft.said(place, "lines").split("|"), strict=False)
        for line, said in names:
            if line == facts.line:
                return said
    return facts.line or ""


def _say_extreme(facts: PlaceList, draft: Draft) -> None:
    kind = kind_name(facts.kinds, draft, many=True)
    if not facts.places:
        draft.say("pl_extreme_none", kind=kind)
        return
    first = facts.places[0]
    key = f"pl_{'least' if facts.query.where.lowest else 'most'}_{facts.by}"
    draft.say(key, kind=kind, name=draft.named(first), value=_value(first, facts.by or "", draft))
    if facts.unknown:
        draft.say("pl_extreme_unknown", count=draft.count(facts.unknown))


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
            high_value=_value(high, columns[0], draft),
            low_value=_value(low, columns[0], draft),
        )
    else:
        draft.lines += [_first(p, columns or facts.asked, draft) for p in facts.places]
    if columns:
        draft.gap()
        names = [frame(draft.language, "pl_column_name"), *(frame(draft.language, f"pl_column_{c}") for c in columns)]
        draft.lines += [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
        unknown = frame(draft.language, "pl_not_published")
        for place in facts.places:
            cells = [draft.named(place), *(_value(place, c, draft) or unknown for c in columns)]
            draft.lines.append(f"| {' | '.join(cells)} |")

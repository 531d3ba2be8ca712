"""Words about one place, and a list of several, that answers on places share."""

from collections.abc import Sequence

from portal.answering.draft import Draft, frame, word
from portal.answering.knowledge import Row
from portal.places.kinds import PlaceKind
from portal.texts.dates import day
from portal.texts.numbers import number

LISTED = 12
_IN_A_ROW = 40
_DISTINCT = 5


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
    draft.gap()
    for place in places[:most]:
        if place["area_m2"] and place["note"]:
            # What an area is of, or that nobody checked it.
            draft.say("pl_item_note", name=draft.named(place), note=draft.said(place, "note").rstrip("。."))


def _telling(place: Row, draft: Draft) -> str:
    parts = [value_of(place, c, draft) for c in ("address", "lines") if place[c]]
    if place["area_m2"]:
        parts.append(frame(draft.language, "pl_area", area=number(place["area_m2"])))
    if place["capacity"]:
        key = "pl_chargers" if place["kind"] == PlaceKind.CHARGING else "pl_spaces"
        parts.append(frame(draft.language, key, count=number(place["capacity"])))
    return frame(draft.language, "pl_separator").join(parts)


def bracketed(text: str, draft: Draft) -> str:
    """A detail behind a name; nothing where there is none."""
    return frame(draft.language, "pl_detail", text=text) if text else ""


def value_of(place: Row, column: str, draft: Draft) -> str:
    """What a column of a place holds, in words; empty where it holds nothing."""
    value = place[column]
    if value is None or value == "":
        return ""
    if column == "opened":
        draft.rows.append({"opened": day(value, draft.language)})
        return day(value, draft.language)
    if isinstance(value, int | float):
        return number(value)
    return draft.said(place, column).replace("|", frame(draft.language, "pl_separator"))


def where_of(place: Row, draft: Draft) -> str:
    """Where a place is: its district and address, as far as they are known."""
    district, address = district_of(place, draft), draft.said(place, "address")
    if draft.language == "en":
        return ", ".join(p for p in (address, district) if p)
    return f"{district}{address}"


def district_of(place: Row, draft: Draft) -> str:
    """The district of a place; empty where it has not been determined."""
    row = draft.knowledge.districts.get(place["district"] or "")
    return draft.said(row, "name") if row else ""

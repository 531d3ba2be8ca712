"""Facts of a place, the places of a district, the nearest of a sort; and what the plan promises about that sort."""

from portal.answering.compose.targets import quote_indicators, say_target
from portal.answering.draft import Draft, Refused, frame, word
from portal.answering.knowledge import Knowledge, Row
from portal.answering.understand import Understanding
from portal.places.nearby import RADIUS_MAX_M, near
from portal.places.nearby import kinds as known_kinds
from portal.texts.numbers import number

_NEAREST = 5
_FACTS = {"address": "where", "area_m2": "size", "capacity": "quantity", "opened": "when"}
_FRAMES = {"address": "address", "area_m2": "area", "capacity": "capacity", "opened": "opened"}


def compose_places(read: Understanding, places: list[Row], knowledge: Knowledge) -> Draft:
    """All that is known of places named in the question; what is asked and not known is said to be unpublished."""
    draft = Draft("place", read.language, knowledge)
    for place in places:
        draft.rows.append(place)
        draft.gap()
        draft.say("place", name=draft.named(place), kind=_kind(place["kind"], draft))
        draft.lines += [f"- {fact}" for fact in _facts(place, read, draft)]
    draft.source_line([p["source"] for p in places])
    _say_promise(draft, {p["kind"] for p in places})
    return draft


def compose_district(read: Understanding, sort: str, districts: list[str], knowledge: Knowledge) -> Draft:
    """The places of a sort in districts."""
    draft = Draft("place", read.language, knowledge)
    kinds = knowledge.vocabulary.places[sort].kinds
    sources: list[str | None] = []
    for code in districts:
        district = knowledge.districts[code]
        draft.rows.append(district)
        found = [p for p in knowledge.places.values() if p["kind"] in kinds and p["district"] == code]
        values = {"district": draft.said(district, "name"), "sort": _kind(kinds[0], draft)}
        if not found:
            draft.say("places_none", **values)
            continue
        draft.gap()
        draft.say("places_intro", count=draft.count(len(found)), **values)
        draft.gap()
        for place in found:
            draft.rows.append(place)
            draft.say("place_item", name=draft.named(place), detail=_detail(place["address"], draft))
        sources += [p["source"] for p in found]
    draft.source_line(sources)
    _say_promise(draft, set(kinds))
    return draft


def compose_nearest(read: Understanding, sort: str | None, origins: list[Row], knowledge: Knowledge) -> Draft:
    """The nearest places of a sort to a place named in the question.

    Raises:
        Refused: no place to measure from, or none of that sort has coordinates.
    """
    if not origins:
        raise Refused("near_where")
    origin = next((o for o in origins if o["lon"] is not None), None)
    if origin is None:
        raise Refused("near_unplaced", origin=origins[0]["name"])
    words = knowledge.vocabulary.places
    held = known_kinds(knowledge.store)
    kinds = [k for k in (words[sort].kinds if sort in words else held) if k in held]
    draft = Draft("nearest", read.language, knowledge)
    name = _kind(words[sort].kinds[0] if sort in words else "place", draft)
    found = (
        near(knowledge.store, origin["lon"], origin["lat"], RADIUS_MAX_M, kinds, _NEAREST + 1).places if kinds else []
    )
    found = [p for p in found if p["id"] != origin["id"]][:_NEAREST]
    if not found:
        raise Refused("near_none", sort=name)
    draft.rows.append(origin)
    draft.say("near_intro", origin=draft.named(origin), sort=name)
    draft.gap()
    for place in found:
        draft.rows.append(place)
        rounded = draft.count(round(place["distance_m"] / 10) * 10)
        known = knowledge.places[place["id"]]
        detail = _detail(draft.said(known, "note"), draft)
        draft.say("near_item", name=draft.named(known), distance=number(rounded), detail=detail)
    draft.source_line([p["source"] for p in found])
    _say_promise(draft, set(kinds))
    return draft


def _detail(text: str | None, draft: Draft) -> str:
    return frame(draft.language, "detail", text=text) if text else ""


def _facts(place: Row, read: Understanding, draft: Draft) -> list[str]:
    facts = []
    for column, cue in _FACTS.items():
        value = place[column]
        if column == "address" and place["district"]:
            district = draft.said(draft.knowledge.districts[place["district"]], "name")
            value = f"{district} {value or ''}".strip()
        if value is not None:
            shown_value = number(value) if isinstance(value, int | float) else value
            facts.append(frame(draft.language, f"place_{_FRAMES[column]}", **{_FRAMES[column]: shown_value}))
        elif cue in read.cues and (column != "capacity" or place["kind"] == "car_park"):
            facts.append(frame(draft.language, f"place_{_FRAMES[column]}_none"))
    if place["lines"]:
        facts.append(
            frame(
                draft.language,
                "place_lines",
                lines=draft.said(place, "lines").replace("|", frame(draft.language, "separator")),
            )
        )
    if place["note"]:
        facts.append(frame(draft.language, "place_note", note=draft.said(place, "note")))
    return facts


def _kind(kind: str, draft: Draft) -> str:
    return word("kinds", draft.language, kind) or kind


def _say_promise(draft: Draft, kinds: set[str]) -> None:
    """The plan's target about this sort of place, with its text."""
    for words in draft.knowledge.vocabulary.places.values():
        if kinds & set(words.kinds) and words.indicator in draft.knowledge.indicators:
            indicator = draft.knowledge.indicators[words.indicator]
            draft.gap()
            draft.say("place_target")
            say_target(draft, indicator)
            quote_indicators(draft, [indicator])
            return
    draft.cite_document()

"""What is told of the places nearest to one: the nearest first, the others, what could not be measured, and the map."""

from urllib.parse import urlencode

from portal.answering.draft import Draft, frame
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge, Row
from portal.answering.lookup.place_facts import NearestPlaces
from portal.answering.telling.dispatch import tell
from portal.answering.telling.place_words import bracketed, kind_name
from portal.places import distance
from portal.texts.numbers import number


@tell.register
def tell_nearest(facts: NearestPlaces, knowledge: Knowledge) -> Draft:
    """The nearest place first, then others, what could not be measured, and the map."""
    draft = Draft(AnswerKind.NEAREST, facts.query.language, knowledge)
    others = facts.places[1:]
    draft.rows += [facts.origin, *facts.places, {"within_m": facts.within}]
    _say_nearest(facts, draft)
    if others:
        draft.gap()
        draft.say("pl_near_rest")
        draft.gap()
        for place in others:
            detail = bracketed(kind_name([place["kind"]], draft) if not facts.kinds else "", draft)
            away = _metres(place, facts.origin, draft)
            draft.say(
                "pl_near_item" if away else "pl_near_beside", name=draft.named(place), distance=away, detail=detail
            )
    draft.gap()
    if facts.without_position:
        draft.say("pl_near_missing", count=draft.count(facts.without_position))
    if any(distance.is_borrowed(p) for p in (facts.origin, *facts.places)):
        draft.say("pl_near_rough")
    draft.say("pl_incomplete")
    draft.gap()
    at = (
        {"place": facts.origin["id"]}
        if "id" in facts.origin
        else {"lon": facts.origin["lon"], "lat": facts.origin["lat"]}
    )
    draft.say("pl_next", url=f"/nearby?{urlencode(at)}")
    draft.source_line([p["source"] for p in facts.places])
    return draft


def _say_nearest(facts: NearestPlaces, draft: Draft) -> None:
    """The nearest place in a sentence."""
    first = facts.places[0]
    values = {
        "origin": draft.named(facts.origin),
        "name": draft.named(first),
        "distance": _metres(first, facts.origin, draft),
    }
    if not values["distance"]:
        # One has borrowed the other's position: that it is nearby is known, how far is not.
        draft.say("pl_near_borrowed" if distance.is_borrowed(first) else "pl_near_borrowing", **values)
        if first["address"]:
            draft.say("pl_fact_address", value=draft.said(first, "address"))
    elif not facts.kinds:
        draft.say("pl_near_any", kind=kind_name([first["kind"]], draft), **values)
    elif first["distance_m"] <= facts.within:
        draft.say("pl_near", kind=kind_name(facts.kinds, draft), **values)
    else:
        many = kind_name(facts.kinds, draft, many=True)
        # Of those without a position nobody knows how far they are.
        key = "pl_near_far_measured" if facts.without_position else "pl_near_far"
        draft.say(key, kind=many, within=number(facts.within), **values)


def _metres(place: Row, origin: Row, draft: Draft) -> str:
    """How far a place is, as far as that may be told (`portal.places.distance`); empty where it may not."""
    told = distance.told(place["distance_m"], distance.is_borrowed(place) or distance.is_borrowed(origin))
    if told.value is None:
        return ""
    if told.unit == "m":
        return frame(draft.language, "pl_metres", count=number(draft.count(int(told.value))))
    draft.computed.append(told.value)
    return frame(draft.language, "pl_kilometres", count=number(told.value))

"""The ways a question goes without an answer: one enumeration, so that they can be counted."""

from enum import StrEnum

from portal.answering.query import Outside


class Refusal(StrEnum):
    """Why there is no answer; the value is the key of the sentence that says so."""

    SELF_HARM = "refuse_self_harm"
    DANGER = "refuse_danger"
    PERSON = "refuse_person"
    FORECAST = "refuse_forecast"
    PERSONAL = "refuse_personal"
    PRICE = "refuse_price"
    HOSTILE = "refuse_hostile"
    OFF_TOPIC = "refuse_off_topic"
    ELSEWHERE = "refuse_elsewhere"
    PLACE_UNKNOWN = "refuse_place_unknown"
    PLACE_UNNAMED = "refuse_place_unnamed"
    NEAR_WHERE = "refuse_near_where"
    NEAR_NONE = "refuse_near_none"
    NEAR_UNPLACED = "refuse_near_unplaced"
    YEAR = "refuse_year"
    NO_CLAUSE = "refuse_no_clause"
    NO_DOCUMENT = "refuse_no_document"
    NO_ARTICLE = "refuse_no_article"
    RULE_ATTRIBUTE = "refuse_rule_attribute"
    NOTHING = "refuse_nothing"
    ATTRIBUTE = "refuse_attribute"
    DANGLING = "refuse_dangling"
    EMPTY = "refuse_empty"
    ILLEGIBLE = "refuse_illegible"
    UNVERIFIED = "refuse_unverified"
    PORTAL = "refuse_portal"
    NO_PROJECTS = "refuse_no_projects"
    NO_DISTRICTS = "refuse_no_districts"
    NO_POPULATION = "refuse_no_population"


# A life comes first: nothing of the portal's own is offered beside these.
IN_DANGER = frozenset({Refusal.SELF_HARM, Refusal.DANGER})

_OF_OUTSIDE = {
    Outside.PERSON: Refusal.PERSON,
    Outside.FORECAST: Refusal.FORECAST,
    Outside.PERSONAL: Refusal.PERSONAL,
    Outside.PRICE: Refusal.PRICE,
    Outside.HOSTILE: Refusal.HOSTILE,
    Outside.OFF_TOPIC: Refusal.OFF_TOPIC,
}


def refusal_of(outside: Outside) -> Refusal:
    """Why a question of a kind that no document answers is refused."""
    return _OF_OUTSIDE[outside]

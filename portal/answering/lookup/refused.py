"""Questions that no look-up can answer: of a kind outside the documents, of another city, of nothing at all."""

from collections.abc import Iterable

from portal.answering.facts import Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.language.proper_names import people_named
from portal.answering.lookup.cue_words import says
from portal.answering.query import Query, SubjectKind
from portal.answering.refusals import Refusal, refusal_of
from portal.measures.places import find
from portal.measures.registry import Measure, measures

_NAMED = 3


def look_up_outside(query: Query, knowledge: Knowledge) -> Nothing:
    """Why a question of a kind that no document answers is refused, and what the data hold of the other city it names.

    Args:
        query: with `outside` or `elsewhere`, or about a city the tables hold; with none of them nothing was found.
        knowledge: the published version.
    """
    if query.outside is not None:
        why = refusal_of(query.outside)
        # Whoever asks for nobody is told only that nothing was found.
        nobody = why is Refusal.PERSON and not says(query.question, "people") and not people_named(query.question)
        return Nothing(query, why=Refusal.NOTHING if nobody else why)
    if not query.question.strip(" 　?？!！。.,，、;；'\"-") and not query.text.strip():
        return Nothing(query, why=Refusal.EMPTY)
    cities = (*query.elsewhere, *query.where.cities, *query.of(SubjectKind.CITY))
    if cities:
        return Nothing(query, why=Refusal.ELSEWHERE, values=held_of(cities, knowledge))
    if query.unknown:
        return Nothing(query, why=Refusal.PLACE_UNKNOWN, values={"name": query.unknown[0], "sorts": ()})
    if query.where.years and query.subjects:
        return Nothing(query, why=Refusal.YEAR, values={"years": query.where.years})
    return Nothing(query, why=Refusal.NOTHING)


def held_of(cities: Iterable[str], knowledge: Knowledge) -> dict[str, object]:
    """What the tables of measures hold of other cities, the first that they hold: its names and measures; else its name alone.

    Args:
        cities: names or ids, as read from the question.
        knowledge: the published version.
    """
    named = list(cities)
    registry = measures(knowledge.store)
    own = {knowledge.site.city, *knowledge.site.city_aliases, knowledge.site.city_en}
    for city in named:
        found = [(m, place) for m in registry.measures if (place := find(registry.places(m), city))]
        found = [(m, place) for m, place in found if place.name not in own]
        if found:
            return {
                "place": found[0][1].name,
                "place_en": found[0][1].name_en,
                "measures": _told([m for m, _ in found]),
            }
    return {"place": named[0], "place_en": named[0].title(), "measures": ()}


def _told(found: list[Measure]) -> tuple[Measure, ...]:
    return tuple({m.id: m for m in found}.values())

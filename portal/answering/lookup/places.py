"""What the data hold of places: one by name, all of a kind, the nearest of a kind, the largest; and what they do not hold."""

from collections.abc import Iterable, Mapping, Sequence

from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge, Row
from portal.answering.lines import kinds_on_lines
from portal.answering.lookup.asked_places import columns_asked, districts_of, kinds_of, line_of, names_of
from portal.answering.lookup.columns import spoken_of
from portal.answering.lookup.cue_words import says
from portal.answering.lookup.place_facts import NearestPlaces, PlaceFacts, PlaceList
from portal.answering.lookup.place_narrowing import Narrowed, narrowed
from portal.answering.query import Facet, Operation, Query, SubjectKind
from portal.answering.refusals import Refusal
from portal.places.nearby import RADIUS_MAX_M, kinds, near
from portal.places.origins import lookup

_NEAREST = 3
_SIMILAR = 3
_MISSING_FIT = 0.6
_MEASURED = ("area_m2", "capacity", "opened")
_OWN = {"area_m2", "capacity", "lines"}
# Of places in general nothing is done or reached.
_FIT_OF_ONE = 0.4


def look_up_places(query: Query, knowledge: Knowledge) -> Facts:
    """What is known of the places a question is about.

    Args:
        query: with places, districts or kinds of place; `unknown` names what the data do not hold.
        knowledge: the published version.
    """
    named = [knowledge.places[i] for i in query.of(SubjectKind.PLACE) if i in knowledge.places]
    sorts = kinds_of(query, knowledge)
    districts = districts_of(query)
    nearest = query.operation is Operation.NEAREST or query.facet is Facet.DISTANCE
    # How big it is, or what stops there, is asked of the place itself, however the question was read.
    nearest = nearest and not (named and _asks_its_own(query, named, sorts))
    # 某站旁边有游园没有: of another kind than the place named, so it is looked for near it.
    nearest = nearest or bool(named and sorts and not any(p["kind"] in sorts for p in named) and query.where.kinds)
    if query.unknown and not named:
        alike = _alike(query, knowledge)
        # What is near a market: the station that is named after it is where one stands.
        if not nearest or not alike or not alike[0]["name"].startswith(query.unknown[0]):
            return _unknown(query, sorts, districts, knowledge)
        named = alike[:1]
    if nearest:
        # 某广场底下的停车场能停多少辆: a car park that goes by the name of the square is asked about itself.
        within = _named_after(query, named, sorts, knowledge)
        return _of_places(query, within) if within else _nearest(query, named, sorts, districts, knowledge)
    if named:
        return _of_places(query, named)
    return _of_a_sort(query, sorts, districts, knowledge)


def _of_a_sort(query: Query, sorts: tuple[str, ...], districts: tuple[str, ...], knowledge: Knowledge) -> Facts:
    """The places of some kinds, of districts or on a line, where any of these was said."""
    line = line_of(query, knowledge)
    if line or sorts or districts:
        return _listed(query, sorts, districts, line, knowledge)
    return Nothing(query, why=Refusal.PLACE_UNNAMED, values={"kinds": _held(knowledge)})


def _asks_its_own(query: Query, named: list[Row], sorts: tuple[str, ...]) -> bool:
    """Whether a question speaks of what a place itself has, and looks for no kind of place beside it."""
    beside = sorts and (query.operation is Operation.NEAREST or not any(p["kind"] in sorts for p in named))
    return not beside and bool(_OWN & set(spoken_of("places", query.text)))


def _named_after(query: Query, named: list[Row], sorts: tuple[str, ...], knowledge: Knowledge) -> list[Row]:
    """The places of kinds that go by the name of the place a question names, where it asks what they themselves have."""
    asked = _OWN & set(spoken_of("places", query.text))
    if not asked or query.operation is Operation.NEAREST:
        return []
    said = {s.text for s in query.subjects if s.kind is SubjectKind.PLACE and s.text}
    begun = {n for n in (*said, *(n for p in named for n in names_of(p))) if not n.isascii()}
    found = [p for p in knowledge.places.values() if p["kind"] in sorts and any(b in p["name"] for b in begun)]
    return [p for p in found if any(p[column] is not None for column in asked)]


def _of_places(query: Query, named: list[Row]) -> Facts:
    asked = columns_asked(query)
    told = [c for p in named for c in asked[:1] if p.get(c) is not None or c == "address"]
    return PlaceFacts(
        query,
        evidence=_evidence(named),
        fit=1.0 if not asked or told else _MISSING_FIT,
        places=tuple(named),
        asked=tuple(asked),
        event=says(query.question, "event_of_place"),
    )


def _listed(
    query: Query, sorts: tuple[str, ...], districts: tuple[str, ...], line: str | None, knowledge: Knowledge
) -> Facts:
    if says(query.question, "length"):
        # How many stations there are does not say how long the line is.
        return Nothing(query, why=Refusal.NOTHING)
    if line and not sorts:
        sorts = kinds_on_lines(knowledge)
    of_kind = [p for p in knowledge.places.values() if not sorts or p["kind"] in sorts]
    found = [p for p in of_kind if _lies(p, districts, line)]
    of = narrowed(query) if sorts else None
    found, by, unknown = _chosen(query, found, of)
    return PlaceList(
        query,
        evidence=f"{_evidence(found)} {_kind_words(sorts, knowledge)} {_district_words(districts, knowledge)} {of.words if of else ''}",
        fit=_fit(query, bool(found or of)),
        places=tuple(found),
        kinds=sorts,
        districts=districts,
        line=line,
        by=by,
        unknown=unknown,
        elsewhere=len(of_kind),
        undecided=sum(p["district"] is None for p in of_kind) if districts else 0,
        narrowed=of,
    )


def _chosen(query: Query, places: list[Row], of: Narrowed | None) -> tuple[list[Row], str | None, int]:
    """Those of some places that a column chooses, the column they are ordered by, and of how many it is not told."""
    if of is not None:
        untold = sum(p[of.column] is None for p in places) if of.told else 0
        return [p for p in places if of.holds(p)], None, untold
    if query.operation in {Operation.EXTREME, Operation.RANK}:
        by = next((c for c in columns_asked(query) if c in _MEASURED), _MEASURED[0])
        known = _ordered(places, by, query.where.lowest)
        return known, by, len(places) - len(known)
    return places, None, 0


def _fit(query: Query, found: bool) -> float:
    """How well a list of places fits: who asks what is said of bus stops is not answered by one that is empty."""
    if _of_one(query) or (query.facet is Facet.TEXT and not found):
        return _FIT_OF_ONE
    return 1.0 if found else _MISSING_FIT


def _of_one(query: Query) -> bool:
    """Whether a value is asked for that a single place has, not a list of them."""
    return query.operation is Operation.VALUE and query.facet is Facet.STATUS


def _ordered(places: Sequence[Row], column: str, lowest: bool) -> list[Row]:
    """The places whose column is filled, the most first, or the least."""
    return sorted((p for p in places if p[column] is not None), key=lambda p: p[column], reverse=not lowest)


def _lies(place: Row, districts: Sequence[str], line: str | None) -> bool:
    """Whether a place is in one of the districts, where any are given, and on the line, where one is."""
    on_line = line is None or line in (place["lines"] or "").split("|")
    return on_line and (not districts or place["district"] in districts)


def _nearest(
    query: Query, named: Sequence[Row], sorts: tuple[str, ...], districts: tuple[str, ...], knowledge: Knowledge
) -> Facts:
    if not named and districts:
        return _listed(query, sorts, districts, None, knowledge)
    if not named:
        return Nothing(query, why=Refusal.NEAR_WHERE, values={"kinds": _held(knowledge)})
    origin = next((p for p in named if p["lon"] is not None), None)
    held = kinds(knowledge.store)
    wanted = tuple(k for k in sorts if k in held)
    if sorts and not wanted:
        # That no place of the kind has a position is what answers the question, not a target that goes by the kind's name.
        evidence = f"{_evidence(named)} {_kind_words(sorts, knowledge)}"
        return Nothing(query, evidence, _MISSING_FIT, why=Refusal.NEAR_NONE, values={"sorts": sorts})
    if origin is None:
        nearby = _of_same_district(query, named[0], wanted, knowledge)
        return Nothing(query, why=Refusal.NEAR_UNPLACED, values={"name": named[0]}, nearby=nearby)
    found, missing = _near(origin, wanted, knowledge)
    if not found:
        return Nothing(query, why=Refusal.NEAR_NONE, values={"sorts": sorts})
    return NearestPlaces(
        query,
        evidence=f"{_evidence([origin, *found])} {_kind_words(wanted, knowledge)}",
        origin=origin,
        places=tuple(found),
        kinds=wanted,
        without_position=missing,
    )


def _of_same_district(query: Query, place: Row, wanted: Sequence[str], knowledge: Knowledge) -> tuple[Facts, ...]:
    """The other places of a place's district and of kinds, as facts to be offered; none where there are none."""
    same = [p for p in knowledge.places.values() if p["district"] and p["district"] == place["district"]]
    others = tuple(p for p in same if p["id"] != place["id"] and (not wanted or p["kind"] in wanted))
    return (PlaceList(query, _evidence(others), 0.5, others, tuple(wanted), (place["district"],)),) if others else ()


def _near(origin: Row, wanted: Sequence[str], knowledge: Knowledge) -> tuple[list[Row], int]:
    """The nearest places of kinds, or the nearest of every kind, other than the origin itself."""
    found: list[Row] = []
    missing = 0
    for some in [list(wanted)] if wanted else [[k] for k in kinds(knowledge.store)]:
        result = near(knowledge.store, origin["lon"], origin["lat"], RADIUS_MAX_M, some, _NEAREST + 1)
        missing += result.without_position
        rows = [p for p in result.places if p["id"] != origin["id"]]
        found += rows[: _NEAREST if wanted else 1]
    distances = {p["id"]: p["distance_m"] for p in found}
    known = ({**knowledge.places[i], "distance_m": metres} for i, metres in distances.items())
    return sorted(known, key=lambda p: p["distance_m"]), missing


def _unknown(query: Query, sorts: tuple[str, ...], districts: tuple[str, ...], knowledge: Knowledge) -> Facts:
    """The data do not hold the place named: those of a similar name, and those of the kind, are offered."""
    alike = _alike(query, knowledge)
    nearby: list[Facts] = []
    if alike:
        nearby.append(PlaceFacts(query, _evidence(alike), 0.5, tuple(alike)))
    if sorts:
        nearby.append(_listed(query, sorts, districts, None, knowledge))
    evidence = f"{query.unknown[0]} {_kind_words(sorts, knowledge)}" if sorts else ""
    fit = _MISSING_FIT if sorts else 0.0
    return Nothing(
        query,
        evidence,
        fit,
        why=Refusal.PLACE_UNKNOWN,
        values={"name": query.unknown[0], "sorts": sorts},
        nearby=tuple(nearby),
    )


def _alike(query: Query, knowledge: Knowledge) -> list[Row]:
    """Places whose name is near one that the data do not hold, best first."""
    similar = [s for name in query.unknown for s in lookup(knowledge.store, name, _SIMILAR)]
    return [knowledge.places[s.id] for s in similar if s.id in knowledge.places]


def _held(knowledge: Knowledge) -> Mapping[str, int]:
    """How many places of each kind the data hold."""
    counts: dict[str, int] = {}
    for place in knowledge.places.values():
        counts[place["kind"]] = counts.get(place["kind"], 0) + 1
    return counts


def _evidence(places: Iterable[Row]) -> str:
    words = (
        str(p.get(c) or "")
        for p in places
        for c in ("name", "name_en", "aliases", "address", "note", "note_en", "lines", "lines_en")
    )
    return " ".join(w for w in words if w)


def _kind_words(sorts: Iterable[str], knowledge: Knowledge) -> str:
    wanted = set(sorts)
    return " ".join(
        w for words in knowledge.vocabulary.places.values() if wanted & set(words.kinds) for w in words.words
    )


def _district_words(codes: Iterable[str], knowledge: Knowledge) -> str:
    rows = [knowledge.districts[c] for c in codes if c in knowledge.districts]
    return " ".join(f"{r['name']} {r.get('name_en') or ''}" for r in rows)

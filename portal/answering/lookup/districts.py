"""What the data hold of districts: people counted, streets and towns, what they used to be, the places in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge, Row
from portal.answering.lookup.columns import spoken_of, words_for
from portal.answering.query import Facet, Operation, Query, SubjectKind
from portal.answering.refusals import Refusal

_ORDERED = {Operation.EXTREME, Operation.RANK}
_ENDINGS = "市县区"
_SHORTEST_NAME, _LONGEST_NAME = 3, 6
STREETS = "streets"


@dataclass(frozen=True)
class DistrictFacts(Facts):
    """Districts by name.

    Attributes:
        districts: rows of `districts`, without geometry.
        streets: rows of `streets`, by district code.
        asked: columns the question speaks of: `population_2020`, `population_note` (what became of it), `streets`.
        former: a name asked for that is no district any more, and stands in the notes of these.
        places: how many places the data hold in each, by code and kind.
    """

    districts: tuple[Row, ...] = ()
    streets: tuple[Row, ...] = ()
    asked: tuple[str, ...] = ()
    former: str | None = None
    places: tuple[Row, ...] = ()


@dataclass(frozen=True)
class DistrictsByPopulation(Facts):
    """All districts by the people counted, most first (least first where asked so), with the SQL that gives them."""

    districts: tuple[Row, ...] = ()
    of: tuple[Row, ...] = ()
    sql: str = ""


def look_up_districts(query: Query, knowledge: Knowledge) -> Facts:
    """What is known of the districts a question is about, or of all.

    Args:
        query: with districts (as subjects or in `where`); without any it is about all of them.
        knowledge: the published version.
    """
    codes = dict.fromkeys([*query.of(SubjectKind.DISTRICT), *query.where.districts])
    named = [knowledge.districts[c] for c in codes if c in knowledge.districts]
    former = _former(query, knowledge)
    if former and not named:
        name, rows = former
        asked = [*spoken_of("districts", query.text), "population_note"]
        return _of_districts(query, rows, asked, knowledge, name)
    if not knowledge.districts:
        return Nothing(query, why=Refusal.NO_DISTRICTS)
    asked = spoken_of("districts", query.text)
    if query.facet is Facet.COUNT and not asked:
        asked = ["population_2020"]
    if query.operation in _ORDERED or (len(named) > 1 and query.operation in {Operation.COMPARE, Operation.DIFFERENCE}):
        return _by_population(query, named, knowledge)
    if not named:
        return _all(query, asked, knowledge)
    return _of_districts(query, named, asked, knowledge)


def streets_of(codes: Sequence[str], knowledge: Knowledge) -> list[Row]:
    """The streets, towns and townships of districts, in the order of their codes; none where the version has no such table."""
    if STREETS not in {f.table for f in knowledge.store.manifest.files}:
        return []
    rows = knowledge.store.remembered(f"SELECT * FROM {STREETS} ORDER BY code")
    return [r for r in rows if r["district"] in codes]


def _of_districts(
    query: Query, named: list[Row], asked: list[str], knowledge: Knowledge, former: str | None = None
) -> Facts:
    codes = [d["code"] for d in named]
    streets = streets_of(codes, knowledge)
    places = [p for p in knowledge.places.values() if p["district"] in codes]
    names = [f"{d['name']} {d.get('name_en') or ''} {d['population_note'] or ''}" for d in named]
    return DistrictFacts(
        query,
        evidence=" ".join(
            [*names, *(s["name"] for s in streets), *(words_for("districts", a) for a in asked), former or ""]
        ),
        fit=1.0 if asked else 0.8,
        districts=tuple(named),
        streets=tuple(streets),
        asked=tuple(asked),
        former=former,
        places=tuple(places),
    )


def _all(query: Query, asked: list[str], knowledge: Knowledge) -> Facts:
    rows = list(knowledge.districts.values())
    if asked[:1] == ["population_2020"] and query.operation in {Operation.LIST, Operation.SERIES}:
        return _by_population(query, [], knowledge)
    return DistrictFacts(
        query,
        evidence=" ".join(f"{d['name']} {d.get('name_en') or ''}" for d in rows),
        fit=1.0 if query.operation in {Operation.LIST, Operation.COUNT} else 0.5,
        districts=tuple(rows),
        streets=tuple(streets_of([d["code"] for d in rows], knowledge)) if "streets" in asked else (),
        asked=tuple(asked),
    )


def _by_population(query: Query, named: list[Row], knowledge: Knowledge) -> Facts:
    order = "ASC" if query.where.lowest else "DESC"
    sql = (
        "SELECT code, name, population_2020 FROM districts "
        f"WHERE population_2020 IS NOT NULL ORDER BY population_2020 {order}, code"
    )
    found = knowledge.store.remembered(sql)
    rows = tuple(knowledge.districts[r["code"]] for r in found)
    if not rows:
        return Nothing(query, why=Refusal.NO_POPULATION)
    return DistrictsByPopulation(
        query,
        evidence=" ".join(f"{d['name']} {d.get('name_en') or ''} 人口 population 2020" for d in rows),
        districts=rows,
        of=tuple(named),
        sql=sql,
    )


def _former(query: Query, knowledge: Knowledge) -> tuple[str, list[Row]] | None:
    """A name of a district that is none any more but stands in what the data note of one, longest name first."""
    current = {d["name"] for d in knowledge.districts.values()} | {knowledge.site.city}
    text = query.text
    names = {
        text[i : i + n]
        for n in range(_SHORTEST_NAME, _LONGEST_NAME + 1)
        for i in range(len(text) - n + 1)
        if text[i + n - 1] in _ENDINGS
    }
    for name in sorted(names - current, key=len, reverse=True):
        # Whole in the note: after a year, a full stop or 与, not the end of another name.
        rows = [d for d in knowledge.districts.values() if name in (d["population_note"] or "")]
        if rows and not any(name in c for c in current):
            return name, rows
    return None

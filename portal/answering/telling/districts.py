"""What is told of districts: people, streets and towns, what became of a former one, and what else the data hold there."""

from collections.abc import Sequence

from portal.answering.draft import Draft, frame, word
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge, Row
from portal.answering.lookup.districts import DistrictFacts, DistrictsByPopulation
from portal.answering.query import Operation
from portal.answering.telling.dispatch import tell
from portal.answering.telling.place_words import kind_name
from portal.texts.numbers import number

_POPULATION_URL = "/data?dataset=districts"
_STREETS_URL = "/data?dataset=streets"


@tell.register
def tell_districts(facts: DistrictFacts, knowledge: Knowledge) -> Draft:
    """Districts by name, or the list of all."""
    draft = Draft(AnswerKind.DISTRICT, facts.query.language, knowledge)
    draft.rows += [*facts.districts, *facts.streets, *facts.places]
    if facts.former:
        for district in facts.districts:
            note = draft.said(district, "population_note")
            draft.say("dt_former", former=facts.former, note=note, name=draft.named(district))
    elif len(facts.districts) == len(knowledge.districts) and len(facts.districts) > 1:
        _say_all(facts, draft)
    else:
        for district in facts.districts:
            draft.gap()
            _say_district(district, facts, draft)
    draft.gap()
    if facts.streets and "streets" in facts.asked:
        draft.say("dt_source_streets", url=_STREETS_URL)
    else:
        draft.say("dt_source", url=_POPULATION_URL)
    draft.source_line([s["source"] for s in facts.streets] if "streets" in facts.asked else [])
    _suggest(facts, draft)
    return draft


@tell.register
def tell_population(facts: DistrictsByPopulation, knowledge: Knowledge) -> Draft:
    """Which district has the most people, where one stands among them, or how two differ; then the table."""
    draft = Draft(AnswerKind.DISTRICT, facts.query.language, knowledge)
    draft.rows += facts.districts
    draft.sql.append(facts.sql)
    draft.result += [{k: d[k] for k in ("code", "name", "population_2020")} for d in facts.districts]
    known = [d for d in facts.of if d["population_2020"] is not None]
    compared = facts.query.operation in {Operation.COMPARE, Operation.DIFFERENCE}
    if len(known) > 1 and compared:
        _say_compared(known, draft)
    elif known:
        _say_rank(known[0], facts, draft)
    else:
        key = "dt_least" if facts.query.where.lowest else "dt_most"
        first = facts.districts[0]
        draft.say(key, name=draft.said(first, "name"), value=number(first["population_2020"]))
    draft.gap()
    _table(known if compared and len(known) > 1 else facts.districts, draft)
    draft.gap()
    draft.say("dt_caution")
    draft.say("dt_source", url=_POPULATION_URL)
    return draft


def _say_district(district: Row, facts: DistrictFacts, draft: Draft) -> None:
    name, asked = draft.named(district), facts.asked
    if asked[:1] == ("streets",):
        _say_streets(district, facts.streets, draft)
        return
    value = number(district["population_2020"]) if district["population_2020"] is not None else ""
    note = draft.said(district, "population_note").rstrip("。.")
    if asked[:1] == ("population_note",) and note:
        draft.say("dt_changed", name=name, note=note)
        return
    if asked[:1] == ("population_2020",):
        draft.say("dt_population" if value else "dt_population_none", name=name, value=value)
    else:
        city = draft.knowledge.site.city if draft.language == "zh" else draft.knowledge.site.city_en
        draft.say("dt_is" if value else "dt_population_none", name=name, city=city, value=value)
    if note:
        draft.gap()
        draft.say("dt_note", note=note)
    if not asked:
        _say_places(district, facts.places, draft)
        _say_streets(district, facts.streets, draft)


def _suggest(facts: DistrictFacts, draft: Draft) -> None:
    """What else the data hold of the first district."""
    keys = {"population_2020": "dt_suggest_population", "streets": "dt_suggest_streets"}
    district = facts.districts[0]
    offered = [key for asked, key in keys.items() if asked not in facts.asked]
    offered += ["dt_suggest_places"] if any(p["district"] == district["code"] for p in facts.places) else []
    draft.suggestions += [frame(draft.language, key, name=draft.said(district, "name")) for key in offered]


def _say_streets(district: Row, streets: Sequence[Row], draft: Draft) -> None:
    own = [s for s in streets if s["district"] == district["code"]]
    draft.gap()
    name = draft.named(district)
    if not own:
        draft.say("dt_streets_none", name=name)
        return
    by_kind: dict[str, list[str]] = {}
    for street in own:
        by_kind.setdefault(street["kind"], []).append(street["name"])
    separator = frame(draft.language, "dt_separator")
    named = {k: word("street_kinds", draft.language, k) or k for k in by_kind}
    kinds = [
        frame(draft.language, "dt_streets_kind", kind=named[k], count=draft.count(len(v))) for k, v in by_kind.items()
    ]
    draft.say("dt_streets", name=name, count=draft.count(len(own)), kinds=separator.join(kinds))
    draft.gap()
    for kind, names in by_kind.items():
        draft.say("dt_streets_names", kind=named[kind], names=separator.join(names))


def _say_places(district: Row, places: Sequence[Row], draft: Draft) -> None:
    own = [p for p in places if p["district"] == district["code"]]
    if not own:
        return
    counts: dict[str, int] = {}
    for place in own:
        counts[place["kind"]] = counts.get(place["kind"], 0) + 1
    kinds = [
        frame(draft.language, "dt_kind", kind=kind_name([k], draft, many=True), count=draft.count(n))
        for k, n in counts.items()
    ]
    draft.gap()
    draft.say(
        "dt_places",
        name=draft.said(district, "name"),
        count=draft.count(len(own)),
        kinds=frame(draft.language, "dt_separator").join(kinds),
    )


def _say_all(facts: DistrictFacts, draft: Draft) -> None:
    separator = frame(draft.language, "dt_separator")
    city = draft.knowledge.site.city if draft.language == "zh" else draft.knowledge.site.city_en
    if "streets" in facts.asked and facts.streets:
        draft.say("dt_streets_all", count=draft.count(len(facts.streets)))
        draft.gap()
    names = separator.join(draft.said(d, "name") for d in facts.districts)
    draft.say("dt_all", city=city, count=draft.count(len(facts.districts)), names=names)


def _say_compared(known: Sequence[Row], draft: Draft) -> None:
    high, low = (f(known, key=lambda d: d["population_2020"]) for f in (max, min))
    difference = draft.count(high["population_2020"] - low["population_2020"])
    draft.say(
        "dt_compare",
        high=draft.said(high, "name"),
        low=draft.said(low, "name"),
        high_value=number(high["population_2020"]),
        low_value=number(low["population_2020"]),
        difference=number(difference),
    )


def _say_rank(district: Row, facts: DistrictsByPopulation, draft: Draft) -> None:
    rank = 1 + sum(d["population_2020"] > district["population_2020"] for d in facts.districts)
    draft.say(
        "dt_rank",
        name=draft.said(district, "name"),
        value=number(district["population_2020"]),
        count=draft.count(len(facts.districts)),
        rank=draft.count(rank),
    )


def _table(districts: Sequence[Row], draft: Draft) -> None:
    names = [frame(draft.language, "dt_column_name"), frame(draft.language, "dt_column_population")]
    draft.lines += [f"| {' | '.join(names)} |", "|---|---|"]
    draft.lines += [f"| {draft.said(d, 'name')} | {number(d['population_2020'])} |" for d in districts]

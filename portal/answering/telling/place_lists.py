"""What is told of the places of a kind: how many, which are such, which is the largest, how good their positions are."""

from collections.abc import Sequence

from portal.answering.draft import Draft, frame
from portal.answering.kinds import AnswerKind
from portal.answering.knowledge import Knowledge, Row
from portal.answering.lookup.place_facts import PlaceList
from portal.answering.lookup.place_narrowing import Narrowed
from portal.answering.query import Facet
from portal.answering.telling.dispatch import tell
from portal.answering.telling.place_words import kind_name, list_places, value_of


@tell.register
def tell_place_list(facts: PlaceList, knowledge: Knowledge) -> Draft:
    """The places of a kind: how many, or which is the largest; their names; that there may be more."""
    draft = Draft(AnswerKind.PLACE, facts.query.language, knowledge)
    draft.rows += facts.places
    draft.rows += [knowledge.districts[c] for c in facts.districts]
    if facts.query.facet is Facet.RELIABILITY and facts.places:
        _say_positions(facts.places, draft)
    elif facts.narrowed:
        _say_narrowed(facts, facts.narrowed, draft)
    elif facts.by:
        _say_extreme(facts, draft)
    else:
        _say_count(facts, draft)
    if facts.undecided and not facts.line:
        # Among those of the whole city where these were counted, else beside those of the district.
        among = bool(facts.elsewhere) and not facts.places
        draft.say("pl_undecided_among" if among else "pl_undecided", count=draft.count(facts.undecided))
    draft.gap()
    list_places(facts.places, draft)
    draft.gap()
    draft.say("pl_incomplete")
    draft.source_line([p["source"] for p in facts.places])
    return draft


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


def _say_narrowed(facts: PlaceList, of: Narrowed, draft: Draft) -> None:
    """How many of a kind there are whose column holds what was asked for, and of how many it is not told."""
    chosen = "year" if of.year is not None else "told" if of.told else "untold"
    count = draft.count(len(facts.places))
    values = {
        "kind": kind_name(facts.kinds, draft, many=count != 1),
        "column": frame(draft.language, f"pl_column_{of.column}"),
        "total": draft.count(facts.elsewhere),
        "year": str(draft.count(of.year or 0)),
    }
    draft.say(f"pl_narrowed_{chosen}" + ("" if facts.places else "_none"), count=count, **values)
    if facts.unknown:
        draft.say("pl_narrowed_left", count=draft.count(facts.unknown), column=values["column"])


def _say_extreme(facts: PlaceList, draft: Draft) -> None:
    kind = kind_name(facts.kinds, draft, many=True)
    if not facts.places:
        draft.say("pl_extreme_none", kind=kind)
        return
    first = facts.places[0]
    key = f"pl_{'least' if facts.query.where.lowest else 'most'}_{facts.by}"
    draft.say(key, kind=kind, name=draft.named(first), value=value_of(first, facts.by or "", draft))
    if facts.unknown:
        draft.say("pl_extreme_unknown", count=draft.count(facts.unknown))

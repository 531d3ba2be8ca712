"""What is told where there is no answer: what was looked for, what exists near it, what can be asked, and whom to call."""

import re
from collections.abc import Mapping, Sequence
from functools import singledispatch

from portal.answering.draft import Draft, frame
from portal.answering.facts import Facts, Nothing
from portal.answering.help_lines import help_lines
from portal.answering.kinds import Outcome
from portal.answering.knowledge import Knowledge, Row, share
from portal.answering.lookup.place_facts import PlaceFacts, PlaceList
from portal.answering.lookup.portal import ArticleFacts
from portal.answering.query import Facet, SubjectKind
from portal.answering.refusals import IN_DANGER, Refusal
from portal.answering.telling.dispatch import tell
from portal.answering.telling.place_words import kind_name, list_places

_SUGGESTED = 3
_NAMED = 3
_LISTED = 4
# Of a name in a question only what cannot be anything but a name is said again.
_PLAIN = re.compile(r"[\u3400-\u9fffA-Za-z' -]{2,20}")
_NEAR_ENOUGH = 0.3
_OF_COVER = {Facet.SCOPE, Facet.COUNT}


@tell.register
def tell_nothing(facts: Nothing, knowledge: Knowledge) -> Draft:
    """Why there is no answer, what there is instead, and the hotline."""
    draft = Draft(facts.why, facts.query.language, knowledge, outcome=_outcome(facts))
    if facts.why in IN_DANGER:
        _whom_to_call(draft)
        return draft
    key, values = _why(facts, draft)
    draft.say(key, **values)
    for near in facts.nearby:
        draft.gap()
        offer(near, draft)
    draft.gap()
    draft.say("rf_ask", hotline=knowledge.site.hotline)
    draft.rows.append({"hotline": knowledge.site.hotline})
    draft.suggestions += suggestions(facts, draft)
    return draft


def _whom_to_call(draft: Draft) -> None:
    """The numbers, and who published them."""
    lines, chinese = help_lines(), draft.language == "zh"
    values = {name: line.number for name, line in lines.items()} | {"hotline": draft.knowledge.site.hotline}
    sources = list(dict.fromkeys(line.source if chinese else line.source_en for line in lines.values()))
    draft.rows += [values, {"sources": " ".join(sources)}]
    draft.say(str(draft.kind), **values)
    draft.gap()
    draft.say("rf_help_sources", sources=frame(draft.language, "rf_separator").join(sources))


def _outcome(facts: Nothing) -> Outcome:
    """Who asks whether the portal holds a city is answered by that it does not."""
    of_portal = facts.query.about in {SubjectKind.PORTAL, SubjectKind.DATASET} and facts.query.facet in _OF_COVER
    return Outcome.ANSWER if facts.why == Refusal.ELSEWHERE and of_portal else Outcome.REFUSAL


@singledispatch
def offer(near: Facts, draft: Draft) -> None:
    """Say in a line or two what exists near what was asked for; by default the answer that those facts make."""
    other = tell(near, draft.knowledge)
    draft.add(other)
    draft.suggestions += other.suggestions


@offer.register
def _(near: PlaceFacts, draft: Draft) -> None:
    draft.rows += near.places
    names = frame(draft.language, "rf_separator").join(draft.named(p) for p in near.places)
    draft.say("rf_similar", names=names)
    draft.suggestions += [frame(draft.language, "pl_suggest_place", name=draft.named(p)) for p in near.places[:1]]


@offer.register
def _(near: PlaceList, draft: Draft) -> None:
    draft.rows += [*near.places, *(draft.knowledge.districts[c] for c in near.districts if c)]
    districts = [draft.said(draft.knowledge.districts[c], "name") for c in near.districts if c]
    where = frame(draft.language, "rf_separator").join(districts)
    kind = kind_name(near.kinds, draft, many=True)
    if near.places:
        key = "rf_of_kind" if where else "rf_of_kind_all"
        draft.say(key, where=where, kind=kind, count=draft.count(len(near.places)))
        draft.gap()
        list_places(near.places, draft, _LISTED)
    elif where:
        draft.say("rf_of_kind_none", where=where, kind=kind)


@offer.register
def _(near: ArticleFacts, draft: Draft) -> None:
    links = [f"[{a.title[draft.language]}](/about?article={a.id})" for a in near.articles]
    draft.rows += [a.row for a in near.articles]
    draft.say("rf_articles", links=frame(draft.language, "rf_separator").join(links))


def suggestions(facts: Nothing, draft: Draft) -> list[str]:
    """Up to three questions the portal answers: about what the question named, or shares words with, else the usual ones."""
    knowledge, language = draft.knowledge, draft.language
    query = facts.query
    named = [knowledge.indicators[i] for i in query.of(SubjectKind.INDICATOR) if i in knowledge.indicators]
    if not named and facts.why not in {Refusal.HOSTILE, Refusal.OFF_TOPIC, Refusal.EMPTY, Refusal.ILLEGIBLE}:
        named = _near_in_words(query.text, knowledge)
    families: dict[str, Row] = {}
    for row in named:
        families.setdefault(row["family"], row)
    asked = [_asking(row, language) for row in families.values()]
    usual = knowledge.vocabulary.suggestions.get(language, ())
    questions = dict.fromkeys([*draft.suggestions, *asked, *usual])
    draft.suggestions.clear()
    return list(questions)[:_SUGGESTED]


def _near_in_words(text: str, knowledge: Knowledge) -> list[Row]:
    """Indicators whose names share words with a text, those that share most first."""
    weights = {t: w for t, w in knowledge.weighed(knowledge.content_of(text)).items() if len(t) > 1}
    shared = {i: share(weights, held) for i, held in knowledge.name_terms.items()}
    near = sorted((i for i, part in shared.items() if part > _NEAR_ENOUGH), key=lambda i: -shared[i])
    return [knowledge.indicators[i] for i in near]


def _asking(row: Row, language: str) -> str:
    key = "suggest_target_done" if row["direction"] == "done" else "suggest_target"
    spoken: str = row["name_zh"] if language == "zh" else row["name_en"]
    return frame("zh" if language == "zh" else "en", key, name=spoken)


def _why(facts: Nothing, draft: Draft) -> tuple[str, dict[str, object]]:
    """The sentence that says why, and what fills it."""
    values = dict(facts.values)
    site, chinese = draft.knowledge.site, draft.language == "zh"
    values.setdefault("plan", site.plan_short if chinese else site.plan_short_en)
    values.setdefault("city", site.city if chinese else site.city_en)
    values |= {"start": site.period_start.year, "end": site.period_end.year}
    draft.rows.append({"start": site.period_start.year, "end": site.period_end.year})
    if "sorts" in values:
        sorts = values["sorts"]
        values["kind"] = kind_name(sorts if isinstance(sorts, tuple) else (), draft, many=True)
    if isinstance(values.get("kinds"), Mapping):
        values["kinds"] = _kinds(values["kinds"], draft)
    if facts.why == Refusal.PLACE_UNKNOWN:
        return _unknown_place(values)
    if facts.why == Refusal.ELSEWHERE:
        return _elsewhere(values, draft)
    values |= _looked_for(facts, draft)
    return str(facts.why), values


def _looked_for(facts: Nothing, draft: Draft) -> dict[str, object]:
    """What was looked for, as it is said; noted among the rows the answer speaks from."""
    values = facts.values
    if facts.why == Refusal.NEAR_UNPLACED and isinstance(row := values["name"], Mapping):
        draft.rows.append(dict(row))
        return {"name": draft.named(dict(row))}
    if facts.why == Refusal.NO_CLAUSE:
        draft.rows.append({"clause": values["clause"]})
    if facts.why in {Refusal.NO_ARTICLE, Refusal.RULE_ATTRIBUTE}:
        draft.rows.append({k: str(v) for k, v in values.items()})
    if facts.why == Refusal.YEAR:
        years = values["years"]
        draft.rows.append({"years": str(years)})
        told = map(str, years if isinstance(years, tuple) else ())
        return {"year": frame(draft.language, "rf_separator").join(told)}
    return {}


def _unknown_place(values: dict[str, object]) -> tuple[str, dict[str, object]]:
    if _PLAIN.fullmatch(str(values.get("name") or "")):
        return Refusal.PLACE_UNKNOWN, values
    return f"{Refusal.PLACE_UNKNOWN}_unnamed", values


def _elsewhere(values: dict[str, object], draft: Draft) -> tuple[str, dict[str, object]]:
    held = values.get("measures")
    place = str(values["place"] if draft.language == "zh" else values.get("place_en") or values["place"])
    values["place"] = place if _PLAIN.fullmatch(place) else frame(draft.language, "rf_elsewhere_unnamed")
    if not isinstance(held, Sequence) or not held:
        return Refusal.ELSEWHERE, values
    years = [y for m in held for y in m.years]
    names = [m.name_zh if draft.language == "zh" else m.name_en for m in held[:_NAMED]]
    draft.rows.append({"years": f"{min(years)} {max(years)}", "names": " ".join(names)})
    values |= {
        "count": draft.count(len(held)),
        "from_": min(years),
        "to": max(years),
        "measures": frame(draft.language, "rf_separator").join(names),
    }
    return f"{Refusal.ELSEWHERE}_held", values


def _kinds(counts: object, draft: Draft) -> str:
    assert isinstance(counts, Mapping)
    parts = [
        frame(draft.language, "rf_kind", kind=kind_name([kind], draft, many=True), count=draft.count(number))
        for kind, number in counts.items()
    ]
    return frame(draft.language, "rf_separator").join(parts)

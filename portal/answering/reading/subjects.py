"""What a question may be about: the things it names, those its words point to, whole sets, or the documents' text."""

import math
import re
from collections.abc import Iterable, Iterator

from portal.answering.english import english_words
from portal.answering.knowledge import Knowledge, Row
from portal.answering.language.lexicon import function_words, speaks_of, statuses, without_statuses
from portal.answering.passages import Asked, find, indicators_found, measures_found
from portal.answering.query import Facet, Operation, Subject, SubjectKind
from portal.answering.reading.patterns import form
from portal.answering.reading.reading import Reading
from portal.retrieval.lexical import terms

# Operations on several things, how likely they must be together for things to be grouped, and what is a word of asking.
_OF_SETS = (Operation.LIST, Operation.COUNT, Operation.SHARE, Operation.SUMMARISE, Operation.EXTREME, Operation.COMPARE)
_LEAST_SET = 0.3
_LEAST_LIST = 0.25
_FAMILIAR = 0.02
# What the words only point to is less sure than what is named; so are sets, most of all those that no word speaks of.
_POINTED_TO = 0.5
_SETS = 0.4
# A set that a question asks for outright (停车方面有几项目标) is likelier than the text that its targets stand in.
_ASKED_FOR = 10.0
_UNSAID = 0.02
# Who names a project or a place is seldom asking for a target whose name is in it.
_BESIDE_A_THING = 0.03
_BESIDE_A_NAME = 0.2
# Who names a figure may ask for the text on it; the least that a text is likely to be asked for.
_MEASURED = 0.4
_LEAST_OF_A_TEXT = 1e-3
_MOST_MEASURES = 3
_LISTED = (Operation.LIST, Operation.COUNT)
_LIKELY_LIST = 0.5
_HARDLY = 0.5
# Below this likelihood nobody asks of the portal itself.
_ITSELF = 0.1
_OF_DATA = (Facet.METHOD, Facet.RELIABILITY, Facet.LICENCE, Facet.DOWNLOAD, Facet.UPDATE, Facet.DEFINITION)
_EXPLAINED = 0.5
_EXPLAINS = 0.3

About = tuple[SubjectKind, tuple[Subject, ...], float]


def subjects_of(reading: Reading, knowledge: Knowledge) -> Iterator[About]:
    """Each kind of thing a question may be about, its subjects of that kind, and the log-likelihood of it."""
    yield from _figures(reading, knowledge)
    yield from _things(reading, knowledge)
    kind, prior = SubjectKind, reading.prior
    if not reading.named.of(kind.PROJECT):
        whole = speaks_of("projects", reading.folded)
        yield kind.PROJECT, (), prior(kind.PROJECT) + math.log(_SETS if whole else _UNSAID)
    yield kind.CLAUSE, (), _of_a_text(reading)
    datasets = reading.named.of(kind.DATASET)
    of_itself = prior(kind.PORTAL, kind.DATASET)
    if not reading.named.subjects and reading.likely_any("facet", _OF_DATA) >= _EXPLAINED:
        # How a figure was made, or how far it can be relied upon, is the portal's to explain where no figure is named.
        of_itself = max(of_itself, math.log(_EXPLAINS))
    if datasets or of_itself >= math.log(_ITSELF):
        yield kind.PORTAL, datasets, of_itself


def _of_a_text(reading: Reading) -> float:
    """The log-likelihood that a question is for a text; a thing to be measured that goes by no name is likelier a matter it deals with."""
    kind, named = SubjectKind, reading.named
    unnamed = 0.0 if named.of(kind.INDICATOR) else _MEASURED if named.of(kind.MEASURE) else 1.0
    if speaks_of("targets", reading.folded) and reading.likely_any("operation", _LISTED) >= _LIKELY_LIST:
        # Who asks which targets there are is hardly served by a text.
        unnamed *= _HARDLY
    texts = reading.likely_any("subject", (kind.CLAUSE, kind.DOCUMENT, kind.THEME, "none"))
    return math.log(max(texts + unnamed * reading.likely["subject"].get(kind.INDICATOR, 0.0), _LEAST_OF_A_TEXT))


def _neighbours(indicators: list[Row], names: Iterable[str], knowledge: Knowledge) -> list[Row]:
    """With the indicators named, the others of their clauses that go by the same name, for a question that asks for all."""
    pairs = [{t for t in knowledge.terms_of(name) if len(t) > 1} for name in names]
    clauses = {i["clause"] for i in indicators}
    return [
        row
        for i, row in knowledge.indicators.items()
        if row in indicators
        or (row["clause"] in clauses and any(p and p <= knowledge.indicator_terms[i] for p in pairs))
    ]


def with_neighbours(subjects: tuple[Subject, ...], knowledge: Knowledge) -> tuple[Subject, ...]:
    """Indicators and, for a question that asks for all, the others of their clauses that go by the same words."""
    known = {s.id: s for s in subjects}
    rows = [knowledge.indicators[i] for i in known]
    alike = _neighbours(rows, [s.text for s in subjects if s.text], knowledge)
    return tuple(known.get(r["id"]) or Subject(kind=SubjectKind.INDICATOR, id=r["id"]) for r in alike)


def _figures(reading: Reading, knowledge: Knowledge) -> Iterator[About]:
    kind, prior, names = SubjectKind, reading.prior, reading.named
    indicators, measures = names.of(kind.INDICATOR), names.of(kind.MEASURE)
    figures = prior(kind.INDICATOR, kind.MEASURE, kind.CITY, kind.DISTRICT, kind.THEME, "none")
    if names.of(kind.PROJECT) or any(not s.text.endswith(("站", "station")) for s in names.of(kind.PLACE)):
        figures += math.log(_BESIDE_A_THING)
    if indicators:
        yield kind.INDICATOR, _families(indicators, reading, knowledge), figures
    if measures:
        yield kind.MEASURE, measures, figures
    elif not indicators and (held := _measures_pointed_to(reading, knowledge)):
        yield kind.MEASURE, held, figures + math.log(_POINTED_TO)
    if not indicators:
        # Beside a figure that is named, a target that only shares words with the question is hardly meant.
        yield from _unnamed_figures(reading, figures + (math.log(_BESIDE_A_NAME) if measures else 0.0), knowledge)


def _unnamed_figures(reading: Reading, figures: float, knowledge: Knowledge) -> Iterator[About]:
    """The targets that a question which names none may be about: a set asked for outright, those its words point to, all."""
    kind, prior = SubjectKind, reading.prior
    # Who asks which targets there are on a matter (停车这方面承诺了几样) does not ask of one of them.
    of_targets = speaks_of("targets", reading.folded) or bool(statuses(reading.folded))
    several = bool(form("asks_several").search(reading.folded)) and of_targets
    alike = _alike(reading, knowledge)
    if several and len(alike) > 1:
        yield kind.THEME, alike, prior(kind.INDICATOR, kind.THEME, kind.MEASURE, "none") + math.log(_ASKED_FOR)
        return
    near = _pointed_to(reading, knowledge)
    sure = 0.0 if _begins_a_name(near, reading, knowledge) else math.log(_POINTED_TO)
    for subjects in dict.fromkeys([near, near[:1]]):
        if subjects:
            yield kind.INDICATOR, subjects, figures + sure
    whole = speaks_of("targets", reading.folded) or bool(statuses(reading.folded))
    whole = whole and not reading.named.of(kind.MEASURE)
    yield kind.INDICATOR, (), prior(kind.INDICATOR, kind.THEME, "none") + math.log(_SETS if whole else _UNSAID)
    if alike:
        yield kind.THEME, alike, prior(kind.INDICATOR, kind.THEME, kind.MEASURE, "none") + math.log(_POINTED_TO)


def _things(reading: Reading, knowledge: Knowledge) -> Iterator[About]:
    kind, prior, names = SubjectKind, reading.prior, reading.named
    for one in (kind.PROJECT, kind.PLACE, kind.DOCUMENT, kind.DISTRICT):
        if subjects := _of_its_kind(names.of(one), reading, knowledge):
            yield one, subjects, prior(one, "none")
    if reading.kinds or reading.unknown:
        places = _of_its_kind(names.of(kind.PLACE), reading, knowledge)
        yield kind.PLACE, places, prior(kind.PLACE, kind.DISTRICT)


def _of_its_kind(named: tuple[Subject, ...], reading: Reading, knowledge: Knowledge) -> tuple[Subject, ...]:
    """Of places that share a name those of the kind said beside it (the metro station of a park's name)."""
    kinds = {s.id: knowledge.places[s.id]["kind"] for s in named if s.kind is SubjectKind.PLACE}
    said = {s.text for s in named if kinds.get(s.id) in reading.kinds and _kind_follows(s.text, reading, knowledge)}
    return tuple(s for s in named if s.text not in said or kinds.get(s.id) in reading.kinds)


def _kind_follows(name: str, reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a word for the kind asked for stands right behind a name."""
    words = (w for p in knowledge.vocabulary.places.values() if set(p.kinds) & set(reading.kinds) for w in p.words)
    return any(re.search(rf"{re.escape(name)}\s*{re.escape(w)}", reading.text) for w in words)


def _families(named: tuple[Subject, ...], reading: Reading, knowledge: Knowledge) -> tuple[Subject, ...]:
    """With the same target for the other parts of the territory, where not just one part is asked for."""
    if len(reading.scopes) == 1:
        return named
    known = {s.id: s for s in named}
    families = {knowledge.indicators[s.id]["family"] for s in named}
    return tuple(
        known.get(i) or Subject(kind=SubjectKind.INDICATOR, id=i)
        for i, row in knowledge.indicators.items()
        if i in known or row["family"] in families
    )


def _pointed_to(reading: Reading, knowledge: Knowledge) -> tuple[Subject, ...]:
    """The indicators whose own words say most of a question that names none, the fullest first."""
    of_a_set = speaks_of("targets", reading.folded) or bool(statuses(reading.folded))
    if of_a_set and not (_telling_terms(reading, knowledge) or _english_left(reading)):
        # 哪几项没达标 says nothing that would tell one target from another.
        return ()
    likely = reading.likely["operation"].get(Operation.LIST, 0.0)
    listed = likely >= _LEAST_LIST and speaks_of("targets", reading.folded)
    several = listed or bool(form("asks_several").search(reading.folded))
    asked = Asked(reading.text, reading.folded, reading.language, wants_number=True, wants_all=several)
    found = indicators_found(find(asked, knowledge), asked, knowledge)
    return tuple(Subject(kind=SubjectKind.INDICATOR, id=row["id"]) for row in found)


def _begins_a_name(near: tuple[Subject, ...], reading: Reading, knowledge: Knowledge) -> bool:
    """Whether all a question says is part of the name of what it points to (暖气, as the plan says 供热普及率)."""
    said = knowledge.content_of(reading.text).replace(" ", "").strip("?？。!！")
    rows = [knowledge.indicators[s.id] for s in near]
    names = [knowledge.vocabulary.canonical(f"{r['name_zh']} {r['name_en']}").replace(" ", "") for r in rows]
    return len(said) > 1 and bool(names) and any(said in name for name in names)


def _measures_pointed_to(reading: Reading, knowledge: Knowledge) -> tuple[Subject, ...]:
    """The measures whose names say nearly all of a question that names none."""
    found = measures_found(Asked(reading.text, reading.folded, reading.language), knowledge)
    return tuple(Subject(kind=SubjectKind.MEASURE, id=m) for m in found[:_MOST_MEASURES])


def _alike(reading: Reading, knowledge: Knowledge) -> tuple[Subject, ...]:
    """The indicators that share a telling word with a question that asks for several (供水供气供热里面几项, all about waste)."""
    likely = sum(reading.likely["operation"].get(o, 0.0) for o in _OF_SETS)
    if likely < _LEAST_SET:
        return ()
    said = _telling_terms(reading, knowledge)
    held = {i: said & knowledge.name_terms[i] for i in knowledge.indicators}
    return tuple(Subject(kind=SubjectKind.INDICATOR, id=i, text=" ".join(t)) for i, t in held.items() if t)


def _english_left(reading: Reading) -> set[str]:
    """The words of an English question beside those of asking, statuses and years."""
    if reading.language != "en":
        return set()
    text = form("year").sub(" ", without_statuses(reading.named.rest))
    words = english_words(function_words().sub(" ", text))
    return {w for w in words if len(w) > 1 and not speaks_of("targets", w)}


def _telling_terms(reading: Reading, knowledge: Knowledge) -> set[str]:
    """The terms of a question that tell what it is of: of an English one the plan's words for it."""
    if reading.language == "en":
        return {t for zh in knowledge.vocabulary.translated(reading.text).values() for t in terms(zh) if len(t) > 1}
    content = knowledge.content_of(knowledge.vocabulary.without_scopes(without_statuses(reading.named.rest)))
    said = (t for t in terms(content) if len(t) > 1 and not t.isdigit())
    return {t for t in said if knowledge.classifier.familiar(t) < _FAMILIAR}

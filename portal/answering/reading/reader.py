"""A question → what it names, states and probably wants; and from that the queries it may be."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.answering.knowledge import Knowledge
from portal.answering.language.words import speaks_of, statuses
from portal.answering.normalise import MASKED
from portal.answering.passages import Asked, find, indicators_found, measures_found, neighbours
from portal.answering.query import Claim, Facet, Operation, Outside, Query, Subject, SubjectKind, Where
from portal.answering.reading import numbers
from portal.answering.reading.names import Named, named
from portal.answering.reading.numbers import Quantity, Times
from portal.answering.reading.patterns import form
from portal.retrieval.lexical import terms
from portal.texts.folding import fold

# Readings of operation and facet less likely than this are not looked up, nor more than so many of each.
_LEAST = 0.04
_MOST = 3
_PAIRS = 5
_FLOOR = 1e-3


@dataclass(frozen=True)
class Reading:
    """One question, read on its own.

    Attributes:
        question: cleaned and masked, as shown.
        folded: folded.
        text: in canonical words, what is set aside left out.
        language: of its words.
        named: the things it names.
        times: the years it states.
        quantities: the numbers it states.
        likely: head → value → probability (`examples.HEADS`).
        scopes: parts of the territory it asks about.
        kinds: kinds of place it asks about.
        unknown: names of places or bodies that the data do not hold.
    """

    question: str
    folded: str
    text: str
    language: str
    named: Named
    times: Times
    quantities: tuple[Quantity, ...]
    likely: Mapping[str, Mapping[str, float]]
    scopes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def outside(self) -> tuple[Outside, float]:
        """The likeliest kind of question that no document answers, and how likely it is to be of any."""
        others = {kind: p for kind, p in self.likely["kind"].items() if kind != "in"}
        return Outside(max(others, key=lambda kind: others[kind])), sum(others.values())

    @property
    def follows(self) -> float:
        """How likely the question goes on from the one before."""
        return self.likely["turn"].get("follow", 0.0)

    def asked(self) -> list[tuple[Operation, Facet, float]]:
        """Likely pairs of operation and facet with their log-likelihood, the likeliest first."""
        operations, facets = _top(self.likely["operation"]), _top(self.likely["facet"])
        pairs = [(Operation(o), Facet(f), math.log(p) + math.log(q)) for o, p in operations for f, q in facets]
        return sorted(pairs, key=lambda pair: -pair[2])[:_PAIRS]

    def prior(self, *kinds: SubjectKind | str) -> float:
        """The log-likelihood that the question is about one of some kinds of thing."""
        return math.log(max(sum(self.likely["subject"].get(str(k), 0.0) for k in kinds), _FLOOR))


def read(question: str, language: str, knowledge: Knowledge) -> Reading:
    """Read a question on its own.

    Args:
        question: normalised.
        language: of its words.
        knowledge: the published version, with its classifier.
    """
    # What was masked is not asked about: 〔手机号已隐去〕 is no question for a phone number.
    folded = fold(MASKED.sub(" ", question))
    spelt = knowledge.spelling.corrected(folded) if language == "en" else folded
    text = form("aside").sub("", knowledge.vocabulary.canonical(spelt))
    stated = tuple(numbers.quantities(text))
    names = named(text, language, stated, knowledge)
    return Reading(
        question=question,
        folded=folded,
        text=text,
        language=language,
        named=names,
        times=numbers.times(folded),
        quantities=tuple(numbers.quantities(folded)),
        likely=knowledge.likely(names.masked),
        scopes=knowledge.scopes(text),
        kinds=knowledge.place_kinds(text, names.mentions),
        unknown=knowledge.unknown_names(question, text, names.mentions),
    )


def queries(reading: Reading, knowledge: Knowledge) -> list[Query]:
    """What a question may be, standing alone; the likeliest first."""
    found = [
        _query(reading, about, subjects, operation, facet, likelihood + prior, knowledge)
        for about, subjects, prior in _about(reading, knowledge)
        for operation, facet, likelihood in reading.asked()
    ]
    return sorted(found, key=lambda q: -q.likelihood)


def _about(reading: Reading, knowledge: Knowledge) -> Iterable[tuple[SubjectKind, tuple[Subject, ...], float]]:
    """What the question may be about: each kind of thing it names, what its words point to, or the documents' text."""
    kind, prior, names = SubjectKind, reading.prior, reading.named
    indicators, measures = names.of(kind.INDICATOR), names.of(kind.MEASURE)
    figures = prior(kind.INDICATOR, kind.MEASURE, kind.CITY, kind.DISTRICT, kind.THEME, "none")
    if indicators:
        yield kind.INDICATOR, indicators, figures
    if measures:
        yield kind.MEASURE, measures, figures
    elif not indicators and (held := _measures_pointed_to(reading, knowledge)):
        yield kind.MEASURE, held, figures + math.log(_POINTED_TO)
    if not indicators:
        if near := _pointed_to(reading, knowledge):
            yield kind.INDICATOR, near, figures + math.log(_POINTED_TO)
        whole = speaks_of("targets", reading.folded) or bool(statuses(reading.folded))
        yield kind.INDICATOR, (), prior(kind.INDICATOR, kind.THEME, "none") + math.log(_SETS if whole else _UNSAID)
        if alike := _alike(reading, knowledge):
            yield kind.THEME, alike, prior(kind.INDICATOR, kind.THEME, kind.MEASURE, "none") + math.log(_POINTED_TO)
    for one in (kind.PROJECT, kind.PLACE, kind.DOCUMENT, kind.DISTRICT):
        if subjects := names.of(one):
            yield one, subjects, prior(one, "none")
    if reading.kinds or reading.unknown:
        yield kind.PLACE, names.of(kind.PLACE), prior(kind.PLACE, kind.DISTRICT)
    if not names.of(kind.PROJECT):
        whole = speaks_of("projects", reading.folded)
        yield kind.PROJECT, (), prior(kind.PROJECT) + math.log(_SETS if whole else _UNSAID)
    yield kind.CLAUSE, (), prior(kind.CLAUSE, kind.DOCUMENT, kind.THEME, kind.INDICATOR, "none")
    yield kind.PORTAL, names.of(kind.DATASET), prior(kind.PORTAL, kind.DATASET)


def _pointed_to(reading: Reading, knowledge: Knowledge) -> tuple[Subject, ...]:
    """The indicators whose own words say most of a question that names none."""
    asked = Asked(reading.text, reading.folded, reading.language, wants_number=True)
    found = indicators_found(find(asked, knowledge), asked, knowledge)
    return tuple(Subject(kind=SubjectKind.INDICATOR, id=row["id"]) for row in found)


def _measures_pointed_to(reading: Reading, knowledge: Knowledge) -> tuple[Subject, ...]:
    """The measures whose names say nearly all of a question that names none."""
    found = measures_found(Asked(reading.text, reading.folded, reading.language), knowledge)
    return tuple(Subject(kind=SubjectKind.MEASURE, id=m) for m in found[:_MOST])


def _alike(reading: Reading, knowledge: Knowledge) -> tuple[Subject, ...]:
    """The indicators that share a telling word with a question that asks for several (供水供气供热里面几项, all about waste)."""
    likely = sum(reading.likely["operation"].get(o, 0.0) for o in _OF_SETS)
    if likely < _LEAST_SET:
        return ()
    content = knowledge.content_of(reading.named.rest)
    if reading.language == "en":
        said = {t for zh in knowledge.vocabulary.translated(reading.text).values() for t in terms(zh) if len(t) > 1}
    else:
        said = {t for t in terms(content) if len(t) > 1 and knowledge.classifier.familiar(t) < _FAMILIAR}
    held = {i: said & knowledge.name_terms[i] for i in knowledge.indicators}
    return tuple(Subject(kind=SubjectKind.INDICATOR, id=i, text=" ".join(t)) for i, t in held.items() if t)


# A number in a list or count says which are meant (set at 100 %).
_CLAIMING = {Operation.CHECK, Operation.LIST, Operation.COUNT}
# Operations on several things, how likely they must be together for things to be grouped, and what is a word of asking.
_OF_SETS = (Operation.LIST, Operation.COUNT, Operation.SHARE, Operation.SUMMARISE, Operation.EXTREME, Operation.COMPARE)
_LEAST_SET = 0.3
_FAMILIAR = 0.02
# What the words only point to is less sure than what is named; so are sets with no name at all.
_POINTED_TO = 0.5
_SETS = 0.4
_UNSAID = 0.02


def _query(
    reading: Reading,
    about: SubjectKind,
    subjects: tuple[Subject, ...],
    operation: Operation,
    facet: Facet,
    likelihood: float,
    knowledge: Knowledge,
) -> Query:
    if operation is Operation.LIST and about is SubjectKind.INDICATOR and subjects:
        rows = [knowledge.indicators[s.id] for s in subjects]
        known = {s.id: s for s in subjects}
        alike = neighbours(rows, [s.text for s in subjects if s.text], knowledge)
        subjects = tuple(known.get(r["id"]) or Subject(kind=about, id=r["id"]) for r in alike)
    return Query(
        text=reading.text,
        question=reading.question,
        language=reading.language,
        subjects=subjects,
        about=about,
        facet=facet,
        operation=operation,
        where=where_of(reading, knowledge),
        claim=claim_of(reading, facet) if operation in _CLAIMING else None,
        outside=reading.outside[0],
        outside_likelihood=reading.outside[1],
        unknown=reading.unknown,
        elsewhere=_elsewhere(reading),
        likelihood=likelihood,
    )


def _elsewhere(reading: Reading) -> tuple[str, ...]:
    """The cities and regions named that are not the beginning of another name (天津 in 天津路)."""
    longer = [n for n in reading.unknown if n.removesuffix("市").removesuffix("省") not in reading.named.elsewhere]
    return tuple(e for e in reading.named.elsewhere if not any(n.startswith(e) and n != e for n in longer))


def where_of(reading: Reading, knowledge: Knowledge) -> Where:
    """What narrows a question down."""
    of, times = reading.named.of, reading.times
    where = Where(
        status=statuses(reading.folded),
        theme=next((s.id for s in of(SubjectKind.THEME)), None),
        clause=clause_named(reading.folded),
        document=next((s.id for s in of(SubjectKind.DOCUMENT)), None),
        years=times.years,
        from_=times.from_,
        to=times.to,
        cities=_cities(of(SubjectKind.CITY), knowledge),
        districts=tuple(s.id for s in of(SubjectKind.DISTRICT)),
        scopes=reading.scopes,
        kinds=reading.kinds,
        recent=times.recent,
        plan_years=times.plan_years,
        latest=times.latest,
    )
    return numbers.within(where, reading.folded)


def _cities(named: tuple[Subject, ...], knowledge: Knowledge) -> tuple[str, ...]:
    """The cities asked about; the own city alone goes without saying."""
    cities = tuple(dict.fromkeys(s.id for s in named))
    return () if cities == (knowledge.site.city,) else cities


def claim_of(reading: Reading, facet: Facet) -> Claim:
    """What a question that wants something confirmed states."""
    stated = reading.quantities[0] if reading.quantities else None
    about = "target" if facet in {Facet.TARGET, Facet.DUE, Facet.SCOPE, Facet.TEXT} else "result"
    return Claim(
        about="event" if stated is None and about == "result" else about,
        relation="is" if stated else "happened",
        value=stated.value if stated else None,
        unit=(stated.unit or None) if stated else None,
        negated=numbers.negated(reading.folded),
    )


def clause_named(folded: str) -> str | None:
    """The clause a folded question names: by number, or as part, chapter and item; None where it names none."""
    if match := form("clause_id").search(folded):
        return match[1]
    part = form("clause_part").search(folded)
    if not part:
        return None
    path, at = [part[1]], part.end()
    for name in ("clause_item", "clause_sub"):
        if found := form(name).search(folded, at):
            path.append(next(g for g in found.groups() if g))
            at = found.end()
    return ".".join(str(numbers.counted(p)) for p in path)


def _top(likely: Mapping[str, float]) -> list[tuple[str, float]]:
    ranked = sorted(likely.items(), key=lambda item: -item[1])
    return [(v, p) for n, (v, p) in enumerate(ranked[:_MOST]) if n == 0 or p >= _LEAST]

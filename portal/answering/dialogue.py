"""The query of this turn in the light of the one before and of the page it was asked from."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from portal.answering.knowledge import Knowledge
from portal.answering.lookup.columns import spoken_of
from portal.answering.lookup.documents import documents_of
from portal.answering.query import Claim, Query, Subject, SubjectKind
from portal.answering.reading.claims import OF_FIGURES, claim_of
from portal.answering.reading.numbers import pointing
from portal.answering.reading.reader import queries, where_of
from portal.answering.reading.reading import Reading
from portal.answering.reading.turns import Turn, beside_names, dangling, nouns, only_a_noun, target_of_kind
from portal.answering.turn_filters import BETWEEN, between, merged, moved

# A question of few words that names nothing goes on from the one before, whatever the model thinks of it.
_SHORT = 14
_SHORT_FOLLOWS = 0.6
_FLOOR = 0.02
# Who puts the turn before right goes on from it.
_CORRECTS = 0.97
_KEPT_BESIDE_A_NOUN = 0.05
# What is found by the words of the question.
_TEXTS = {SubjectKind.CLAUSE, SubjectKind.DOCUMENT}
# A kind of place asked for alone (停车场呢) after places is asked for where those were.
_PLACES_FOLLOW = 0.9
_OF_PLACES = {SubjectKind.PLACE, SubjectKind.DISTRICT}
# What may be swapped for another of its kind (东区呢 → 西区呢) while the rest of the question stays.
_FILTERS = {SubjectKind.CITY: "cities", SubjectKind.DISTRICT: "districts"}


def in_context(turn: Turn, before: Query | None, page: Subject | None, knowledge: Knowledge) -> list[Query]:
    """What a question may be, standing alone and going on from the one before; the likeliest first.

    Args:
        turn: this one, read.
        before: what the turn before was taken for.
        page: what the page shows, if anything: the subject of a question that names none.
        knowledge: the published version.
    """
    reading = turn.reading
    alone = queries(reading, knowledge)
    goes_on = _CORRECTS if turn.denied else _goes_on(reading, before, knowledge)
    found = [q.model_copy(update={"likelihood": q.likelihood + math.log(1 - goes_on)}) for q in alone]
    if before is not None:
        found = [q.model_copy(update={"subjects_before": _former(before, q.subjects)}) for q in found]
        found += _continued(turn, before, alone, math.log(goes_on), knowledge)
    elif page is not None and not reading.named.subjects:
        found += _about_page(reading, page, alone, math.log(max(goes_on, 0.5)))
    return sorted(found, key=lambda q: -q.likelihood)


def _goes_on(reading: Reading, before: Query | None, knowledge: Knowledge) -> float:
    """How likely the question goes on from the one before, short of 0 and 1."""
    if reading.times.same or "former" in pointing(reading.folded):
        return _CORRECTS
    likely = reading.follows
    if before is not None and dangling(reading, knowledge):
        return _CORRECTS
    if (
        before is not None
        and before.about in _OF_PLACES
        and reading.kinds
        and len(beside_names(reading, knowledge)) <= 1
    ):
        likely = max(likely, _PLACES_FOLLOW)
    if len(reading.question) <= _SHORT and not reading.named.subjects and not reading.kinds:
        likely = max(likely, _SHORT_FOLLOWS)
    return min(max(likely, _FLOOR), 1 - _FLOOR)


def _continued(
    turn: Turn, before: Query, alone: Sequence[Query], prior: float, knowledge: Knowledge
) -> Iterator[Query]:
    """The turn before with what this one changes: its subject, its filters, or what is asked of them."""
    reading = turn.reading
    named = tuple(s for s in reading.named.subjects if s.kind not in _FILTERS)
    if not named and "former" in pointing(reading.folded):
        named, before = before.subjects_before, _as_former(before)
    of_district = _of_district(reading, before, knowledge)
    replaced = named or nouns(reading, before, knowledge) or target_of_kind(reading, before, knowledge)
    if not replaced and of_district is None:
        replaced = _measured(reading, alone, knowledge)
    if replaced and not named:
        # A new noun replaces the subject: what it stood for before is hardly meant.
        yield from _changed(turn, before, alone, (replaced, prior), knowledge)
        prior += math.log(_KEPT_BESIDE_A_NOUN)
    if of_district is not None:
        yield from _changed(turn, of_district, alone, (named, prior), knowledge)
        prior += math.log(_KEPT_BESIDE_A_NOUN)
    yield from _changed(turn, before, alone, (named, prior), knowledge)


def _former(before: Query, subjects: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """What the turns before a turn were about, if not what it is about itself."""
    same = not before.subjects or {s.id for s in before.subjects} == {s.id for s in subjects}
    return before.subjects_before if same else before.subjects


def _as_former(before: Query) -> Query:
    """The turn before, asked of the year or place that the one before it asked of, where it went on to another."""
    moved_back = before.where_before is not None and not before.subjects_before
    return before.model_copy(update={"where": before.where_before}) if moved_back else before


def _measured(reading: Reading, alone: Iterable[Query], knowledge: Knowledge) -> tuple[Subject, ...]:
    """The figures that are no target's, whose names say nearly all of a question that names none (那一年的入网面积); of a part of the
    territory (中心城区呢) the same is asked as before."""
    if reading.scopes:
        return ()
    pointed_to = (q.subjects for q in alone if q.about is SubjectKind.MEASURE)
    return next((s for s in pointed_to if s and not any(m.id in knowledge.indicators for m in s)), ())


def _of_district(reading: Reading, before: Query, knowledge: Knowledge) -> Query | None:
    """The turn before as one about a district, where of a district whose figure it asked for this one asks something else that its
    table holds (有几个镇); None where it does not."""
    if not before.where.districts or before.about is not SubjectKind.MEASURE:
        return None
    if not {"streets", "population_note"} & set(spoken_of("districts", reading.text)):
        return None
    names = " ".join(str(knowledge.districts[d]["name"]) for d in before.where.districts)
    return before.model_copy(update={"about": SubjectKind.DISTRICT, "subjects": (), "text": names})


def _changed(
    turn: Turn,
    before: Query,
    alone: Sequence[Query],
    subjects_prior: tuple[tuple[Subject, ...], float],
    knowledge: Knowledge,
) -> Iterator[Query]:
    """The turn before with other subjects, or its own where there are none."""
    reading, (subjects, prior) = turn.reading, subjects_prior
    base = _base(reading, before, subjects, knowledge)
    same_asked = _same_asked(reading, bool(subjects), knowledge)
    # The same thing asked of another subject, place or year.
    same = {"operation": before.operation, "facet": turn.instead or before.facet, "claim": None}
    if same["facet"] is not turn.denied:
        yield before.model_copy(update=base | same | {"likelihood": prior + same_asked})
    if subjects and subjects[0].kind is not before.about:
        return
    seen: set[tuple[object, object]] = set()
    for query in alone:
        asked = (query.operation, query.facet)
        if asked not in seen and query.facet is not turn.denied:
            seen.add(asked)
            claim = _claim_of(turn, before, query, subjects)
            new: dict[str, object] = {"operation": query.operation, "facet": query.facet, "claim": claim}
            if query.operation in BETWEEN and not subjects:
                new |= between(before, base["where"])
            likelihood = _log_asked(reading, query) + prior + math.log(1 - math.exp(same_asked))
            yield before.model_copy(update=base | new | {"likelihood": likelihood})


def _claim_of(turn: Turn, before: Query, query: Query, subjects: tuple[Subject, ...]) -> Claim | None:
    """What a turn states; of who asks where a number is from that the turn before stated, that number."""
    claim = claim_of(turn.reading, query.operation, query.facet)
    same = query.facet in OF_FIGURES and not subjects
    return before.claim if claim is None and same else claim


def _base(reading: Reading, before: Query, subjects: tuple[Subject, ...], knowledge: Knowledge) -> dict[str, Any]:
    """What is this turn's own, and of which subjects it speaks."""
    about = subjects[0].kind if subjects else before.about
    of_places = before.about in _OF_PLACES
    if kinds_changed := bool(of_places and reading.kinds and reading.kinds != before.where.kinds):
        about = SubjectKind.PLACE
    # What is found by its words is found by the new ones alone.
    # Another document is asked the same thing, not another one (那节约用水条例呢).
    noun = only_a_noun(reading, knowledge) and not documents_of(knowledge).named_documents(reading.question)
    anew = bool(subjects) or (before.about in _TEXTS and noun)
    where = merged(before, where_of(reading, knowledge), reading, knowledge)
    earlier = before.where if moved(before, where) else before.where_before
    return {
        "where_before": None if subjects else earlier,
        "subjects_before": _former(before, subjects or before.subjects),
        "text": reading.text if anew else f"{before.text} {reading.text}",
        "question": reading.question,
        "inherited": True,
        "where": where,
        "language": reading.language,
        "outside": reading.outside[0],
        "outside_likelihood": reading.outside[1],
        "unknown": reading.unknown,
        "subjects": subjects or (() if kinds_changed else _of_parts(reading, before, knowledge)),
        "about": about,
    }


def _of_parts(reading: Reading, before: Query, knowledge: Knowledge) -> tuple[Subject, ...]:
    """The subjects before, with the same targets for the other parts of the city where this turn names a part."""
    families = {knowledge.indicators[s.id]["family"] for s in before.subjects if s.id in knowledge.indicators}
    held = {s.id for s in before.subjects}
    alike = [i for i, row in knowledge.indicators.items() if row["family"] in families and i not in held]
    others = tuple(Subject(kind=SubjectKind.INDICATOR, id=i) for i in alike) if reading.scopes else ()
    return (*before.subjects, *others)


def _same_asked(reading: Reading, replaced: bool, knowledge: Knowledge) -> float:
    """Log-likelihood that this turn asks the same as the one before: only what it names is new, it says little else."""
    said = len(beside_names(reading, knowledge))
    named = bool(replaced or reading.named.subjects or reading.times.any or reading.kinds or reading.scopes)
    named = named or "former" in pointing(reading.folded)
    return math.log(0.85 if named and said <= 1 else 0.4 if named and said <= 6 else 0.1)


def _log_asked(reading: Reading, query: Query) -> float:
    likely = reading.likely
    return math.log(likely["operation"][query.operation]) + math.log(likely["facet"][query.facet])


def _about_page(reading: Reading, page: Subject, alone: Iterable[Query], prior: float) -> Iterable[Query]:
    for query in alone:
        if not query.subjects:
            new = {"subjects": (page,), "about": page.kind, "inherited": True}
            yield query.model_copy(update=new | {"likelihood": prior + _log_asked(reading, query)})

"""A question → what it names, states and probably wants; and from that the queries it may be."""

import math

from portal.answering.knowledge import Knowledge
from portal.answering.language.lexicon import speaks_of, statuses
from portal.answering.query import Facet, Language, Operation, Query, Subject, SubjectKind, Where
from portal.answering.reading import numbers
from portal.answering.reading.claims import claim_of, clause_named, numbers_beside_names
from portal.answering.reading.names import named
from portal.answering.reading.patterns import form
from portal.answering.reading.reading import Reading
from portal.answering.reading.subjects import subjects_of, with_neighbours
from portal.answering.reading.titles import clause_titled
from portal.answering.reading.unlisted import place_kinds, unknown_names
from portal.texts.folding import fold
from portal.texts.personal_data import MASKED

# What it costs to tell a target to who asks whether it was reached.
_NOT_ASKED = 0.1
_ONE_OR_TWO = (1, 2)
# What is asked of a figure or a table and hardly ever stated of one.
# Nobody who asks whether something was done asks for these.
_NO_STATUS = {Facet.TARGET, Facet.METHOD, Facet.DEFINITION}
_NEVER_CLAIMED = {Facet.SOURCE, Facet.LICENCE, Facet.UPDATE, Facet.METHOD, Facet.DOWNLOAD, Facet.CONTACT}


def read(question: str, language: Language, knowledge: Knowledge) -> Reading:
    """Read a question on its own.

    Args:
        question: normalised.
        language: of its words.
        knowledge: the published version, with its classifier.
    """
    # What was masked is not asked about: 〔手机号已隐去〕 is no question for a phone number.
    folded = _in_full(fold(MASKED.sub(" ", question)))
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
        stated=stated,
        likely=knowledge.likely(names.masked),
        scopes=knowledge.scopes(text),
        scoped=tuple(
            knowledge.scopes(text[before : q.start])
            for before, q in zip([0, *(q.end for q in stated)], stated, strict=False)
        ),
        kinds=place_kinds(text, names.mentions, knowledge),
        unknown=unknown_names(question, text, names.mentions, knowledge),
    )


def _in_full(folded: str) -> str:
    """A folded question with short years in four digits (22年 → 2022年), English counts in digits (seven targets → 7 targets), and
    names without a word that points into them."""
    digits = form("number_english").sub(lambda m: str(numbers.NUMBER_WORDS[m[1]]), folded)
    return form("year_short").sub(r"20\1", form("pointing").sub("", digits))


def queries(reading: Reading, knowledge: Knowledge) -> list[Query]:
    """What a question may be, standing alone; the likeliest first."""
    found = [
        query_of(reading, about, subjects, operation, facet, likelihood + prior, knowledge)
        for about, subjects, prior in subjects_of(reading, knowledge)
        for operation, facet, likelihood in reading.asked()
    ]
    return sorted(found, key=lambda q: -q.likelihood)


def query_of(
    reading: Reading,
    about: SubjectKind,
    subjects: tuple[Subject, ...],
    operation: Operation,
    facet: Facet,
    likelihood: float,
    knowledge: Knowledge,
) -> Query:
    """One reading as a query, with all that narrows it down and what it states.

    Args:
        reading: of the question.
        about: the kind of thing whose rows or texts answer.
        subjects: the things of that kind.
        operation: what is to be done.
        facet: what of them is wanted.
        likelihood: of this reading, a logarithm.
        knowledge: the published version.
    """
    if facet in _NO_STATUS and operation is not Operation.CHECK and form("whether_reached").search(reading.folded):
        # Who asks whether a target was reached does not ask what it is.
        likelihood += math.log(_NOT_ASKED)
    operation = _meant(operation, facet, reading)
    if operation is Operation.LIST and about is SubjectKind.INDICATOR:
        subjects = with_neighbours(subjects, knowledge)
    where = where_of(reading, knowledge)
    if operation is Operation.CHECK and form("changed").search(reading.folded):
        # Whether it fell in a year is told by the year before, and not by whether the target was reached.
        operation, where = _changed(operation, where)
    if operation is Operation.EXTREME and _beyond(where, reading):
        # 哪些市超过41% asks for all of them, not for the first.
        operation = Operation.COUNT
    if titled := clause_titled(reading, about, operation, knowledge):
        # The names in a clause's title are not what is asked for.
        subjects, where = (), where.model_copy(update={"clause": titled})
    return Query(
        text=reading.text,
        question=reading.question,
        language=reading.language,
        subjects=subjects,
        about=about,
        facet=facet,
        operation=operation,
        where=where,
        claim=claim_of(reading, operation, facet),
        outside=reading.outside[0],
        outside_likelihood=reading.outside[1],
        unknown=reading.unknown,
        elsewhere=_elsewhere(reading),
        likelihood=likelihood,
    )


def _meant(operation: Operation, facet: Facet, reading: Reading) -> Operation:
    """The operation a question's closed forms leave of the one it was read as."""
    if operation is Operation.CHECK and _asks_plainly(reading, facet):
        operation = Operation.VALUE
    if operation is Operation.VALUE and form("asks_several").search(reading.folded) and _of_targets(reading):
        return Operation.LIST
    if operation is Operation.CHECK and _says_how_it_went(reading):
        return Operation.SERIES
    reached = form("whether_reached").search(reading.folded) and not reading.times.any
    if operation is Operation.SERIES and (reached or _states_of_every_year(reading)):
        return Operation.CHECK
    return operation


def _of_targets(reading: Reading) -> bool:
    """Whether a question speaks of targets and of no result of one (立了几个目标)."""
    return speaks_of("targets", reading.folded) and not statuses(reading.folded)


def _says_how_it_went(reading: Reading) -> bool:
    """Whether it is stated how something went year after year, without a number (一直在涨，从没掉过)."""
    states_none = not numbers_beside_names(reading) and numbers.rank(reading.folded) is None
    return states_none and bool(form("always").search(reading.folded)) and bool(form("moving").search(reading.folded))


def _states_of_every_year(reading: Reading) -> bool:
    """Whether a number is stated of every year and it is asked whether that is so (一直都在98%以上吗)."""
    asks = reading.folded.rstrip("?？ ").endswith(("吗", "么", "吧")) or form("tag").search(reading.folded)
    return bool(asks) and bool(form("always").search(reading.folded)) and bool(numbers_beside_names(reading))


def _changed(operation: Operation, where: Where) -> tuple[Operation, Where]:
    """The years that tell whether something rose or fell, where any are named."""
    if where.from_ is not None:
        return Operation.SERIES, where
    if len(where.years) not in _ONE_OR_TWO:
        return operation, where
    first, last = min(where.years), max(where.years)
    return Operation.SERIES, where.model_copy(update={"years": (), "from_": first - (first == last), "to": last})


def _beyond(where: Where, reading: Reading) -> bool:
    """Whether a number is stated that is to be passed, and no end of a list is asked for."""
    thresholds = where.over is not None or where.under is not None
    return thresholds and not (where.lowest or form("highest").search(reading.folded))


def _asks_plainly(reading: Reading, facet: Facet) -> bool:
    """Whether what sounds like a claim states nothing that could be so or not (这数谁说的): what is asked is told."""
    if facet not in _NEVER_CLAIMED or numbers_beside_names(reading):
        return False
    return not any(form(name).search(reading.folded) for name in ("beside", "accusation"))


def _elsewhere(reading: Reading) -> tuple[str, ...]:
    """The cities and regions named that are not the beginning of another name (that of a road)."""
    longer = [n for n in reading.unknown if n.removesuffix("市").removesuffix("省") not in reading.named.elsewhere]
    return tuple(e for e in reading.named.elsewhere if not any(n.startswith(e) and n != e for n in longer))


def where_of(reading: Reading, knowledge: Knowledge) -> Where:
    """What narrows a question down."""
    of, times = reading.named.of, reading.times
    where = Where(
        # A status in a target's name (达标面积比例) is not asked for.
        status=statuses(reading.named.rest),
        theme=next((s.id for s in of(SubjectKind.THEME)), None),
        clause=clause_named(reading.folded),
        document=next((s.id for s in of(SubjectKind.DOCUMENT)), None),
        years=times.years or _before_the_plan(reading, knowledge),
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


def _before_the_plan(reading: Reading, knowledge: Knowledge) -> tuple[int, ...]:
    """The last year before the plan, where the question says “before the plan” and no year."""
    said = form("before_plan").search(reading.folded) and not reading.times.any
    return (knowledge.site.period_start.year - 1,) if said else ()


def _cities(named: tuple[Subject, ...], knowledge: Knowledge) -> tuple[str, ...]:
    """The cities asked about; the own city alone goes without saying."""
    cities = tuple(dict.fromkeys(s.id for s in named))
    return () if cities == (knowledge.site.city,) else cities

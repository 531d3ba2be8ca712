"""What a turn says of the turn before: that it puts it right, that it only points back, the bare noun that replaces its subject."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from re import escape, sub

from portal.answering.english import english_words
from portal.answering.knowledge import Knowledge, Row
from portal.answering.language.lexicon import status_words
from portal.answering.normalise import language_of
from portal.answering.query import Facet, Query, Subject, SubjectKind
from portal.answering.reading.patterns import form
from portal.answering.reading.reader import read
from portal.answering.reading.reading import Reading
from portal.retrieval.lexical import terms
from portal.texts.folding import fold

# A question likelier than this to go on from another, that names nothing, says nothing without it.
_FOLLOWS = 0.8
# An n-gram in this share of the examples is a word of asking and says nothing of the subject.
_FAMILIAR = 0.02
# A noun in the names of more kinds of target than this is no name of any.
_MOST_FAMILIES = 3
_SHORT = {"zh": 14, "en": 45}
# What is meant by who denies a facet and names no other.
_INSTEAD = {Facet.TARGET: Facet.RESULT, Facet.RESULT: Facet.TARGET, Facet.STATUS: Facet.TARGET}


@dataclass(frozen=True)
class Turn:
    """A question as one of a conversation.

    Attributes:
        reading: of what it asks, a denial at its beginning left out.
        denied: the facet it says is not meant (不是问目标), if any.
        instead: the facet meant where it names no other.
    """

    reading: Reading
    denied: Facet | None = None
    instead: Facet | None = None


def turn_of(question: str, before: Query | None, knowledge: Knowledge) -> Turn:
    """Read a question; after another, what it denies is set aside and a word of asking is no name of a dataset (来源是哪).

    Args:
        question: normalised.
        before: what the turn before was taken for.
        knowledge: the published version.
    """
    reading = read(question, language_of(question), knowledge)
    if before is None:
        return Turn(reading)
    # In the question's own characters: what was read may have years written out and words left out.
    denial = form("denied").match(fold(question))
    if denial and (rest := question[denial.end() :].strip()):
        said = read(question[: denial.end()], reading.language, knowledge)
        # Who denies a year or a thing denies nothing of what is asked of it.
        refused = None if said.times.any or said.named.subjects else _facet(said)
        return Turn(_of_the_same(read(rest, language_of(question), knowledge), knowledge), denied=refused)
    if form("correction").search(reading.folded) and not reading.named.subjects:
        refused = _facet(reading)
        return Turn(reading, denied=refused, instead=_INSTEAD.get(refused))
    return Turn(_of_the_same(reading, knowledge))


def _facet(reading: Reading) -> Facet:
    likely = reading.likely["facet"]
    return Facet(max(likely, key=lambda f: likely[f]))


def _of_the_same(reading: Reading, knowledge: Knowledge) -> Reading:
    """A short question whose only name is a dataset's, named by a word for what can be asked of anything, without that name."""
    named = reading.named
    if not short(reading) or not named.subjects or any(s.kind is not SubjectKind.DATASET for s in named.subjects):
        return reading
    plain = replace(named, mentions=(), subjects=(), masked=reading.text, rest=reading.text)
    return replace(reading, named=plain, likely=knowledge.likely(reading.text))


def short(reading: Reading) -> bool:
    """Whether a question has few words."""
    return len(reading.question) <= _SHORT[reading.language]


def dangling(reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a question with none before it only points back (它达标了吗, 那县级城市呢) and so asks nothing that can be looked up."""
    named = reading.named
    if named.subjects or named.elsewhere or reading.kinds or reading.unknown or reading.quantities:
        return False
    if len(reading.question) > 2 * _SHORT[reading.language] or form("aside").search(reading.folded):
        # What is set aside (除了人均道路面积，其它…) is named.
        return False
    # 口径不同的是哪几项 chooses among all targets and points back to none.
    likely = 0.0 if status_words(reading.folded) else reading.follows
    if not form("points_back").search(reading.folded) and likely < _FOLLOWS:
        return False
    return not _telling(_noun(reading, knowledge), reading, knowledge)


def nouns(reading: Reading, before: Query, knowledge: Knowledge) -> tuple[Subject, ...]:
    """The targets that a short question's bare noun is part of the name of (那燃气呢), those beside the target before first.

    Args:
        reading: of a question that names nothing outright.
        before: what the turn before was taken for.
        knowledge: the published version.
    """
    noun = _noun(reading, knowledge)
    if not short(reading) or not _telling(noun, reading, knowledge):
        return ()
    if reading.language == "en":
        words = english_words(noun)
        held = [knowledge.indicators[i] for i, names in knowledge.english_names.items() if words <= names]
        return _subjects(_beside(held, before, knowledge), noun)
    return _subjects(_named_with(noun, before, knowledge), noun) if len(noun.split()) <= 1 else ()


def target_of_kind(reading: Reading, before: Query, knowledge: Knowledge) -> tuple[Subject, ...]:
    """The target about a kind of place that a turn names after one about another target (what about chargers).

    Args:
        reading: of the turn.
        before: what the turn before was taken for.
        knowledge: the published version.
    """
    if before.about is not SubjectKind.INDICATOR:
        return ()
    of = {p.indicator for p in knowledge.vocabulary.places.values() if p.kinds == reading.kinds}
    held = sorted(i for i in of if i in knowledge.indicators and i not in before.of(SubjectKind.INDICATOR))
    return tuple(Subject(kind=SubjectKind.INDICATOR, id=i) for i in held)


def _named_with(noun: str, before: Query, knowledge: Knowledge) -> list[Row]:
    """The targets whose Chinese name begins with a noun, or else holds it."""
    names = {i: _names(row, knowledge) for i, row in knowledge.indicators.items()}
    begun = [knowledge.indicators[i] for i, called in names.items() if any(n.startswith(noun) for n in called)]
    held = [knowledge.indicators[i] for i, called in names.items() if any(noun in n for n in called)]
    return _beside(begun, before, knowledge) or _beside(held, before, knowledge)


def only_a_noun(reading: Reading, knowledge: Knowledge) -> bool:
    """Whether a question only says, in words of the plan, what it is about (那物业调解呢)."""
    told = _telling(_noun(reading, knowledge), reading, knowledge)
    return any(t in knowledge.plan_terms for t in told) and len(beside_names(reading, knowledge)) <= 1


def beside_names(reading: Reading, knowledge: Knowledge) -> str:
    """What a question says beside names, bare nouns, times and parts of the city, and the words by which one goes on (那…呢)."""
    noun = _noun(reading, knowledge)
    told = _telling(noun, reading, knowledge)
    text = reading.named.rest.replace(noun, " ") if noun and told else reading.named.rest
    text = form("year").sub(" ", _timeless(text, knowledge))
    if reading.kinds:
        words = (w for place in knowledge.vocabulary.places.values() for w in place.words)
        text = sub("|".join(map(escape, sorted(words, key=len, reverse=True))), " ", text)
    return form("goes_on").sub("", text.strip()).replace("年", "")


def _timeless(text: str, knowledge: Knowledge) -> str:
    """A canonical text without words of time and of part of the city."""
    for name in ("counted_from_before", "latest", "recent_years"):
        text = form(name).sub(" ", text)
    for scope in knowledge.vocabulary.scopes:
        for pattern in scope.asked:
            text = sub(pattern, " ", text)
    return text


def _noun(reading: Reading, knowledge: Knowledge) -> str:
    """What is left of a canonical question without words of asking, of time, of status, of part of the city, and pointing back."""
    text = _timeless(form("points_back").sub(" ", reading.text), knowledge)
    for word in status_words(text):
        text = text.replace(word, " ")
    return knowledge.content_of(text).strip(" ?？!！。.,，的")


def _telling(noun: str, reading: Reading, knowledge: Knowledge) -> Collection[str]:
    """The words of a noun that are no words of asking."""
    if reading.language == "en":
        return english_words(noun)
    return {t for t in terms(noun) if len(t) > 1 and knowledge.classifier.familiar(t[:3]) < _FAMILIAR}


def _names(row: Row, knowledge: Knowledge) -> list[str]:
    return [
        knowledge.vocabulary.canonical(name)
        for name in (row["name_zh"], *fold(str(row["aliases"] or "")).split("|"))
        if name
    ]


def _beside(rows: list[Row], before: Query, knowledge: Knowledge) -> list[Row]:
    """Those stated in the same clause as what was asked about before; all where none is."""
    clauses = {knowledge.indicators[s.id]["clause"] for s in before.subjects if s.id in knowledge.indicators}
    return [r for r in rows if r["clause"] in clauses] or rows


def _subjects(rows: list[Row], noun: str) -> tuple[Subject, ...]:
    if len({r["family"] for r in rows}) > _MOST_FAMILIES:
        return ()
    return tuple(Subject(kind=SubjectKind.INDICATOR, id=r["id"], text=noun) for r in rows)

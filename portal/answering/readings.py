"""The other ways a question could have been meant, each by a number, so that a reader can put a misreading right."""

from collections.abc import Sequence

from portal.answering.dialogue import in_context
from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.models import READINGS_MAX, Reading
from portal.answering.query import Query, Subject, SubjectKind
from portal.answering.question_splitting import cores_of
from portal.answering.reading.turns import Turn, turn_of
from portal.answering.telling import tell
from portal.answering.understood import understood

# The end of a story likelier than this to be outside the documents is what is asked.
_OUTSIDE = 0.65
_WHERE = {SubjectKind.CITY, SubjectKind.DISTRICT}


def readings_of(
    question: str, turn: Turn, before: Query | None, page: Subject | None, knowledge: Knowledge
) -> list[Query]:
    """What a question may be, read whole and, at the end of a story, without it; the likeliest first."""
    readings = in_context(turn, before, page, knowledge)
    for core in cores_of(question, knowledge):
        closing = turn_of(core, before, knowledge)
        if _asks_outside(closing):
            # What is told around such a question (the flat, the two children) is no question for any of it.
            return in_context(closing, before, page, knowledge)
        readings += in_context(closing, before, page, knowledge)
    return sorted(readings, key=lambda q: -q.likelihood)


def _asks_outside(turn: Turn) -> bool:
    """Whether the end of a story names nothing but where, and asks what no document answers."""
    named = (s.kind for s in turn.reading.named.subjects)
    return turn.reading.outside[1] >= _OUTSIDE and all(kind in _WHERE for kind in named)


# Readings told at most in looking for others: each costs a millisecond or two.
_TOLD = 8


def others(found: Sequence[Facts], knowledge: Knowledge) -> list[Facts]:
    """Readings other than the best that have facts of their own, the best first; no two with the same answer or the same words.

    Args:
        found: what was found for the readings of one question, the best first.
        knowledge: the published version.

    Returns:
        At most `READINGS_MAX`.
    """
    told = set(_marks(found[0], knowledge))
    kept: list[Facts] = []
    for facts in [f for f in found[1:] if not isinstance(f, Nothing)][:_TOLD]:
        marks = _marks(facts, knowledge)
        if not told & marks:
            kept.append(facts)
            told |= marks
    return kept[:READINGS_MAX]


def _marks(facts: Facts, knowledge: Knowledge) -> set[str]:
    """What tells two readings apart: how each was understood, and the first sentence of its answer."""
    return {understood(facts.query, knowledge), tell(facts, knowledge).text.split("\n", 1)[0]}


def offered(found: Sequence[Facts], told: Facts, knowledge: Knowledge) -> list[Reading]:
    """The other readings as an answer offers them, without the one it tells."""
    numbered = enumerate(others(found, knowledge), start=1)
    return [Reading(reading=n, understood=understood(f.query, knowledge)) for n, f in numbered if f is not told]


def meant(found: Sequence[Facts], reading: int, knowledge: Knowledge) -> list[Facts]:
    """The readings with the one asked for first: 0 the best, n the n-th of the others; the best where there are fewer."""
    wanted = others(found, knowledge)[reading - 1 : reading] if reading else []
    return [*wanted, *(f for f in found if f not in wanted)]

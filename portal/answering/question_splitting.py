"""Questions that are two or three in one, and the question in a long message."""

from collections.abc import Callable

from portal.answering.reading.patterns import form

_MOST = 3
_SHORTEST = 4
# A message longer than this tells a story around its question.
_STORY = 45


def parts_of(question: str, names_something: Callable[[str], bool]) -> list[str]:
    """The parts of a message that ask something each, in order; one part, the whole, where it asks one thing.

    Args:
        question: normalised.
        names_something: whether a piece names anything the data hold: only then is it a question of its own beside a comma.
    """
    sentences = [s.strip() for s in form("sentence_end").split(question) if s.strip()]
    asking = [s for s in sentences if _asks(s)]
    if 1 < len(asking) <= _MOST:
        return asking
    pieces = [p.strip() for p in form("clause_end").split(question) if p.strip()]
    if (
        len(sentences) == 1
        and len(question) <= _STORY
        and len(pieces) == _MOST - 1
        and all(_asks(p) and names_something(p) for p in pieces)
    ):
        return pieces
    return [question]


def core_of(part: str) -> str | None:
    """The end of a long message from its last piece that asks something on; None where the message is short or has no such piece."""
    if len(part) <= _STORY:
        return None
    pieces = [p for p in form("clause_end").split(part) if p.strip()]
    asking = [n for n, p in enumerate(pieces) if _asks(p)]
    if not asking or asking[-1] == 0:
        return None
    return "，".join(pieces[asking[-1] :]).strip()


def _asks(piece: str) -> bool:
    return len(piece) >= _SHORTEST and bool(form("asks").search(piece.lower()))

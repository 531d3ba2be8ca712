"""Names written with one wrong character, found in a text."""

import re
from collections.abc import Iterable, Iterator

# One wrong character is forgiven in names this long, where there are not more names than can be kept in so many forms.
_SHORTEST = 5
_MOST = 20_000
_ONLY_HAN = re.compile(r"[\u3400-\u9fff]+")


class Misspelt:
    """Finds names of five Chinese characters or more with one of them wrong (老旧小去改造).

    Args:
        names: all there are; of more than twenty thousand none is found.
    """

    def __init__(self, names: Iterable[str]) -> None:
        han = [name for name in names if len(name) >= _SHORTEST and _ONLY_HAN.fullmatch(name)]
        kept = han if len(han) <= _MOST else []
        self._open = {opened: name for name in kept for opened in _wildcards(name)}
        # With one character wrong a half of the name is right: few parts of a question have such a half.
        self._halves = {half for name in kept for half in _halves(name)}
        self._lengths = {len(name) for name in kept}

    def find(self, text: str) -> dict[tuple[int, int], str]:
        """The names a text has with one character wrong, by where."""
        spans = ((start, start + n) for n in self._lengths for start in range(len(text) - n + 1))
        found = ((span, self._meant(text[slice(*span)])) for span in spans)
        return {span: name for span, name in found if name is not None}

    def _meant(self, part: str) -> str | None:
        if self._halves.isdisjoint(_halves(part)):
            return None
        return next((self._open[w] for w in _wildcards(part) if w in self._open), None)


def _wildcards(text: str) -> Iterator[str]:
    """A name with each of its characters in turn left open."""
    return (f"{text[:n]}?{text[n + 1 :]}" for n in range(len(text)))


def _halves(text: str) -> tuple[tuple[int, str], tuple[int, str]]:
    """The halves of a name: of names of one length, with which end it is; the second's length is told by a number below zero."""
    middle = len(text) // 2
    return (len(text), text[:middle]), (-len(text), text[middle:])

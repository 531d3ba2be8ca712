"""English words by their stems, so that lifts are found by lift and renovation by renovated (Porter's second algorithm)."""

import re
from functools import lru_cache

from snowballstemmer import stemmer

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")


def stems(text: str) -> list[str]:
    """The stems of the English words of a folded text, in order."""
    return [_stem(word) for word in _WORD.findall(text)]


def stemmed(text: str) -> str:
    """A folded text with every English word as its stem, the rest as it is."""
    return _WORD.sub(lambda m: _stem(m.group()), text)


@lru_cache(maxsize=16_384)
def _stem(word: str) -> str:
    # A stemmer of its own for each: one keeps state while it works, and several threads ask.
    stem: str = stemmer("english").stemWord(word.removesuffix("'s"))
    return stem

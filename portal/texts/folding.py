"""One form of a text for comparing: width, script, case and apostrophes made alike."""

import unicodedata
from functools import lru_cache
from typing import Any

# A longer text is folded when a version is read, and not again.
_REMEMBERED_LENGTH = 2_000


@lru_cache(maxsize=1)
def _to_simplified() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def fold(text: str) -> str:
    """The text as the index compares it: NFKC (full width → half width), simplified characters, lower case, straight apostrophes."""
    return _folded(text) if len(text) <= _REMEMBERED_LENGTH else _fold(text)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    simplified = plain if plain.isascii() else str(_to_simplified().convert(plain))
    return simplified.lower().replace("’", "'")


# The same names and passages are compared with every question; converting them takes most of the time.
_folded = lru_cache(maxsize=16_384)(_fold)

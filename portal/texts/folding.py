"""One form of a text for comparing: width, script, case and apostrophes made alike."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

# A longer text is folded when a version is read, and not again.
_REMEMBERED_LENGTH = 2_000


@lru_cache(maxsize=1)
def _to_simplified() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=1)
def _changed() -> re.Pattern[str]:
    """What any text holds that conversion would change: of each entry that is no entry for itself one character, best one that is
    changed by itself."""
    entries = {k: v for _, _, words in _to_simplified().dict_cache.values() for k, v in words.items() if k != v}
    marks = {next((c for c in entry if entries.get(c)), entry[0]) for entry in entries}
    return re.compile(f"[{re.escape(''.join(sorted(marks)))}]")


def simplified(text: str) -> str:
    """The text in simplified characters."""
    # Nearly every text is; looking a text up in the dictionaries takes fifty times as long as seeing that.
    return str(_to_simplified().convert(text)) if _changed().search(text) else text


def fold(text: str) -> str:
    """The text as the index compares it: NFKC (full width → half width), simplified characters, lower case, straight apostrophes."""
    return _folded(text) if len(text) <= _REMEMBERED_LENGTH else _fold(text)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return (plain if plain.isascii() else simplified(plain)).lower().replace("’", "'")


# The same names and passages are compared with every question; converting them takes most of the time.
_folded = lru_cache(maxsize=16_384)(_fold)

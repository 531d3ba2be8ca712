"""Which column, format or thing of the portal a question's words speak of, by the words kept in `columns.toml`."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from portal.texts.folding import fold


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "columns.toml").read_text("utf-8"))


def words_for(table: str, entry: str) -> str:
    """The words by which an entry of a table of `columns.toml` is spoken of; empty where there is no such entry."""
    return " ".join(_words()[table].get(entry, ()))


def spoken_of(table: str, text: str) -> list[str]:
    """The entries of a table of `columns.toml` that a text speaks of, those with the longest word found first.

    Args:
        table: `places`, `districts`, `projects`, `formats` or `portal`.
        text: of any spelling; compared folded.
    """
    folded = fold(text)
    found = {
        entry: max((len(w) for w in words if _stands_in(w, folded)), default=0)
        for entry, words in _words()[table].items()
    }
    return sorted((e for e, length in found.items() if length), key=lambda e: -found[e])


def _stands_in(word: str, text: str) -> bool:
    return bool(re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text)) if word.isascii() else word in text

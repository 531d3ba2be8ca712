"""How people ask, in any city: the patterns of `language.toml`, compiled once."""

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any


class Patterns:
    """Named groups of patterns.

    Args:
        groups: patterns by name; tried in the order given.
    """

    def __init__(self, groups: dict[str, Iterable[str]]) -> None:
        self._groups = {name: [re.compile(p) for p in patterns] for name, patterns in groups.items()}

    def matching(self, text: str) -> set[str]:
        """The names of the groups that match anywhere in a folded text."""
        return {name for name, patterns in self._groups.items() if any(p.search(text) for p in patterns)}

    def without(self, text: str, *groups: str) -> str:
        """A folded text with spaces in place of what these groups match."""
        for group in groups:
            for pattern in self._groups[group]:
                text = pattern.sub(" ", text)
        return text

    def first(self, text: str, unless_in: str = "") -> str | None:
        """The first group that matches, leaving aside matches whose words another text holds."""
        for name, patterns in self._groups.items():
            for pattern in patterns:
                for match in pattern.finditer(text):
                    if match.group().strip() and match.group() not in unless_in:
                        return name
        return None


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "language.toml").read_text("utf-8"))


@lru_cache(maxsize=8)
def patterns(table: str) -> Patterns:
    """The patterns of a table of `language.toml`: cues, unstated, off_topic or hostile."""
    return Patterns(_tables()[table])


@lru_cache(maxsize=1)
def units() -> dict[str, tuple[str, ...]]:
    """Measure words by the group within which they can stand for each other."""
    return {name: tuple(words) for name, words in _tables()["units"].items()}


@lru_cache(maxsize=1)
def romanized() -> dict[str, tuple[str, str]]:
    """Chinese words at the end of place names: their syllables, and what English speakers say instead."""
    return {chinese: (syllables, english) for chinese, (syllables, english) in _tables()["romanized"].items()}


@lru_cache(maxsize=1)
def function_words() -> re.Pattern[str]:
    """Words that carry no content of their own, longest first."""
    words = _tables()["function_words"]
    chinese = sorted(words["zh"], key=len, reverse=True)
    return re.compile("|".join(map(re.escape, chinese)) + rf"|\b(?:{'|'.join(words['en'])})\b")

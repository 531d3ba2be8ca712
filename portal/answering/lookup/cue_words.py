"""The closed sets of words that look-ups of figures compare with, kept in `words.toml`."""

import tomllib
from functools import lru_cache
from pathlib import Path


def says(text: str, group: str) -> bool:
    """Whether a text holds a word of a group.

    Raises:
        KeyError: there is no such group.
    """
    folded = text.casefold()
    return any(word in folded for word in _tables()[group]["words"])


def ends_in(text: str, group: str) -> bool:
    """Whether a text ends in a word of a group.

    Raises:
        KeyError: there is no such group.
    """
    return text.casefold().rstrip().endswith(tuple(_tables()[group]["words"]))


def words_said(text: str, group: str) -> list[str]:
    """The words of a group that a text holds, the longest first.

    Raises:
        KeyError: there is no such group.
    """
    folded = text.casefold()
    return sorted((w for w in _tables()[group]["words"] if w in folded), key=len, reverse=True)


def words_of(group: str) -> str:
    """The words of a group, one after the other.

    Raises:
        KeyError: there is no such group.
    """
    return " ".join(_tables()[group]["words"])


@lru_cache(maxsize=256)
def unit_group(unit: str) -> str | None:
    """The group of units within which numbers can be compared at all (330处 and 330个, not 330%); None for an unknown unit."""
    folded = unit.strip().casefold()
    found = [(len(w), name) for name, words in _tables()["units"].items() for w in words if folded.startswith(w)]
    return max(found)[1] if found else None


def units_differ(said: str | None, unit: str | None) -> bool:
    """Whether a unit that was said is of another kind than a row's; what is not known to differ does not."""
    if not said or not unit:
        return False
    one, other = unit_group(said), unit_group(unit)
    return one is not None and other is not None and one != other


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text("utf-8"))

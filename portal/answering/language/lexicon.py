"""Words of the closed sets in `words.toml`: statuses, measure words, words without content, endings of place names."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypedDict, cast

_FILE = Path(__file__).parent / "words.toml"
_StatusTable = Literal["status", "project_status"]


def statuses(text: str, table: _StatusTable = "status") -> tuple[str, ...]:
    """The statuses a folded text names, each once; “没做到” is not also “做到”.

    Args:
        text: folded.
        table: `status` of targets, or `project_status`.
    """
    named = _statuses(table)
    return tuple(dict.fromkeys(named[match.group()] for match in _pattern(table).finditer(text)))


def status_words(text: str) -> list[str]:
    """The words by which a folded text names statuses of targets, as they stand there."""
    return [match.group() for match in _pattern("status").finditer(text)]


def without_statuses(text: str) -> str:
    """A folded text without the words by which it names statuses of targets: 没达标 says how one stands, not which."""
    return _pattern("status").sub(" ", text)


def speaks_of(kind: str, text: str) -> bool:
    """Whether a folded text speaks of a whole set of things: `targets`, `projects` or `clauses`."""
    return any(word in text for word in _tables()["sets"][kind])


@lru_cache(maxsize=1)
def units() -> dict[str, str]:
    """Measure words by the group within which they can stand for each other, each group as alternatives of a pattern."""
    return {name: "|".join(map(re.escape, words)) for name, words in _tables()["units"].items()}


def unit_asked(text: str) -> str | None:
    """The group of the measure word a folded question asks with (几棵 → plants), or None where it names none."""
    asked = asked_unit(text)
    return asked[0] if asked else None


def asked_unit(text: str) -> tuple[str, str] | None:
    """The group of the measure word a folded question asks with, and what stands behind it (几个保安 → count, 保安)."""
    match = _asking().search(text)
    return (_groups()[match[1]], text[match.end() :]) if match else None


@lru_cache(maxsize=1)
def _asking() -> re.Pattern[str]:
    words = sorted(_groups(), key=len, reverse=True)
    return re.compile(rf"(?<!哪)(?:多少|几)\s*({'|'.join(map(re.escape, words))})")


@lru_cache(maxsize=1)
def _groups() -> dict[str, str]:
    return {word: name for name, words in _tables()["units"].items() for word in words}


@lru_cache(maxsize=64)
def group_of_unit(unit: str) -> str | None:
    """The group of measure words a unit of the data belongs to (吨/年 → mass), or None."""
    return next((name for name, words in units().items() if re.match(words, unit)), None)


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


class _Tables(TypedDict):
    """The tables of `words.toml`; each says there what it is."""

    status: dict[str, list[str]]
    project_status: dict[str, list[str]]
    function_words: dict[str, list[str]]
    units: dict[str, list[str]]
    romanized: dict[str, tuple[str, str]]
    sets: dict[str, list[str]]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return cast(_Tables, tomllib.loads(_FILE.read_text("utf-8")))


@lru_cache(maxsize=4)
def _statuses(table: _StatusTable) -> dict[str, str]:
    return {word: status for status, words in _tables()[table].items() for word in words}


@lru_cache(maxsize=4)
def _pattern(table: _StatusTable) -> re.Pattern[str]:
    words = sorted(_statuses(table), key=len, reverse=True)
    said = "|".join(rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in words)
    # 达到百分之百, 完成330处: a number is said, no status.
    return re.compile(rf"(?:{said})(?!\s*(?:\d|百分|多少|几))")

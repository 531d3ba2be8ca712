"""What is wrong with a statement, in a visitor's words: the engine speaks English and of its own insides."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portal.publication.catalogue import Dataset
from portal.texts.errors import Sentence, sentence

_COMPLAINTS = Path(__file__).with_name("complaints.toml")
_NAME_MAX = 60
_NEAREST = 3
_LIKE = 0.6
# What is not closed reaches to the end, so that no statement is looked through twice.
_QUOTED = re.compile(r"'[^']*(?:'|\Z)|\"[^\"]*(?:\"|\Z)|--[^\n]*|/\*(?:.*?\*/|.*)", re.S)


@dataclass(frozen=True)
class _Complaints:
    """Patterns of the engine's first line, each with the key of its sentence, and marks no SQL has."""

    patterns: tuple[tuple[re.Pattern[str], str], ...]
    wide_marks: frozenset[str]


def explained(message: str, sql: str, datasets: Sequence[Dataset]) -> Sentence:
    """What is wrong and what to do about it, for what the engine says of a statement it does not run.

    Args:
        message: the engine's first line.
        sql: the statement.
        datasets: those whose tables can be asked, for the names nearest to one that is unknown.
    """
    key, found = _matched(message)
    # A name too long for a sentence is the statement's own, and stands there.
    values = {n: (found.get(n) or "")[:_NAME_MAX] for n in ("name", "use", "types")}
    why = sentence(f"engine.{key}", **values)
    if key == "column":
        why = why.then(_columns_near(found["name"], sql, datasets))
    if key == "ambiguous" and values["use"]:
        why = why.then(sentence("nearest.use", names=values["use"].replace(" or ", " / ")))
    return why.then(wide_marks(sql))


def tables_near(name: str, datasets: Sequence[Dataset]) -> Sentence:
    """The tables whose names or titles are nearest to one that there is not; empty where none is near."""
    names = {n: d.table for d in datasets for n in (d.table, d.title_zh, d.title_en)}
    return _told(_nearest(name, names))


def _matched(message: str) -> tuple[str, dict[str, str]]:
    for pattern, key in _complaints().patterns:
        if found := pattern.search(message):
            return key, found.groupdict()
    return "other", {}


def _columns_near(name: str, sql: str, datasets: Sequence[Dataset]) -> Sentence:
    """The nearest columns of the tables a statement names: by name, or by what the data dictionary calls them."""
    words = set(re.findall(r"\w+", sql.lower()))
    asked = [d for d in datasets if d.table in words]
    names = {n: c.name for d in asked for c in d.columns for n in (c.name, c.title_zh, c.title_en)}
    near = _nearest(name, names)
    if near or not asked:
        return _told(near)
    return sentence("nearest.columns", names=list(dict.fromkeys(names.values())))


def _nearest(name: str, names: dict[str, str]) -> list[str]:
    """What up to three names like one stand for, the likest first."""
    folded = {n.lower(): of for n, of in names.items() if n}
    wanted = name[:_NAME_MAX].lower()
    within = [n for n in folded if len(wanted) > 1 and (wanted in n or n in wanted)]
    like = difflib.get_close_matches(wanted, folded, _NEAREST * 2, _LIKE)
    return list(dict.fromkeys(folded[n] for n in (*like, *within)))[:_NEAREST]


def _told(names: Iterable[str]) -> Sentence:
    found = list(names)
    return sentence("nearest.names", names=found) if found else Sentence("", "")


def wide_marks(sql: str) -> Sentence:
    """That a statement holds, outside what is quoted, punctuation an input method wrote; empty where it holds none."""
    bare = _QUOTED.sub("", sql)
    marks = list(dict.fromkeys(c for c in bare if c in _complaints().wide_marks))
    return sentence("nearest.wide", marks="".join(marks)) if marks else Sentence("", "")


@lru_cache(maxsize=1)
def _complaints() -> _Complaints:
    told = tomllib.loads(_COMPLAINTS.read_text("utf-8"))
    patterns = tuple((re.compile(c["pattern"]), c["key"]) for c in told["complaint"])
    return _Complaints(patterns, frozenset(told["wide_marks"]))

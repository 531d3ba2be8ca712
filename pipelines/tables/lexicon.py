"""How departments write what is no figure and no row (`words.toml`), and texts made comparable."""

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_SEEN = {"Cc": " ", "Cf": ""}
_WORDS = Path(__file__).with_name("words.toml")


@dataclass(frozen=True)
class TableWords:
    """The words, folded where they are compared with folded texts."""

    totals: tuple[str, ...]
    summaries: tuple[str, ...]
    parts: tuple[str, ...]
    notes: tuple[str, ...]
    persons: tuple[str, ...]
    dated: tuple[str, ...]
    subjects: tuple[str, ...]
    marks: tuple[str, ...]
    missing: frozenset[str]
    vague_before: tuple[str, ...]
    vague_after: tuple[str, ...]
    remarks: tuple[str, ...]


@lru_cache(maxsize=1)
def table_words() -> TableWords:
    """The words of `words.toml`; the longest first where one begins another."""
    read = tomllib.loads(_WORDS.read_text("utf-8"))
    longest = {name: tuple(sorted(map(fold, read[name]), key=len, reverse=True)) for name in read}
    return TableWords(**longest | {"missing": frozenset(map(fold, read["missing"]))})  # type: ignore[arg-type]


def fold(text: str) -> str:
    """A text for comparing: one width, lower case, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def clean(value: object) -> str:
    """A cell's text on one line without control characters and such as cannot be seen; empty for None."""
    text = "" if value is None else str(value)
    if not text.isprintable():
        text = "".join(_SEEN.get(unicodedata.category(c), c) for c in text)
    return " ".join(text.split())

"""A question's everyday words → the words rules are written in, by the table `everyday.toml`."""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from portal.texts.folding import fold

# The same words are looked at again and again while a question is answered.
_REMEMBERED = 256


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, str], re.Pattern[str], list[tuple[re.Pattern[str], str]]]:
    table = tomllib.loads((Path(__file__).parent / "everyday.toml").read_text("utf-8"))
    chinese = {fold(said): written for written, variants in table["zh"].items() for said in variants}
    # What is put as rules put it already stays: 砍 → 砍伐 must not make 砍伐 into 砍伐伐.
    chinese = {fold(word): fold(word) for written in table["zh"] for word in written.split()} | chinese
    pattern = re.compile("|".join(map(re.escape, sorted(chinese, key=len, reverse=True))))
    english = [
        (re.compile(rf"(?<![a-z]){said}(?![a-z])"), written)
        for written, variants in table["en"].items()
        for said in variants
    ]
    return chinese, pattern, english


def as_written(text: str) -> str:
    """A folded text with everyday words put as rules put them (养狗 → 养犬); what English words mean is added at the end."""
    chinese, pattern, _ = _table()
    put = pattern.sub(lambda m: chinese[m.group()], text)
    return " ".join([put, *dict.fromkeys(translated(text).values())])


@lru_cache(_REMEMBERED)
def translated(text: str) -> Mapping[str, str]:
    """The English expressions of a folded text that the table holds, each with the words rules are written in."""
    return {found.group(): written for said, written in _table()[2] if (found := said.search(text))}

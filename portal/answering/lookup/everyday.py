"""A question's everyday words → the words rules are written in, by the table `everyday.toml`."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from portal.texts.folding import fold


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
    chinese, pattern, english = _table()
    put = pattern.sub(lambda m: chinese[m.group()], text)
    meant = dict.fromkeys(written for said, written in english if said.search(text))
    return " ".join([put, *meant])

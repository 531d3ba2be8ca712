"""Remarks that belong to a result, worded in `notes.toml`."""

import tomllib
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Note(BaseModel):
    """A remark with a stable code and its words in both languages."""

    model_config = ConfigDict(frozen=True)

    code: str
    zh: str
    en: str


def note(code: str, **filled: object) -> Note:
    """The remark of that code, its braces filled.

    Args:
        code: a section of `notes.toml`.
        filled: what stands for the braces; a pair is (Chinese, English).
    Raises:
        KeyError: there is no such remark, or a brace without its text.
    """
    words = _words()[code]
    zh = {name: value[0] if isinstance(value, tuple) else value for name, value in filled.items()}
    en = {name: value[1] if isinstance(value, tuple) else value for name, value in filled.items()}
    return Note(code=code, zh=words["zh"].format(**zh), en=words["en"].format(**en))


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "notes.toml").read_text("utf-8"))

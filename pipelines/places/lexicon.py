"""How files from elsewhere name columns and kinds of places (`words.toml`), in simplified or traditional characters."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.texts.folding import fold

_WORDS = Path(__file__).with_name("words.toml")


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The words of `words.toml`."""
    return tomllib.loads(_WORDS.read_text("utf-8"))


@lru_cache(maxsize=4096)
def alike(text: str) -> str:
    """A header or a kind's word for comparing: one width, simplified characters, lower case, no spaces."""
    return "".join(fold(text).split())

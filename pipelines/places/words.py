"""How files from elsewhere name columns and kinds of places (`words.toml`)."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

_WORDS = Path(__file__).with_name("words.toml")


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The words of `words.toml`."""
    return tomllib.loads(_WORDS.read_text("utf-8"))

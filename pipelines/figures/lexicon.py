"""How tables of figures name their columns and kinds of numbers (`words.toml`)."""

import tomllib
from functools import lru_cache
from pathlib import Path

_WORDS = Path(__file__).with_name("words.toml")


@lru_cache(maxsize=1)
def figure_words() -> dict[str, dict[str, list[str]]]:
    """The words of `words.toml`."""
    return tomllib.loads(_WORDS.read_text("utf-8"))

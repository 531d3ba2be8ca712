"""The closed forms of `patterns.toml`, compiled once."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "patterns.toml"


@lru_cache(maxsize=1)
def forms() -> dict[str, dict[str, str]]:
    """Every form with its pattern, a text it must match and one it must not."""
    return tomllib.loads(_FILE.read_text("utf-8"))


@lru_cache(maxsize=64)
def form(name: str) -> re.Pattern[str]:
    """A form's pattern, ready to use on folded text.

    Raises:
        KeyError: there is no such form.
    """
    return re.compile(forms()[name]["pattern"], re.IGNORECASE)

"""One form of a text for comparing: width, script, case and apostrophes made alike."""

import unicodedata
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _to_simplified() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def fold(text: str) -> str:
    """The text as the index compares it: NFKC (full width → half width), simplified characters, lower case, straight apostrophes."""
    return str(_to_simplified().convert(unicodedata.normalize("NFKC", text))).lower().replace("’", "'")

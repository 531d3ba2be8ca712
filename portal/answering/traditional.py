"""An answer in the characters the question was written in; quotations stay as the documents have them."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from portal.answering.models import Citation
from portal.texts.folding import simplified

_LINK_TARGET = re.compile(r"\]\([^)]*\)")
_QUOTED = re.compile(r"^> .*$", re.MULTILINE)


def is_traditional(text: str) -> bool:
    """Whether a text holds characters that only traditional writing has, and none that only simplified writing has."""
    return simplified(text) != text and _to_traditional().convert(text) == text


def as_asked(answer: str, question: str, citations: Sequence[Citation]) -> str:
    """A Markdown answer in traditional characters where the question is written in them; quotations and addresses stay.

    Args:
        answer: the answer, in simplified characters.
        question: as it was typed.
        citations: what it quotes.
    """
    if not is_traditional(question):
        return answer
    kept = [*_QUOTED.findall(answer), *_LINK_TARGET.findall(answer), *(c.quote for c in citations)]
    pattern = "|".join(map(re.escape, sorted({k for k in kept if k}, key=len, reverse=True))) or "(?!)"
    pieces = re.split(f"({pattern})", answer)
    return "".join(piece if n % 2 else _to_traditional().convert(piece) for n, piece in enumerate(pieces))


@lru_cache(maxsize=1)
def _to_traditional() -> Any:
    from opencc import OpenCC

    return OpenCC("s2t")

"""An answer short enough for a text message: its first whole sentences, and where the rest is."""

import re

from portal.texts.interface import Language, speaking, t

MOST = 140
_ENDS = re.compile(r"(?<=[。！？])(?![”’」』）)。！？])|(?<=[。！？][”’」』）)])|(?<=[.!?])\s+|\n+")


def short_reply(text: str, url: str, language: Language, most: int = MOST) -> str:
    """As many whole sentences as fit with the address; none is cut, as half a sentence says something else.

    Args:
        text: the answer in plain words.
        url: where the whole of it is kept.
        language: of the answer.
        most: characters at most, the address included; where the address alone is longer, it is given alone.
    """
    with speaking(language):
        end = t("reply.more_at", url=url)
    told = ""
    for sentence in _sentences(text):
        if len(told) + len(sentence) + len(end) > most:
            break
        told += sentence
    return told + end if len(told + end) <= most else url


def _sentences(text: str) -> list[str]:
    found = (" ".join(part.split()) for part in _ENDS.split(text))
    return [s if s[-1] in "。！？”’」』）" else f"{s} " for s in found if s]

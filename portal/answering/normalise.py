"""Step 1: what was typed → a clean question. Public input is hostile until it has been through here."""

import re
import unicodedata
from dataclasses import dataclass

from portal.answering.models import QUESTION_MAX, Language
from portal.texts.personal_data import mask

_SPACE = re.compile(r"\s+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_PLAIN_WORD = re.compile(r"[a-z]{4,}")


@dataclass(frozen=True)
class Cleaned:
    """A question fit to be read: `text` to show and log, `language` of its own words, `cut` when it was too long."""

    text: str
    language: Language
    cut: bool


def normalise(question: str) -> Cleaned:
    """Strip control and hidden characters, fold widths, mask personal data, cut at 300 characters.

    Args:
        question: any string, however long or broken.
    """
    cut = len(question) > QUESTION_MAX
    # Hidden characters could fill the limit with nothing; look a little beyond it before cutting.
    text = mask(visible(question[: QUESTION_MAX * 4]))
    return Cleaned(text[:QUESTION_MAX], language_of(text), cut or len(text) > QUESTION_MAX)


def visible(typed: str) -> str:
    """What was typed without control and hidden characters, widths folded, on one line; not masked."""
    text = unicodedata.normalize("NFKC", typed)
    text = "".join(c if _visible(c) else " " if c.isspace() else "" for c in text)
    return _SPACE.sub(" ", text).strip()


def shown(question: str) -> str:
    """The question for people to read again: as typed where nothing had to be stripped, masked or cut, else as cleaned."""
    typed, cleaned = question.strip()[: QUESTION_MAX + 1], normalise(question).text
    return typed if unicodedata.normalize("NFKC", typed) == cleaned else cleaned


def language_of(text: str) -> Language:
    """English where Latin words outnumber Chinese characters, Chinese otherwise; by one word only where it is no abbreviation (LED)."""
    words, characters = len(_LATIN_WORD.findall(text)), len(_HAN.findall(text))
    if words == 1 and not characters:
        return "en" if _PLAIN_WORD.search(text) else "zh"
    return "en" if words >= 2 and words > characters / 2 else "zh"


def _visible(char: str) -> bool:
    # Cc control, Cf format (zero width, direction marks), Cs half surrogates, Co private, Cn unassigned.
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

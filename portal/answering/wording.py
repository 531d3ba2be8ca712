"""Whether other words say just what a verified answer says: every word, number, quotation and mark of it stays, in its order;
only connecting words that state nothing may come in, and expressions that mean the same may stand for each other."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypedDict, cast

from portal.answering.draft import Draft, frame
from portal.answering.models import Language
from portal.answering.verify import Unverified, verify
from portal.publication.statuses import TargetStatus

# A quotation, a row of a table, and what is marked: bold, links, brackets, quotation marks. Each stays as it is or is no longer the same.
_WHOLE = re.compile(
    r"^>[^\n]*(?:\n>[^\n]*)*(?=\n[ \t]*\n|\s*\Z)|^\|[^\n]*$|\*\*.+?\*\*|\[[^\]\n]*\]\([^)\s]*\)"
    r"|[（(](?:[^（）()]|[（(][^（）()]*[）)])*[）)]|[“「『《\"][^”」』》\"\n]*[”」』》\"]",
    re.MULTILINE,
)
_NUMBER = r"\d+(?:[.,:/-]\d+)*\s*[%‰万亿]?|[〇零一二两三四五六七八九十百千万亿几半双]+"
# What may stand between words or be left out there; no question or exclamation mark, which turn a sentence round.
_PAUSE = set("，。；：、,;:.") | {" ", "\n"}
# Spaces that make a line something else: indented, or of a width nobody sees.
_SPACES = re.compile(r"^ {2,}|[^\S \n]", re.MULTILINE)
# The answers' own words for how a target stands, and their yes and no.
_STATES = (
    *(f"t_state_{s}" for s in TargetStatus),
    *("t_latest_reached", "t_latest_missed", "t_level_high", "t_level_medium", "t_level_low"),
    *("c_yes", "c_no", "c_right", "c_wrong", "c_right_then", "c_wrong_then"),
    *(f"s_what_{s}" for s in TargetStatus),
)


class Rejected(Exception):
    """A text is not used; the message says why and holds none of the text."""


def check(text: str, draft: Draft) -> None:
    """Check that a text says what a draft says: its facts, in its order, and nothing else.

    Args:
        text: a language model's.
        draft: a verified answer.
    Raises:
        Rejected: a word, number, quotation or link is gone, new or moved, other than `wording.toml` allows; or the text fails the
            check every answer passes.
    """
    if not text:
        raise Rejected("empty")
    if not says_the_same(text, draft.text, draft.language):
        raise Rejected("it does not say what the draft says")
    try:
        verify(text, draft.citations, draft.rows, draft.computed, draft.knowledge)
    except Unverified:
        raise Rejected("failed the check every answer passes") from None


def says_the_same(text: str, known: str, language: Language) -> bool:
    """Whether a text is another with connecting words, pauses and words of the same meaning changed, and nothing else.

    Args:
        text: Markdown.
        known: Markdown that is true.
        language: of both.
    """
    if any(space not in known for space in _SPACES.findall(text)):
        return False
    mine, theirs = tokens(text, language), tokens(known, language)
    connecting, negations = _words("connecting", language), _words("negations", language)
    for what, start, end, at, to in SequenceMatcher(None, theirs, mine, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        if not set(theirs[start:end]) <= _PAUSE or not set(mine[at:to]) <= _PAUSE | connecting:
            return False
        before = next((t for t in reversed(mine[:at]) if t != " "), "")
        if before in negations and any(t != " " for t in mine[at:to]):
            return False
    return True


def allowed(language: Language) -> str:
    """The connecting words that may come in and the words that may stand for each other, to be told to who rewords."""
    same = [" = ".join(group) for group in _tables()["same"][language]]
    return "\n".join([" / ".join(_tables()["connecting"][language]), *same])


def tokens(text: str, language: Language) -> list[str]:
    """A Markdown text in the pieces that stay whole: quotations, table rows, marked spans, numbers, claims, words; words of one
    meaning as the first of them.

    Args:
        text: Markdown.
        language: of its words.
    """
    found, at = [], 0
    for match in _WHOLE.finditer(text):
        found += [*_plain(text[at : match.start()], language), match.group()]
        at = match.end()
    return [*found, *_plain(text[at:], language)]


def _plain(text: str, language: Language) -> Iterator[str]:
    same = _same(language)
    for match in _pattern(language).finditer(text):
        token = " ".join(match.group().lower().split(" ")) if match.group() != "\n" else "\n"
        yield same.get(token, token)


@lru_cache(maxsize=2)
def _pattern(language: Language) -> re.Pattern[str]:
    known = [*_claims(language), *_words("connecting", language), *_words("negations", language), *_same(language)]
    longest = sorted(set(known), key=lambda w: (-len(w), w))
    words = "|".join(rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in longest)
    return re.compile(rf"{_NUMBER}|{words}|[a-z]+(?:['’][a-z]+)*|[\s\S]", re.IGNORECASE)


def _claims(language: Language) -> Iterable[str]:
    states = (frame(language, key).strip(" ：:，,") for key in _STATES)
    return [*_words("claims", language), *(state.lower() for state in states)]


@lru_cache(maxsize=2)
def _same(language: Language) -> dict[str, str]:
    return {word: group[0] for group in _tables()["same"][language] for word in group}


@lru_cache(maxsize=8)
def _words(table: Literal["claims", "negations", "connecting"], language: Language) -> frozenset[str]:
    return frozenset(_tables()[table][language])


class _Tables(TypedDict):
    """The tables of `wording.toml`, words by language; each says there what it is."""

    claims: dict[Language, list[str]]
    negations: dict[Language, list[str]]
    connecting: dict[Language, list[str]]
    same: dict[Language, list[list[str]]]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return cast(_Tables, tomllib.loads((Path(__file__).parent / "wording.toml").read_text("utf-8")))

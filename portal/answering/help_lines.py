"""Who writes that a life is in danger is told whom to call, before anything is looked up."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portal.answering.refusals import Refusal
from portal.publication.json_object import JsonObject
from portal.texts.folding import fold

_FILE = Path(__file__).with_name("help_lines.toml")


@dataclass(frozen=True)
class HelpLine:
    """A number to call, and where it was published.

    Attributes:
        seen: the address at which that was read.
    """

    number: str
    source: str
    source_en: str
    seen: str


def help_needed(question: str) -> Refusal | None:
    """Whether a question tells of somebody who may harm themselves, or of other immediate danger; None for any other.

    Args:
        question: normalised.
    """
    text = fold(question)
    for why, patterns in _signs().items():
        if any(p.search(text) for p in patterns):
            return why
    return None


@lru_cache(maxsize=1)
def help_lines() -> dict[str, HelpLine]:
    """The numbers by what they are for."""
    return {name: HelpLine(**line) for name, line in _told()["lines"].items()}


@lru_cache(maxsize=1)
def _signs() -> dict[Refusal, tuple[re.Pattern[str], ...]]:
    of = {Refusal.SELF_HARM: "self_harm", Refusal.DANGER: "danger"}
    return {why: tuple(re.compile(p) for p in _told()[key]["patterns"]) for why, key in of.items()}


@lru_cache(maxsize=1)
def _told() -> JsonObject:
    return tomllib.loads(_FILE.read_text("utf-8"))

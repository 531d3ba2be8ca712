"""Whether a question is made of words at all, before anything is looked up for it."""

import re

from portal.answering.knowledge import Knowledge
from portal.answering.reading.reading import Reading

_WORD = re.compile(r"[^\W\d_]+")
# Shorter words of Latin letters are too short to tell by.
_TELLING = 3
# Fewer Latin letters than these may be a word the examples do not hold (help); of Chinese one character tells.
_LETTERS = 6
# Of 2,744 kept questions that name nothing, those in Chinese or English have .53 of their letters in known words at least;
# of made-up strings in Chinese, Latin and other letters nine in ten have less than this.
_KNOWN = 0.35
_GRAM = 3
# A word is known where so many of its n-grams are: one mistyped letter breaks three.
_ENOUGH = 0.6


def illegible(reading: Reading, knowledge: Knowledge) -> bool:
    """Whether hardly anything of a question is a word of either language: random letters, code, another language.

    Words are told by their characters: those of the reading examples and of the plan. A question that names
    something is legible.

    Args:
        reading: of the question on its own.
        knowledge: the published version.
    """
    if reading.named.subjects or reading.named.elsewhere:
        return False
    known = total = 0
    for word in _WORD.findall(reading.folded):
        if not word.isascii():
            total += len(word) * _LETTERS
            known += sum(_familiar(c, knowledge) for c in word) * _LETTERS
        elif len(word) >= _TELLING:
            total += len(word)
            known += len(word) * _is_word(word, knowledge)
    return total >= _LETTERS and known < _KNOWN * total


def _familiar(character: str, knowledge: Knowledge) -> bool:
    return character in knowledge.classifier.terms or character in knowledge.plan_text


def _is_word(word: str, knowledge: Knowledge) -> bool:
    marked = f" {word} "
    grams = [marked[i : i + _GRAM] for i in range(len(word))]
    return sum(g in knowledge.classifier.terms for g in grams) >= _ENOUGH * len(grams)

"""English names and words: what things go by in English, found in other order, in other forms and with slips of spelling."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from portal.answering.language.lexicon import romanized
from portal.publication.store import Row
from portal.retrieval.stems import stems
from portal.texts.folding import fold

SCOPE_IN_NAME = re.compile(r"[(（].*$")
"""The scope in brackets at the end of a name."""
_IN_BRACKETS = re.compile(r"\(([^)]+)\)")
_QUOTATION_MARKS = re.compile('[“”"]')
# A name is said by this share of its words; a word of at most so many names tells which.
_NEARLY_ALL = 0.75
_FEW_NAMES = 4
# A project and the target about it share their words.
_ONE_THING = 2
# Words this long are rarely another word when they are this near to one; a slip seldom changes the first letter.
_LONG_WORD = re.compile(r"[a-z]{6,}")
_ONE_SLIP = 0.87
_LENGTHS_APART = 2


def english_words(text: str) -> frozenset[str]:
    """The stems of the English words of a folded text."""
    return frozenset(stems(text))


def english_name(row: Row) -> str:
    """A row's folded English name without its scope and quotation marks; empty where it has none."""
    return _QUOTATION_MARKS.sub("", fold(SCOPE_IN_NAME.sub("", row.get("name_en") or ""))).strip()


def english_forms(row: Row) -> set[str]:
    """A row's English name, the part in brackets on its own too, and with the words that stand for syllables of it (Jiefang Road
    and Jiefang Lu for Jiefanglu), as written."""
    name = row.get("name_en")
    if not name:
        return set()
    forms = {name, *_IN_BRACKETS.findall(name)}
    for chinese, (syllables, english) in romanized().items():
        if chinese in row.get("name", ""):
            spoken = re.compile(rf"(?<=[a-z]) ?{syllables}\b", re.IGNORECASE)
            forms |= {spoken.sub(f" {said}".rstrip(), form) for form in forms for said in (english, syllables)}
    return forms


class EnglishNames:
    """The English names of tables' rows by their words.

    Args:
        tables: rows by id, by table.
    """

    def __init__(self, tables: Mapping[str, Mapping[str, Row]]) -> None:
        names = {
            (table, id_, english_words(fold(form)))
            for table, rows in tables.items()
            for id_, row in rows.items()
            for form in english_forms(row)
        }
        self._counts = Counter(word for _, _, words in names for word in words)
        self._by_word: dict[str, list[tuple[str, str, frozenset[str]]]] = {}
        for name in names:
            for word in name[2]:
                if self._counts[word] <= _FEW_NAMES:
                    self._by_word.setdefault(word, []).append(name)

    def named(self, text: str, table: str) -> tuple[str, ...]:
        """The ids of a table whose name a folded text says in other order or with other small words (the garden of
        the old city): nearly all of its words, a telling one among them; of two such names the fuller."""
        said = english_words(text)
        near = {name for word in said for name in self._by_word.get(word, ())}
        found = [
            (id_, words & said)
            for of, id_, words in near
            if of == table and len(words & said) > 1 and len(words & said) >= _NEARLY_ALL * len(words)
        ]
        return tuple(sorted({i for i, words in found if not any(words < other for _, other in found)}))

    def of_one_thing(self, text: str) -> bool:
        """Whether a word of a folded text is in the names of one thing only."""
        return any(0 < self._counts[word] <= _ONE_THING for word in english_words(text))


class Spelling:
    """Puts slips of the pen right.

    Args:
        texts: folded texts whose long words are spelt right.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._words = frozenset(word for text in texts for word in _LONG_WORD.findall(text))
        self._near = lru_cache(maxsize=4096)(self._nearest)

    def corrected(self, text: str) -> str:
        """A folded text with long words that are one slip away from a known one spelt like it: polution → pollution."""
        return _LONG_WORD.sub(lambda match: self._near(match.group()), text)

    def _nearest(self, word: str) -> str:
        if word in self._words:
            return word
        like = [w for w in sorted(self._words) if w[0] == word[0] and abs(len(w) - len(word)) <= _LENGTHS_APART]
        return next(iter(difflib.get_close_matches(word, like, 1, _ONE_SLIP)), word)

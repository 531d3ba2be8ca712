"""Which documents a text names: by title, by what people shorten it to (绿化条例, 节水条例), by short title or number."""

import re
from collections.abc import Iterable, Mapping

from portal.answering.lookup.everyday import translated
from portal.publication.store import Row
from portal.texts.folding import fold

_TYPES = ("条例", "规定", "办法", "细则", "方案", "规划", "意见", "通知", "计划", "决定", "标准")
_TYPE = re.compile("|".join(_TYPES))
# What may stand between the matter of a document and its kind (湿地那个条例, 绿线的条例).
_POINTING = re.compile(r"(?:的|那个|这个|那部|这部|那份|这份|那一部|这一部)+$")
_ENGLISH = re.compile(r"(?:[\w'’-]+ ){1,4}(?:regulations?|rules?|ordinances?|by-?laws?)\b")
# What people call any rule.
_RULES = {"条例", "规定", "办法"}
# Words of a title that tell no document from another.
_GENERIC = {"管理", "城市", "市区", "城镇", "本市", "全市", "实施", "工作", "管理的", "相关", "有关"}
_SHORTEST = 2
# A shortening that more documents than this go by names none of them.
_MOST = 3


class DocumentNames:
    """The names of documents.

    Args:
        cards: rows of `documents`.
        city: the city's name, which titles begin with and people leave out.
        aliases: what else the city is called.
        short: what the site calls a document, by its id.
    """

    def __init__(self, cards: Iterable[Row], city: str, aliases: Iterable[str], short: Mapping[str, str]) -> None:
        self._own = sorted({fold(n) for n in (city, *aliases) if n}, key=len, reverse=True)
        self._stems: dict[str, str] = {}
        self._types: dict[str, str] = {}
        self._names: list[tuple[str, str]] = []
        for card in cards:
            title = self._bare(card["title"])
            types = list(_TYPE.finditer(title))
            self._types[card["id"]] = types[-1].group() if types else ""
            self._stems[card["id"]] = title[: types[-1].start()] if types else title
            names = [title, fold(card["title"]), fold(card.get("number") or ""), fold(short.get(card["id"], ""))]
            names += [fold(n) for n in (card.get("short_titles") or "").split("|")]
            names += [fold(card.get("title_en") or "")]
            self._names += [(n, card["id"]) for n in dict.fromkeys(names) if len(n) > _SHORTEST]
        self._names.sort(key=lambda n: -len(n[0]))

    def named(self, text: str) -> list[str]:
        """The ids of the documents a text names, in the order named; a shortening that fits several names them all."""
        said = self._said(fold(text))
        return list(dict.fromkeys(d for _, _, d in sorted(said, key=lambda s: s[0]))) or self._in_english(fold(text))

    def without(self, text: str) -> str:
        """A folded text without the names of documents in it."""
        kept = list(fold(text))
        for start, end, _ in self._said("".join(kept)):
            kept[start:end] = " " * (end - start)
        return "".join(kept)

    def names_kind_of(self, text: str, document: str) -> bool:
        """Whether a text says the kind of document that one alone is of (方案, of many 条例 and one 方案)."""
        kind = self._types.get(document, "")
        return bool(kind) and list(self._types.values()).count(kind) == 1 and kind in fold(text)

    def _said(self, folded: str) -> list[tuple[int, int, str]]:
        """Start, end and document of each name in a folded text."""
        found: list[tuple[int, int, str]] = []
        for name, document in self._names:
            while (at := folded.find(name)) >= 0:
                found.append((at, at + len(name), document))
                folded = folded[:at] + "\n" * len(name) + folded[at + len(name) :]
        for match in _TYPE.finditer(folded):
            named = _POINTING.sub("", folded[: match.start()])
            documents, length = self._shortened(named, match.group())
            found += [(len(named) - length, match.end(), d) for d in documents]
        return found

    def _in_english(self, folded: str) -> list[str]:
        """The documents whose titles hold most of the Chinese for the words before 'regulation' or 'rules'."""
        named = (self._titled(translated(match.group()).values()) for match in _ENGLISH.finditer(folded))
        return list(dict.fromkeys(d for documents in named for d in documents))

    def _titled(self, written: Iterable[str]) -> list[str]:
        words = {w for several in written for w in several.split()}
        fits = {d: sum(len(w) for w in words if w in stem) for d, stem in self._stems.items()}
        best = max(fits.values(), default=0)
        found = [d for d, fit in fits.items() if fit == best]
        return found if best and len(found) <= _MOST else []

    def _shortened(self, before: str, kind: str) -> tuple[list[str], int]:
        """The documents whose title, without its kind, holds the most of the words right before the kind, in their order, and how
        many characters those words are."""
        fits = {d: _fit(before, stem) for d, stem in self._stems.items()}
        exact = {d: f for d, f in fits.items() if f[0] and self._types[d] == kind}
        if not (exact or kind in _RULES):
            return [], 0
        pool = exact or {d: f for d, f in fits.items() if f[0] and self._types[d] in _RULES}
        best = max(pool.values(), default=(0, 0))
        found = [d for d, f in pool.items() if f == best]
        return (found, best[0]) if 0 < len(found) <= _MOST else ([], 0)

    def _bare(self, title: str) -> str:
        folded = fold(title)
        for own in self._own:
            folded = folded.removeprefix(own)
        return folded


def _fit(before: str, stem: str) -> tuple[int, int]:
    """How many of the last characters of a text stand in a title in the same order, and how many of them side by side; (0, 0)
    where they are too few or say nothing."""
    best = (0, 0)
    for length in range(_SHORTEST, min(len(before), len(stem)) + 1):
        ending = before[-length:]
        if "\n" in ending or not _subsequence(ending, stem):
            break
        telling = ending
        for word in _GENERIC:
            telling = telling.replace(word, "")
        if len(telling) >= _SHORTEST:
            best = (length, length if ending in stem else 0)
    return best


def _subsequence(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(c in rest for c in part)

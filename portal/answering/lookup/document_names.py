"""Which documents a text names: by title, by what people shorten it to (绿化条例, 节水条例), by short title or number."""

import re
from collections.abc import Iterable, Mapping

from portal.publication.store import Row
from portal.texts.folding import fold

_TYPES = ("条例", "规定", "办法", "细则", "方案", "规划", "意见", "通知", "计划", "决定", "标准")
_TYPE = re.compile("|".join(_TYPES))
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
        folded = fold(text)
        found: list[tuple[int, str]] = []
        for name, document in self._names:
            while (at := folded.find(name)) >= 0:
                found.append((at, document))
                folded = folded[:at] + "\n" * len(name) + folded[at + len(name) :]
        for match in _TYPE.finditer(folded):
            found += [(match.start(), d) for d in self._shortened(folded[: match.start()], match.group())]
        return list(dict.fromkeys(document for _, document in sorted(found, key=lambda f: f[0])))

    def _shortened(self, before: str, kind: str) -> list[str]:
        """The documents whose title, without its kind, holds the most of the words right before the kind, in their order."""
        fits = {d: _fit(before, stem) for d, stem in self._stems.items()}
        exact = {d: f for d, f in fits.items() if f[0] and self._types[d] == kind}
        if not (exact or kind in {"条例", "规定", "办法"}):
            return []
        pool = exact or {d: f for d, f in fits.items() if f[0] and self._types[d] in {"条例", "规定", "办法"}}
        best = max(pool.values(), default=(0, 0))
        found = [d for d, f in pool.items() if f == best]
        return found if 0 < len(found) <= _MOST else []

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

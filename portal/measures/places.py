"""Names of places as people write them → names as a measure's rows write them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pypinyin import lazy_pinyin

from portal.publication.site import Site

# What Chinese puts behind the name of an administrative unit and people leave out.
_ENDINGS = ("市", "区", "县", "自治县", "回族区")
_SHORTEST = 2


@dataclass(frozen=True)
class Place:
    """A place a measure has rows of.

    Args:
        name: as the rows write it.
        name_en: its English name, or its pinyin where none is kept.
        aliases: other ways to write it, in either language.
    """

    name: str
    name_en: str
    aliases: tuple[str, ...] = ()

    def answers_to(self) -> frozenset[str]:
        """Every way to write it, folded."""
        return frozenset(fold(n) for n in (self.name, self.name_en, *self.aliases) if n)


def place_of(name: str, english: dict[str, str], site: Site) -> Place:
    """A place with what it is called besides, the portal's own city by the names the site gives."""
    own = (site.city, *site.city_aliases)
    short = _shortened(name)
    translated = english.get(name, "")
    spelled = "".join(lazy_pinyin(short)).title() if not short.isascii() else short
    aliases = [short, *_parts_en(translated), spelled]
    if name in own:
        translated = translated or site.city_en
        aliases += [*own, site.city_en]
    return Place(name, translated or spelled, tuple(dict.fromkeys(a for a in aliases if a and a != name)))


def find(places: Iterable[Place], asked: str) -> Place | None:
    """The place meant by a name: itself, another way to write it, or the one name it is the beginning of."""
    known = list(places)
    wanted = fold(asked)
    for place in known:
        if wanted == fold(place.name):
            return place
    named = [p for p in known if wanted in p.answers_to() or fold(_shortened(asked)) in p.answers_to()]
    if not named and len(wanted) >= _SHORTEST:
        named = [p for p in known if any(fold(p.name) == wanted + ending for ending in _ENDINGS)]
    return named[0] if len(named) == 1 else None


def fold(name: str) -> str:
    """A name without case, spaces, hyphens and apostrophes."""
    return re.sub(r"[\s'’\-·]", "", name).casefold()


def _shortened(name: str) -> str:
    for ending in sorted(_ENDINGS, key=len, reverse=True):
        if name.endswith(ending) and len(name) - len(ending) >= _SHORTEST:
            return name.removesuffix(ending)
    return name


def _parts_en(name: str) -> list[str]:
    """An English name, and the same without the kind of unit at its end: Example District → Example."""
    words = name.split()
    return [name, " ".join(words[:-1])] if len(words) > 1 and words[-1] in {"District", "County", "City"} else [name]

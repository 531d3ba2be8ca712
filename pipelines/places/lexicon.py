"""How files from elsewhere name columns and kinds of places (`words.toml`), in simplified or traditional characters."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NotRequired, TypedDict, cast

from portal.texts.folding import fold

_WORDS = Path(__file__).with_name("words.toml")


class KindWords(TypedDict):
    """How a kind of place is called, what one without a name is shown as, the kind it may stand in a list of."""

    words: list[str]
    unnamed: str
    within: NotRequired[str]


class OsmRule(TypedDict):
    """The kind an object of OpenStreetMap is of by its tags (`key=value`): `tag`, one of `any` and none of `none`."""

    tag: str
    kind: str
    named: NotRequired[bool]
    any: NotRequired[list[str]]
    none: NotRequired[list[str]]


class PlaceTables(TypedDict):
    """The tables of `words.toml`; each says there what it is."""

    assumed: list[str]
    columns: dict[str, list[str]]
    units: dict[str, str]
    kinds: dict[str, KindWords]
    osm: list[OsmRule]
    osm_notes: dict[str, dict[str, str]]
    osm_source: dict[str, str]


@lru_cache(maxsize=1)
def words() -> PlaceTables:
    """The words of `words.toml`."""
    return cast(PlaceTables, tomllib.loads(_WORDS.read_text("utf-8")))


@lru_cache(maxsize=4096)
def alike(text: str) -> str:
    """A header or a kind's word for comparing: one width, simplified characters, lower case, no spaces."""
    return "".join(fold(text).split())

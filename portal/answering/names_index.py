"""The names of everything the data hold, found in a question by every part of it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from portal.answering.english import SCOPE_IN_NAME, english_forms, english_name
from portal.answering.language.lexicon import function_words
from portal.answering.misspelt import Misspelt
from portal.measures.places import Place
from portal.measures.registry import Measure
from portal.measures.registry import measures as registry_of

if TYPE_CHECKING:
    from portal.answering.knowledge import Knowledge

# Texts whose names are kept: a question, its parts and those of the turns before.
_REMEMBERED = 256
_SHORTEST_ENDING = 5
_SHORTEST_STATION = 4
# No name begins with a word that joins.
_JOINING = "的和及与等之"
_HAN = re.compile(r"[\u3400-\u9fff]")
# Words of asking between a verb and its object.
_ASKED_WITHIN = re.compile(r"(?<=[\u3400-\u9fff])[了过]?(?:多少|几)(?=[\u3400-\u9fff])")
# What follows these in an English name says when, where or by what, not what the thing is (added over the five-year plan).
_CIRCUMSTANCE = re.compile(r" (?:over|during|by|at|in|on|for|from|to|with|within) ")
# Tables of the model whose rows have look-ups of their own: what is counted of them goes by words as common as 目标 and 公园.
OWN_ROWS = {"progress", "projects", "places"}
_ROWS = (
    ("indicators", ("name_zh", "aliases", "name_en")),
    ("projects", ("name", "also_known_as")),
    ("places", ("name", "aliases")),
)


@dataclass(frozen=True)
class Name:
    """A name people use for something the data hold. `table` is indicators, measures, projects, places, districts, cities,
    documents or datasets."""

    text: str
    table: str
    id: str


@dataclass(frozen=True)
class Mention:
    """A name found in a question: where, and everything it may stand for."""

    start: int
    end: int
    text: str
    names: tuple[Name, ...]

    @property
    def asked_until(self) -> int:
        """Where words of asking that stand within the name end (加装了多少|电梯); 0 where none do."""
        asked = _ASKED_WITHIN.search(self.text)
        return asked.end() if asked and all(n.text != self.text for n in self.names) else 0

    def ids(self, table: str) -> list[str]:
        """What it may stand for in a table, in order."""
        return list(dict.fromkeys(n.id for n in self.names if n.table == table))


class NameIndex:
    """Finds names in canonical texts.

    Args:
        knowledge: whose rows are named.
    """

    def __init__(self, knowledge: "Knowledge") -> None:
        canonical = knowledge.vocabulary.canonical
        names = {Name(canonical(n.text).strip(), n.table, n.id): None for n in _all_names(knowledge)}
        self._names = [n for n in names if len(n.text) > 1]
        # Of an ending nothing more is forgiven: it is no whole name already (示范城市 is not a slip of 设示范城市).
        self._misspelt = Misspelt({n.text: None for n in self._names})
        self._names += _unique_endings(knowledge, {n.text for n in self._names})
        self._by_text: dict[str, list[int]] = {}
        for number, name in enumerate(self._names):
            self._by_text.setdefault(name.text, []).append(number)
        self._lengths = sorted({len(text) for text in self._by_text})
        # One question is looked through for every reading of it.
        self._remembered = lru_cache(_REMEMBERED)(self._found)

    def _spelt_so(self, text: str) -> dict[tuple[int, int], list[Name]]:
        """What a text names just as it is written."""
        found: dict[tuple[int, int], list[Name]] = {}
        # Looked up by every part of the text, not the text by every name: there may be a hundred thousand.
        parts = {text[i : i + n] for n in self._lengths for i in range(len(text) - n + 1)}
        for number in sorted(n for part in parts for n in self._by_text.get(part, ())):
            name = self._names[number]
            for match in _pattern(name.text).finditer(text):
                found.setdefault(match.span(), []).append(name)
        return found

    def _asked_within(self, text: str) -> dict[tuple[int, int], list[Name]]:
        """What a text names whose words of asking stand within the name (加装了多少电梯 for 加装电梯)."""
        asked = _ASKED_WITHIN.search(text)
        if asked is None:
            return {}
        at, cut = asked.start(), len(asked.group())
        found = self._spelt_so(text[:at] + text[asked.end() :])
        return {(s, e + cut): names for (s, e), names in found.items() if s < at < e}

    def _spelt_otherwise(self, text: str) -> dict[tuple[int, int], list[Name]]:
        """What a text that names nothing rightly names with one character wrong."""
        misspelt = self._misspelt.find(text)
        return {span: [self._names[n] for n in self._by_text[name]] for span, name in misspelt.items()}

    def mentions(self, text: str) -> list[Mention]:
        """The names in a canonical text; where one lies inside another the longer stands."""
        return list(self._remembered(text))

    def _found(self, text: str) -> tuple[Mention, ...]:
        found = self._asked_within(text) | self._spelt_so(text) or self._spelt_otherwise(text)
        spans = sorted(found, key=lambda s: (s[0] - s[1], s[0]))
        kept: list[tuple[int, int]] = []
        for start, end in spans:
            if not any(s <= start and end <= e for s, e in kept):
                kept.append((start, end))
        return tuple(Mention(s, e, text[s:e], tuple(found[s, e])) for s, e in sorted(kept))


def _all_names(knowledge: "Knowledge") -> Iterator[Name]:
    for table, columns in _ROWS:
        for row in getattr(knowledge, table).values():
            texts = {t for c in columns if row.get(c) for t in row[c].split("|")}
            texts |= {SCOPE_IN_NAME.sub("", t) for t in texts} | {english_name(row)}
            if table == "places":
                # A station is named without 站 too.
                texts |= english_forms(row) | {t.removesuffix("站") for t in texts if len(t) >= _SHORTEST_STATION}
            yield from (Name(text, table, row["id"]) for text in sorted(texts))
    yield from _of_measures(knowledge)
    yield from _of_districts(knowledge)
    for document in knowledge.store.manifest.documents:
        yield from (Name(t, "documents", document["id"]) for t in _titles(str(document["title"])))
    for dataset in knowledge.datasets:
        yield from (Name(t, "datasets", dataset.id) for t in (dataset.title_zh, *_of_a_table(dataset.title_en)))


def _of_a_table(title: str) -> list[str]:
    """What an English title of a dataset is said as: one that is a common word (sources) only as that of a table."""
    return [title] if " " in title else [f"{title} {word}" for word in ("table", "dataset", "data", "file", "list")]


def _of_measures(knowledge: "Knowledge") -> Iterator[Name]:
    """Measures and the cities they have rows of; one that measures an indicator is found by the indicator's name."""
    registry = registry_of(knowledge.store)
    rows = {m.id: _row_measured(m) for m in registry.measures if m.dataset not in OWN_ROWS}
    for text, measure_id, _ in registry.named():
        table, row_id = rows.get(measure_id, ("", ""))
        if table == "measures" or row_id in knowledge.indicators:
            yield from (Name(name, table, row_id) for name in dict.fromkeys((text, SCOPE_IN_NAME.sub("", text))))
    for measure in registry.measures:
        if measure.place_kind == "city":
            yield from (name for place in registry.places(measure) for name in _of_city(place, knowledge))


def _row_measured(measure: Measure) -> tuple[str, str]:
    """The table and id that a measure's names stand for: its indicator, else itself."""
    thing = measure.thing
    return ("indicators", thing[1]) if thing is not None and thing[0] == "indicator" else ("measures", measure.id)


def _of_city(place: Place, knowledge: "Knowledge") -> Iterator[Name]:
    site = knowledge.site
    # Tables write the own city with and without 市.
    city = site.city if place.name in (site.city, *site.city_aliases) else place.name
    yield from (Name(t, "cities", city) for t in (place.name, place.name_en, f"{place.name}市", *place.aliases))


def _of_districts(knowledge: "Knowledge") -> Iterator[Name]:
    for code, row in knowledge.districts.items():
        short = row["name"].removesuffix("区").removesuffix("县").removesuffix("回族")
        english = str(row.get("name_en") or row["name"])
        words = english.split()
        # The first word alone too, but not one so short that it is a word of its own.
        shortened = {f"{words[0]} {words[-1]}", *([words[0]] if len(words[0]) >= _SHORTEST_ENDING else [])}
        for text in sorted({row["name"], english, *shortened, *([short] if len(short) > 1 else [])}):
            yield Name(text, "districts", code)


def _titles(title: str) -> set[str]:
    bare = title.strip("《》")
    return {bare, re.sub(r"[（(].*?[)）]", "", bare)}


def _unique_endings(knowledge: "Knowledge", whole: set[str]) -> list[Name]:
    """Endings people shorten a long name to (…服务半径覆盖率, …transfer stations), where only one thing's name ends so."""
    owners: dict[str, dict[str, list[Name]]] = {}
    for table, family, row_id, name in _full_names(knowledge):
        text = knowledge.vocabulary.canonical(name)
        for cut in _cuts(text, knowledge.named_in_english.of_one_thing):
            ending = text[cut:]
            # …停车场充电桩 ends as another thing is called: 充电桩 is that thing.
            if (
                ending[0] not in _JOINING
                and ending not in whole
                # What the plan says of other things is no name of a figure it does not know of.
                and not (table == "measures" and ending in knowledge.plan_text)
                and not any(ending[n:] in whole for n in range(1, len(ending) - 1))
            ):
                owners.setdefault(ending, {}).setdefault(family, []).append(Name(ending, table, row_id))
    return [
        name for _, named in sorted(owners.items()) if len(named) == 1 for names in named.values() for name in names
    ]


def _full_names(knowledge: "Knowledge") -> Iterator[tuple[str, str, str, str]]:
    """(table, family, id, name) of everything with a name of some length, without the scope in brackets."""
    for i, row in knowledge.indicators.items():
        yield "indicators", row["family"], i, SCOPE_IN_NAME.sub("", row["name_zh"])
        yield "indicators", row["family"], i, english_name(row)
    for table in ("projects", "places"):
        for i, row in getattr(knowledge, table).items():
            yield table, i, i, row["name"]
            yield table, i, i, english_name(row)
    for measure in registry_of(knowledge.store).measures:
        if measure.dataset not in OWN_ROWS and (measure.thing is None or measure.thing[0] != "indicator"):
            yield "measures", measure.id, measure.id, SCOPE_IN_NAME.sub("", measure.name_zh)
            yield "measures", measure.id, measure.id, SCOPE_IN_NAME.sub("", measure.name_en)


def _cuts(name: str, of_one_thing: Callable[[str], bool]) -> Iterable[int]:
    """Where a folded name may be cut for its ending to stand alone: an English one before two telling words or more, of which
    one is of few names."""
    if _HAN.search(name):
        return range(1, len(name) - _SHORTEST_ENDING + 1)
    starts = [m.start() for m in re.finditer(r"(?<= )\S", name)][:-1]
    circumstance = _CIRCUMSTANCE.search(name)
    return [
        cut
        for cut in starts
        if not function_words().match(name, cut)
        and of_one_thing(name[cut:])
        and not (circumstance and cut > circumstance.start())
    ]


def _pattern(text: str) -> re.Pattern[str]:
    escaped = re.escape(text)
    return re.compile(rf"(?<![a-z0-9]){escaped}s?(?![a-z0-9])" if text.isascii() else escaped)

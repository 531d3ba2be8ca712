"""What can be asked for: every measure of every dataset of a published version, by id and by name."""

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from portal.datasets.row_parameters import BadParameterError
from portal.measures.facts import Shape
from portal.measures.names import cells_told, names_of
from portal.measures.places import Place, find, place_of
from portal.publication.catalogue import Dataset
from portal.publication.semantic import Semantic
from portal.publication.store import Row, Store
from portal.publication.translations import phrases
from portal.texts.errors import sentence
from portal.texts.interface import Language

Answer = TypeVar("Answer")
# Places listed of a measure at most; a table may name a million.
_PLACES = 5000
_ANSWERS = 512


@dataclass(frozen=True)
class Measure:
    """One measure of one dataset.

    Args:
        id: the same in every dataset that holds the same measure.
        dataset: the dataset's id.
        name_zh, name_en: its names; the English one may be the Chinese where nobody translated it.
        aliases: (how people call it, language).
        units: the units of its rows, the most common first; values of different units are never put together.
        place_kind: what its places are.
        place_names: its places as the rows write them.
        first_year, last_year: of its rows; None where they have none.
        years: every year it has rows of.
        rows: how many it has (of what it counts, where it counts).
        thing: what it measures as (kind, id), such as ("indicator", "…"); None where the table does not say.
        shape: where the rows are.
    """

    id: str
    dataset: str
    name_zh: str
    name_en: str
    aliases: tuple[tuple[str, Language], ...]
    units: tuple[str, ...]
    place_kind: str
    place_names: tuple[str, ...]
    years: tuple[int, ...]
    rows: int
    thing: tuple[str, str] | None
    shape: Shape = field(repr=False, compare=False)

    @property
    def unit(self) -> str:
        """The unit of most of its rows."""
        return self.units[0] if self.units else ""

    @property
    def section(self) -> Semantic:
        """What the dataset says of it."""
        return self.shape.section

    def described(self) -> dict[str, object]:
        """The measure as `GET /api/v1/measures` lists it."""
        return {
            "id": self.id,
            "dataset": self.dataset,
            "name": {"zh": self.name_zh, "en": self.name_en},
            "aliases": {language: [a for a, of in self.aliases if of == language] for language in ("zh", "en")},
            "unit": self.unit,
            "units": list(self.units),
            "places": list(self.place_names),
            "place_kind": self.place_kind,
            "periods": list(self.years),
            "rows": self.rows,
            "thing": {"kind": self.thing[0], "id": self.thing[1]} if self.thing else None,
        }


class UnknownMeasureError(BadParameterError):
    """There is no such measure, or not in that dataset."""


class Registry:
    """The measures of a version, in the order datasets are preferred for each.

    Args:
        found: every measure.
        english: the data's words in English.
        store: the version they are of.
    """

    def __init__(self, found: Iterable[Measure], store: Store) -> None:
        self.measures = tuple(found)
        self._site = store.manifest.site
        self._english = phrases(store)
        self._places: dict[tuple[str, str], tuple[Place, ...]] = {}
        self._names_en: dict[str, str] = {}
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._answering = threading.Lock()
        self._by_id: dict[str, list[Measure]] = defaultdict(list)
        for measure in self.measures:
            self._by_id[measure.id].append(measure)
        for offered in self._by_id.values():
            offered.sort(key=lambda m: m.section.preference)

    def kept(self, asked: Hashable, make: Callable[[], Answer]) -> Answer:
        """What `make` returns for a question, made once while it is among the last ones asked: a version does not change."""
        with self._answering:
            if asked in self._answers:
                self._answers.move_to_end(asked)
                return cast(Answer, self._answers[asked])
        made = make()
        with self._answering:
            self._answers[asked] = made
            if len(self._answers) > _ANSWERS:
                self._answers.popitem(last=False)
        return made

    def offered(self, measure_id: str, dataset: str | None = None) -> list[Measure]:
        """The datasets' measures of that id, the preferred first; of one dataset where that is given.

        Raises:
            UnknownMeasureError: there is none; it names those there are.
        """
        offered = self._by_id.get(measure_id, [])
        if not offered:
            raise UnknownMeasureError("measure", measure_id, sentence("parameter.measure"), sorted(self._by_id))
        own = [m for m in offered if dataset in (None, m.dataset)]
        if not own:
            names = [m.dataset for m in offered]
            why = sentence("parameter.measure_of", measure=measure_id)
            raise UnknownMeasureError("dataset", str(dataset), why, names)
        return own

    def named(self) -> list[tuple[str, str, Language]]:
        """(name or alias, measure id, language) of every measure, each once, for finding them in a sentence."""
        return self._named

    def places(self, measure: Measure) -> tuple[Place, ...]:
        """The places a measure has rows of, with what else they are called."""
        key = (measure.id, measure.dataset)
        if key not in self._places:
            self._places[key] = tuple(place_of(n, self._english, self._site) for n in measure.place_names)
        return self._places[key]

    def place(self, measure: Measure, asked: str) -> Place | None:
        """The place of a measure that is meant by a name; None where it holds no such place."""
        return find(self.places(measure), asked)

    def own_place(self, measure: Measure) -> Place | None:
        """The portal's own city among a measure's places; None where it is not."""
        return self.place(measure, self._site.city) if measure.place_kind == "city" else None

    def place_en(self, name: str | None) -> str | None:
        """A place's English name, or its pinyin."""
        if name and name not in self._names_en:
            self._names_en[name] = place_of(name, self._english, self._site).name_en
        return self._names_en[name] if name else None

    def unit_en(self, unit: str) -> str:
        """A unit in English; empty where English says nothing, as for 个."""
        return self._english.get(unit, unit)

    def english(self, text: str | None) -> str | None:
        """A cell's text in English, where people have translated it."""
        return self._english.get(text) if text else None

    @cached_property
    def _named(self) -> list[tuple[str, str, Language]]:
        found: dict[tuple[str, str, Language], None] = {}
        for measure in self.measures:
            found[measure.name_zh, measure.id, "zh"] = None
            found[measure.name_en, measure.id, "en"] = None
            for alias, language in measure.aliases:
                found[alias, measure.id, language] = None
        return list(found)


_known: "WeakKeyDictionary[Store, Registry]" = WeakKeyDictionary()
_lock = threading.Lock()


def measures(store: Store) -> Registry:
    """The registry of a published version, made once for each."""
    with _lock:
        if store not in _known:
            _known[store] = Registry(_found(store), store)
        return _known[store]


def _found(store: Store) -> Iterator[Measure]:
    tables = {d.table: d for d in store.manifest.datasets}
    held = {f.table for f in store.manifest.files}
    for dataset in store.manifest.datasets:
        if dataset.table in held:
            for section in dataset.semantic:
                yield from _of_section(store, dataset, section, tables)


def _of_section(store: Store, dataset: Dataset, section: Semantic, tables: Mapping[str, Dataset]) -> Iterator[Measure]:
    city = store.manifest.site.city
    told = cells_told(store, dataset, section)
    for key, seen in _seen(store, Shape(dataset, section, None, city, tables)).items():
        shape = Shape(dataset, section, key, city, tables)
        row = told.get(key, {})
        zh, en, aliases = names_of(store, shape, section.named(key), row)
        yield Measure(
            id=section.measure_id(key),
            dataset=dataset.id,
            name_zh=zh,
            name_en=en,
            aliases=tuple(dict.fromkeys(aliases)),
            units=tuple(r["unit"] for r in seen if r["unit"] is not None),
            place_kind=section.place_kind,
            place_names=_places(shape, seen),
            years=tuple(sorted({y for r in seen for y in r["years"] or ()})),
            rows=sum(int(r["rows"]) for r in seen),
            thing=_thing(section, key, row),
            shape=shape,
        )


def _seen(store: Store, shape: Shape) -> dict[str | None, list[Row]]:
    """What rows the measures of a section have, by measure, a row a unit, the most common unit first."""
    section = shape.section
    has_year = bool(section.period or section.period_is) and not section.counts
    columns = [
        "key" if section.measure else "NULL AS key",
        "unit",
        "sum(value) AS rows" if section.counts else "count(*) AS rows",
        "list(DISTINCT year) FILTER (year IS NOT NULL) AS years" if has_year else "NULL AS years",
        "list(DISTINCT place) FILTER (place IS NOT NULL) AS places",
    ]
    facts = shape.facts(every=True)
    sql = f"SELECT {', '.join(columns)} FROM ({facts.text}) GROUP BY key, unit ORDER BY key, rows DESC, unit"
    found: dict[str | None, list[Row]] = defaultdict(list)
    for row in store.rows(sql, facts.parameters):
        if row["key"] is not None or not section.measure:
            found[row["key"]].append(row)
    return found


def _places(shape: Shape, seen: Iterable[Row]) -> tuple[str, ...]:
    if not shape.section.place:
        return (shape.where_it_is,)
    return tuple(sorted({p for r in seen for p in r["places"] or ()})[:_PLACES])


def _thing(section: Semantic, key: str | None, row: Row) -> tuple[str, str] | None:
    """What the whole measure is about; a thing that differs from row to row is the row's."""
    if not section.thing or key is None or section.counts:
        return None
    cell = key if section.thing.column == section.measure else row.get("thing")
    return (section.thing.kind, cell) if cell else None

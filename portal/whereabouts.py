"""Where somebody is: a place by its name or the beginnings of its pinyin, the district around a point, and what the data hold there."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pypinyin import Style, lazy_pinyin

from portal import places
from portal.publication.store import Row, Store
from portal.publication.translations import phrases, with_english
from portal.rows import BadParameterError

# 4.5 km/h, along streets that are 1.3 times as long as the straight line.
WALK_KMH = 4.5
DETOUR = 1.3
MINUTES = (5, 10, 15)
# Seldom visited from afar by name, and far too many to choose from.
_NOT_ORIGINS = frozenset({"car_park", "charging", "bus_stop", "pitch"})
_ORIGINS_MAX = 3_000
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Spot:
    """A known place one may start from. `kind` is a kind of place, `district` or `street`; a street stands where its
    district's seat is, and `stands_for` names that district. Coordinates are WGS84 degrees."""

    id: str
    name: str
    kind: str
    lon: float
    lat: float
    initials: str
    pinyin: str
    aliases: tuple[str, ...] = ()
    stands_for: str | None = None


@dataclass(frozen=True)
class Held:
    """What the data hold of a district's places: by kind, how many without position, and the years they are told of."""

    kinds: dict[str, int]
    without_position: int
    first_year: int | None
    last_year: int | None

    @property
    def total(self) -> int:
        """How many places in all."""
        return sum(self.kinds.values())


@dataclass(frozen=True)
class Neighbours:
    """The places of one kind nearest to a point, each with `distance_m` and `minutes` on foot; `total` in the whole city."""

    kind: str
    places: list[Row]
    total: int
    without_position: int


@lru_cache(maxsize=2)
def spots(store: Store) -> tuple[Spot, ...]:
    """Every place one may start from: districts, streets and towns, then named places with a position, in the data's order."""
    districts = {r["code"]: r for r in store.rows("SELECT code, name, lon, lat FROM districts ORDER BY code")}
    found = [_spot(r["code"], r["name"], "district", r) for r in districts.values()]
    if "streets" in {f.table for f in store.manifest.files}:
        for street in store.rows("SELECT code, name, district FROM streets ORDER BY code"):
            seat = districts[street["district"]]
            found.append(_spot(street["code"], street["name"], "street", seat, stands_for=seat["name"]))
    named = store.rows("SELECT id, name, aliases, kind, lon, lat FROM places WHERE lon IS NOT NULL")
    for row in named:
        if row["kind"] not in _NOT_ORIGINS and len(found) < _ORIGINS_MAX:
            aliases = tuple(a for a in (row["aliases"] or "").split("|") if a)
            found.append(_spot(row["id"], row["name"], row["kind"], row, aliases))
    return tuple(found)


def spot(store: Store, spot_id: str) -> Spot | None:
    """The spot of an id: a district's or street's code, or a place's id, whatever its kind; None where it has no position."""
    known = next((s for s in spots(store) if s.id == spot_id), None)
    if known is not None:
        return known
    rows = store.rows(
        "SELECT id, name, aliases, kind, lon, lat FROM places WHERE id = ? AND lon IS NOT NULL", [spot_id]
    )
    return _spot(rows[0]["id"], rows[0]["name"], rows[0]["kind"], rows[0]) if rows else None


def lookup(store: Store, text: str, limit: int = 10) -> list[Spot]:
    """The spots a text may name, best first: the name itself, its beginning, a part of it, its pinyin or their initials.

    Args:
        store: the published version.
        text: in Chinese or in Latin letters (王城公园, wcgy, wangcheng); case and spaces do not matter.
        limit: most spots.
    """
    asked = re.sub(r"\s", "", text).lower()
    if not asked:
        return []
    ranked = [(rank, s) for s in spots(store) if (rank := _rank(asked, s)) is not None]
    ranked.sort(key=lambda pair: (pair[0], len(pair[1].name)))
    return [s for _, s in ranked[:limit]]


def district_at(store: Store, lon: float, lat: float) -> Row | None:
    """Code and name (`name_en` where there is one) of the district a point (WGS84 degrees) lies in; None outside the city."""
    rows = store.rows(
        "SELECT code, name FROM districts WHERE ST_Contains(ST_GeomFromGeoJSON(geometry), ST_Point(?, ?)) LIMIT 1",
        [lon, lat],
    )
    return next(iter(with_english(rows, phrases(store))), None)


def parse_point(lon: str | None, lat: str | None) -> tuple[float, float] | None:
    """A point from an address' texts, None where it names none.

    Raises:
        BadParameterError: only one of the two, no number, or not on Earth.
    """
    if lon is None and lat is None:
        return None
    values = []
    for name, text in (("lon", lon), ("lat", lat)):
        try:
            value = float(text or "")
        except ValueError:
            value = math.nan
        if not math.isfinite(value) or abs(value) > (180 if name == "lon" else 90):
            zh = f"{'经度' if name == 'lon' else '纬度'}应是数字，单位度（WGS84）。"
            raise BadParameterError(name, text or "", zh, "it is a number of degrees (WGS84).")
        values.append(value)
    return values[0], values[1]


def neighbours(store: Store, lon: float, lat: float, count: int = 3) -> list[Neighbours]:
    """The nearest places of each kind, kinds in the order of their nearest place; kinds without any position last.

    Args:
        store: the published version.
        lon, lat: WGS84 degrees.
        count: most places a kind.
    """
    found = []
    for kind in places.kinds(store):
        near = places.near(store, lon, lat, places.RADIUS_MAX_M, [kind], count)
        rows = [p | {"minutes": walking_minutes(p["distance_m"])} for p in with_english(near.places, phrases(store))]
        total = store.rows("SELECT count(*) AS n FROM places WHERE kind = ?", [kind])[0]["n"]
        found.append(Neighbours(kind, rows, total, near.without_position))
    return sorted(found, key=lambda n: n.places[0]["distance_m"] if n.places else math.inf)


def held(store: Store, district: str) -> Held:
    """What the data hold of a district's places.

    Args:
        store: the published version.
        district: its code.
    """
    rows = store.rows("SELECT kind, lon, as_of FROM places WHERE district = ? ORDER BY kind", [district])
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["kind"]] = counts.get(row["kind"], 0) + 1
    years = [int(y.group()) for r in rows if (y := re.match(r"(19|20)\d\d", r["as_of"] or ""))]
    return Held(counts, sum(r["lon"] is None for r in rows), min(years, default=None), max(years, default=None))


def walking_minutes(distance_m: float) -> int:
    """Whole minutes on foot for a straight-line distance in metres, rounded up."""
    return math.ceil(distance_m * DETOUR / (WALK_KMH * 1000 / 60))


def reach_m(minutes: float) -> float:
    """The straight-line distance in metres one gets in so many minutes on foot."""
    return minutes * WALK_KMH * 1000 / 60 / DETOUR


def concerning(targets: Sequence[Row], vocabulary: dict[str, Any], kinds: Iterable[str]) -> list[Row]:
    """The plan's targets about kinds of place: the one the vocabulary names for them, and those whose name holds its words.

    Args:
        targets: rows of `portal.progress.progress`.
        vocabulary: the manifest's.
        kinds: of place.
    """
    wanted = set(kinds)
    found: list[Row] = []
    for sort in (vocabulary.get("places") or {}).values():
        if not wanted & set(sort["kinds"]):
            continue
        words = [w for w in sort["words"] if _HAN.search(w)]
        found += [r for r in targets if r["id"] == sort["indicator"]]
        found += [r for r in targets if any(w in r["name_zh"] for w in words)]
    return list({r["id"]: r for r in found}.values())


def about(store: Store, target: Row) -> list[Row]:
    """The kinds of place a target is about, each with `total` places in the data and how many are `positioned`.

    Args:
        store: the published version.
        target: a row of `portal.progress.progress`.
    """
    rows = store.rows(
        "SELECT kind, count(*) AS total, count(lon) AS positioned FROM places GROUP BY kind ORDER BY kind"
    )
    return [r for r in rows if concerning([target], store.manifest.vocabulary, [r["kind"]])]


def in_order_of_plan(found: Sequence[Neighbours], vocabulary: dict[str, Any]) -> list[Neighbours]:
    """Kinds in the order the city's vocabulary names them, what it does not name last.

    Args:
        found: of `neighbours`.
        vocabulary: the manifest's.
    """
    named = [kind for sort in (vocabulary.get("places") or {}).values() for kind in sort["kinds"]]
    return sorted(found, key=lambda n: (not n.places, named.index(n.kind) if n.kind in named else len(named)))


def first_sentence(text: str) -> str:
    """The first sentence of a note in Chinese or English."""
    return re.split(r"(?<=。)|(?<=\.)(?=\s)", text, maxsplit=1)[0]


def _spot(
    spot_id: str, name: str, kind: str, at: Row, aliases: tuple[str, ...] = (), stands_for: str | None = None
) -> Spot:
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
    spelled = "".join(lazy_pinyin(name)).lower()
    return Spot(spot_id, name, kind, at["lon"], at["lat"], initials, spelled, aliases, stands_for)


def _rank(asked: str, known: Spot) -> int | None:
    """How well a spot fits: 0 is its name, None not at all."""
    names = [known.name.lower(), *(a.lower() for a in known.aliases)]
    tests = (
        asked in names,
        any(n.startswith(asked) for n in names),
        asked == known.initials,
        any(asked in n for n in names),
        known.initials.startswith(asked),
        known.pinyin.startswith(asked),
        len(asked) > 2 and (asked in known.initials or asked in known.pinyin),
    )
    return next((n for n, fits in enumerate(tests) if fits), None)

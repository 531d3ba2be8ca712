"""Where somebody is: a place by its name or the beginnings of its pinyin."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from portal.datasets.row_parameters import BadParameterError
from portal.places import distance
from portal.places.kinds import PlaceKind
from portal.publication.store import Row, Store
from portal.texts.errors import sentence

# Seldom visited from afar by name, and far too many to choose from.
_NOT_ORIGINS = frozenset({PlaceKind.CAR_PARK, PlaceKind.CHARGING, PlaceKind.BUS_STOP, PlaceKind.PITCH})
_ORIGINS_MAX = 3_000


@dataclass(frozen=True)
class Spot:
    """A known place one may start from. `kind` is a kind of place, `district` or `street`; a street stands where its
    district's seat is, and `stands_for` names that district. Coordinates are WGS84 degrees; `borrowed` ones are a landmark's."""

    id: str
    name: str
    kind: str
    lon: float
    lat: float
    initials: str
    pinyin: str
    aliases: tuple[str, ...] = ()
    stands_for: str | None = None
    borrowed: bool = False


@lru_cache(maxsize=2)
def spots(store: Store) -> tuple[Spot, ...]:
    """Every place one may start from: districts, streets and towns, then named places with a position, in the data's order."""
    districts = {r["code"]: r for r in store.rows("SELECT code, name, lon, lat FROM districts ORDER BY code")}
    found = [_spot(r["code"], r["name"], "district", r) for r in districts.values()]
    if "streets" in {f.table for f in store.manifest.files}:
        for street in store.rows("SELECT code, name, district FROM streets ORDER BY code"):
            seat = districts[street["district"]]
            found.append(_spot(street["code"], street["name"], "street", seat, stands_for=seat["name"]))
    named = store.rows("SELECT id, name, aliases, kind, lon, lat, position_basis FROM places WHERE lon IS NOT NULL")
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
        "SELECT id, name, aliases, kind, lon, lat, position_basis FROM places WHERE id = ? AND lon IS NOT NULL",
        [spot_id],
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
            raise BadParameterError(name, text or "", sentence(f"coordinate.{name}_number"))
        values.append(value)
    return values[0], values[1]


def _spot(
    spot_id: str, name: str, kind: str, at: Row, aliases: tuple[str, ...] = (), stands_for: str | None = None
) -> Spot:
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()
    spelled = "".join(lazy_pinyin(name)).lower()
    return Spot(
        spot_id, name, kind, at["lon"], at["lat"], initials, spelled, aliases, stands_for, distance.is_borrowed(at)
    )


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

"""The district around a point, and what the data hold of its places."""

import re
from dataclasses import dataclass

from portal.publication.store import Row, Store
from portal.publication.translations import phrases, with_english


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


def district_at(store: Store, lon: float, lat: float) -> Row | None:
    """Code and name (`name_en` where there is one) of the district a point (WGS84 degrees) lies in; None outside the city."""
    rows = store.rows(
        "SELECT code, name FROM districts WHERE ST_Contains(ST_GeomFromGeoJSON(geometry), ST_Point(?, ?)) LIMIT 1",
        [lon, lat],
    )
    return next(iter(with_english(rows, phrases(store))), None)


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

"""Stations of the metro put in the order a line runs through them."""

import math
from collections.abc import Iterable

from portal.places.kinds import PlaceKind
from portal.publication.store import Row


def metro_lines(places: Iterable[Row]) -> dict[str, list[Row]]:
    """The stations of each metro line in the order one rides: from one end always on to the nearest that is left.

    Args:
        places: rows with kind, lines, lon and lat.
    """
    lines: dict[str, list[Row]] = {}
    for row in places:
        if row["kind"] == PlaceKind.METRO_STATION:
            for line in (row.get("lines") or "").split("|"):
                lines.setdefault(line, []).append(row)
    return {name: _ridden(stations) for name, stations in lines.items() if name and len(stations) > 1}


def _ridden(stations: list[Row]) -> list[Row]:
    def apart(one: Row, other: Row) -> float:
        east = (one["lon"] - other["lon"]) * math.cos(math.radians(one["lat"]))
        return math.hypot(east, one["lat"] - other["lat"])

    left = list(stations)
    # An end of the line is the station farthest from some other.
    ridden = [max(left, key=lambda s: max(apart(s, o) for o in left))]
    left.remove(ridden[0])
    while left:
        ridden.append(min(left, key=lambda s: apart(s, ridden[-1])))
        left.remove(ridden[-1])
    return ridden

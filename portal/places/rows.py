"""Rows of places and districts that travel between folders; `<name>_en` stands beside every cell with an English wording."""

from typing import NotRequired, TypedDict


class PlaceRow(TypedDict):
    """A place: a row of `places`. Position in WGS84 degrees, None where nobody has published one; area in square metres."""

    id: str
    kind: str
    name: str
    aliases: str | None
    district: str | None
    address: str | None
    area_m2: float | None
    capacity: int | None
    opened: str | None
    lines: str | None
    lon: float | None
    lat: float | None
    position_basis: str
    source: str
    also_sources: str | None
    as_of: str | None
    note: str | None


class NearPlaceRow(PlaceRow):
    """A place at a distance from a point, in metres along the ellipsoid; `minutes` on foot where it is asked for."""

    distance_m: float
    minutes: NotRequired[int]

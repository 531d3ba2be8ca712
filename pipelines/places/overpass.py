"""Places from an Overpass export: nodes, and ways and relations with their centre or their line."""

from typing import Any

from pipelines.places.candidates import Candidate, Defaults, Reading, Refused
from pipelines.places.osm import osm_place
from pipelines.tables.lexicon import clean
from portal.publication.json_object import JsonObject


def read_overpass(elements: list[Any], defaults: Defaults) -> Reading:
    """The places of an Overpass export: nodes, and ways and relations with their centre or their line."""
    reading = Reading(rows=len(elements))
    for element in elements:
        if not isinstance(element, dict) or not isinstance(element.get("tags"), dict):
            continue
        made = _element(element, defaults)
        if isinstance(made, Candidate):
            reading.candidates.append(made)
        elif made is not None:
            reading.refused.append(made)
    unused = reading.rows - len(reading.candidates) - len(reading.refused)
    if unused:
        reading.told.append(f"{unused} 个对象不是要收的场所（线的端点等）")
    return reading


def _element(element: JsonObject, defaults: Defaults) -> Candidate | Refused | None:
    centre = element.get("center") if isinstance(element.get("center"), dict) else element
    lon, lat = centre.get("lon"), centre.get("lat")  # type: ignore[union-attr]
    tags = {str(k): str(v) for k, v in element["tags"].items()}
    line = [
        (p["lon"], p["lat"])
        for p in element.get("geometry") or ()
        if isinstance(p, dict) and isinstance(p.get("lon"), int | float) and isinstance(p.get("lat"), int | float)
    ]
    closed = len(line) >= 4 and line[0] == line[-1]
    placed = isinstance(lon, int | float) and isinstance(lat, int | float)
    if closed and not placed:
        lon, lat = line[0]
    row = (element.get("type"), element.get("id"), tags, lon, lat, None, placed or closed, False, True)
    if element.get("type") == "node" and not placed:
        return Refused(f"node/{element.get('id')}", clean(tags.get("name")), "没有坐标")
    made = osm_place(row, defaults.as_of)
    if isinstance(made, Candidate) and closed:
        made.geometry = {"type": "MultiPolygon", "coordinates": [[line]]}
    return made

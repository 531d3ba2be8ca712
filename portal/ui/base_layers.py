"""The base map as series of the map's chart: areas, lines and names, in this order from below."""

from collections.abc import Sequence

from portal.places.base_map import Drawn
from portal.publication.json_object import JsonObject
from portal.ui.map_series import PLATE

# class → colour, width in pixels. Pale: what the page is about is drawn over them.
_LINES = {
    "river": ("#a9cbe0", 1.6),
    "street": ("#e3dccf", 0.8),
    "road": ("#dccfb2", 1.3),
    "rail": ("#b7b1bd", 1.0),
    "main_road": ("#d3be8e", 2.0),
}
_AREAS = {"green": "#dcebd3", "water": "#c4dcea"}


def base_series(drawn: Sequence[Drawn]) -> list[JsonObject]:
    """The lines and names, and the outlines of areas, which `static/map.js` fills from `base_areas`."""
    styles = {kind: (colour, 1.0) for kind, colour in _AREAS.items()} | _LINES
    series = [_lines(paths, *style) for kind, style in styles.items() if (paths := _paths(drawn, kind))]
    names = [{"name": d.name, "value": d.parts[0][0]} for d in drawn if d.kind == "name" and d.name]
    return [*series, _names(names)] if names else series


def _paths(drawn: Sequence[Drawn], kind: str) -> list[list[list[float]]]:
    return [part for d in drawn if d.kind == kind for part in d.parts]


def base_areas(drawn: Sequence[Drawn]) -> list[JsonObject]:
    """The areas as data the script fills: ECharts fills a polygon only through a function, which no option can carry."""
    found = []
    for kind, colour in _AREAS.items():
        rings = [p for d in drawn if d.kind == kind and d.is_area for p in d.parts]
        if rings:
            found.append({"id": f"base:{kind}", "source": [[colour, ring] for ring in rings]})
    return found


def _lines(paths: list[list[list[float]]], colour: str, width: float) -> JsonObject:
    return {
        "type": "lines",
        "coordinateSystem": "cartesian2d",
        "polyline": True,
        "name": "",
        "silent": True,
        "z": 0,
        "lineStyle": {"color": colour, "width": width, "opacity": 1},
        "data": [{"coords": path} for path in paths],
    }


def _names(names: list[JsonObject]) -> JsonObject:
    return {
        "type": "scatter",
        "name": "",
        "silent": True,
        "symbolSize": 0.1,
        "z": 1,
        "data": names,
        "label": {"show": True, "formatter": "{b}", "fontSize": 11, **PLATE},
        "labelLayout": {"hideOverlap": True},
    }

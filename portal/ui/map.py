"""A map without a tile server: district boundaries, metro lines and places as an ECharts chart that pans and zooms.

ECharts draws on a canvas with nothing fetched; its flat axes are given kilometres around the city's middle, in which a
city looks as on any map. Vega's geographic shapes neither pan nor zoom, and deck.gl needs WebGL, which not every phone or
remote desktop has.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from portal.store import Row
from portal.ui.texts import known, t

# Width over height of the drawing, which the style sheet keeps.
ASPECT = 1.25
# Above this many, points are drawn as a few batched paths, without an outline of their own.
_MANY = 3_000
_KM_A_DEGREE = 111.195
_SIDES = 72
_RULE, _METRO, _SELF = "#8a979d", "#8e6bbf", "#c2271a"
# kind → symbol, colour, size: told apart without colour too.
_MARKS: dict[str, tuple[str, str, int]] = {
    "park": ("circle", "#2e8b57", 13),
    "pocket_park": ("triangle", "#5aa02c", 13),
    "sports_park": ("diamond", "#0f8f8f", 15),
    "pitch": ("diamond", "#7a9a1f", 9),
    "car_park": ("rect", "#2367b8", 11),
    "charging": ("path://M9 0 0 14h7l-2 10 11-15H9z", "#c98a00", 15),
    "library": ("path://M0 0h10v20l-5-5-5 5z", "#8a4b2a", 13),
    "metro_station": ("path://M0 0h14v14H0zM3 3v8h8V3z", _METRO, 10),
    "bus_stop": ("arrow", "#b0538a", 8),
}
_PLAIN = {"charging": "pin", "library": "roundRect", "metro_station": "emptyRect"}
_OTHER = ("roundRect", "#666666", 10)


@dataclass(frozen=True)
class Plane:
    """Kilometres east and north of a middle point (WGS84 degrees): true to 1 % within a hundred kilometres."""

    lon: float
    lat: float

    def at(self, lon: float, lat: float) -> list[float]:
        """A point's place in the plane, rounded to a metre."""
        east = (lon - self.lon) * math.cos(math.radians(self.lat)) * _KM_A_DEGREE
        return [round(east, 3), round((lat - self.lat) * _KM_A_DEGREE, 3)]


def city_map(
    districts: Sequence[Row],
    places: Sequence[Row],
    origin: tuple[float, float] | None = None,
    rings: Sequence[tuple[str, float]] = (),
    view_km: float | None = None,
    to_places: bool = False,
) -> dict[str, Any]:
    """The chart's option.

    Args:
        districts: name, lon, lat (degrees, of the seat) and geometry (GeoJSON text).
        places: name, kind, lon, lat, position_basis, lines; those without position are left out.
        origin: where somebody is, lon and lat.
        rings: label and radius in metres of circles around the origin.
        view_km: kilometres from the middle of the view to its left and right edge; the whole city where None.
        to_places: show just so much that every place is in view.
    """
    shapes = [(d, _outlines(json.loads(d["geometry"]))) for d in districts]
    plane = _middle(shapes)
    placed = [p for p in places if p["lon"] is not None]
    outlines = [[plane.at(*p[:2]) for p in ring] for _, rings_ in shapes for ring in rings_]
    centre = plane.at(*origin) if origin else [0.0, 0.0]
    extent = _extent(outlines, centre)
    middle = centre
    if to_places and placed:
        middle, view_km = _fitted([plane.at(p["lon"], p["lat"]) for p in placed])
    series = [
        _lines("", outlines, _RULE, 1.2, 1),
        _labels([(d["name"], plane.at(d["lon"], d["lat"])) for d in districts]),
        *(
            _lines(name, [[plane.at(s["lon"], s["lat"]) for s in stations]], _METRO, 2.5, 2)
            for name, stations in metro_lines(placed).items()
        ),
    ]
    if origin:
        for label, radius in rings:
            # In a wide view the circles are too small to be written on.
            named = view_km is not None and radius / 1000 > view_km / 8
            series.append(_ring(label if named else "", centre, radius / 1000))
    kinds = [k for k in _MARKS if any(p["kind"] == k for p in placed)]
    kinds += sorted({p["kind"] for p in placed} - set(kinds))
    series += [_places(kind, [p for p in placed if p["kind"] == kind], plane) for kind in kinds]
    if origin:
        here = {"name": t("nearby.here"), "value": centre}
        series.append(
            {"type": "scatter", "name": t("nearby.here"), "symbol": "pin", "symbolSize": 34, "z": 9, "data": [here]}
            | {"itemStyle": {"color": _SELF}, "symbolOffset": [0, "-45%"], "tooltip": {"formatter": "{b}"}}
        )
    return {
        "animation": False,
        "grid": {"left": 0, "right": 0, "top": 0, "bottom": 0, "containLabel": False},
        "legend": {
            "type": "scroll",
            "bottom": 4,
            "data": [_kind(k) for k in kinds],
            "itemWidth": 14,
            "itemHeight": 14,
        },
        "tooltip": {"trigger": "item", "confine": True},
        "xAxis": _axis(extent[0]),
        "yAxis": _axis(extent[1]),
        "dataZoom": [
            _zoom("xAxisIndex", extent[0], middle[0], view_km),
            _zoom("yAxisIndex", extent[1], middle[1], view_km / ASPECT if view_km else None),
        ],
        "series": series,
    }


def metro_lines(places: Iterable[Row]) -> dict[str, list[Row]]:
    """The stations of each metro line in the order one rides: from one end always on to the nearest that is left.

    Args:
        places: rows with kind, lines, lon and lat.
    """
    lines: dict[str, list[Row]] = {}
    for row in places:
        if row["kind"] == "metro_station":
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


def _outlines(geometry: dict[str, Any]) -> list[list[list[float]]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def _middle(shapes: list[tuple[Row, list[list[list[float]]]]]) -> Plane:
    points = [p for _, rings in shapes for ring in rings for p in ring]
    if not points:
        return Plane(0.0, 0.0)
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return Plane((min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2)


def _extent(outlines: list[list[list[float]]], centre: list[float]) -> list[tuple[float, float]]:
    """The ends of both axes: all of the city, with room to bring its edge to the middle, in the drawing's proportions."""
    points = [centre, *(p for ring in outlines for p in ring)]
    half = max(max(abs(p[0]) / ASPECT, abs(p[1])) for p in points) * 1.06 or 1.0
    return [(round(-half * ASPECT, 3), round(half * ASPECT, 3)), (round(-half, 3), round(half, 3))]


def _fitted(points: list[list[float]]) -> tuple[list[float], float]:
    """The middle of points, and the kilometres to the left and right edge that bring all of them into view."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    half = max((max(xs) - min(xs)) / 2, (max(ys) - min(ys)) / 2 * ASPECT)
    return [(min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2], half * 1.15 + 0.5


def _axis(ends: tuple[float, float]) -> dict[str, Any]:
    return {"type": "value", "show": False, "min": ends[0], "max": ends[1]}


def _zoom(axis: str, ends: tuple[float, float], middle: float, half: float | None) -> dict[str, Any]:
    start, end = ends if half is None else (max(ends[0], middle - half), min(ends[1], middle + half))
    # Nothing is dropped for lying outside: a boundary that leaves the view is still drawn up to its edge.
    return {
        "type": "inside",
        axis: 0,
        "filterMode": "none",
        "startValue": round(start, 3),
        "endValue": round(end, 3),
        "zoomOnMouseWheel": True,
        "moveOnMouseMove": True,
        "minSpan": 0.3,
    }


def _lines(name: str, paths: list[list[list[float]]], colour: str, width: float, z: int) -> dict[str, Any]:
    return {
        "type": "lines",
        "coordinateSystem": "cartesian2d",
        "polyline": True,
        "name": name,
        "silent": True,
        "z": z,
        "lineStyle": {"color": colour, "width": width, "opacity": 0.9},
        "data": [{"coords": path} for path in paths],
    }


def _ring(label: str, centre: list[float], radius_km: float) -> dict[str, Any]:
    angles = [2 * math.pi * n / _SIDES for n in range(_SIDES + 1)]
    path = [
        [round(centre[0] + radius_km * math.sin(a), 4), round(centre[1] + radius_km * math.cos(a), 4)] for a in angles
    ]
    ring = _lines(label, [path], _SELF, 1.4, 3)
    ring["lineStyle"] |= {"type": "dashed"}
    ring["markPoint"] = {
        "silent": True,
        "symbol": "rect",
        "symbolSize": 0.1,
        "data": [{"coord": path[0], "name": label}],
        "label": {"formatter": "{b}", "position": "top", "color": _SELF, "fontSize": 12},
    }
    return ring


def _labels(names: list[tuple[str, list[float]]]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": "",
        "silent": True,
        "symbolSize": 0.1,
        "z": 2,
        "data": [{"name": name, "value": at} for name, at in names],
        "label": {"show": True, "formatter": "{b}", "color": _RULE, "fontSize": 12},
        "labelLayout": {"hideOverlap": True},
    }


def _places(kind: str, rows: list[Row], plane: Plane) -> dict[str, Any]:
    symbol, colour, size = _MARKS.get(kind, _OTHER)
    series: dict[str, Any] = {
        "type": "scatter",
        "name": _kind(kind),
        "symbol": symbol,
        "symbolSize": size,
        "z": 5,
        "itemStyle": {"color": colour, "opacity": 0.9},
        "tooltip": {"formatter": "{a}<br>{b}"},
    }
    if len(rows) > _MANY:
        # A path of its own is parsed anew for every point of a batch, which holds the browser up for minutes.
        plain = {"symbol": _PLAIN.get(kind, "roundRect")} if symbol.startswith("path:") else {}
        return series | plain | {"large": True, "symbolSize": 6, "data": [plane.at(r["lon"], r["lat"]) for r in rows]}
    hollow = {"itemStyle": {"color": "rgba(0,0,0,0)", "borderColor": colour, "borderWidth": 2}}
    return series | {
        "data": [
            {"name": r["name"], "value": plane.at(r["lon"], r["lat"])}
            | (hollow if r["position_basis"].startswith("near:") else {})
            for r in rows
        ]
    }


def _kind(kind: str) -> str:
    return known(f"place_kind.{kind}", kind)

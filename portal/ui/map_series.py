"""The parts of a map's picture, as ECharts takes them: axes, zoom, lines, rings, labels and marks."""

import math
from dataclasses import dataclass

import pyarrow as pa

from portal.places.distance import is_borrowed
from portal.places.kinds import PlaceKind
from portal.publication.json_object import JsonObject
from portal.publication.store import Row
from portal.texts.interface import t

_KM_A_DEGREE = 111.195
_SIDES = 72
RULE, METRO, SELF, _COUNT = "#8a979d", "#8e6bbf", "#c2271a", "#44606c"
_PLAIN: dict[str, str] = {PlaceKind.CHARGING: "pin", PlaceKind.LIBRARY: "roundRect"}


@dataclass(frozen=True)
class Scale:
    """The degrees one kilometre spans around a latitude, east and north."""

    east: float
    north: float

    @classmethod
    def at(cls, lat: float) -> "Scale":
        """The scale at a latitude in degrees."""
        return cls(1 / (_KM_A_DEGREE * max(math.cos(math.radians(lat)), 0.01)), 1 / _KM_A_DEGREE)


def axis(ends: tuple[float, float]) -> JsonObject:
    """A flat axis from one degree to another, not drawn."""
    return {"type": "value", "show": False, "min": ends[0], "max": ends[1]}


def zoom(axis: str, ends: tuple[float, float], middle: float, half: float | None) -> JsonObject:
    """How an axis is moved and zoomed, and the part of it that shows at first."""
    start, end = ends if half is None else (max(ends[0], middle - half), min(ends[1], middle + half))
    # Nothing is dropped for lying outside: a boundary that leaves the view is still drawn up to its edge.
    return {
        "type": "inside",
        axis: 0,
        "filterMode": "none",
        "startValue": round(start, 6),
        "endValue": round(end, 6),
        "zoomOnMouseWheel": True,
        "moveOnMouseMove": True,
        "minSpan": 0.3,
    }


def lines(name: str, paths: list[list[list[float]]], colour: str, width: float, z: int) -> JsonObject:
    """Lines of a width in pixels, one a path of points."""
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


# The map has one picture for light and dark: a name is read on a ground of its own, whatever line runs under it.
PLATE: JsonObject = {"color": "#333", "backgroundColor": "rgba(255,255,255,0.85)", "borderRadius": 3, "padding": [1, 4]}


def ring(label: str, centre: tuple[float, float], radius_km: float, scale: Scale) -> JsonObject:
    """A circle of a radius in kilometres, named where it stands highest."""
    angles = [2 * math.pi * n / _SIDES for n in range(_SIDES + 1)]
    east, north = radius_km * scale.east, radius_km * scale.north
    path = [[round(centre[0] + east * math.sin(a), 6), round(centre[1] + north * math.cos(a), 6)] for a in angles]
    ring = lines(label, [path], SELF, 1.4, 3)
    ring["lineStyle"] |= {"type": "dashed"}
    ring["markPoint"] = {
        "silent": True,
        "symbol": "rect",
        "symbolSize": 0.1,
        "data": [{"coord": path[0], "name": label}],
        "label": {"formatter": "{b}", "position": "top", "fontSize": 12, **PLATE, "color": SELF},
    }
    return ring


def labels_series(names: list[tuple[str, list[float]]]) -> JsonObject:
    """Names where they stand."""
    return {
        "type": "scatter",
        "name": "",
        "silent": True,
        "symbolSize": 0.1,
        "z": 2,
        "data": [{"name": name, "value": at} for name, at in names],
        "label": {"show": True, "formatter": "{b}", "fontSize": 12, **PLATE},
        "labelLayout": {"hideOverlap": True},
    }


def scatter_series(series_id: str, name: str, mark: tuple[str, str, int]) -> JsonObject:
    """The marks of a kind: symbol, colour and size in pixels."""
    symbol, colour, size = mark
    return {
        "type": "scatter",
        "id": series_id,
        "name": name,
        "symbol": symbol,
        "symbolSize": size,
        "z": 5,
        "cursor": "pointer",
        "itemStyle": {"color": colour, "opacity": 0.9},
        "tooltip": {"formatter": "{a}<br>{b}"},
    }


def item(row: Row, colour: str) -> JsonObject:
    """A row as a mark that says its name."""
    item = {"id": row["id"], "name": row["name"], "value": [row["lon"], row["lat"]]}
    if is_borrowed(row):
        item["itemStyle"] = {"color": "rgba(0,0,0,0)", "borderColor": colour, "borderWidth": 2}
    return item


def batch_series(kind: str, mark: tuple[str, str, int]) -> JsonObject:
    """A series that reads its table and is drawn in one go until the script gathers it."""
    # A path of its own is parsed anew for every point of a batch, which holds the browser up for minutes.
    plain = _PLAIN.get(kind, "roundRect") if mark[0].startswith("path:") else mark[0]
    return {"datasetId": kind, "encode": {"x": "lon", "y": "lat", "itemName": "name"}, "large": True, "symbol": plain}


def arrow_table(rows: list[Row]) -> pa.Table:
    """Many places as Streamlit sends them fastest."""
    columns = {name: [r[name] for r in rows] for name in ("lon", "lat", "name", "id")}
    return pa.table(columns | {"borrowed": [is_borrowed(r) for r in rows]})


def counts_series() -> JsonObject:
    """The series the script fills with how many places lie close together."""
    return {
        "type": "scatter",
        "id": "counts",
        "z": 6,
        "cursor": "pointer",
        "itemStyle": {"color": _COUNT, "opacity": 1},
        "label": {"show": True, "formatter": "{b}", "color": "#fff", "fontSize": 12},
        "tooltip": {"formatter": t("nearby.cluster", count="{b}")},
        "data": [],
    }

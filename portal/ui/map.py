"""A map without a tile server: district boundaries, metro lines and places as an ECharts chart that pans and zooms.

ECharts draws on a canvas with nothing fetched. Its flat axes hold WGS84 degrees, lon across and lat up, drawn so that a
kilometre is as long either way in the city's middle (an equirectangular projection: true to 2 % within a hundred
kilometres). Vega's geographic shapes neither pan nor zoom, and deck.gl needs WebGL, which not every phone or remote
desktop has.

`static/map.js` opens what is pressed, fills the areas of the base map and gathers dense places to counts; it knows the series by their ids: what stands
before the colon is the parameter of the page's address that opens one of their marks.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence, Set
from itertools import chain

import streamlit as st
from markupsafe import Markup

from portal.places.base_map import Drawn
from portal.places.kinds import PlaceKind
from portal.publication.json_object import JsonObject
from portal.publication.statuses import ProjectStatus
from portal.publication.store import Row, Store
from portal.texts.interface import either, known, t
from portal.ui import assets, page_data, sentences
from portal.ui.base_layers import base_areas, base_series
from portal.ui.map_series import (
    METRO,
    RULE,
    SELF,
    Scale,
    arrow_table,
    axis,
    batch_series,
    counts_series,
    item,
    labels_series,
    lines,
    ring,
    scatter_series,
    zoom,
)
from portal.ui.metro_lines import metro_lines

# Width over height of the drawing, which the style sheet keeps.
ASPECT = 1.25
# With more places than this, those that lie close together are drawn as their number.
_MANY = 600
# kind → symbol, colour, size: told apart without colour too.
_MARKS: dict[str, tuple[str, str, int]] = {
    PlaceKind.PARK: ("circle", "#2e8b57", 13),
    PlaceKind.POCKET_PARK: ("triangle", "#5aa02c", 13),
    PlaceKind.SPORTS_PARK: ("diamond", "#0f8f8f", 15),
    PlaceKind.PITCH: ("diamond", "#7a9a1f", 9),
    PlaceKind.CAR_PARK: ("rect", "#2367b8", 11),
    PlaceKind.CHARGING: ("path://M9 0 0 14h7l-2 10 11-15H9z", "#c98a00", 15),
    PlaceKind.LIBRARY: ("path://M0 0h10v20l-5-5-5 5z", "#8a4b2a", 13),
    PlaceKind.METRO_STATION: ("emptyRect", METRO, 9),
    PlaceKind.BUS_STOP: ("arrow", "#b0538a", 8),
}
_OTHER = ("roundRect", "#666666", 10)
_LEGEND = "#1b2530"
# project status → the same; a project whose status nobody has reported is hollow.
_STATES: dict[str, tuple[str, str, int]] = {
    ProjectStatus.COMPLETED: ("circle", "#1f7a4d", 15),
    ProjectStatus.UNDER_CONSTRUCTION: ("diamond", "#a15c00", 16),
    ProjectStatus.PLANNED: ("triangle", "#a15c00", 15),
    ProjectStatus.UNKNOWN: ("emptyCircle", "#666666", 13),
}
_SORTS = {"place": (_MARKS, "place_kind"), "project": (_STATES, "project_status")}


def city_map(
    districts: Sequence[Row],
    marks: Sequence[Row],
    origin: tuple[float, float] | None = None,
    rings: Sequence[tuple[str, float]] = (),
    view_km: float | None = None,
    to_marks: bool = False,
    opens: str = "place",
    base: Sequence[Drawn] = (),
) -> JsonObject:
    """The chart's option.

    Args:
        districts: name, lon, lat (degrees, of the seat) and geometry (GeoJSON text).
        marks: id, name, kind (a project's status), lon, lat, position_basis, lines; those without position are left out.
        origin: where somebody is, lon and lat.
        rings: label and radius in metres of circles around the origin.
        view_km: kilometres from the middle of the view to its left and right edge; the whole city where None.
        to_marks: show just so much that every mark is in view.
        opens: what the marks are and the parameter of the address that opens one: `place` or `project`.
        base: what is drawn below everything, where a base map is published.
    """
    placed = [p for p in marks if p["lon"] is not None]
    outlines = [ring for d in districts for ring in _outlines(json.loads(d["geometry"]))]
    points = _points(placed)
    bounds = list(chain.from_iterable(outlines)) or points
    city = _middle(bounds)
    scale = Scale.at(city[1])
    middle = list(origin or city)
    extent = _extent(bounds, middle, scale)
    if to_marks and placed:
        middle, view_km = _fitted(points, scale)
    series = [
        *base_series(base),
        lines("", outlines, RULE, 1.2, 1),
        labels_series([(either(d, "name"), [d["lon"], d["lat"]]) for d in districts]),
        *(lines(name, [_points(s)], METRO, 2.5, 2) for name, s in metro_lines(placed).items()),
    ]
    series += _rings(origin, rings, view_km, scale)
    of_kind = _by_kind(placed, opens)
    names = {kind: known(f"{_SORTS[opens][1]}.{kind}", kind) for kind in of_kind}
    many = len(placed) > _MANY
    series += _marked(of_kind, names, opens, many)
    series += _here(origin)
    return {
        "animation": False,
        "grid": {"left": 0, "right": 0, "top": 0, "bottom": 0, "containLabel": False},
        "legend": {
            "type": "scroll",
            "bottom": 4,
            "data": list(names.values()),
            "itemWidth": 14,
            "itemHeight": 14,
            "z": 20,
            "padding": 6,
            "backgroundColor": "rgba(255,255,255,.9)",
            # Its ground is light in every theme; the dark one's own words would be white on it.
            "textStyle": {"color": _LEGEND},
            "pageTextStyle": {"color": _LEGEND},
        },
        "tooltip": {"trigger": "item", "confine": True},
        "xAxis": axis(extent[0]),
        "yAxis": axis(extent[1]),
        "dataZoom": [
            zoom("xAxisIndex", extent[0], middle[0], view_km and view_km * scale.east),
            zoom("yAxisIndex", extent[1], middle[1], view_km and view_km / ASPECT * scale.north),
        ],
        "dataset": [
            *({"id": kind, "source": arrow_table(rows)} for kind, rows in of_kind.items() if many),
            *base_areas(base),
        ],
        "series": series,
    }


def _points(rows: Sequence[Row]) -> list[list[float]]:
    return [[r["lon"], r["lat"]] for r in rows]


def _rings(
    origin: tuple[float, float] | None, rings: Sequence[tuple[str, float]], view_km: float | None, scale: Scale
) -> Iterator[JsonObject]:
    if origin is None:
        return
    for label, radius in rings:
        # In a wide view the circles are too small to be written on.
        named = view_km is not None and radius / 1000 > view_km / 8
        yield ring(label if named else "", origin, radius / 1000, scale)


def _by_kind(placed: Sequence[Row], opens: str) -> dict[str, list[Row]]:
    """The marks by kind: those the map has a sign for first, in its order, then the others."""
    there = {p["kind"] for p in placed}
    signs = [k for k in _SORTS[opens][0] if k in there]
    kinds = [*signs, *sorted(there - set(signs))]
    return {kind: [p for p in placed if p["kind"] == kind] for kind in kinds}


def _marked(of_kind: dict[str, list[Row]], names: dict[str, str], opens: str, many: bool) -> Iterator[JsonObject]:
    """The marks of each kind; where there are many, they are drawn in batches and counted."""
    for kind, rows in of_kind.items():
        mark = _SORTS[opens][0].get(kind, _OTHER)
        common = scatter_series(f"{opens}:{kind}", names[kind], mark)
        yield common | (batch_series(kind, mark) if many else {"data": [item(r, mark[1]) for r in rows]})
    if many:
        yield counts_series()


def _here(origin: tuple[float, float] | None) -> Iterator[JsonObject]:
    if origin is None:
        return
    here = {"name": t("nearby.here"), "value": list(origin)}
    yield {
        "type": "scatter",
        "name": t("nearby.here"),
        "symbol": "pin",
        "symbolSize": 34,
        "z": 9,
        "data": [here],
        "itemStyle": {"color": SELF},
        "symbolOffset": [0, "-45%"],
        "silent": True,
    }


def show(option: JsonObject, alt: str, drawn: object) -> None:
    """Put a map on the page.

    Args:
        option: of `city_map`.
        alt: what it shows, for those who cannot see it.
        drawn: what the option was made of. Another map is another chart, so that the script meets each of them once.
    """
    assets.add("map")
    key = hashlib.sha256(repr((drawn, alt)).encode()).hexdigest()[:12]
    with st.container(key=f"city_map_{key}"):
        st.echarts_chart(option, height=480, key=f"chart_{key}", alt=alt)


def credit(store: Store, told: Set[str], note: str = "") -> Markup:
    """Whose boundaries and positions a map shows, as the datasets' sources state it.

    Args:
        store: the published version.
        told: the sources of the positions; those without a licence need no credit.
        note: what else is to be known of the drawing.
    """
    sources = page_data.sources(store.version, store)
    named = [s["publisher"] for i, s in sources.items() if i in told and s["licence"] and s["publisher"]]
    positions = t("nearby.credit", names=t("list.separator").join(named)) if named else ""
    boundaries = sentences.first_sentence(either(store.dataset("districts"), "caveats"))
    return Markup('<p class="credit">{} {} {}</p>').format(positions, boundaries, note)


def _outlines(geometry: JsonObject) -> list[list[list[float]]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [[[round(p[0], 5), round(p[1], 5)] for p in ring] for polygon in polygons for ring in polygon]


def _middle(points: list[list[float]]) -> list[float]:
    if not points:
        return [0.0, 0.0]
    return [(min(values) + max(values)) / 2 for values in zip(*points, strict=True)]


def _extent(points: list[list[float]], middle: list[float], scale: Scale) -> list[tuple[float, float]]:
    """The ends of both axes: all of the city, with room to bring its edge to the middle, in the drawing's proportions."""
    lon, lat = _middle(points) if points else middle
    half = 1.06 * max(
        (max(abs(x - lon) / scale.east / ASPECT, abs(y - lat) / scale.north) for x, y in [*points, middle]), default=0.0
    )
    half = half or 1.0
    east, north = half * ASPECT * scale.east, half * scale.north
    return [(round(lon - east, 6), round(lon + east, 6)), (round(lat - north, 6), round(lat + north, 6))]


def _fitted(points: list[list[float]], scale: Scale) -> tuple[list[float], float]:
    """The middle of points, and the kilometres to the left and right edge that bring all of them into view."""
    lon, lat = _middle(points)
    half = max(max(abs(x - lon) / scale.east, abs(y - lat) / scale.north * ASPECT) for x, y in points)
    return [lon, lat], half * 1.15 + 0.5

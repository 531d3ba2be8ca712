"""Places from GeoJSON and its kin: collections, single features, one feature a line, WFS and Overpass exports, geometry as text."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from pipelines.places.candidates import (
    Candidate,
    Defaults,
    Measure,
    Reading,
    Refused,
    basis_of,
    candidate,
    measured,
    measures,
    opened,
    place,
    set_number,
)
from pipelines.places.columns import choose
from pipelines.places.features import features_of, parsed, properties_of, scalar, stated_system
from pipelines.places.overpass import read_overpass
from pipelines.tables.errors import CellError, FileError, RowError
from pipelines.tables.lexicon import clean, table_words
from pipelines.tables.numbers import is_missing
from pipelines.tables.positions import degrees, pair
from pipelines.tables.systems import shown, system_of, to_wgs84
from pipelines.tables.units import UnknownUnitError, header_unit
from portal.publication.json_object import JsonObject

_SHAPES = {"Polygon", "MultiPolygon"}
_NUMBERS = ("area_m2", "capacity")
_APART = {"lon", "lat", "lonlat", "opened", *_NUMBERS}


def read_geojson(
    file: Path,
    defaults: Defaults,
    connection: duckdb.DuckDBPyConnection,
    is_district: Callable[[str], bool] = lambda *_: False,
) -> Reading:
    """The places of a file of GeoJSON features, or of an Overpass export.

    Args:
        file: UTF-8 or any encoding a CSV file may have.
        defaults: what the person says of the whole file.
        connection: with the spatial extension, for geometries written as text.
        is_district: whether a text names a district.
    Raises:
        FileError: it is no such file.
    """
    content = parsed(file)
    if isinstance(content, dict) and isinstance(content.get("elements"), list):
        return read_overpass(content["elements"], defaults)
    features = features_of(content, file)
    headers = list(dict.fromkeys(k for f in features for k in properties_of(f)))
    chosen = choose(
        headers, defaults.columns, lambda i: (scalar(properties_of(f).get(headers[i])) for f in features), is_district
    )
    columns = {c: headers[i] for c, i in chosen.columns.items()}
    try:
        units, told = measures(
            {c: (h, header_unit(h, table_words().remarks)) for c, h in columns.items()}, (), defaults.units
        )
    except UnknownUnitError as error:
        raise FileError(f"{error}。") from None
    system = defaults.crs or stated_system(content) or "wgs84"
    reading = Reading(columns=columns, unused=list(chosen.unused), told=[*chosen.told, *told], rows=len(features))
    if system != "wgs84" and defaults.crs is None:
        reading.told.append(f"坐标系按文件读作 {shown(system)}")
    maker = _Maker(columns, units, system, defaults, connection)
    for number, feature in enumerate(features, 1):
        maker.take(feature, f"第 {number} 个要素", reading)
    return reading


class _Maker:
    """Makes candidates of features."""

    def __init__(
        self,
        columns: dict[str, str],
        units: dict[str, Measure],
        system: str,
        defaults: Defaults,
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        self._columns, self._units, self._system = columns, units, system
        self._defaults, self._connection = defaults, connection

    def take(self, feature: Any, where: str, reading: Reading) -> None:
        """Take a feature, or say why not."""
        properties = properties_of(feature)
        cells = {c: clean(scalar(properties.get(h))) for c, h in self._columns.items()}
        cells = {c: text for c, text in cells.items() if not is_missing(text)}
        if "id" not in cells and isinstance(feature, dict) and clean(scalar(feature.get("id"))):
            cells["id"] = clean(feature["id"])
        doubtful: list[Refused] = []
        try:
            made = self._made(feature, properties, cells, where, doubtful)
        except (RowError, CellError) as error:
            reading.refused.append(Refused(where, cells.get("name", ""), str(error)))
            return
        reading.candidates.append(made)
        reading.doubtful += doubtful

    def _made(
        self, feature: Any, properties: JsonObject, cells: dict[str, str], where: str, doubtful: list[Refused]
    ) -> Candidate:
        if not isinstance(feature, dict) or "geometry" not in feature:
            raise RowError("不是 GeoJSON 要素：没有 geometry")
        system = system_of(cells["crs"]) if "crs" in cells else self._system
        geometry = self._geometry(feature["geometry"])
        position = None
        if geometry is None:
            position = _own_position(cells)
        elif geometry["type"] == "Point":
            position = _position(geometry["coordinates"])
        polygons = None if geometry is None or geometry["type"] == "Point" else self._polygons(geometry, system)
        told = {c: v for c, v in cells.items() if c not in _APART}
        # A row without name and address still has a position.
        made = candidate(told | ({"lonlat": "+"} if geometry is not None or position else {}), where, self._defaults)
        if position is not None:
            lon, lat = reversed(position) if self._defaults.latitude_first else position
            place(made, lon, lat, system)
        elif polygons is not None:
            # The first corner stands in until the polygon is measured.
            made.lon, made.lat = polygons[0][0][0]
            made.position_basis = basis_of(system)
            made.geometry = {"type": "MultiPolygon", "coordinates": polygons}
        self._numbers(properties, made, where, doubtful)
        return made

    def _numbers(self, properties: JsonObject, made: Candidate, where: str, doubtful: list[Refused]) -> None:
        for column, measure in self._units.items():
            value = scalar(properties.get(self._columns[column]))
            try:
                found = measured(measure, value)
            except CellError as error:
                made.notes.append(f"{measure.header}写作“{clean(value)}”")
                doubtful.append(Refused(where, made.name, f"{measure.header}：{error}"))
                continue
            if found is not None:
                set_number(made, column, found)
        if "opened" in self._columns:
            text, why = opened(scalar(properties.get(self._columns["opened"])), workbook=True)
            made.opened = text or None
            if why:
                doubtful.append(Refused(where, made.name, f"{why}；照原文保留"))

    def _geometry(self, given: Any) -> JsonObject | None:
        """A point or polygons, from an object or a text.

        Raises:
            RowError: it is neither, or empty.
        """
        if given is None:
            return None
        if isinstance(given, str):
            given = self._from_text(given)
        if not isinstance(given, dict):
            raise RowError(f"几何 {json.dumps(given, ensure_ascii=False)[:40]} 不是 GeoJSON 几何")
        kind = given.get("type")
        if kind == "GeometryCollection":
            return _collected(given.get("geometries"))
        if kind == "MultiPoint" and isinstance(given.get("coordinates"), list) and len(given["coordinates"]) == 1:
            given, kind = {"type": "Point", "coordinates": given["coordinates"][0]}, "Point"
        if not isinstance(kind, str) or kind not in {"Point", *_SHAPES}:
            raise RowError(f"几何类型 {kind} 不是点或面")
        if not given.get("coordinates"):
            raise RowError("几何是空的")
        if not isinstance(given["coordinates"], list):
            raise RowError(f"坐标 {json.dumps(given['coordinates'], ensure_ascii=False)[:60]} 不是列表")
        return given

    def _from_text(self, text: str) -> Any:
        """A geometry written as text: WKT, or GeoJSON in quotation marks."""
        try:
            if text.lstrip().startswith("{"):
                return json.loads(text)
            plain = text.split(";", 1)[-1] if text.upper().startswith("SRID=") else text
            found = self._connection.execute("SELECT ST_AsGeoJSON(ST_GeomFromText(?))", [plain]).fetchone()
            return json.loads(found[0]) if found and found[0] else None
        except (duckdb.Error, ValueError, RecursionError):
            raise RowError(f"几何“{clean(text)[:40]}”读不出；应为 GeoJSON 几何或 WKT，如 POINT(112.4 34.6)") from None

    def _polygons(self, geometry: JsonObject, system: str) -> list[list[list[tuple[float, float]]]]:
        parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        return [self._polygon(p, system) for p in parts]

    def _polygon(self, polygon: Any, system: str) -> list[list[tuple[float, float]]]:
        if not isinstance(polygon, list) or not polygon or not all(isinstance(r, list) for r in polygon):
            raise RowError("几何是空的" if not polygon else "面的坐标写法不对")
        rings = [[self._corner(p, system) for p in ring] for ring in polygon]
        for ring in rings:
            if not ring:
                raise RowError("几何是空的")
            if len(ring) < 4:
                raise RowError(f"面只有 {len(ring)} 个点，至少要 4 个（首尾相同）")
            if ring[0] != ring[-1]:
                raise RowError("面没有闭合：第一个点和最后一个点应相同")
        return rings

    def _corner(self, position: Any, system: str) -> tuple[float, float]:
        lon, lat = _position(position)
        return to_wgs84(*((lat, lon) if self._defaults.latitude_first else (lon, lat)), system)


def _own_position(cells: dict[str, str]) -> tuple[float, float] | None:
    """The position a feature without geometry tells in its properties."""
    if "lonlat" in cells:
        return pair(cells["lonlat"])
    if "lon" in cells and "lat" in cells:
        return degrees(cells["lon"], "经度"), degrees(cells["lat"], "纬度")
    return None


def _collected(geometries: Any) -> JsonObject:
    """The point or the polygons of a collection of geometries."""
    parts = [g for g in geometries if isinstance(g, dict)] if isinstance(geometries, list) else []
    polygons: list[Any] = []
    for part in parts:
        if part.get("type") == "Polygon":
            polygons.append(part.get("coordinates"))
        elif part.get("type") == "MultiPolygon" and isinstance(part.get("coordinates"), list):
            polygons += part["coordinates"]
    if polygons:
        return {"type": "MultiPolygon", "coordinates": polygons}
    points = [g for g in parts if g.get("type") == "Point" and g.get("coordinates")]
    if len(points) != 1:
        raise RowError("几何集合里没有面，也不是只有一个点")
    return points[0]


def _position(position: Any) -> tuple[float, float]:
    numbers = isinstance(position, list) and len(position) >= 2
    if not numbers or any(isinstance(v, bool) or not isinstance(v, int | float) for v in position[:2]):
        raise RowError(f"坐标 {json.dumps(position, ensure_ascii=False)[:60]} 不是两个数字")
    return float(position[0]), float(position[1])

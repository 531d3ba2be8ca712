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
from pipelines.places.osm import osm_place
from pipelines.tables.delimited import encoding_of
from pipelines.tables.errors import CellError, FileError, RowError
from pipelines.tables.numbers import is_missing
from pipelines.tables.positions import degrees, pair
from pipelines.tables.systems import shown, system_of, to_wgs84
from pipelines.tables.units import UnknownUnitError, header_unit
from pipelines.tables.words import clean, table_words

# A whole city's places take a few MB. What is larger is another kind of file, and reading it whole would take gigabytes.
SIZE_MAX = 64 * 1024 * 1024
_SHAPES = {"Polygon", "MultiPolygon"}
_GEOMETRIES = {"Point", "MultiPoint", "LineString", "MultiLineString", *_SHAPES, "GeometryCollection"}
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
    content = _parsed(file)
    if isinstance(content, dict) and isinstance(content.get("elements"), list):
        return _overpass(content["elements"], defaults)
    features = _features(content, file)
    headers = list(dict.fromkeys(k for f in features for k in _properties(f)))
    chosen = choose(
        headers, defaults.columns, lambda i: (_scalar(_properties(f).get(headers[i])) for f in features), is_district
    )
    columns = {c: headers[i] for c, i in chosen.columns.items()}
    try:
        units, told = measures(
            {c: (h, header_unit(h, table_words().remarks)) for c, h in columns.items()}, (), defaults.units
        )
    except UnknownUnitError as error:
        raise FileError(f"{error}。") from None
    system = defaults.crs or _stated(content) or "wgs84"
    reading = Reading(columns=columns, unused=list(chosen.unused), told=[*chosen.told, *told], rows=len(features))
    if system != "wgs84" and defaults.crs is None:
        reading.told.append(f"坐标系按文件读作 {shown(system)}")
    maker = _Maker(columns, units, system, defaults, connection)
    for number, feature in enumerate(features, 1):
        maker.take(feature, f"第 {number} 个要素", reading)
    return reading


def _parsed(file: Path) -> Any:
    """The JSON of a file; several texts one a line (with or without record separators) come as a list of features."""
    size = file.stat().st_size
    if size > SIZE_MAX:
        raise FileError(
            f"{file} 有 {size / 1024**2:.0f} MB，超过 {SIZE_MAX // 1024**2} MB 的上限。请先裁剪到本市范围、只留场所，或改用 .osm.pbf。"
        )
    text = file.read_bytes().decode(encoding_of(file)) if size else ""
    try:
        return json.loads(text)
    except RecursionError:
        raise FileError(f"{file} 嵌套过深，不是有效的 GeoJSON。") from None
    except json.JSONDecodeError as error:
        lines = [line for line in text.replace("\x1e", "\n").splitlines() if line.strip()]
        try:
            if len(lines) < 2 and "\x1e" not in text:
                raise ValueError
            return {"type": "FeatureCollection", "features": [json.loads(line) for line in lines]}
        except (ValueError, RecursionError):
            raise FileError(
                f"{file} 第 {error.lineno} 行不是有效的 JSON（{_told(error.msg)}）。文件可能不完整。"
            ) from None


def _told(message: str) -> str:
    return {
        "Expecting value": "缺一个值",
        "Extra data": "末尾还有别的内容",
        "Unterminated string starting at": "有引号没有配对",
    }.get(message, "写法不对")


def _features(content: Any, file: Path) -> list[Any]:
    """The features of a collection, a single feature, a geometry or a collection of them; Esri's are turned into GeoJSON's."""
    if isinstance(content, dict):
        kind = content.get("type")
        if isinstance(content.get("features"), list):
            return [_from_esri(f) for f in content["features"]]
        if kind == "Feature":
            return [content]
        if kind == "GeometryCollection" and isinstance(content.get("geometries"), list):
            return [{"type": "Feature", "properties": {}, "geometry": g} for g in content["geometries"]]
        if kind in _GEOMETRIES:
            return [{"type": "Feature", "properties": {}, "geometry": content}]
    if (
        isinstance(content, list)
        and content
        and all(isinstance(f, dict) and f.get("type") == "Feature" for f in content)
    ):
        return content
    raise FileError(f"{file} 不是 GeoJSON：没有 features 列表，也不是单个要素或几何。")


def _from_esri(feature: Any) -> Any:
    """A feature of an Esri service (attributes; x and y, or rings) as GeoJSON."""
    if not isinstance(feature, dict) or "attributes" not in feature:
        return feature
    geometry = feature.get("geometry")
    shape: Any = geometry
    if isinstance(geometry, dict) and {"x", "y"} <= set(geometry):
        shape = {"type": "Point", "coordinates": [geometry["x"], geometry["y"]]}
    elif isinstance(geometry, dict) and isinstance(geometry.get("rings"), list):
        shape = {"type": "Polygon", "coordinates": geometry["rings"]}
    return {"type": "Feature", "properties": feature["attributes"], "geometry": shape}


def _stated(content: Any) -> str | None:
    """The coordinate system a file names (`crs` from before RFC 7946, Esri's `spatialReference`).

    Raises:
        FileError: one that cannot be converted.
    """
    if not isinstance(content, dict):
        return None
    name = ""
    crs, esri = content.get("crs"), content.get("spatialReference")
    if isinstance(crs, dict) and isinstance(crs.get("properties"), dict):
        name = str(crs["properties"].get("name", ""))
    elif isinstance(crs, str):
        name = crs
    elif isinstance(esri, dict):
        name = str(esri.get("latestWkid") or esri.get("wkid") or "")
    if not name:
        return None
    try:
        return system_of(name)
    except RowError as error:
        raise FileError(f"{error}。") from None


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
        properties = _properties(feature)
        cells = {c: clean(_scalar(properties.get(h))) for c, h in self._columns.items()}
        cells = {c: text for c, text in cells.items() if not is_missing(text)}
        if "id" not in cells and isinstance(feature, dict) and clean(_scalar(feature.get("id"))):
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
        self, feature: Any, properties: dict[str, Any], cells: dict[str, str], where: str, doubtful: list[Refused]
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

    def _numbers(self, properties: dict[str, Any], made: Candidate, where: str, doubtful: list[Refused]) -> None:
        for column, measure in self._units.items():
            value = _scalar(properties.get(self._columns[column]))
            try:
                found = measured(measure, value)
            except CellError as error:
                made.notes.append(f"{measure.header}写作“{clean(value)}”")
                doubtful.append(Refused(where, made.name, f"{measure.header}：{error}"))
                continue
            if found is not None:
                set_number(made, column, found)
        if "opened" in self._columns:
            text, why = opened(_scalar(properties.get(self._columns["opened"])), workbook=True)
            made.opened = text or None
            if why:
                doubtful.append(Refused(where, made.name, f"{why}；照原文保留"))

    def _geometry(self, given: Any) -> dict[str, Any] | None:
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

    def _polygons(self, geometry: dict[str, Any], system: str) -> list[list[list[tuple[float, float]]]]:
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


def _collected(geometries: Any) -> dict[str, Any]:
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


def _properties(feature: Any) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _scalar(value: Any) -> Any:
    """A property's value where it is one; lists and objects are no cells."""
    return (
        value if value is None or isinstance(value, str | int | float | bool) else json.dumps(value, ensure_ascii=False)
    )


def _overpass(elements: list[Any], defaults: Defaults) -> Reading:
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


def _element(element: dict[str, Any], defaults: Defaults) -> Candidate | Refused | None:
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

"""A file of GeoJSON or its kin as a list of features: collections, single features, one a line, WFS and Esri exports."""

import json
from pathlib import Path
from typing import Any

from pipelines.tables.delimited import encoding_of
from pipelines.tables.errors import FileError, RowError
from pipelines.tables.systems import system_of
from portal.publication.json_object import JsonObject

# A whole city's places take a few MB. What is larger is another kind of file, and reading it whole would take gigabytes.
SIZE_MAX = 64 * 1024 * 1024
_GEOMETRIES = {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}


def parsed(file: Path) -> Any:
    """The JSON of a file; several texts one a line (with or without record separators) come as a list of features."""
    size = file.stat().st_size
    if size > SIZE_MAX:
        raise FileError(
            f"{file} 有 {size / 1024**2:.0f} MB，超过 {SIZE_MAX // 1024**2} MB 的上限。请先裁剪到本市范围、只留场所，或改用 .osm.pbf。"
        )
    text = file.read_bytes().decode(encoding_of(file)) if size else ""
    if text.lstrip("\ufeff \r\n\t").startswith("<"):
        raise FileError(
            f"{file} 是 XML（如 GML、KML），不是 GeoJSON。请从地图软件或服务里导出 GeoJSON（EPSG:4326）后重试。"
        )
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


def features_of(content: Any, file: Path) -> list[Any]:
    """The features of a collection, a single feature, a geometry or a collection of them; Esri's are turned into GeoJSON's."""
    listed = content.get("features") if isinstance(content, dict) else content
    if isinstance(listed, list) and (isinstance(content, dict) or _all_features(listed)):
        return [_from_esri(f) for f in listed]
    if isinstance(content, dict) and (single := _single(content)):
        return single
    if isinstance(content, dict) and content.get("type") == "Topology":
        raise FileError(f"{file} 是 TopoJSON，不是 GeoJSON。请用地图软件（如 mapshaper）另存为 GeoJSON 后重试。")
    if any(map(_records, content.values() if isinstance(content, dict) else [content])):
        raise FileError(
            f"{file} 是一般的 JSON，没有写成 GeoJSON 的要素。请把其中的表另存为 CSV 或 .xlsx，或导出 GeoJSON 后重试。"
        )
    raise FileError(f"{file} 不是 GeoJSON：没有 features 列表，也不是单个要素或几何。")


def _records(value: Any) -> bool:
    """Whether a value is a list of objects: a table written as JSON."""
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _all_features(listed: list[Any]) -> bool:
    return bool(listed) and all(isinstance(f, dict) and f.get("type") == "Feature" for f in listed)


def _single(content: JsonObject) -> list[Any]:
    """The features of an object that is one, a geometry, or a collection of geometries; empty where it is none."""
    kind = content.get("type")
    if kind == "Feature":
        return [content]
    if kind == "GeometryCollection" and isinstance(content.get("geometries"), list):
        return [{"type": "Feature", "properties": {}, "geometry": g} for g in content["geometries"]]
    return [{"type": "Feature", "properties": {}, "geometry": content}] if kind in _GEOMETRIES else []


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


def stated_system(content: Any) -> str | None:
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


def properties_of(feature: Any) -> JsonObject:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def scalar(value: Any) -> Any:
    """A property's value where it is one; lists and objects are no cells."""
    return (
        value if value is None or isinstance(value, str | int | float | bool) else json.dumps(value, ensure_ascii=False)
    )

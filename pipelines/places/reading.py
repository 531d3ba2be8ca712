"""Places from CSV and GeoJSON files."""

import csv
import io
import json
from pathlib import Path
from typing import Any

from pipelines.places.candidates import (
    Candidate,
    Defaults,
    FileError,
    Reading,
    Refused,
    RowError,
    basis_of,
    candidate,
    clean,
    crs_of,
    guess_columns,
    to_wgs84,
)

# A whole city's places take a few MB. What is larger is another kind of file, and reading it whole would take gigabytes.
SIZE_MAX = 64 * 1024 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")
_SHAPES = {"Polygon", "MultiPolygon"}


def read_csv(file: Path, defaults: Defaults) -> Reading:
    """The places of a CSV file (UTF-8 or GB18030; comma, semicolon or tab) with a header line.

    Raises:
        FileError: it is no such file, or no column names or places anything.
    """
    text = _decoded(file)
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        headers = [clean(h) for h in next(reader, [])]
        columns, unused = guess_columns(headers, defaults.columns)
        _check_useful(columns, headers)
        reading = Reading(columns=columns, unused=unused)
        line = reader.line_num
        for row in reader:
            line, start = reader.line_num, line + 1
            if not any(cell.strip() for cell in row):
                continue
            values = dict(zip(headers, map(clean, row), strict=False))
            cells = {c: values[h] for c, h in columns.items() if values.get(h)}
            where = f"第 {start} 行"
            if len(row) != len(headers):
                reason = f"应有 {len(headers)} 格，现有 {len(row)} 格；请检查逗号和引号"
                reading.refused.append(Refused(where, cells.get("name", ""), reason))
            else:
                _take(reading, cells, where, defaults)
    except csv.Error as error:
        raise FileError(f"{file} 第 {reader.line_num} 行不是有效的 CSV（{error}）。请检查引号。") from None
    return reading


def read_geojson(file: Path, defaults: Defaults) -> Reading:
    """The places of a GeoJSON FeatureCollection of points and polygons.

    Raises:
        FileError: it is no such file.
    """
    try:
        content = json.loads(_decoded(file))
    except RecursionError:
        raise FileError(f"{file} 嵌套过深，不是有效的 GeoJSON。") from None
    except json.JSONDecodeError as error:
        raise FileError(f"{file} 第 {error.lineno} 行不是有效的 JSON（{error.msg}）。文件可能不完整。") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise FileError(f"{file} 不是 GeoJSON 的 FeatureCollection：没有 features 列表。")
    headers = list(dict.fromkeys(k for f in features for k in _properties(f)))
    columns, unused = guess_columns(headers, defaults.columns)
    reading = Reading(columns=columns, unused=unused)
    stated = _stated_crs(content)
    if stated is not None and defaults.crs is None:
        defaults = Defaults(defaults.kind, stated, defaults.as_of, defaults.columns)
    for number, feature in enumerate(features, 1):
        properties = _properties(feature)
        cells = {c: clean(properties[h]) for c, h in columns.items() if clean(properties.get(h))}
        if "id" not in cells and isinstance(feature, dict) and clean(feature.get("id")):
            cells["id"] = clean(feature["id"])
        _take(reading, cells, f"第 {number} 个要素", defaults, feature)
    return reading


def _take(reading: Reading, cells: dict[str, str], where: str, defaults: Defaults, feature: Any = None) -> None:
    try:
        if feature is None:
            made = candidate(cells, reading.columns, where, defaults)
        else:
            made = _feature(feature, cells, reading.columns, where, defaults)
        reading.candidates.append(made)
    except RowError as error:
        reading.refused.append(Refused(where, cells.get("name", ""), str(error)))


def _feature(feature: Any, cells: dict[str, str], columns: dict[str, str], where: str, defaults: Defaults) -> Candidate:
    if not isinstance(feature, dict) or "geometry" not in feature:
        raise RowError("不是 GeoJSON 要素：没有 geometry")
    geometry = feature["geometry"]
    crs = crs_of(cells["crs"]) if "crs" in cells else defaults.crs or "wgs84"
    if geometry is None:
        return candidate(cells, columns, where, defaults)
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in {"Point", *_SHAPES}:
        raise RowError(f"几何类型 {kind} 不是点或面")
    if not coordinates:
        raise RowError("几何是空的")
    own = {c: v for c, v in cells.items() if c not in {"lon", "lat", "lonlat"}}
    if kind == "Point":
        lon, lat = _position(coordinates, crs)
        point = candidate(own | {"lonlat": f"{lon!r},{lat!r}", "crs": "wgs84"}, columns, where, defaults)
        point.position_basis = basis_of(crs)
        return point
    polygons = [coordinates] if kind == "Polygon" else coordinates
    rings = [_polygon(p, crs) for p in polygons]
    # The centre stands in until the polygon is measured: a row without name and address still has a position.
    first = rings[0][0][0]
    made = candidate(own | {"lonlat": f"{first[0]!r},{first[1]!r}", "crs": "wgs84"}, columns, where, defaults)
    made.position_basis = basis_of(crs)
    made.geometry = {"type": "MultiPolygon", "coordinates": rings}
    return made


def _polygon(polygon: Any, crs: str) -> list[list[tuple[float, float]]]:
    if not isinstance(polygon, list) or not polygon or not all(isinstance(r, list) for r in polygon):
        raise RowError("几何是空的" if not polygon else "面的坐标写法不对")
    rings = [[_position(p, crs) for p in ring] for ring in polygon]
    for ring in rings:
        if not ring:
            raise RowError("几何是空的")
        if len(ring) < 4:
            raise RowError(f"面只有 {len(ring)} 个点，至少要 4 个（首尾相同）")
        if ring[0] != ring[-1]:
            raise RowError("面没有闭合：第一个点和最后一个点应相同")
    return rings


def _position(position: Any, crs: str) -> tuple[float, float]:
    numbers = isinstance(position, list) and len(position) >= 2
    if not numbers or any(isinstance(v, bool) or not isinstance(v, int | float) for v in position[:2]):
        raise RowError(f"坐标 {json.dumps(position, ensure_ascii=False)[:60]} 不是两个数字")
    return to_wgs84(float(position[0]), float(position[1]), crs)


def _properties(feature: Any) -> dict[str, Any]:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _stated_crs(content: dict[str, Any]) -> str | None:
    """The coordinate system a GeoJSON file names (`crs`, from before RFC 7946).

    Raises:
        FileError: one that is not known.
    """
    crs = content.get("crs")
    if not isinstance(crs, dict):
        return None
    name = str((crs.get("properties") or {}).get("name", "")).removeprefix("urn:ogc:def:crs:")
    try:
        return crs_of(name.replace("::", ":").removeprefix("OGC:1.3:"))
    except RowError as error:
        raise FileError(f"{error}。") from None


def _decoded(file: Path) -> str:
    size = file.stat().st_size
    if size > SIZE_MAX:
        raise FileError(
            f"{file} 有 {size / 1024**2:.0f} MB，超过 {SIZE_MAX // 1024**2} MB 的上限。请先裁剪到本市范围、只留场所，或改用 .osm.pbf。"
        )
    content = file.read_bytes()
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileError(f"{file} 不是 UTF-8 或 GB18030 文本。请另存为 UTF-8 后重试。")


def _check_useful(columns: dict[str, str], headers: list[str]) -> None:
    placed = "lonlat" in columns or {"lon", "lat"} <= set(columns)
    if "name" not in columns and not placed:
        raise FileError(
            f"看不出哪一列是名称，哪两列是坐标。文件的列：{'、'.join(headers) or '（空）'}。请用 --column name=列名 指定。"
        )

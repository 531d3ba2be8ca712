"""The table of docs/tables.md that says what becomes of every kind of file a department sent: it is held to what the import does.

Each file is synthetic and made here: of the same kind as the one it is called after, with the same faults.
"""

import json
import re
from pathlib import Path

import pytest

from pipelines.places.importing import import_places
from pipelines.sources.origin import SourceOfFile
from pipelines.sources.problems import BuildError
from pipelines.tables.errors import FileError
from portal.publication.manifest import read_manifest
from tests.pipelines.places.cities import CHECKOUT, LAT, LON, city_of
from tests.pipelines.tables.files import xlsx
from tests.synthetic import SyntheticProject

_POINT = {"type": "Point", "coordinates": [LON, LAT]}
_SYSTEMS = (
    "EPSG:4326",
    "EPSG:4490",
    "CGCS2000",
    "WGS-84",
    "WGS1984",
    "GCJ-02坐标系",
    "国测局02",
    "bd-09",
    "百度地图",
    "高德地图",
)
_DISTRICTS = ("西工", "洛阳市西工区", "西工區", "河南省洛阳市涧西区", "高新区", "410303", "偃师市", "孟津县")
FILES = {
    "area_is_district.csv": "ID,AREA,NAME,ADDRESS,TOTALCAR\n1,西工区,合成甲停车场,合成路1号,453\n2,涧西区,合成乙停车场,合成路2号,150\n",
    "coords3.csv": f"公园名称,经度(GCJ02),纬度(GCJ02)\n合成甲公园,{LON},{LAT}\n",
    "crs.csv": "公园名称,经度,纬度,坐标系\n"
    + "".join(f"合成{'甲乙丙丁戊己庚辛壬癸'[i]}公园,{LON},{LAT},{s}\n" for i, s in enumerate(_SYSTEMS)),
    "dept_parking.csv": "合成市公共停车场一览表,,,,,\n单位：个,,,,,统计时间：2023年12月\n序号,区县,停车场名称,地址,泊位数,备注\n"
    '1,西工区,合成甲停车场,合成路1号,"1,280",\n2,,合成乙停车场,合成路2号,３２０,\n3,涧西区,合成丙停车场,合成路3号,约50,\n'
    '4,,合成丁停车场,合成路4号,50;30,\n5,,合成戊停车场,合成路5号,120个,\n合计,,,,"1,830",\n注：合成数据。,,,,,\n',
    "district_names.csv": "公园名称,区县\n" + "".join(f"合成{i}号公园,{d}\n" for i, d in enumerate(_DISTRICTS)),
    "dup.csv": "名称,名称,区县,地址,泊位数\n合成甲停车场,乙,西工区,合成路1号,128\n",
    "geometry_is_text.geojson": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"name": "合成甲公园"}, "geometry": f"POINT({LON} {LAT})"},
            ],
        }
    ),
    "gj_single.geojson": json.dumps({"type": "Feature", "properties": {"name": "合成甲公园"}, "geometry": _POINT}),
    "total_row.csv": "停车场名称,区县,地址,泊位数\n合成甲停车场,西工区,合成路1号,128\n合计,,,128\n总计,,,128\n小计,西工区,,128\n"
    "注：数据截至2023年底,,,\n填报人：某某,,,\n",
    "units.csv": "公园名称,区县,面积(万㎡),建成时间\n合成甲公园,西工区,1.2,2021.3\n",
    "v1/parking.csv": "id,停车场名称,区县,泊位数\n1,合成甲停车场,西工区,128\n2,合成乙停车场,涧西区,64\n",
    "v2/parking.csv": "id,停车场名称,区县,泊位数\n1,合成甲停车场,西工区,130\n",
}
_ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \| (.+?) \| (.+?) \|", re.MULTILINE)


def documented() -> dict[str, tuple[str, str, str]]:
    """What the document says of each file: rows taken, refused and set aside."""
    text = (
        (CHECKOUT / "docs" / "tables.md")
        .read_text("utf-8")
        .partition("<!-- cases -->")[2]
        .partition("<!-- /cases -->")[0]
    )
    return {name: (taken, refused, aside) for name, taken, refused, aside in _ROW.findall(text)}


def made(folder: Path, name: str) -> Path:
    file = folder / "sent" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if name == "dept.xlsx":
        rows = [
            ["合成市公园一览表", "", "", "", ""],
            ["单位：万㎡", "", "", "", ""],
            ["区县", "公园名称", "面积", "泊位数", "建成时间"],
            ["西工区", "合成甲公园", 1.2, "1,280", 2021.3],
            ["", "合成乙公园", 0.2, "约50", 44561],
            ["涧西区", "合成丙公园", "-", "", "2021年3月"],
            ["合计", "", 1.4, "", ""],
            ["注：合成数据", "", "", "", ""],
            ["填报人：某某", "", "", "", ""],
        ]
        return xlsx(file, rows, merged=["A1:E1", "A4:A5"])
    file.write_text(FILES[name], "utf-8")
    return file


def test_the_table_names_every_kind() -> None:
    assert set(documented()) == {*FILES, "dept.xlsx", "spend/", "percent_mix/"}


@pytest.mark.parametrize("name", [n for n in (*FILES, "dept.xlsx") if n != "v2/parking.csv"])
def test_what_the_table_says_becomes_of_a_file_does(tmp_path: Path, name: str) -> None:
    city = city_of(tmp_path)
    taken, refused, aside = documented()[name]
    if taken == "整份不收":
        with pytest.raises(FileError) as caught:
            import_places(city, made(tmp_path, name))
        assert refused in str(caught.value)
        return
    done = import_places(city, made(tmp_path, name))
    assert (len(done.taken) + len(done.merged), len(done.refused), len(done.set_aside)) == (
        int(taken),
        int(refused),
        int(aside),
    )
    assert int(taken) + int(refused) + int(aside) == done.rows or name.endswith("geojson")


def test_a_later_file_of_the_same_source_does_what_the_table_says(tmp_path: Path) -> None:
    city = city_of(tmp_path)
    origin = SourceOfFile(id="synthetic-parking", publisher="合成", title="合成")
    import_places(city, made(tmp_path, "v1/parking.csv"), origin=origin)
    done = import_places(city, made(tmp_path, "v2/parking.csv"), origin=origin)
    taken, refused, aside = documented()["v2/parking.csv"]
    assert (str(done.refreshed), str(len(done.refused)), str(len(done.set_aside))) == (taken, refused, aside)
    assert [(a.before, a.after) for a in done.altered] == [("128", "130")]
    assert [row["name"] for row in done.gone] == ["合成乙停车场"]


DATASETS = {
    "spend/": 'a,39\n"a ",39\n a,39\na\u3000,39\na\u200bb,39\n锟斤拷,39\n"合成\n行",39\n\ufffdx,39\nN/A,39\nnull,39\n-,39\n=cmd,39\n合计,39\n',
    "percent_mix/": "a,94.24\nb,0.0578\n",
}
_DESCRIBED = """\
id = "synthetic-share"
title_zh = "合成占比"
title_en = "Synthetic share"
summary_zh = "仅供测试"
provider = "合成局"
theme = "合成"
openness = "无条件开放"
update_frequency = "每年"
first_published = 2026-11-22
updated = 2026-11-22
license = "CC0-1.0"
primary_key = ["id"]
columns = [
    { name = "id", type = "string", title_zh = "编号", title_en = "Id", required = true, unique = true },
    { name = "share", type = "number", title_zh = "占比", title_en = "Share", unit = "%" },
]
"""


def shares(project: SyntheticProject, name: str) -> None:
    folder = project.datasets / "synthetic-share"
    folder.mkdir()
    (folder / "dataset.toml").write_text(_DESCRIBED, "utf-8")
    (folder / "data.csv").write_text("id,share\n" + DATASETS[name], "utf-8")


def test_broken_text_in_a_dataset_is_refused_as_often_as_the_table_says(project: SyntheticProject) -> None:
    taken, refused, _ = documented()["spend/"]
    shares(project, "spend/")
    with pytest.raises(BuildError) as caught:
        project.build()
    assert (taken, refused) == ("整份不收", f"构建时阻断 {len(caught.value.problems)} 处")
    lines = [re.search(r"第 (\d+) 行 id 列，值“", p) for p in caught.value.problems]
    assert [int(m[1]) for m in lines if m] == [3, 4, 5, 6, 7, 10]


def test_a_fraction_among_per_cents_is_told_as_often_as_the_table_says(project: SyntheticProject) -> None:
    taken, told, _ = documented()["percent_mix/"]
    shares(project, "percent_mix/")
    built = project.build()
    states = read_manifest(project.root / "published" / built.version).quality["synthetic-share"]
    warned = {s.rule: s.count for s in states if s.state == "warned"}
    assert (taken, told, warned) == ("构建通过", "提醒 1 处", {"percent": 1})

"""Files: what is in them is what was published, every format alike, and no spreadsheet runs a cell of them."""

import csv
import datetime
import io
import json
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portal.datasets.export import export
from portal.datasets.formats import FORMATS, ExportError, Format, formats
from portal.datasets.row_parameters import parse
from portal.datasets.row_query import whole_table
from portal.publication.store import Store
from tests.portal.synthetic_store import described, publish

HOSTILE = [
    "=1+1",
    "+1+A1",
    "-1-A1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "＝1+1",
    '=HYPERLINK("http://x","y")',
]
PLAIN = ["A", "年", "", "1=1", "a-b", " x", '"', "a,b", "a\nb", "'"]

COLUMNS = [
    {"name": "id", "type": "string"},
    {"name": "n", "type": "integer"},
    {"name": "x", "type": "number", "unit": "个"},
    {"name": "ok", "type": "boolean"},
    {"name": "day", "type": "date"},
]
DAY = datetime.date(2023, 12, 31)


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Store:
    texts = HOSTILE + PLAIN
    table = pa.table(
        {
            "id": texts,
            "n": pa.array([-i for i in range(len(texts))], pa.int64()),
            "x": pa.array([45000.0, -0.5, 14.1031] + [None] * (len(texts) - 3), pa.float64()),
            "ok": pa.array([True, False] + [None] * (len(texts) - 2), pa.bool_()),
            "day": pa.array([DAY] + [None] * (len(texts) - 1), pa.date32()),
        }
    )
    return publish(tmp_path_factory.mktemp("synthetic"), described(COLUMNS), table)


def written(store: Store, kind: Format, path: Path, *pairs: tuple[str, str], bom: bool = False) -> bytes:
    dataset = store.manifest.datasets[0]
    export(store, parse(dataset, pairs, 10_000, None), kind, path / f"out.{kind}", bom=bom)
    return (path / f"out.{kind}").read_bytes()


def test_a_csv_has_no_cell_a_spreadsheet_would_run(synthetic: Store, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(written(synthetic, "csv", tmp_path).decode(), newline="")))
    assert [r["id"] for r in rows] == [f"'{t}" for t in HOSTILE] + PLAIN


def test_a_csv_leaves_numbers_as_they_are(synthetic: Store, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(written(synthetic, "csv", tmp_path).decode(), newline="")))
    assert [r["n"] for r in rows[:3]] == ["0", "-1", "-2"]
    assert [r["x"] for r in rows[:4]] == ["45000", "-0.5", "14.1031", ""]
    assert [r["ok"] for r in rows[:3]] == ["true", "false", ""]
    assert [r["day"] for r in rows[:2]] == ["2023-12-31", ""]


def test_a_csv_starts_with_a_byte_order_mark_only_when_asked(synthetic: Store, tmp_path: Path) -> None:
    plain, marked = (written(synthetic, "csv", tmp_path, bom=bom) for bom in (False, True))
    assert plain.startswith(b"id,n,x,ok,day\n")
    assert marked == b"\xef\xbb\xbf" + plain


def test_an_excel_sheet_holds_texts_as_texts_and_numbers_as_numbers(synthetic: Store, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(synthetic, "xlsx", tmp_path)))
    sheet = book["合成表"]
    cells = [sheet.cell(row, 1) for row in range(2, 2 + len(HOSTILE))]
    assert [c.value for c in cells][:4] == ["=1+1", "+1+A1", "-1-A1", "@SUM(A1)"]
    assert {c.data_type for c in cells} == {"s"}
    assert all(c.quotePrefix for c in cells)
    assert [c.value for c in sheet[1]] == ["id", "n", "x", "ok", "day"]
    assert [c.value for c in sheet[2]][1:] == [0, 45000, True, datetime.datetime(2023, 12, 31)]
    assert [c.data_type for c in sheet[2]] == ["s", "n", "n", "b", "d"]
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width > 8


def test_an_excel_file_explains_itself_on_its_second_sheet(city: Store, tmp_path: Path) -> None:
    dataset = city.dataset("observations")
    query = parse(dataset, [("filter.indicator", "synthetic_road_area"), ("filter.period_end", "2023-12-31")], 10, None)
    export(city, query, "xlsx", tmp_path / "o.xlsx")
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    lines = [[c.value for c in row] for row in book["说明"].iter_rows()]
    entry = {line[0]: line[1] for line in lines if line[0]}
    assert entry["数据集名称"] == "指标观测值"
    assert entry["发布版本"] == city.version
    assert entry["许可"].startswith(dataset.license)
    assert entry["筛选条件"] == "filter.indicator=synthetic_road_area；filter.period_end=2023-12-31"
    assert [line[0] for line in lines if line[0] in {c.name for c in dataset.columns}] == [
        c.name for c in dataset.columns
    ]
    assert [line[0] for line in lines if line[0] and line[0].startswith("synthetic-")] == ["synthetic-yearbook-2023"]


def test_an_excel_file_explains_itself_in_english_too(city: Store, tmp_path: Path) -> None:
    query = parse(city.dataset("observations"), [], 10, None)
    export(city, query, "xlsx", tmp_path / "o.xlsx")
    book = openpyxl.load_workbook(tmp_path / "o.xlsx")
    assert book.sheetnames[1:] == ["说明", "About"]
    lines = [[c.value for c in row] for row in book["About"].iter_rows()]
    entry = {line[0]: line[1] for line in lines if line[0]}
    assert entry["Dataset"] == "Observations of the plan’s indicators"
    assert entry["Filters"] == "none (the whole table)"
    assert entry["Caveats"].endswith("an empty cell means nothing is published, not zero.")
    assert ["Column", "Name", "Type", "Unit", "Description", "Allowed values", "Example"] in lines
    assert entry["synthetic-source"] == "合成单位"


@pytest.mark.parametrize("kind", ["csv", "json", "parquet", "xlsx"])
def test_every_format_holds_the_same_rows(city: Store, tmp_path: Path, kind: Format) -> None:
    dataset = city.dataset("places")
    query = parse(dataset, [("filter.kind", "park"), ("order", "name"), ("select", "id,name,lon")], 100, None)
    expected = [(r["id"], r["name"], r["lon"]) for r in city.rows(*query.sql())]
    path = tmp_path / f"o.{kind}"
    export(city, query, kind, path)
    if kind == "csv":
        found = [
            (r["id"], r["name"], float(r["lon"]) if r["lon"] else None)
            for r in csv.DictReader(path.open(encoding="utf-8"))
        ]
    elif kind == "json":
        found = [tuple(r.values()) for r in json.loads(path.read_bytes())]
    elif kind == "parquet":
        found = [tuple(r.values()) for r in pq.read_table(path).to_pylist()]
    else:
        found = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert found == expected
    assert len(found) == 6


def test_a_whole_parquet_file_is_the_published_one(city: Store, tmp_path: Path) -> None:
    export(city, whole_table(city.dataset("clauses")), "parquet", tmp_path / "o.parquet")
    assert (tmp_path / "o.parquet").read_bytes() == (city.folder / "clauses.parquet").read_bytes()


def test_json_has_types_and_nulls(synthetic: Store, tmp_path: Path) -> None:
    rows = json.loads(written(synthetic, "json", tmp_path, ("limit", "3")))
    assert rows[0] == {"id": "=1+1", "n": 0, "x": 45000.0, "ok": True, "day": "2023-12-31"}
    assert rows[2] == {"id": "-1-A1", "n": -2, "x": 14.1031, "ok": None, "day": None}


def test_points_and_areas_become_geojson(city: Store, tmp_path: Path) -> None:
    export(city, whole_table(city.dataset("places")), "geojson", tmp_path / "places.geojson")
    export(city, whole_table(city.dataset("districts")), "geojson", tmp_path / "districts.geojson")
    places = json.loads((tmp_path / "places.geojson").read_bytes())
    districts = json.loads((tmp_path / "districts.geojson").read_bytes())
    by_id = {f["properties"]["id"]: f for f in places["features"]}
    assert by_id["synthetic-metro-a"]["geometry"] == {"type": "Point", "coordinates": [102.1, 30.1]}
    assert (len(by_id), sum(f["geometry"] is None for f in by_id.values())) == (20, 6)
    assert by_id["synthetic-park-lake"]["geometry"] is None
    assert [f["geometry"]["type"] for f in districts["features"]] == ["Polygon", "Polygon", "MultiPolygon"]
    assert "geometry" not in districts["features"][0]["properties"]


def test_geojson_is_offered_only_where_rows_have_a_place(synthetic: Store, tmp_path: Path) -> None:
    dataset = synthetic.manifest.datasets[0]
    assert formats(dataset) == ("csv", "xlsx", "parquet", "json", "zip")
    with pytest.raises(ExportError, match="没有位置，不能下载为 GeoJSON。可用的格式：csv、xlsx、parquet、json、zip。"):
        export(synthetic, whole_table(dataset), "geojson", tmp_path / "x.geojson")


def test_a_cell_too_long_for_excel_says_so_instead_of_vanishing(tmp_path: Path) -> None:
    table = pa.table({"id": ["长" * 40_000], "shape": ['{"type":"Point","coordinates":[' + "1" * 40_000 + ",2]}"]})
    columns = [{"name": "id", "type": "string"}, {"name": "shape", "type": "geojson"}]
    long = publish(tmp_path / "long", described(columns), table)
    written(long, "xlsx", tmp_path)
    text, shape = next(openpyxl.load_workbook(tmp_path / "out.xlsx")["合成表"].iter_rows(min_row=2, values_only=True))
    assert len(str(text)) == 32_767
    assert str(text).endswith("（共 40000 字，超过 Excel 单元格的上限；全文见 CSV、JSON 或 GeoJSON）")
    assert str(shape).startswith("（共 40")


def test_no_rows_are_a_file_with_a_header(synthetic: Store, tmp_path: Path) -> None:
    nothing = ("filter.id", "no such id")
    assert written(synthetic, "csv", tmp_path, nothing) == b"id,n,x,ok,day\n"
    assert json.loads(written(synthetic, "json", tmp_path, nothing)) == []
    written(synthetic, "parquet", tmp_path, nothing)
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0
    written(synthetic, "xlsx", tmp_path, nothing)
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["合成表"].max_row == 1


def test_the_same_rows_give_the_same_bytes(synthetic: Store, tmp_path: Path) -> None:
    """An ETag stands for bytes: a file made again, by this process or another, must be the same."""
    for kind in FORMATS[:4]:
        assert written(synthetic, kind, tmp_path, ("limit", "9")) == written(synthetic, kind, tmp_path, ("limit", "9"))

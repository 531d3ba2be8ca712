"""The figures of a chart for a spreadsheet: words a reader knows, the codes of the data beside them, no cell that runs."""

import csv
import io

import openpyxl
import pytest
from starlette.testclient import TestClient

from portal.ui.figure_files import Figures, written


def rows_of(body: bytes) -> list[dict[str, object]]:
    first, *rest = openpyxl.load_workbook(io.BytesIO(body)).active.iter_rows(values_only=True)
    return [dict(zip(map(str, first), row, strict=True)) for row in rest]


def test_a_targets_figures_say_target_and_status_in_words_with_codes_beside_them(client: TestClient) -> None:
    reply = client.get("/chart/synthetic_road_area.xlsx")
    assert reply.headers["content-disposition"].startswith('attachment; filename="synthetic_road_area-')
    due = next(r for r in rows_of(reply.content) if r["时期"] == "2023" and r["类别代码"] == "actual")
    assert {k: due[k] for k in ("名称", "指标编号", "状态", "状态代码", "目标", "目标的数", "目标的单位")} == {
        "名称": "合成道路人均面积",
        "指标编号": "synthetic_road_area",
        "状态": "未达标",
        "状态代码": "not_met",
        "目标": "12平方米",
        "目标的数": 12,
        "目标的单位": "平方米",
    }
    assert {k: due[k] for k in ("数值", "单位", "是什么数", "能和目标比")} == {
        "数值": 9.7531,
        "单位": "平方米",
        "是什么数": "实际结果",
        "能和目标比": "是",
    }


def test_the_same_comes_as_csv_that_excel_reads_and_in_english(client: TestClient) -> None:
    reply = client.get("/chart/synthetic_road_area.csv?lang=en")
    assert reply.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"))))
    assert {(r["Status"], r["Status code"], r["Target"], r["Target, unit"]) for r in rows} == {
        ("Not met", "not_met", "12 m²", "m²")
    }
    assert "Result" in {r["Kind of figure"] for r in rows}


def test_a_comparison_comes_as_a_workbook_with_its_doubts(client: TestClient) -> None:
    rows = rows_of(client.get("/comparison/synthetic_road_area.xlsx?view=bars&from=2024&to=2024").content)
    assert [(r["地方"], r["数值"], r["单位"], r["存疑"]) for r in rows if r["地方"] in {"合成市", "合成乙市"}] == [
        ("合成市", 10.3307, "平方米", "否"),
        ("合成乙市", 36.1664, "平方米", "是"),
    ]
    assert {(r["名称"], r["统计项编号"]) for r in rows} == {("合成道路人均面积", "synthetic_road_area")}


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_no_cell_runs(extension: str) -> None:
    body = written(Figures("合成[表]", ("名称",), (("=1+1",), (None,))), extension)
    if extension == "csv":
        assert body.decode("utf-8-sig").splitlines()[1] == "'=1+1"
    else:
        cell = openpyxl.load_workbook(io.BytesIO(body)).active["A2"]
        assert (cell.value, cell.data_type, cell.quotePrefix) == ("=1+1", "s", True)


def test_a_format_there_is_not_is_told(client: TestClient) -> None:
    reply = client.get("/chart/synthetic_road_area.pdf")
    assert (reply.status_code, "只有 svg、png、xlsx 和 csv 几种格式" in reply.text) == (404, True)

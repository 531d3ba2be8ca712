"""Answers to SQL as files: the same rows in each, nothing a spreadsheet would run, nothing lost without a word."""

import datetime
import io
import json

import openpyxl
import pytest

from portal.datasets.formats import ExportError
from portal.visitor_sql import files
from portal.visitor_sql.service import QueryResult

SQL = "SELECT something"
COLUMNS = [
    {"name": n, "type": k} for n, k in (("a", "VARCHAR"), ("=b", "DOUBLE"), ("day", "DATE"), ("list", "VARCHAR[]"))
]
ROWS = [
    {"a": "=1+1", "=b": 2.5, "day": "2023-12-31", "list": ["x", "y"]},
    {"a": None, "=b": True, "day": "0044-03-15 (BC)", "list": None},
    {"a": '逗号,"引号"', "=b": "inf", "day": None, "list": []},
]
ANSWER = QueryResult(COLUMNS, ROWS, truncated=False, elapsed_ms=1.0)
CUT = QueryResult(COLUMNS, ROWS, truncated=True, elapsed_ms=1.0)


def workbook(answer: QueryResult = ANSWER) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(files.written(answer, "xlsx", SQL, "2026.1")))


def test_the_csv_opens_in_a_spreadsheet_and_runs_nothing_there() -> None:
    assert files.as_csv(ANSWER) == (
        "\ufeffa,'=b,day,list\n"
        '\'=1+1,2.5,2023-12-31,"[""x"", ""y""]"\n'
        ",true,0044-03-15 (BC),\n"
        '"逗号,""引号""",inf,,[]\n'
    )


def test_the_workbook_holds_the_rows_as_what_they_are_and_runs_nothing() -> None:
    cells = [[c.value for c in row] for row in workbook().worksheets[0].iter_rows()]
    assert cells == [
        ["a", "=b", "day", "list"],
        ["=1+1", 2.5, datetime.datetime(2023, 12, 31), '["x", "y"]'],
        [None, True, "0044-03-15 (BC)", None],
        ['逗号,"引号"', "inf", None, "[]"],
    ]
    assert [c.data_type for c in workbook().worksheets[0]["A"]] == ["s", "s", "n", "s"]
    assert workbook().worksheets[0]["A2"].quotePrefix


@pytest.mark.parametrize(
    ("sheet", "told"),
    [
        ("说明", [("发布版本", "2026.1"), ("行数", "3"), ("查询语句", SQL)]),
        ("About", [("Published version", "2026.1"), ("Rows", "3"), ("Query", SQL)]),
    ],
)
def test_the_workbook_tells_of_what_it_was_asked_of(sheet: str, told: list[tuple[str, str]]) -> None:
    assert list(workbook()[sheet].values) == told


def test_a_workbook_whose_rows_were_cut_says_so() -> None:
    assert list(workbook(CUT)["说明"].values)[-1] == (
        "注意",
        "结果不止这些：只取了前 3 行。请加筛选条件，或用 LIMIT、OFFSET 分批取。",
    )
    assert "only the first 3 rows" in str(list(workbook(CUT)["About"].values)[-1])


def test_the_json_holds_query_version_columns_and_rows() -> None:
    assert json.loads(files.written(CUT, "json", SQL, "2026.1")) == {
        "version": "2026.1",
        "sql": SQL,
        "columns": COLUMNS,
        "rows": ROWS,
        "truncated": True,
    }


@pytest.mark.parametrize("kind", files.FORMATS)
def test_the_same_answer_gives_the_same_bytes(kind: files.FileFormat) -> None:
    assert files.written(ANSWER, kind, SQL, "2026.1") == files.written(ANSWER, kind, SQL, "2026.1")


def test_more_columns_than_a_sheet_holds_are_refused_there_and_given_elsewhere() -> None:
    names = [f"c{n}" for n in range(16_385)]
    wide = QueryResult([{"name": n, "type": "INTEGER"} for n in names], [dict.fromkeys(names, 1)], False, 1.0)
    assert files.fitting(wide) == ("csv", "json")
    with pytest.raises(ExportError, match="共 16385 列，Excel 一张表最多 16384 列"):
        files.written(wide, "xlsx", SQL, "2026.1")
    assert files.as_csv(wide).count(",") == 2 * 16_384

"""Departments' files as they are: which rows are data, which are not, and that every row of the file is accounted for.

All files here are synthetic.
"""

import csv
import datetime
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.tables import large_sheets, workbooks, xlsx_parts
from pipelines.tables.errors import CellError, FileError
from pipelines.tables.numbers import amount, plain
from pipelines.tables.reader import Table, read_table
from pipelines.tables.report_lines import set_aside
from tests.pipelines.tables.files import ods, with_part, xls, xlsx

DEPARTMENT = [
    ["合成市公共停车场一览表", "", "", "", ""],
    ["单位：个", "", "", "", "统计时间：2023年12月"],
    ["序号", "区县", "停车场名称", "泊位数", "备注"],
    [1, "合成一区", "合成甲停车场", 1280, ""],
    [2, "", "合成乙停车场", "３２０", ""],
    [3, "合成二区", "合成丙停车场", "约50", ""],
    ["合计", "", "", 1650, ""],
    ["注：数据由各区提供。", "", "", "", ""],
    ["填报人：某某", "", "", "", ""],
]


def written(folder: Path, rows: list[list[Any]], name: str = "synthetic.csv", encoding: str = "utf-8") -> Path:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    file = folder / name
    file.write_bytes(out.getvalue().encode(encoding))
    return file


def data(table: Table) -> list[list[Any]]:
    return [list(row.cells) for row in table.rows()]


def kinds(table: Table) -> list[str]:
    return [a.kind for a in table.asides]


def accounted(table: Table) -> bool:
    """Every row of the file is a row of data or set aside, and none is both."""
    return table.data + len(table.asides) == table.count and table.data == len(list(table.rows()))


# Files of every kind


@pytest.mark.parametrize("kind", ["csv", "xlsx", "xls", "ods"])
def test_a_departments_table_is_read_alike_from_every_kind_of_file(tmp_path: Path, kind: str) -> None:
    made = {"csv": written, "xlsx": None, "xls": None, "ods": None}
    if made[kind] is written:
        file = written(tmp_path, DEPARTMENT)
    else:
        file = {"xlsx": xlsx, "xls": xls, "ods": ods}[kind](tmp_path / f"synthetic.{kind}", DEPARTMENT)
    table = read_table(file)
    assert table.title == "合成市公共停车场一览表"
    assert [u.name for u in table.units] == ["个"]
    assert table.as_of is not None
    assert table.as_of.text == "2023-12"
    assert [c.name for c in table.columns] == ["序号", "区县", "停车场名称", "泊位数", "备注"]
    assert [r[2] for r in data(table)] == ["合成甲停车场", "合成乙停车场", "合成丙停车场"]
    # The spreadsheets' blank cell after a district is filled from above, as a merged column's is, and told.
    assert [r[1] for r in data(table)] == ["合成一区", "合成一区", "合成二区"]
    assert "“区县”有 1 个空格，按上面一格填（第 5 行）；如不是合并单元格，请在原表填全" in table.told
    assert kinds(table) == ["title", "unit", "header", "total", "note", "note"]
    assert accounted(table)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "gbk"])
def test_any_encoding_in_use_is_read(tmp_path: Path, encoding: str) -> None:
    table = read_table(written(tmp_path, DEPARTMENT, encoding=encoding))
    assert [r[2] for r in data(table)] == ["合成甲停车场", "合成乙停车场", "合成丙停车场"]


def test_a_stray_zero_byte_does_not_make_another_encoding_of_the_text(tmp_path: Path) -> None:
    file = tmp_path / "synthetic.csv"
    file.write_text("名称,地址\n合成甲停车场,合成\0路1号\n合成乙停车场,合成路2号\n", "utf-8")
    assert [r[0] for r in data(read_table(file))] == ["合成甲停车场", "合成乙停车场"]


def test_the_line_that_is_not_in_the_encoding_of_the_others_is_named(tmp_path: Path) -> None:
    file = tmp_path / "synthetic.csv"
    file.write_bytes(
        "名称,地址\n合成甲停车场,合成路1号\n合成".encode() + b"\xff\xfe\xff" + "停车场,合成路2号\n".encode()
    )
    with pytest.raises(FileError, match="第 3 行不是 UTF-8，其余是；请改好这一行，或从原表重新导出"):
        read_table(file)


def test_traditional_characters_in_big5_are_not_taken_for_gb18030(tmp_path: Path) -> None:
    rows = [["名稱", "區縣", "車位"], ["合成測試停車場", "合成東區", "128"], ["合成圖書館停車場", "合成東區", "64"]]
    table = read_table(written(tmp_path, rows, encoding="big5"))
    assert data(table) == rows[1:]
    assert table.told == ["按 Big5 编码读"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "；"])
def test_any_delimiter_in_use_is_found(tmp_path: Path, delimiter: str) -> None:
    file = tmp_path / "synthetic.csv"
    lines = ["名称{d}地址{d}泊位数", "合成甲停车场{d}合成路1号，东侧{d}128", "合成乙停车场{d}合成路2号{d}64"]
    file.write_text(
        "\n".join(lines).format(d=delimiter)
        if delimiter != ","
        else '名称,地址,泊位数\n合成甲停车场,"合成路1号，东侧",128\n合成乙停车场,合成路2号,64'
    )
    assert data(read_table(file))[0] == ["合成甲停车场", "合成路1号，东侧", "128"]


def test_the_line_that_names_the_delimiter_is_no_row(tmp_path: Path) -> None:
    file = tmp_path / "synthetic.csv"
    file.write_text("sep=;\n名称;泊位数\n合成甲停车场;1,280\n")
    table = read_table(file)
    (row,) = table.rows()
    assert (row.number, list(row.cells)) == (3, ["合成甲停车场", "1,280"])


# The header


def test_a_header_of_two_rows_is_joined(tmp_path: Path) -> None:
    rows = [
        ["区县", "泊位数", "", "备注"],
        ["", "地上", "地下", ""],
        ["合成一区", 10, 20, ""],
        ["合成二区", 30, 40, ""],
    ]
    table = read_table(xlsx(tmp_path / "synthetic.xlsx", rows, merged=["A1:A2", "B1:C1", "D1:D2"]))
    assert [c.name for c in table.columns] == ["区县", "泊位数 地上", "泊位数 地下", "备注"]
    assert (table.data, kinds(table)) == (2, ["header", "header"])
    table = read_table(written(tmp_path, rows))
    assert [c.name for c in table.columns] == ["区县", "泊位数 地上", "泊位数 地下", "备注"]


def test_a_header_of_three_rows_is_joined_as_far_as_its_merged_cells_reach(tmp_path: Path) -> None:
    rows = [
        ["区县", "泊位数", "", "", "备注"],
        ["", "路外", "", "路内", ""],
        ["", "地上", "地下", "", ""],
        ["合成一区", 10, 20, 5, ""],
    ]
    merged = ["A1:A3", "B1:D1", "B2:C2", "D2:D3", "E1:E3"]
    table = read_table(xlsx(tmp_path / "synthetic.xlsx", rows, merged=merged))
    assert [c.name for c in table.columns] == ["区县", "泊位数 路外 地上", "泊位数 路外 地下", "泊位数 路内", "备注"]
    assert (table.data, kinds(table)) == (1, ["header", "header", "header"])


def test_years_may_be_names_of_columns(tmp_path: Path) -> None:
    rows = [["指标", "单位", 2021, 2022], ["合成率", "%", 40, 45]]
    table = read_table(xlsx(tmp_path / "synthetic.xlsx", rows))
    assert [c.name for c in table.columns] == ["指标", "单位", "2021", "2022"]


def test_a_row_that_numbers_the_columns_and_a_row_of_units_are_no_data(tmp_path: Path) -> None:
    rows = [["区县", "面积", "泊位数"], ["", "万㎡", "个"], ["甲", "1", "2"], ["合成一区", "1.2", "30"]]
    table = read_table(written(tmp_path, rows))
    assert kinds(table) == ["header", "unit", "header"]
    assert {c.name: c.said.unit.name for c in table.columns if c.said.unit} == {"面积": "万平方米", "泊位数": "个"}
    assert accounted(table)


def test_numbers_like_those_of_the_columns_are_data_but_right_below_the_header(tmp_path: Path) -> None:
    rows = [["甲数", "乙数", "丙数"], ["1", "2", "3"], ["7", "8", "9"], ["6", "6", "6"], ["1", "2", "3"]]
    table = read_table(written(tmp_path, rows))
    assert data(table) == rows[2:]
    assert (kinds(table), accounted(table)) == (["header", "header"], True)
    assert "　　第 2 行（表头）：1 | 2 | 3" in set_aside([(a.where, a.kind, a.text) for a in table.asides])


def test_a_file_without_a_header_is_refused_and_can_be_told_its_row(tmp_path: Path) -> None:
    file = written(tmp_path, [["合成甲停车场", "合成路1号", "128"], ["合成乙停车场", "合成路2号", "64"]])
    with pytest.raises(FileError, match=r"前 20 行里看不出哪一行是表头（第一行：合成甲停车场 \| 合成路1号 \| 128）"):
        read_table(file)
    file = written(tmp_path, [["1"], ["停车场", "数"], ["合成甲停车场", "128"]])
    assert [c.name for c in read_table(file, header_row=2).columns] == ["停车场", "数"]
    with pytest.raises(FileError, match="第 9 行是空的，不是表头；请核对 --header-row"):
        read_table(file, header_row=9)


def test_doubled_headers_are_told(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, [["名称", "名称", "泊位数"], ["合成甲停车场", "乙", "128"]]))
    assert table.told == ["有两列以上都叫“名称”（A 列、B 列）"]


# Rows that are no data


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["合计", "", "128"], "total"),
        (["合 计", "", "128"], "total"),
        (["总计（个）", "", "128"], "total"),
        (["小计", "合成一区", "128"], "total"),
        (["合成一区小计", "", "128"], "total"),
        (["", "合计", "128"], "total"),
        (["Total", "", "128"], "total"),
        (["平均", "", "96"], "total"),
        (["均值", "", "96"], "total"),
        (["占比", "", "50%"], "total"),
        (["Average", "", "96"], "total"),
        (["注：数据截至2023年底", "", ""], "note"),
        (["填报人：某某", "审核人：某某", ""], "note"),
        (["（数据来源：合成局）", "", ""], "note"),
        (["备注 : 无", "", ""], "note"),
        (["停车场名称", "区县", "泊位数"], "header"),
        (["一、合成城区", "", ""], "section"),
        (["", "", ""], "blank"),
        (["以上合计12处", "", ""], "total"),
        (["本页小计：", "", "128"], "total"),
        (["合计数", "", "128"], "total"),
        (["共计 3 个", "", ""], "total"),
        (["第1页 共3页", "", ""], "note"),
        (["第 1 页/共 3 页", "", ""], "note"),
        (["（完）", "", ""], "note"),
        (["以下空白", "", ""], "note"),
        (["续表", "", ""], "note"),
    ],
)
def test_what_is_no_row_of_data_is_set_aside_and_told(tmp_path: Path, row: list[str], kind: str) -> None:
    rows = [
        ["停车场名称", "区县", "泊位数"],
        ["合成甲停车场", "合成一区", "128"],
        row,
        ["合成乙停车场", "合成一区", "64"],
    ]
    table = read_table(written(tmp_path, rows))
    assert [r[0] for r in data(table)] == ["合成甲停车场", "合成乙停车场"]
    (aside,) = table.asides[1:]
    assert (aside.kind, aside.where) == (kind, "第 3 行")
    assert accounted(table)


@pytest.mark.parametrize(
    "name",
    [
        "合计路停车场",
        "合成注册大厅停车场",
        "总计划馆",
        "平均街停车场",
        "比例尺广场",
        "一号停车场",
        "单位大院停车场",
        "以上海路停车场",
        "第一页书店停车场",
        "续建停车场",
        "3号",
        "甲",
    ],
)
def test_a_place_with_such_a_word_in_its_name_stays_one(tmp_path: Path, name: str) -> None:
    table = read_table(written(tmp_path, [["停车场名称", "区县", "泊位数"], [name, "合成一区", "128"]]))
    assert [r[0] for r in data(table)] == [name]


# Cells


def test_merged_cells_are_filled_down_and_a_merged_number_is_not(tmp_path: Path) -> None:
    rows = [
        ["区县", "名称", "泊位数"],
        ["合成一区", "合成甲停车场", 300],
        ["", "合成乙停车场", ""],
        ["合成二区", "合成丙停车场", 5],
    ]
    table = read_table(xlsx(tmp_path / "synthetic.xlsx", rows, merged=["A2:A3", "C2:C3"]))
    assert [r[0] for r in data(table)] == ["合成一区", "合成一区", "合成二区"]
    assert [r[2] for r in data(table)] == [300, "", 5]
    assert table.told == [
        "合并的单元格已逐行填上：区县",
        "合成表!C2 到 合成表!C3 合并成一格，300 是这几行合用的一个数，没有填给每一行；请在原表分开写",
    ]


def test_a_blank_that_stands_for_nothing_is_not_filled(tmp_path: Path) -> None:
    rows = [
        ["区县", "名称"],
        ["合成一区", "合成甲停车场"],
        ["合成二区", "合成乙停车场"],
        ["", "合成丙停车场"],
        ["合成一区", "合成丁停车场"],
    ]
    assert [r[0] for r in data(read_table(written(tmp_path, rows)))] == ["合成一区", "合成二区", "", "合成一区"]


def test_errors_and_formulas_never_computed_are_not_taken_for_empty(tmp_path: Path) -> None:
    file = xlsx(tmp_path / "synthetic.xlsx", [["名称", "甲", "乙", "丙"], ["合成", "=1+1", "#DIV/0!", 3]])
    table = read_table(file)
    (row,) = table.rows()
    with pytest.raises(CellError, match="合成表!B2 是公式没有算出的值；请用表格软件打开、保存一次"):
        table.value(row, 1)
    with pytest.raises(CellError, match="合成表!C2 是错误值 #DIV/0!；请改成数值"):
        table.value(row, 2)
    assert table.value(row, 3) == 3


def test_a_number_shown_as_a_percentage_is_known_as_one(tmp_path: Path) -> None:
    table = read_table(
        xlsx(tmp_path / "synthetic.xlsx", [["名称", "率"], ["合成甲", 0.39], ["合成乙", 39]], percents=["B2"])
    )
    assert [amount(table.value(r, 1), table.percent(r, 1)).written for r in table.rows()] == ["39%", "39"]  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["锟斤拷", "合成\ufffd园"])
def test_text_lost_in_a_conversion_is_not_passed_on(tmp_path: Path, text: str) -> None:
    table = read_table(written(tmp_path, [["名称", "数"], [text, "1"]]))
    (row,) = table.rows()
    with pytest.raises(CellError, match="第 2 行第 1 列 有乱码"):
        table.text(row, 0)


def test_columns_are_where_they_are_though_the_first_ones_are_empty(tmp_path: Path) -> None:
    table = read_table(xlsx(tmp_path / "synthetic.xlsx", [["", "", ""], ["", "名称", "数"], ["", "合成", 3]]))
    (row,) = table.rows()
    assert (table.cell(row, 2), table.value(row, 2)) == ("合成表!C3", 3)


def test_a_row_with_too_few_cells_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "synthetic.csv"
    file.write_text("名称,区县,数\n合成甲,一区\n合成乙,一区,3,,\n合成丙,一区,3,4\n")
    assert [r.refused for r in read_table(file).rows()] == [
        "应有 3 格，现有 2 格；请检查逗号和引号",
        "",
        "应有 3 格，现有 4 格；请检查逗号和引号",
    ]


# Several sheets


def test_hidden_and_further_sheets_are_told(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for name, state in (("合成甲表", "visible"), ("合成底稿", "hidden"), ("合成乙表", "visible"), ("空表", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        if name != "空表":
            sheet.append(["名称", "数"])
            sheet.append([f"{name}的行", 1])
    del book["Sheet"]
    file = tmp_path / "synthetic.xlsx"
    book.save(file)
    table = read_table(file)
    assert table.told == ["隐藏的表没有读：合成底稿", "读的是表“合成甲表”；另有合成乙表没有读，可用 --sheet 指定"]
    assert data(read_table(file, sheet="合成乙表")) == [["合成乙表的行", 1]]
    with pytest.raises(FileError, match="“合成底稿”是隐藏的表；请先取消隐藏。能读的表：合成甲表、合成乙表。"):
        read_table(file, sheet="合成底稿")


# What holds for every table

_TEXT = st.text(alphabet="合成甲乙丙丁路号 0123456789.,约%计注：-总小\t\n\"'", max_size=8)
_CELL = st.one_of(
    _TEXT,
    st.sampled_from(["合计", "小计", "注：合成", "填报人：某", "", "1,280", "约50"]),
    st.integers(-9999, 9999).map(str),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.lists(st.lists(_CELL, min_size=0, max_size=5), max_size=30))
def test_taken_refused_and_set_aside_are_all_rows_of_the_file(tmp_path: Path, rows: list[list[str]]) -> None:
    whole = [["合成名称", "合成地址", "合成数"], *rows]
    # With cells of any signs the delimiter could be any: the file names it.
    file = written(tmp_path, whole)
    file.write_text("sep=,\n" + file.read_text("utf-8"), "utf-8")
    table = read_table(file)
    taken = [r for r in table.rows() if not r.refused]
    refused = [r for r in table.rows() if r.refused]
    # A line with no cell at all is written as an empty line, which CSV gives as a row without cells.
    assert len(taken) + len(refused) + len(table.asides) == len(whole)
    assert accounted(table)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.lists(
        st.one_of(
            st.integers(-(10**12), 10**12),
            st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9).map(
                float
            ),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_no_number_changes_between_cell_and_reading(tmp_path: Path, numbers: list[float]) -> None:
    rows: list[list[Any]] = [["合成名称", "合成数"], *([f"合成{i}号", n] for i, n in enumerate(numbers))]
    for file in (written(tmp_path, rows), xlsx(tmp_path / "synthetic.xlsx", rows)):
        table = read_table(file)
        read = [amount(table.value(r, 1)) for r in table.rows()]
        assert [float(plain(a.value)) for a in read if a is not None] == [float(n) for n in numbers]


def test_the_parts_of_a_workbook_with_prefixes_are_read(tmp_path: Path) -> None:
    """Some programs name every element with a prefix; an error in a cell is found all the same."""
    file = xlsx(tmp_path / "synthetic.xlsx", [["名称", "数"], ["合成", 1]])
    sheet = (
        b'<?xml version="1.0"?><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        b'<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>n</x:t></x:is></x:c><x:c r="B1" t="inlineStr"><x:is><x:t>v</x:t></x:is></x:c></x:row>'
        b'<x:row r="2"><x:c r="A2" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c r="B2" t="e"><x:v>#REF!</x:v></x:c></x:row>'
        b"</x:sheetData></x:worksheet>"
    )
    table = read_table(with_part(file, "xl/worksheets/sheet1.xml", sheet))
    (row,) = table.rows()
    with pytest.raises(CellError, match="错误值 #REF!"):
        table.value(row, 1)


def test_a_large_sheet_read_in_pieces_is_the_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With numbers, dates, percentages, merged cells, blank rows and columns, on as many rows as make several pieces."""
    day = datetime.date(2021, 3, 1)
    rows: list[list[Any]] = [["", "", "", ""], ["", "区县", "名称", "数", "日期"]]
    rows += [["", f"合成{n // 7}区", f"合成{n}号", n / 8, day + datetime.timedelta(n)] for n in range(300)]
    rows[150] = ["", "", "", "", ""]
    file = xlsx(tmp_path / "synthetic.xlsx", rows, merged=["B3:B5", "B290:B295"], percents=["D40", "D299"])
    whole = read_table(file)
    held = [(r.number, list(r.cells)) for r in whole.rows()]
    shares = [whole.percent(r, 3) for r in whole.rows()]
    monkeypatch.setattr(large_sheets, "PIECE_CELLS", 100)
    monkeypatch.setattr(workbooks, "PIECE_CELLS", 100)
    monkeypatch.setattr(xlsx_parts, "_BLOCK", 512)
    pieces = read_table(file)
    assert [(r.number, list(r.cells)) for r in pieces.rows()] == held
    assert [pieces.percent(r, 3) for r in pieces.rows()] == shares
    assert sum(shares) == 2
    assert (pieces.count, pieces.data, pieces.told, pieces.asides) == (
        whole.count,
        whole.data,
        whole.told,
        whole.asides,
    )


def test_a_large_sheet_whose_rows_are_not_in_order_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>1</v></c></row>' for n in (9, 8, 3, 2, 1))
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{lines}</sheetData></worksheet>'
    file = with_part(xlsx(tmp_path / "synthetic.xlsx", [["名称", "数"]]), "xl/worksheets/sheet1.xml", sheet.encode())
    monkeypatch.setattr(large_sheets, "PIECE_CELLS", 2)
    monkeypatch.setattr(workbooks, "PIECE_CELLS", 2)
    monkeypatch.setattr(xlsx_parts, "_BLOCK", 64)
    with pytest.raises(FileError, match=r"里行的次序是乱的。请用表格软件打开、另存为 \.xlsx 后重试"):
        read_table(file, header_row=9)

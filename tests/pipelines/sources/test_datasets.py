"""Checks before publishing: every broken rule is told, all at once, with file, line, column, value and rule."""

import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipelines.sources.datasets import CheckedTable, read_descriptions, read_tables, to_arrow
from pipelines.sources.problems import BuildError

HEAD = """\
id = "synthetic-things"
title_zh = "合成数据集"
title_en = "Synthetic things"
summary_zh = "仅供测试"
provider = "合成单位"
theme = "合成"
openness = "无条件开放"
update_frequency = "不更新"
first_published = 2020-01-01
updated = 2020-01-01
license = "CC0-1.0"
"""

# column, type, rules
COLUMNS = [
    ("id", "string", 'required = true\npattern = "[a-z][a-z0-9-]*"'),
    ("count", "integer", "required = true\nminimum = 0\nmaximum = 10"),
    ("share", "number", "minimum = -1.5\nmaximum = 1.5"),
    ("open", "boolean", "required = true"),
    ("day", "date", "required = true"),
    ("kind", "string", 'allowed = ["park", "library"]'),
    ("tags", "string", 'separator = "|"\nallowed = ["red", "blue"]'),
    ("code", "string", "unique = true"),
    ("clause", "string", 'references = "clauses.clause"'),
    ("also_in", "string", 'separator = "|"\nreferences = "clauses.clause"'),
    ("quote", "string", 'required = true\nverbatim_in = "clause"'),
    ("shape", "geojson", ""),
]

GOOD = {
    "id": "one",
    "count": "3",
    "share": "0.5",
    "open": "true",
    "day": "2023-12-31",
    "kind": "park",
    "tags": "red|blue",
    "code": "",
    "clause": "1",
    "also_in": "",
    "quote": "合成率达到50%",
    "shape": '"{""type"":""Point"",""coordinates"":[1,2]}"',
}

CLAUSES: dict[str, list[dict[str, Any]]] = {
    "clauses": [
        {"document": "synthetic", "clause": "1", "text": "合成目标，合成率达到50%。"},
        {"document": "synthetic", "clause": "2", "text": "合成措施。"},
        {"document": "synthetic-rules", "clause": "1", "text": "第一条 合成市公园免费开放。"},
        {"document": "synthetic-rules", "clause": "19.2", "text": "合成率由市人民政府公布。"},
    ]
}

CLAUSES_DESCRIPTION = HEAD.replace("synthetic-things", "clauses") + (
    "derived = true\n"
    'primary_key = ["document", "clause"]\n'
    + "".join(
        f'[[columns]]\nname = "{name}"\ntype = "string"\ntitle_zh = "{name}"\ntitle_en = "{name}"\n'
        for name in ("document", "clause", "text")
    )
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    columns = "".join(
        f'[[columns]]\nname = "{name}"\ntype = "{kind}"\ntitle_zh = "{name}"\ntitle_en = "{name}"\n{rules}\n'
        for name, kind, rules in COLUMNS
    )
    write(tmp_path / "synthetic-things" / "dataset.toml", HEAD + columns)
    write(tmp_path / "clauses" / "dataset.toml", CLAUSES_DESCRIPTION)
    return tmp_path


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def data(folder: Path) -> Path:
    return folder / "synthetic-things" / "data.csv"


def write_rows(folder: Path, *rows: dict[str, str]) -> None:
    lines = [",".join(name for name, _, _ in COLUMNS), *(",".join((GOOD | row).values()) for row in rows)]
    write(data(folder), "\n".join(lines) + "\n")


def read(folder: Path) -> CheckedTable:
    (table,) = (
        t
        for t in read_tables(folder, read_descriptions(folder), CLAUSES, "synthetic")
        if t.dataset.id == "synthetic-things"
    )
    return table


def problems(folder: Path) -> list[str]:
    with pytest.raises(BuildError) as raised:
        read(folder)
    return raised.value.problems


NAMING = (
    '\n[[columns]]\nname = "document"\ntype = "string"\ntitle_zh = "文件"\ntitle_en = "Document"\nfallback = "plan"\n'
)


def with_documents(folder: Path, *rows: dict[str, str]) -> None:
    """The same table with a column for the document its clauses are of."""
    description = folder / "synthetic-things" / "dataset.toml"
    write(description, description.read_text("utf-8") + NAMING)
    lines = [",".join([*(name for name, _, _ in COLUMNS), "document"])]
    lines += [",".join([*(GOOD | row).values()]) for row in rows]
    write(data(folder), "\n".join(lines) + "\n")


def test_a_clause_is_one_of_the_document_the_row_names(folder: Path) -> None:
    with_documents(
        folder,
        {"document": ""},
        {"id": "two", "clause": "19.2", "quote": "合成率由市人民政府公布", "document": "synthetic-rules"},
    )
    assert [r["document"] for r in read(folder).rows] == ["synthetic", "synthetic-rules"]


def test_a_clause_and_a_quotation_of_another_document_are_told(folder: Path) -> None:
    with_documents(
        folder,
        {"clause": "2", "document": "synthetic-rules", "quote": "合成措施"},
        {"id": "two", "document": "synthetic-rules"},
    )
    clause, quote, other = problems(folder)
    assert clause.endswith("第 2 行 clause 列，值“2”：文件 synthetic-rules 没有条款“2”")
    assert quote.endswith("第 2 行 quote 列，值“合成措施”：不是条款 2 的原文")
    assert other.endswith("第 3 行 quote 列，值“合成率达到50%”：不是条款 1 的原文")


def test_a_file_without_the_column_of_documents_speaks_of_the_plan(folder: Path) -> None:
    write_rows(folder, {})
    description = folder / "synthetic-things" / "dataset.toml"
    write(description, description.read_text("utf-8") + NAMING)
    assert read(folder).rows[0]["document"] == "synthetic"


def test_rows_that_keep_every_rule_become_typed_values(folder: Path) -> None:
    write_rows(folder, {}, {"id": "two", "share": "", "kind": "", "tags": "", "open": "false", "shape": ""})
    table = read(folder)
    assert table.rows[0] == {
        "id": "one",
        "count": 3,
        "share": 0.5,
        "open": True,
        "day": datetime.date(2023, 12, 31),
        "kind": "park",
        "tags": "red|blue",
        "code": None,
        "clause": "1",
        "also_in": None,
        "quote": "合成率达到50%",
        "shape": '{"type":"Point","coordinates":[1,2]}',
    }
    assert table.rows[1]["share"] is None
    assert table.lines == [2, 3]


def test_arrow_table_has_the_described_columns_types_and_nullability(folder: Path) -> None:
    write_rows(folder, {})
    schema = to_arrow(read(folder)).schema
    assert schema.names == [name for name, _, _ in COLUMNS]
    assert [schema.field(n).type for n in ("count", "share", "open", "day", "shape")] == [
        pa.int64(),
        pa.float64(),
        pa.bool_(),
        pa.date32(),
        pa.string(),
    ]
    assert not schema.field("count").nullable
    assert schema.field("share").nullable


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("id", "", "必填"),
        ("id", "Two", "“Two”不符合格式 [a-z][a-z0-9-]*"),
        ("id", "two\u0020", "“two ”不符合格式 [a-z][a-z0-9-]*"),
        ("count", "", "必填"),
        ("count", "many", "不是整数"),
        ("count", "3.5", "不是整数"),
        ("count", "1_0", "不是整数"),
        ("count", "9" * 19, "不是整数"),
        ("count", "-1", "不得小于 0"),
        ("count", "11", "不得大于 10"),
        ("share", "half", "不是数字"),
        ("share", "50%", "不是数字"),
        ("share", "nan", "不是数字"),
        ("share", "inf", "不是数字"),
        ("share", "-1.6", "不得小于 -1.5"),
        ("share", "1.6", "不得大于 1.5"),
        ("open", "maybe", "应为 true 或 false"),
        ("open", "1", "应为 true 或 false"),
        ("open", "", "必填"),
        ("day", "", "必填"),
        ("day", "2023-02-30", "不是日期（应为 2023-12-31 的写法）"),
        ("day", "2023年", "不是日期（应为 2023-12-31 的写法）"),
        ("day", "1672444800", "不是日期（应为 2023-12-31 的写法）"),
        ("day", "2023-12-31T00:00:00", "不是日期（应为 2023-12-31 的写法）"),
        ("kind", "zoo", "“zoo”不在允许的值之中（park、library）"),
        ("tags", "red|green", "“green”不在允许的值之中（red、blue）"),
        ("tags", "red||blue", "列表里有空项"),
        ("clause", "9", "在 clauses.clause 中找不到“9”"),
        ("also_in", "2|8", "在 clauses.clause 中找不到“8”"),
        ("quote", "", "必填"),
        ("quote", "合成率达到60%", "不是条款 1 的原文"),
        ("shape", "somewhere", "不是 GeoJSON 几何"),
        ("shape", '"{""type"":""Circle""}"', "不认识的几何类型 Circle"),
    ],
)
def test_a_broken_rule_is_told_with_file_line_column_value_and_rule(
    folder: Path, column: str, value: str, rule: str
) -> None:
    write_rows(folder, {}, {"id": "two", column: value})
    shown = value.replace('""', '"').strip('"')
    assert f"{data(folder)} 第 3 行 {column} 列，值“{shown}”：{rule}" in problems(folder)


def test_a_quote_of_another_clause_is_not_a_quote_of_this_one_and_its_own_is_told(folder: Path) -> None:
    write_rows(folder, {"clause": "2"})
    assert problems(folder) == [f"{data(folder)} 第 2 行 quote 列，值“合成率达到50%”：不是条款 2 的原文；它在条款 1 里"]


def test_a_quote_without_a_clause_is_told(folder: Path) -> None:
    write_rows(folder, {"clause": ""})
    assert problems(folder) == [
        f"{data(folder)} 第 2 行 quote 列，值“合成率达到50%”：clause 列没有写条款，无法核对原文"
    ]


def test_a_doubled_id_names_the_line_that_has_it_already(folder: Path) -> None:
    write_rows(folder, {}, {"id": "two"}, {})
    assert problems(folder) == [f"{data(folder)} 第 4 行 id 列，值“one”：重复，第 2 行已有相同的 one"]


def test_a_doubled_unique_value_is_told_and_empty_ones_may_repeat(folder: Path) -> None:
    write_rows(folder, {"code": "x"}, {"id": "two"}, {"id": "three"}, {"id": "four", "code": "x"})
    assert problems(folder) == [f"{data(folder)} 第 5 行 code 列，值“x”：重复，第 2 行已有相同的 x"]


def test_a_row_with_too_many_or_too_few_cells_is_told_and_the_others_still_checked(folder: Path) -> None:
    write_rows(folder, {}, {"id": "two", "quote": "合成率,达到50%"}, {"id": "three", "count": "many"})
    with data(folder).open("a") as file:
        file.write("four,1\n")
    assert problems(folder) == [
        f"{data(folder)} 第 3 行：应有 12 列，现有 13 列。请检查逗号和引号。",
        f"{data(folder)} 第 4 行 count 列，值“many”：不是整数",
        f"{data(folder)} 第 5 行：应有 12 列，现有 2 列。请检查逗号和引号。",
    ]


def test_an_unclosed_quotation_mark_is_told_with_its_line(folder: Path) -> None:
    write_rows(folder, {"quote": '"合成率达到50%'})
    (problem,) = problems(folder)
    assert problem.startswith(f"{data(folder)} 第 2 行：不是有效的 CSV（")
    assert problem.endswith("请检查引号。")


def test_a_wrong_header_is_told_with_what_it_should_be(folder: Path) -> None:
    write(data(folder), "id,number\none,3\n")
    assert problems(folder) == [
        f"{data(folder)} 第 1 行：表头应为 {','.join(n for n, _, _ in COLUMNS)}；现为 id,number。"
    ]


def test_a_data_file_that_is_missing_or_not_utf_8_is_told(folder: Path) -> None:
    assert problems(folder) == [f"{data(folder)}：缺少数据文件。"]
    write(data(folder), b"id\n" + "合成".encode("gb18030"))
    assert problems(folder) == [f"{data(folder)}：不是 UTF-8 文本（第 4 个字节读不出）。请另存为 UTF-8 后重试。"]


def test_line_separators_inside_a_cell_break_no_row(folder: Path) -> None:
    write_rows(folder, {"code": '"甲\n乙\u2028丙\x85丁"'}, {"id": "two", "count": "many"})
    assert problems(folder) == [f"{data(folder)} 第 4 行 count 列，值“many”：不是整数"]


def test_a_reference_to_a_table_that_is_not_there_is_told(folder: Path) -> None:
    description = folder / "synthetic-things" / "dataset.toml"
    text = description.read_text("utf-8").replace("clauses.clause", "nowhere.id", 1)
    description.write_text(text, "utf-8")
    write_rows(folder, {})
    assert problems(folder) == [f"{data(folder)} clause 列：引用的 nowhere.id 不存在。"]


def test_all_violations_of_all_datasets_are_listed_at_once(folder: Path) -> None:
    other = folder / "synthetic-others"
    columns = '[[columns]]\nname = "id"\ntype = "integer"\ntitle_zh = "编号"\ntitle_en = "Id"\nrequired = true\n'
    write(other / "dataset.toml", HEAD.replace("synthetic-things", "synthetic-others") + columns)
    write(other / "data.csv", "id\nx\ny\n")
    write_rows(folder, {"count": "many", "share": "half"}, {"quote": "没有的话", "day": "昨天"})
    assert problems(folder) == [
        f"{other / 'data.csv'} 第 2 行 id 列，值“x”：不是整数",
        f"{other / 'data.csv'} 第 3 行 id 列，值“y”：不是整数",
        f"{data(folder)} 第 2 行 count 列，值“many”：不是整数",
        f"{data(folder)} 第 2 行 share 列，值“half”：不是数字",
        f"{data(folder)} 第 3 行 day 列，值“昨天”：不是日期（应为 2023-12-31 的写法）",
        f"{data(folder)} 第 3 行 id 列，值“one”：重复，第 2 行已有相同的 one",
        f"{data(folder)} 第 3 行 quote 列，值“没有的话”：不是条款 1 的原文",
    ]


def test_long_values_are_shortened_in_messages(folder: Path) -> None:
    write_rows(folder, {"quote": "没" * 100})
    assert problems(folder) == [f"{data(folder)} 第 2 行 quote 列，值“{'没' * 60}…”：不是条款 1 的原文"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('license = "CC0-1.0"\n', "", "license：必填，没有写"),
        (
            'openness = "无条件开放"',
            'openness = "open"',
            "openness：应为“无条件开放”、“有条件开放”、“不予开放”之一，现为“open”",
        ),
        ("updated = 2020-01-01", 'updated = "soon"', "updated："),
        ('theme = "合成"\n', 'theme = "合成"\nmood = "glad"\n', "mood：不认识这一项，请检查拼写"),
        ('type = "integer"', 'type = "int"', "columns.1.type："),
        ('pattern = "[a-z][a-z0-9-]*"', 'pattern = "["', "columns.0"),
        ('verbatim_in = "clause"', 'verbatim_in = "paragraph"', "paragraph"),
        ('id = "synthetic-things"', 'id = "other-things"', "id “other-things” 与所在文件夹 “synthetic-things” 不同。"),
        ('theme = "合成"', "theme = ", "不是有效的 TOML"),
    ],
)
def test_a_wrong_description_is_told_with_its_file(folder: Path, old: str, new: str, told: str) -> None:
    description = folder / "synthetic-things" / "dataset.toml"
    text = description.read_text("utf-8")
    assert old in text
    description.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(BuildError) as raised:
        read_descriptions(folder)
    (problem,) = raised.value.problems
    assert problem.startswith(f"{description}：")
    assert told in problem


def test_two_columns_of_one_name_are_told(folder: Path) -> None:
    description = folder / "synthetic-things" / "dataset.toml"
    text = description.read_text("utf-8").replace('name = "share"', 'name = "count"')
    description.write_text(text, "utf-8")
    with pytest.raises(BuildError, match="count"):
        read_descriptions(folder)


def test_a_folder_without_descriptions_is_told(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as raised:
        read_descriptions(tmp_path)
    assert raised.value.problems == [f"{tmp_path}：没有找到任何 dataset.toml。"]

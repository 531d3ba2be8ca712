"""Which rows a query finds: every operator, what is refused and how it is said, and that no query can do more than select."""

import datetime
from collections.abc import Sequence
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.datasets.row_parameters import BadParameterError, parse
from portal.datasets.row_query import RowQuery, whole_table
from portal.publication.catalogue import Dataset
from portal.publication.store import Store

COLUMNS = [
    {"name": "id", "type": "string", "title_zh": "编号", "title_en": "Id"},
    {"name": "n", "type": "integer", "title_zh": "整数", "title_en": "Integer"},
    {"name": "x", "type": "number", "title_zh": "数", "title_en": "Number"},
    {"name": "ok", "type": "boolean", "title_zh": "真假", "title_en": "Boolean"},
    {"name": "day", "type": "date", "title_zh": "日期", "title_en": "Date"},
    {"name": "tags", "type": "string", "title_zh": "标签", "title_en": "Tags", "separator": "|"},
]
DATASET = Dataset.model_validate(
    {
        "id": "synthetic-rows",
        "title_zh": "合成数据",
        "title_en": "Synthetic rows",
        "summary_zh": "只供测试的合成数据",
        "provider": "测试",
        "theme": "测试",
        "openness": "无条件开放",
        "update_frequency": "不更新",
        "first_published": "2026-01-01",
        "updated": "2026-01-01",
        "license": "CC0-1.0",
        "columns": COLUMNS,
    }
)
DAY = datetime.date
ROWS: list[tuple[Any, ...]] = [
    ("a", 1, 0.5, True, DAY(2023, 12, 31), "红|绿"),
    ("b", 2, 1.5, False, DAY(2022, 1, 1), "红线"),
    ("c", 3, None, None, None, None),
    ("A%_'\"", 3, -2.0, True, DAY(2021, 6, 1), "绿"),
]


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE synthetic_rows (id VARCHAR, n BIGINT, x DOUBLE, ok BOOLEAN, day DATE, tags VARCHAR)"
    )
    connection.executemany("INSERT INTO synthetic_rows VALUES (?, ?, ?, ?, ?, ?)", ROWS)
    return connection


def query(*pairs: tuple[str, str]) -> RowQuery:
    return parse(DATASET, pairs, limit_max=1000)


def ids(database: duckdb.DuckDBPyConnection, *pairs: tuple[str, str]) -> list[str]:
    sql, parameters = query(("select", "id"), *pairs).sql()
    return [row[0] for row in database.execute(sql, parameters).fetchall()]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], ["a", "b", "c", "A%_'\""]),
        ([("filter.id", "a")], ["a"]),
        ([("filter.id", "a"), ("filter.id", "c")], ["a", "c"]),
        ([("filter.id", "A%_'\"")], ["A%_'\""]),
        ([("filter.n", "3")], ["c", "A%_'\""]),
        ([("filter.n", "3"), ("filter.ok", "true")], ["A%_'\""]),
        ([("filter.n__gt", "1"), ("filter.n__lt", "3")], ["b"]),
        ([("filter.x__ge", "0.5")], ["a", "b"]),
        ([("filter.x__le", "-2")], ["A%_'\""]),
        ([("filter.x", "")], ["c"]),
        ([("filter.x", ""), ("filter.x", "1.5")], ["b", "c"]),
        ([("filter.x__ne", "")], ["a", "b", "A%_'\""]),
        ([("filter.x__ne", "0.5")], ["b", "c", "A%_'\""]),
        ([("filter.ok", "false")], ["b"]),
        ([("filter.day__ge", "2022-01-01")], ["a", "b"]),
        ([("filter.tags", "红")], ["a"]),
        ([("filter.tags", "绿")], ["a", "A%_'\""]),
        ([("filter.tags__ne", "绿")], ["b", "c"]),
        ([("filter.tags__contains", "红")], ["a", "b"]),
        ([("filter.id__contains", "%")], ["A%_'\""]),
        ([("filter.id__contains", "a")], ["a", "A%_'\""]),
        ([("q", "红 b")], ["b"]),
        ([("q", "%")], ["A%_'\""]),
        ([("order", "-n,id")], ["A%_'\"", "c", "b", "a"]),
        ([("order", "x")], ["A%_'\"", "a", "b", "c"]),
        ([("order", "-x")], ["b", "a", "A%_'\"", "c"]),
        ([("order", "id"), ("limit", "2")], ["A%_'\"", "a"]),
        ([("order", "id"), ("limit", "2"), ("offset", "3")], ["c"]),
        ([("limit", "0")], []),
    ],
)
def test_a_query_finds_these_rows(
    database: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[str, str]], expected: list[str]
) -> None:
    assert ids(database, *pairs) == expected


def test_columns_come_in_the_order_asked_for(database: duckdb.DuckDBPyConnection) -> None:
    sql, parameters = query(("select", "x,id"), ("limit", "1")).sql()
    assert database.execute(sql, parameters).fetchall() == [(0.5, "a")]


@pytest.mark.parametrize(
    ("pair", "sentence"),
    [
        (
            ("filter.nope", "1"),
            "参数 filter.nope 的值“1”不能用：数据集 synthetic-rows 没有字段“nope”。可用的有：id、n、x、ok、day、tags。",
        ),
        (
            ("order", "-nope"),
            "参数 order 的值“-nope”不能用：数据集 synthetic-rows 没有字段“nope”。可用的有：id、n、x、ok、day、tags。",
        ),
        (
            ("select", "id,*"),
            "参数 select 的值“id,*”不能用：数据集 synthetic-rows 没有字段“*”。可用的有：id、n、x、ok、day、tags。",
        ),
        (("filter.n", "一"), "参数 filter.n 的值“一”不能用：字段 n 要求整数。"),
        (("filter.n", "9223372036854775808"), "参数 filter.n 的值“9223372036854775808”不能用：字段 n 要求整数。"),
        (("filter.x", "nan"), "参数 filter.x 的值“nan”不能用：字段 x 要求数字。"),
        (("filter.x", "1e999"), "参数 filter.x 的值“1e999”不能用：字段 x 要求数字。"),
        (("filter.x__gt", ""), "参数 filter.x__gt 的值“”不能用：字段 x 要求数字。"),
        (("filter.ok", "1"), "参数 filter.ok 的值“1”不能用：字段 ok 要求 true 或 false。"),
        (
            ("filter.day", "2023-02-30"),
            "参数 filter.day 的值“2023-02-30”不能用：字段 day 要求日期，写法如 2023-12-31。",
        ),
        (("filter.day", "20231231"), "参数 filter.day 的值“20231231”不能用：字段 day 要求日期，写法如 2023-12-31。"),
        (
            ("filter.n__contains", "1"),
            "参数 filter.n__contains 的值“1”不能用：字段 n（integer）没有运算符 contains。可用的有：eq、ne、gt、ge、lt、le。",
        ),
        (("limit", "-1"), "参数 limit 的值“-1”不能用：应为 0 到 1000 的整数。"),
        (("limit", "1001"), "参数 limit 的值“1001”不能用：应为 0 到 1000 的整数。"),
        (("offset", "x"), "参数 offset 的值“x”不能用：应为 0 到 9223372036854775807 的整数。"),
        (
            ("colour", "red"),
            "参数 colour 的值“red”不能用：没有这个参数。可用的有：select、q、order、limit、offset、filter.<column>、filter.<column>__<operator>。",
        ),
    ],
)
def test_what_cannot_be_is_told_by_parameter_value_and_what_could_stand_there(
    pair: tuple[str, str], sentence: str
) -> None:
    with pytest.raises(BadParameterError) as caught:
        query(pair)
    assert caught.value.sentence.zh == sentence


def test_the_sentence_is_there_in_english_too() -> None:
    with pytest.raises(BadParameterError) as caught:
        query(("filter.ok", "maybe"))
    assert caught.value.sentence.en == "Parameter filter.ok has the value “maybe”: column ok takes true or false."


def test_a_parameter_that_can_be_there_once_is_refused_twice() -> None:
    with pytest.raises(BadParameterError, match="这个参数只能出现一次"):
        query(("limit", "1"), ("limit", "2"))


def test_equal_queries_have_one_spelling() -> None:
    spelt = query(("order", " id , -n"), ("filter.n", "+3"), ("q", " 红  绿 "), ("limit", "5"))
    assert spelt.pairs() == [("filter.n", "3"), ("q", "红 绿"), ("order", "id,-n"), ("limit", "5")]
    assert parse(DATASET, spelt.pairs(), 1000) == spelt


def test_a_whole_table_is_known_as_such() -> None:
    assert parse(DATASET, [], 1000, limit_default=None).is_whole_table
    assert whole_table(DATASET).is_whole_table
    assert not query().is_whole_table


def test_pages_joined_give_the_whole(city: Store) -> None:
    """Ordering by a column with many equal values must neither repeat nor lose a row from page to page."""
    dataset = city.dataset("observations")
    pages = [
        row["id"]
        for offset in range(0, 49, 7)
        for row in city.rows(*parse(dataset, [("order", "-kind"), ("limit", "7"), ("offset", str(offset))], 1000).sql())
    ]
    assert sorted(pages) == sorted(r["id"] for r in city.rows("SELECT id FROM observations"))
    assert len(pages) == len(set(pages)) == 46


words = st.text(max_size=20) | st.sampled_from(
    ["' OR 1=1 --", "'; DROP TABLE synthetic_rows; --", '"', "\\", "\0", "红|绿"]
)
names = st.sampled_from([c["name"] for c in COLUMNS]) | words
operators = st.sampled_from(["", "__eq", "__ne", "__gt", "__ge", "__lt", "__le", "__contains", "__drop"])
pairs = st.tuples(st.builds(lambda n, o: f"filter.{n}{o}", names, operators), words) | st.tuples(
    st.sampled_from(["select", "q", "order", "limit", "offset", "x"]), words | names
)


@settings(deadline=None)
@given(given_pairs=st.lists(pairs, max_size=5))
def test_whatever_is_asked_is_answered_or_refused_with_a_sentence(
    database: duckdb.DuckDBPyConnection, given_pairs: list[tuple[str, str]]
) -> None:
    """No text in any place breaks out: it selects some of the rows or it is refused, and the table is as it was."""
    refusal = None
    try:
        asked = parse(DATASET, given_pairs, 1000)
    except BadParameterError as error:
        refusal = error
    if refusal is not None:
        assert refusal.sentence.zh.startswith(f"参数 {refusal.parameter} 的值“")
    else:
        found = database.execute(*asked.sql()).fetchall()
        total = database.execute(*asked.count_sql()).fetchall()[0][0]
        assert len(found) <= total <= len(ROWS)
        assert database.execute(*asked.counted_sql()).fetchall() == [(*row, total) for row in found]
    assert database.execute("SELECT count(*) FROM synthetic_rows").fetchall() == [(4,)]


@settings(deadline=None)
@given(
    column=st.sampled_from(["n", "x"]),
    operator=st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"]),
    value=st.integers(-3, 5),
)
def test_comparisons_mean_what_python_means(
    database: duckdb.DuckDBPyConnection, column: str, operator: str, value: int
) -> None:
    compare = {
        "eq": lambda v: v == value,
        "ne": lambda v: v is None or v != value,
        "gt": lambda v: v is not None and v > value,
        "ge": lambda v: v is not None and v >= value,
        "lt": lambda v: v is not None and v < value,
        "le": lambda v: v is not None and v <= value,
    }[operator]
    position = ["id", "n", "x"].index(column)
    found = ids(database, (f"filter.{column}__{operator}", str(value)))
    assert found == [r[0] for r in ROWS if compare(r[position])]

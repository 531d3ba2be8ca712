"""A statement that cannot be run is told in a sentence a person can act on; the engine's English is a detail beside it."""

import re
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import portal.visitor_sql
from portal.publication.store import Store
from portal.settings import Settings
from portal.visitor_sql.complaints import explained
from portal.visitor_sql.service import QueryError, QueryService

_COMPLAINTS = Path(portal.visitor_sql.__file__).with_name("complaints.toml")
TWO = "indicators a JOIN indicators b ON a.unit = b.unit"
# A statement of each kind, the sentence's beginning in both languages.
WRONG = [
    ("SELECT id FROM indicators WHERE", "语句没有写完", "The statement is not finished"),
    ("SELECT 'abc FROM indicators", "有一个引号或注释没有写完", "A quotation mark or a comment is not closed"),
    ("SELECT id FROM indicators /* why", "有一个引号或注释没有写完", "A quotation mark or a comment is not closed"),
    ("SELECT id FROM indicators FROM places", "读到“FROM”读不下去了", "The statement cannot be read at “FROM”"),
    ("SELECT", "SELECT 后面没有写要哪些列", "SELECT names no columns"),
    ("SELECT 状态", "没有写 FROM，不知道“状态”", "There is no FROM, so it is not clear whose column “状态” is"),
    ("SELECT nam_zh FROM indicators", "没有“nam_zh”这一列；文字要放在单引号里。最接近的：name_zh", "There is no column “nam_zh”"),
    ("SELECT indicators.nam_zh FROM indicators", "没有“nam_zh”这一列；文字要放在单引号里。最接近的：name_zh", "There is no column"),
    ("SELECT 单位 FROM indicators", "没有“单位”这一列；文字要放在单引号里。最接近的：unit", "There is no column “单位”"),
    ("SELECT * EXCLUDE (nope) FROM indicators", "没有“nope”这一列", "There is no column “nope”"),
    ("SELECT x.id FROM indicators", "“x”不在 FROM 里", "“x” is not in FROM"),
    (f"SELECT unit FROM {TWO}", "不止一张表有“unit”这一列，请在前面写明是哪张表的。可以写 \"a.unit\" / \"b.unit\"。", "More than one"),
    ("SELECT roud(1.5)", "没有 roud 这个函数", "There is no function roud"),
    ("SELECT sum(id) FROM indicators", "sum 不能用于这样的类型（VARCHAR）", "sum does not take these types (VARCHAR)"),
    ("SELECT id + 1 FROM indicators", "+ 不能用于这样的类型（VARCHAR, INTEGER_LITERAL）", "+ does not take these types"),
    ("SELECT due = 1 FROM indicators", "两边的类型不一样，不能比较或转换（INTEGER -> DATE）", "The two sides are of different types"),
    ("SELECT [1] = 1", "两边的类型不一样，不能比较或转换（", "The two sides are of different types"),
    ("SELECT DATE '2023-13-01'", "没有这样的日期或时间", "There is no such date or time"),
    ("SELECT CAST('甲' AS DOUBLE)", "“甲”不能变成 DOUBLE", "“甲” cannot be made DOUBLE"),
    ("SELECT unit, count(*) FROM indicators", "“unit”既不在 GROUP BY 里，也没有汇总", "“unit” is neither in GROUP BY nor aggregated"),
    ("SELECT id FROM indicators WHERE count(*) > 1", "WHERE 里不能用汇总或窗口函数", "WHERE takes no aggregates"),
    ("SELECT max(sum(target)) FROM indicators", "汇总不能套在汇总里面", "An aggregate cannot stand in another"),
    ("SELECT (SELECT id, unit FROM indicators)", "这里的子查询只能给一列，它给了 2 列", "A subquery gives one column here; this gives 2"),
    ("SELECT (SELECT id FROM indicators)", "这里的子查询只能给一行", "A subquery gives one row here"),
    ("SELECT id FROM indicators ORDER BY 9", "ORDER BY 里的列号要在 1 到 1 之间", "A column's number in ORDER BY lies between 1 and 1"),
    ("SELECT 1 UNION SELECT 1, 2", "UNION 等两边的列数要一样", "Both sides of UNION"),
    ("SELECT 9223372036854775807 + 1", "算出来的数超过了这种类型能放的范围", "A result is beyond what its type holds"),
    ("SELECT ?", "语句里的 ? 或 $1 没有值", "A ? or $1 has no value"),
    ("SELECT a.id FROM indicators a, places a", "“a”这个名字用了两次", "The name “a” is used twice"),
    ("SELECT regexp_matches('a', '[')", "这条语句不能执行。", "The statement cannot be run."),
]  # fmt: skip


@pytest.fixture(scope="module")
def queries() -> Iterator[QueryService]:
    service = QueryService(Settings(query_seconds=2))
    yield service
    service.close()


def refused(queries: QueryService, store: Store, sql: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        queries.run(store, sql)
    return caught.value


@pytest.mark.parametrize(("sql", "zh", "en"), WRONG, ids=[w[0] for w in WRONG])
def test_what_is_wrong_is_told_in_both_languages(
    queries: QueryService, city: Store, sql: str, zh: str, en: str
) -> None:
    error = refused(queries, city, sql)
    assert error.sentence.zh.startswith(zh)
    assert error.sentence.en.startswith(en)
    # The engine's words are kept apart, and none of them is in the sentence.
    assert error.engine
    assert not re.search(r"Error:|syntax error|LINE \d|does not exist|not found", error.sentence.zh + error.sentence.en)


def test_every_complaint_has_a_statement_that_draws_it() -> None:
    """No pattern is kept that no statement of this file brings about."""
    keys = {c["key"] for c in tomllib.loads(_COMPLAINTS.read_text("utf-8"))["complaint"]}
    assert len(keys) == 23
    assert len({zh[:4] for _, zh, _ in WRONG}) >= len(keys)


@pytest.mark.parametrize(
    ("sql", "marks"),
    [
        ("SELECT id，unit FROM indicators", "，"),
        ("SELECT count（*） FROM indicators", "（）"),
        ("SELECT “id” FROM indicators", "“”"),
        ("SELECT id FROM indicators；", "；"),
    ],
)
def test_punctuation_of_an_input_method_is_pointed_at(queries: QueryService, city: Store, sql: str, marks: str) -> None:
    assert f"语句里有中文标点“{marks}”，SQL 只认英文标点。" in refused(queries, city, sql).sentence.zh


def test_quoted_punctuation_is_none_of_the_statements(queries: QueryService, city: Store) -> None:
    error = refused(queries, city, "SELECT nope FROM indicators WHERE name_zh = '甲，乙（丙）' -- 说明，见上")
    assert "中文标点" not in error.sentence.zh


def test_a_long_name_is_cut_and_a_hostile_one_does_not_take_long(queries: QueryService, city: Store) -> None:
    error = refused(queries, city, f"SELECT {'x' * 9000} FROM indicators")
    assert f"没有“{'x' * 60}”这一列" in error.sentence.zh
    assert len(error.sentence.zh) < 600


@pytest.mark.parametrize("part", ["/*", "'", '"', "/*'", "--'/*", "，", 'Referenced column "'])
def test_no_statement_takes_long_to_explain(city: Store, part: str) -> None:
    sql = part * (20_000 // len(part))
    start = time.thread_time()
    explained(f'Parser Error: syntax error at or near "{sql}"', sql, city.manifest.datasets)
    assert time.thread_time() - start < 0.5


def test_what_took_too_much_has_no_words_of_the_engine(queries: QueryService, city: Store) -> None:
    error = refused(
        queries, city, "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r"
    )
    assert (error.sentence.zh, error.engine) == ("查询超过2秒，已停止。请加筛选条件，或下载数据后在本地计算。", "")

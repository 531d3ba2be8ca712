"""Visitors' SQL: what it can do, and what it cannot, however it is written."""

import contextlib
import datetime
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from portal.publication.manifest import sha256
from portal.publication.sql_text import literal
from portal.publication.store import Store
from portal.settings import Settings
from portal.visitor_sql.service import QueryError, QueryService
from portal.visitor_sql.worker import _FORBIDDEN, RefusedError, Sandbox


@pytest.fixture(scope="module")
def queries() -> Iterator[QueryService]:
    service = QueryService(Settings(query_seconds=2))
    yield service
    service.close()


@pytest.fixture(scope="module")
def store(city: Store) -> Store:
    """What SQL can do and cannot is checked over the synthetic city."""
    return city


def refusal(queries: QueryService, store: Store, sql: str) -> str:
    with pytest.raises(QueryError) as caught:
        queries.run(store, sql)
    return caught.value.sentence.zh


def test_a_select_gives_columns_with_types_and_rows(queries: QueryService, store: Store) -> None:
    result = queries.run(store, "SELECT id, target, due FROM indicators WHERE id = 'synthetic_rate'")
    assert result.columns == [
        {"name": "id", "type": "VARCHAR"},
        {"name": "target", "type": "DOUBLE"},
        {"name": "due", "type": "DATE"},
    ]
    assert result.rows == [{"id": "synthetic_rate", "target": 50.0, "due": "2023-12-31"}]
    assert not result.truncated


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT count(*) AS n FROM indicators", [{"n": 13}]),
        ("WITH a AS (SELECT 2 AS x) SELECT x * 21 AS y FROM a", [{"y": 42}]),
        ("VALUES (1, 'a')", [{"col0": 1, "col1": "a"}]),
        ("SELECT 1 AS a, 2 AS a", [{"a": 1, "a_2": 2}]),
        ("SELECT 1 AS a, 2 AS a, 3 AS a_2", [{"a": 1, "a_3": 2, "a_2": 3}]),
        ("SELECT 3 AS a_2, 1 AS a, 2 AS a, 4 AS a", [{"a_2": 3, "a": 1, "a_3": 2, "a_4": 4}]),
        ("SELECT 'NaN'::DOUBLE AS x, 1.5::DECIMAL(3, 1) AS y, NULL AS z", [{"x": "NaN", "y": 1.5, "z": None}]),
        ("SELECT [1, 2] AS l, {'k': DATE '2023-12-31'} AS s", [{"l": [1, 2], "s": {"k": "2023-12-31"}}]),
        ("FROM range(3) r(i) SELECT sum(i)::INT AS s", [{"s": 3}]),
        ("SELECT unnest(string_split('甲|乙', '|')) AS part", [{"part": "甲"}, {"part": "乙"}]),
        (
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT max(n) AS n FROM r",
            [{"n": 3}],
        ),
        (
            "SELECT p.status FROM main.progress p JOIN indicators i ON i.id = p.indicator WHERE i.name_zh = '合成率'",
            [{"status": "not_met"}],
        ),
    ],
)
def test_what_sql_is_for(queries: QueryService, store: Store, sql: str, rows: list[dict[str, object]]) -> None:
    assert queries.run(store, sql).rows == rows


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("SELECT 9007199254740992 AS v", 9007199254740992),
        ("SELECT 9007199254740993 AS v", "9007199254740993"),
        ("SELECT 170141183460469231731687303715884105727::HUGEINT AS v", "170141183460469231731687303715884105727"),
        ("SELECT sum(x) AS v FROM (VALUES (1), (2)) t(x)", 3),
        ("SELECT 1.10::DECIMAL(4, 2) AS v", 1.1),
        ("SELECT 12345678901234567.89::DECIMAL(19, 2) AS v", "12345678901234567.89"),
        ("SELECT 'inf'::DOUBLE AS v", "Infinity"),
        ("SELECT '-inf'::DOUBLE AS v", "-Infinity"),
        ("SELECT 'nan'::DOUBLE AS v", "NaN"),
        ("SELECT INTERVAL 1 MONTH AS v", "1 month"),
        ("SELECT INTERVAL '1 year 2 days' AS v ORDER BY 1 -- how long\n;", "1 year 2 days"),
        ("SELECT TIMESTAMPTZ '2024-01-02 03:04:05+00' AT TIME ZONE 'UTC' AS v", "2024-01-02T03:04:05"),
    ],
)
def test_numbers_times_and_spans_are_told_exactly(queries: QueryService, store: Store, sql: str, value: object) -> None:
    (row,) = queries.run(store, sql).rows
    assert row == {"v": value}
    assert type(row["v"]) is type(value)


def test_the_time_is_told(queries: QueryService, store: Store) -> None:
    (row,) = queries.run(store, "SELECT now() AS v, 2 AS v, INTERVAL 3 DAY AS i").rows
    assert datetime.datetime.fromisoformat(str(row["v"])).tzinfo is not None
    assert (row["v_2"], row["i"]) == (2, "3 days")


def test_rows_beyond_the_limit_are_cut_and_said_to_be(queries: QueryService, store: Store) -> None:
    cut, whole = (queries.run(store, f"SELECT * FROM range({n})") for n in (10_001, 10_000))
    assert (len(cut.rows), cut.truncated) == (10_000, True)
    assert (len(whole.rows), whole.truncated) == (10_000, False)


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELEC 1", "读到“SELEC”读不下去了。请看它和它前面有没有写错的关键字、漏掉的逗号或括号。位置：“SELEC 1”。"),
        ("SELECT 1 FORM indicators x", "读到“indicators”读不下去了。请看它和它前面有没有写错的关键字、漏掉的逗号或括号。位置：“indicators x”。"),
        ("DELETE FROM indicators", "只能执行 SELECT 语句：这里的数据只供查询，不能改。"),
        ("SELECT 1; SELECT 2", "一次只能执行一条语句，这里有 2 条。"),
        (" ", "没有写语句。请写一条 SELECT，例如 SELECT * FROM progress。"),
        ("DESCRIBE indicators", "不能用 SHOW、DESCRIBE、SUMMARIZE。各表有哪些列，写在 SQL 页编辑框的下面，也在 /api/v1/datasets。"),
        ("SELECT * FROM nope", "没有表“nope”。可用的表：background_figures、"),
        ("SELECT * FROM indicator", "没有表“indicator”。最接近的：indicators、observations、progress。可用的表：background_figures、"),
        ("SELECT * FROM read_text('/etc/passwd')", "不能使用函数 read_text：它会读文件、网络或数据库自身。可以用的是对数、文字、日期的普通函数和汇总。位置：“read_text('/etc/passwd')”。"),
        ("SELECT nope FROM places", "没有“nope”这一列；文字要放在单引号里。最接近的：note、opened。位置：“nope FROM places”。"),
    ],
)  # fmt: skip
def test_errors_quote_the_place(queries: QueryService, store: Store, sql: str, sentence: str) -> None:
    assert refusal(queries, store, sql).startswith(sentence)


HOSTILE = [
    # files
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM 'published/indicators.parquet'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_csv_auto('/etc/passwd', header = false)",
    "SELECT * FROM read_parquet('/**/*.parquet')",
    "SELECT * FROM read_json('/proc/self/environ')",
    "SELECT * FROM read_blob('/etc/shadow')",
    "SELECT * FROM glob('/**')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_metadata('x.parquet')",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT * FROM indicators WHERE id IN (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
    "SELECT * FROM query_table(['/etc/passwd'])",
    'WITH "/etc/passwd" AS (SELECT 1) SELECT * FROM (SELECT 1) a, (SELECT * FROM "/etc/passwd") b, read_text(\'/etc/passwd\')',
    # network
    "SELECT * FROM 'https://example.org/x.csv'",
    "SELECT * FROM read_csv('http://169.254.169.254/latest/meta-data')",
    "SELECT * FROM 's3://bucket/key.parquet'",
    # writing and reaching other databases
    "COPY indicators TO 'stolen.csv'",
    "COPY (SELECT 1) TO 'stolen.parquet'",
    "EXPORT DATABASE 'stolen'",
    "ATTACH 'other.db' AS other",
    "ATTACH ':memory:' AS other",
    "USE memory",
    "CREATE TABLE x AS SELECT 1",
    "CREATE OR REPLACE VIEW indicators AS SELECT 1",
    "CREATE MACRO f(x) AS x",
    "CREATE SECRET s (TYPE s3, KEY_ID 'x', SECRET 'y')",
    "DROP TABLE indicators",
    "INSERT INTO indicators SELECT * FROM indicators",
    "UPDATE progress SET status = 'met'",
    "TRUNCATE progress",
    "ALTER TABLE indicators ADD COLUMN x INT",
    # extensions and settings
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD 'evil.duckdb_extension'",
    "SET enable_external_access = true",
    "SET memory_limit = '100GB'",
    "RESET lock_configuration",
    "PRAGMA database_list",
    "PRAGMA memory_limit = '100GB'",
    "CALL pragma_version()",
    "CHECKPOINT",
    "SET VARIABLE x = 1",
    # several statements, prepared ones, explanations
    "SELECT 1; DROP TABLE indicators",
    "SELECT 1;;SELECT 2",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "EXPLAIN ANALYZE SELECT 1",
    "BEGIN TRANSACTION",
    # what the process knows about itself
    "SELECT getenv('HOME')",
    "SELECT current_setting('temp_directory')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_tables",
    "SELECT * FROM duckdb_logs",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM pragma_table_info('indicators')",
    "SHOW ALL TABLES",
    "SUMMARIZE indicators",
    "SELECT * FROM (WITH duckdb_settings AS (SELECT 1) SELECT 1), duckdb_settings",
    "SELECT * FROM json_execute_serialized_sql('{}')",
    "SELECT * FROM sandbox",
    "SELECT * FROM sys",
    "SELECT * FROM temp.main.indicators",
    "SELECT nextval('x')",
    "SELECT sleep_ms(4000)",
    "SELECT version()",
    "SELECT txid_current()",
    "SELECT current_query_id()",
    "SELECT current_user",
    "SELECT session_user",
    "SELECT User, id FROM indicators",
    "SELECT 1 ORDER BY current_schema",
    "SELECT current_catalog FROM (SELECT 1 AS x)",
    "SELECT inet_server_addr()",
    "SELECT stats(id) FROM indicators",
    "SELECT max(vector_type(id)) FROM indicators",
    "SELECT setseed(.5)",
    "SELECT obj_description(1)",
    "SELECT get_block_size('memory')",
    "SELECT in_search_path('memory', 'main')",
    "SELECT 1 WHERE version() > 'v1.4'",
    "SELECT '\ud800'",
    # what never ends or never fits
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
    "WITH RECURSIVE r AS (SELECT 'x' AS s UNION ALL SELECT s || s FROM r) SELECT max(length(s)) FROM r",
    "SELECT count(*) FROM " + ", ".join(f"sentences s{i}" for i in range(30)),
    "SELECT * FROM range(10000000000) a, range(10000000000) b ORDER BY random()",
    "SELECT repeat('x', 3000000000)",
    "SELECT repeat(repeat('x', 100000), 100000) FROM range(100)",
    "SELECT string_agg(repeat('x', 1000000), '') FROM range(100000)",
    "SELECT list(i) FROM range(1000000000) t(i)",
    "SELECT range(10000000000)",
    "SELECT lpad('x', 2000000000, 'y') FROM range(50)",
    "SELECT repeat('x', 9000) FROM range(5000)",
    "SELECT count(*) FROM range(1000000000) t(i) WHERE regexp_matches(repeat('a', 1000) || i, '(a*)*b')",
    "SELECT sum(10::HUGEINT ** 30) FROM range(100000000000)",
    "SELECT " + "abs(" * 4_000 + "nope" + ")" * 4_000,
    "SELECT " + "+".join(["1"] * 9_000) + " FROM nope",
    "SELECT * FROM " + ", ".join(f"range(1000) t{i}" for i in range(60)),
    "\0",
    "",
]


@pytest.mark.parametrize("sql", HOSTILE, ids=lambda s: ascii(s[:60]))
def test_hostile_statements_are_refused_in_bounded_time_and_the_next_query_works(
    queries: QueryService, store: Store, sql: str
) -> None:
    started = time.monotonic()
    assert refusal(queries, store, sql)
    assert queries.run(store, "SELECT count(*) AS n FROM indicators").rows == [{"n": 13}]
    assert time.monotonic() - started < 10


def test_after_all_that_the_data_and_the_machine_are_as_they_were(queries: QueryService, store: Store) -> None:
    for sql in HOSTILE[18:24]:
        refusal(queries, store, sql)
    for file in store.manifest.files:
        assert sha256(store.folder / file.path) == file.sha256
    # The process works in the root folder.
    assert not list(Path("/").glob("stolen*"))
    assert queries.run(store, "SELECT count(*) AS n FROM progress WHERE status = 'met'").rows == store.rows(
        "SELECT count(*) AS n FROM progress WHERE status = 'met'"
    )


@pytest.mark.parametrize("sql", ["SELECT error(repeat('A', 20000000))", "SELECT CAST(repeat('中', 5000000) AS INT)"])
def test_what_is_said_of_an_error_is_bounded_however_long_a_statement_makes_it(
    queries: QueryService, store: Store, sql: str
) -> None:
    with pytest.raises(QueryError) as refused:
        queries.run(store, sql)
    assert 0 < len(refused.value.engine) <= 500
    assert len(refused.value.told("zh")) < 2_000


def test_a_process_that_ran_out_of_memory_answers_no_other_query(queries: QueryService, store: Store) -> None:
    queries.run(store, "SELECT 1")
    before = queries._idle[-1].process
    assert refusal(queries, store, "SELECT repeat('x', 3000000000)").startswith("查询用的内存超过上限")
    assert not before.runs


def test_a_process_that_dies_is_replaced(queries: QueryService, store: Store) -> None:
    queries.run(store, "SELECT 1")
    os.kill(queries._idle[-1].process.pid, 9)
    with pytest.raises(QueryError):
        queries.run(store, "SELECT 1")
    assert queries.run(store, "SELECT 1 AS one").rows == [{"one": 1}]


def test_what_the_operating_system_keeps_the_processes_from_is_told(queries: QueryService, store: Store) -> None:
    standing = {f.name for f in queries.fences(store) if f.in_force}
    assert standing >= {"no_new_privs", "limits", "landlock", "seccomp"}


def test_a_column_may_be_called_like_a_function_that_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "synthetic.parquet"
    duckdb.sql("SELECT 'synthetic' AS user, 'v0' AS version").write_parquet(str(file))
    sandbox = Sandbox({"visits": f"read_parquet({literal(file)})"}, "64MB", 10, 10_000, 5)
    assert sandbox.run("SELECT user, version FROM visits")["rows"] == [{"user": "synthetic", "version": "v0"}]
    for sql in ("SELECT user() FROM visits", "SELECT version() FROM visits", "SELECT session_user FROM visits"):
        with pytest.raises(RefusedError):
            sandbox.run(sql)


# Of the functions that need nothing told, those that tell nothing of the engine: the time, chance, constants, the query itself.
_HARMLESS = {
    *(
        "current_date",
        "current_localtime",
        "current_localtimestamp",
        "current_query",
        "get_current_time",
        "get_current_timestamp",
    ),
    *("now", "today", "transaction_timestamp", "pi", "random", "gen_random_uuid", "uuid", "uuidv4", "uuidv7"),
    *(
        "add",
        "array_cat",
        "array_concat",
        "json_array",
        "json_object",
        "list_cat",
        "list_concat",
        "list_pack",
        "list_value",
        "map",
    ),
    "unpivot_list",
}


def test_every_function_of_the_engine_that_needs_nothing_told_is_refused_or_known_to_be_harmless() -> None:
    """A newer engine may bring another that tells of it."""
    with duckdb.connect() as engine:
        named = "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('scalar', 'macro') AND len(parameters) = 0"
        names = {str(n) for (n,) in engine.execute(named).fetchall() if re.fullmatch(r"\w+", n)}
        answered = set()
        for name in names:
            with contextlib.suppress(duckdb.Error):
                engine.execute(f'SELECT "{name}"()').fetchall()
                answered.add(name)
    refused = {n for n in answered if _FORBIDDEN.fullmatch(n)}
    assert {"version", "user", "current_schema"} <= refused
    assert answered - refused == _HARMLESS

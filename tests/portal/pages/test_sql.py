"""SQL: examples run, answers can be taken away, errors are sentences, and nothing but the published tables is reached."""

import pickle
import random

import pytest

from portal.pages import sql as sql_page
from portal.publication.store import Store
from portal.services import Services
from portal.visitor_sql.kept import Kept
from tests.portal.pages.conftest import Open


@pytest.fixture(scope="session")
def shared(city_services: Services) -> Services:
    return city_services


@pytest.fixture(scope="session")
def store(city: Store) -> Store:
    return city


def test_the_page_offers_every_example_by_name(visit: Open) -> None:
    page = visit("sql")
    for name in (
        "各状态有几项",
        "有结果的目标",
        "没有公布结果的目标",
        "每个公开的数和出处",
        "数字出自谁",
        "最长的条款",
    ):
        assert f">{name}</a>" in page.html
    assert page.app.text_area(key="sql_text").value.startswith("SELECT status, count(*)")


def test_the_page_says_its_limits_and_names_every_table(visit: Open, store: Store) -> None:
    page = visit("sql")
    assert "最多5秒、10,000 行、512MB 内存" in page.text
    for dataset in store.manifest.datasets:
        assert f"<code>{dataset.table}</code>" in page.html
    assert not page.app.get("download_button")


def test_an_address_holds_a_query_and_opens_with_its_answer(visit: Open, store: Store) -> None:
    page = visit("sql", sql="SELECT count(*) AS n FROM indicators")
    assert page.app.text_area(key="sql_text").value == "SELECT count(*) AS n FROM indicators"
    assert '<td data-label="n">13</td>' in page.html
    assert [b.proto.label for b in page.app.get("download_button")] == ["下载结果（CSV）", "Excel", "JSON"]


def test_what_is_typed_is_run_on_the_button_and_kept_in_the_address(visit: Open) -> None:
    page = visit("sql")
    page.app.text_area(key="sql_text").set_value("SELECT 6 * 7 AS answer").run()
    assert "答案" not in page.text
    page.app.button(key="sql_run").click().run()
    assert '<td data-label="answer">42</td>' in page.html
    assert page.app.query_params["sql"] == "SELECT 6 * 7 AS answer"


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SELEC 1", "读到“SELEC”读不下去了。"),
        ("SELECT * FROM nope", "没有表“nope”。"),
        ("SELECT * FROM read_csv('/etc/passwd')", "不能使用函数 read_csv："),
        ("DROP TABLE indicators", "只能执行 SELECT 语句："),
        ("SELECT 1 WHERE false", "查询执行了，没有符合的行。"),
        ("SELECT '<script>alert(1)</script>' AS x FROM nope", "没有表“nope”。"),
    ],
)
def test_what_cannot_be_run_is_a_sentence(visit: Open, sql: str, sentence: str) -> None:
    page = visit("sql", sql=sql)
    assert sentence in page.text
    assert "<script>alert" not in page.html
    assert 'class="failure"' not in page.html


def test_the_engines_own_words_are_there_for_who_opens_them(visit: Open) -> None:
    page = visit("sql", sql="SELECT name_z FROM indicators")
    assert "没有“name_z”这一列；文字要放在单引号里。最接近的：name_zh" in page.text
    assert page.html.count("<details") == 1 + visit("sql").html.count("<details")
    assert "<summary>引擎的原话（英文）</summary><code>Binder Error: Referenced column &#34;name_z&#34;" in page.html


def test_more_rows_than_are_shown_are_said_to_be_in_the_file(visit: Open) -> None:
    page = visit("sql", sql="SELECT * FROM range(500)")
    assert "500 行" in page.text
    assert "这里显示前 200 行，下载的文件有全部。" in page.text
    assert page.html.count("<tr><td") == 200 + len(visit("sql").html.split("<tr><td")) - 1


def test_an_open_page_holds_the_rows_it_shows_and_the_file_has_all(visit: Open, store: Store) -> None:
    sql = "SELECT range AS n FROM range(500)"
    page = visit("sql", sql=sql)
    _, done = page.app.session_state["sql_done"]
    assert (len(done.answer.rows), done.count) == (200, 500)
    whole = sql_page._file(store, sql, done, "csv", "synthetic")
    assert whole.decode().split() == ["\ufeffn", *map(str, range(500))]
    kept = {kind: sql_page._file(store, sql, done, kind, "synthetic") for kind in ("csv", "json", "xlsx")}
    sql_page.kept._files.clear()
    assert {kind: sql_page._file(store, sql, done, kind, "synthetic") for kind in ("csv", "json", "xlsx")} == kept


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT repeat('字', 13000) AS x FROM range(200)", range(200, 201)),
        # Each cell is an object, however short it is.
        (f"SELECT {', '.join(f'range AS c{n}' for n in range(900))} FROM range(200)", range(5, 20)),
        ("SELECT repeat('x', 300) AS " + " , repeat('y', 300) AS ".join(f"c{n}" for n in range(60)) + " FROM range(200)", range(20, 100)),
    ],
)  # fmt: skip
def test_what_an_open_page_holds_is_bounded_whatever_was_answered(visit: Open, sql: str, rows: range) -> None:
    """It was 46 MB."""
    page = visit("sql", sql=sql)
    _, done = page.app.session_state["sql_done"]
    assert done.count == 200
    assert len(done.answer.rows) in rows
    assert len(pickle.dumps(done)) < 1_500_000
    if len(done.answer.rows) < 200:
        assert f"这里显示前 {len(done.answer.rows)} 行，下载的文件有全部。" in page.text


def test_files_are_kept_within_one_bound() -> None:
    kept = Kept(bytes_max=100_000)
    keys = [kept.put(random.Random(number // 2).randbytes(10_000)) for number in range(100)]
    assert [n for n in range(100) if kept.get(keys[n])] == list(range(82, 100))
    assert kept._bytes == sum(map(len, kept._files.values())) <= 100_000


def test_an_answer_that_was_cut_says_so(visit: Open) -> None:
    assert "结果太多，只取了前 10,000 行" in visit("sql", sql="SELECT * FROM range(20000)").text

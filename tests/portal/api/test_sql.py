"""`POST /api/v1/query`, and how often it may be asked."""

import io

import openpyxl
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.publication.store import Store
from portal.settings import Settings
from portal.traffic.admission import Admission
from portal.visitor_sql.examples import EXAMPLES


@pytest.fixture(scope="session")
def client(city_client: TestClient) -> TestClient:
    return city_client


@pytest.fixture(scope="session")
def api(city_api: FastAPI) -> FastAPI:
    return city_api


@pytest.fixture(scope="session")
def store(city: Store) -> Store:
    return city


def test_a_query_is_answered_with_columns_rows_and_version(client: TestClient, store: Store) -> None:
    body = client.post("/api/v1/query", json={"sql": "SELECT name_zh FROM indicators ORDER BY id LIMIT 1"}).json()
    elapsed = body.pop("elapsed_ms")
    assert body == {
        "version": store.version,
        "columns": [{"name": "name_zh", "type": "VARCHAR"}],
        "rows": [{"name_zh": "新建合成停车场"}],
        "row_count": 1,
        "truncated": False,
        "note": None,
    }
    assert elapsed > 0


@pytest.mark.parametrize(
    ("sql", "fits"),
    [
        ("SELECT repeat('x', 800) AS x FROM range(10000)", True),
        ("SELECT repeat('x', 900) AS x FROM range(10000)", False),
        # Six bytes each as they are sent, and a name in each row.
        ("SELECT repeat(chr(1), 200) AS x FROM range(10000)", False),
        (f'SELECT 1 AS "{"n" * 900}" FROM range(10000)', False),
        ("SELECT repeat('字', 290) AS x FROM range(9000)", True),
    ],
)
def test_an_answer_is_measured_as_it_is_sent(client: TestClient, sql: str, fits: bool) -> None:
    """An answer of 16 MB at most was 71 MB on the line."""
    reply = client.post("/api/v1/query", json={"sql": sql})
    assert (reply.status_code == 200) is fits
    assert len(reply.content) < 8.5 * 1024**2
    if not fits:
        assert "8 MB" in reply.json()["detail"]


def test_a_cut_answer_says_so(client: TestClient) -> None:
    body = client.post("/api/v1/query", json={"sql": "SELECT * FROM range(20000)"}).json()
    assert (body["row_count"], body["truncated"]) == (10_000, True)
    assert body["note"] == "结果超过 10000 行，只给出前 10000 行。请加筛选条件或用 LIMIT、OFFSET 分批取。"


def test_a_refused_query_is_a_problem_that_quotes_the_place(client: TestClient) -> None:
    reply = client.post("/api/v1/query", json={"sql": "SELECT * FROM read_csv('/etc/passwd')"})
    assert (reply.status_code, reply.headers["content-type"]) == (400, "application/problem+json")
    assert reply.json()["detail"] == (
        "不能使用函数 read_csv：它会读文件、网络或数据库自身。可以用的是对数、文字、日期的普通函数和汇总。位置：“read_csv('/etc/passwd')”。"
    )
    assert reply.json()["near"] == "read_csv('/etc/passwd')"


def test_a_wrong_statement_is_told_in_the_readers_language_and_the_engines_words_apart(client: TestClient) -> None:
    reply = client.post(
        "/api/v1/query", json={"sql": "SELECT name_z FROM indicators"}, headers={"Accept-Language": "en"}
    )
    body = reply.json()
    assert reply.status_code == 400
    assert body["detail"].startswith("There is no column “name_z”; texts stand in single quotes. Nearest: name_zh")
    assert body["engine"] == 'Binder Error: Referenced column "name_z" not found in FROM clause!'


def test_a_client_that_asks_too_often_is_told_how_long_to_wait(api: FastAPI, store: Store) -> None:
    limited = create_api(api.state.services)
    admission = Admission(Settings(query_per_minute=3, ask_per_minute=2))
    limited.state.admission = lambda: admission
    with TestClient(limited, client=("203.0.113.5", 1234)) as client:
        sql = [client.post("/api/v1/query", json={"sql": "SELECT 1"}).status_code for _ in range(4)]
        asked = [client.post("/api/v1/ask", json={"question": "停车"}) for _ in range(3)]
    assert sql == [200, 200, 200, 429]
    assert [a.status_code for a in asked] == [200, 200, 429]
    # A question every 30 s, less the moments the two before have taken.
    wait = asked[-1].headers["retry-after"]
    assert 25 <= int(wait) <= 30
    assert asked[-1].json()["detail"] == f"您的请求太频繁。请{wait}秒后再试。"
    with TestClient(limited, client=("203.0.113.6", 1234)) as other:
        assert other.post("/api/v1/query", json={"sql": "SELECT 1"}).status_code == 200


def test_the_machines_own_requests_are_not_counted(api: FastAPI) -> None:
    limited = create_api(api.state.services)
    admission = Admission(Settings(query_per_minute=1))
    limited.state.admission = lambda: admission
    with TestClient(limited, client=("127.0.0.1", 1234)) as client:
        assert [client.post("/api/v1/query", json={"sql": "SELECT 1"}).status_code for _ in range(3)] == [200] * 3
    limited.state.queries.close()


def test_an_answer_comes_as_a_file_where_that_is_asked_for(client: TestClient, store: Store) -> None:
    asked = {"sql": "SELECT id, target FROM indicators ORDER BY id LIMIT 1"}
    rows = client.post("/api/v1/query", json=asked).json()["rows"]
    csv = client.post("/api/v1/query", json={**asked, "format": "csv"})
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert csv.headers["content-disposition"] == f'attachment; filename="query-{store.version}.csv"'
    assert csv.text == f"\ufeffid,target\n{rows[0]['id']},{rows[0]['target']}\n"
    xlsx = client.post("/api/v1/query", json={**asked, "format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.content)).worksheets[0]
    assert list(sheet.values) == [("id", "target"), (rows[0]["id"], rows[0]["target"])]
    assert (csv.headers["x-truncated"], xlsx.headers["x-truncated"]) == ("false", "false")


def test_a_file_that_was_cut_says_so_and_one_of_no_known_kind_is_refused(client: TestClient) -> None:
    cut = client.post("/api/v1/query", json={"sql": "SELECT * FROM range(20000)", "format": "csv"})
    assert (cut.headers["x-truncated"], cut.text.count("\n")) == ("true", 10_001)
    refused = client.post("/api/v1/query", json={"sql": "SELECT 1", "format": "pdf"})
    assert (refused.status_code, refused.json()["parameter"]) == (400, "format")


def test_the_description_names_every_example(client: TestClient) -> None:
    described = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/query"]["post"]
    examples = described["requestBody"]["content"]["application/json"]["examples"]
    assert {name: e["value"]["sql"] for name, e in examples.items()} == {n: e.sql for n, e in EXAMPLES.items()}

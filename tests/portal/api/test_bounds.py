"""Every read is bounded in words, values, nesting and bytes; what costs has places of its own; what is cheap waits for nothing."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.api.kinds import kind_of
from portal.datasets.row_parameters import VALUES_MAX, WORDS_MAX
from portal.settings import Settings
from portal.telemetry import meters
from portal.traffic.admission import Admission


@pytest.fixture(scope="session")
def client(city_client: TestClient) -> TestClient:
    return city_client


@pytest.fixture(scope="session")
def api(city_api: FastAPI) -> FastAPI:
    return city_api


STRANGER = ("203.0.113.5", 50000)
MANY_WORDS = "+".join(f"w{n}" for n in range(WORDS_MAX + 1))
MANY_VALUES = "&".join(f"filter.id={n}" for n in range(VALUES_MAX + 1))


@pytest.mark.parametrize("address", ["/api/v1/datasets/places/rows", "/api/v1/datasets/places.csv"])
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (f"q={MANY_WORDS}", "一次最多搜索 10 个词。"),
        (f"q={'x' * 101}", "一个词最多 100 个字。"),
        (MANY_VALUES, "一次最多 100 个筛选值。"),
        (f"filter.id={'x' * 1001}", "一个值最多 1000 个字。"),
    ],
)
def test_too_much_is_refused_with_the_bound(client: TestClient, address: str, query: str, sentence: str) -> None:
    reply = client.get(f"{address}?{query}")
    assert reply.status_code == 400
    assert sentence in reply.json()["detail"]


def test_the_same_word_again_is_one_word(client: TestClient) -> None:
    reply = client.get("/api/v1/datasets/places/rows?q=" + "a+" * 500)
    assert reply.status_code == 200
    assert reply.json() == client.get("/api/v1/datasets/places/rows?q=a").json()


def test_ckan_has_the_same_bounds(client: TestClient) -> None:
    given = {"resource_id": "places", "q": MANY_WORDS.replace("+", " ")}
    reply = client.post("/api/3/action/datastore_search", json=given)
    assert (reply.status_code, reply.json()["success"]) == (409, False)
    assert "一次最多搜索 10 个词。" in reply.json()["error"]["message"]


def test_an_address_is_bounded(client: TestClient) -> None:
    reply = client.get("/api/v1/datasets?" + "x" * 8192)
    assert (reply.status_code, reply.headers["content-type"]) == (414, "application/problem+json")
    assert reply.json()["detail"] == "网址最多 8 KB。请减少筛选条件，或用 POST 的接口。"


@pytest.mark.parametrize("action", ["datastore_search", "package_search"])
@pytest.mark.parametrize("body", ["[" * 30_000, '{"filters":' + "[" * 30_000, '{"q":' * 5_000, '{"q":"\\ud800"}'])
def test_deep_and_broken_json_is_a_sentence(client: TestClient, action: str, body: str) -> None:
    reply = client.post(f"/api/3/action/{action}", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code in {400, 409}
    assert reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/ask", b'{"question":"x","history":[' + b"1," * 29_999 + b"1]}"),
        ("/api/v1/ask", b'{"question":"x"' + b"".join(b',"k%d":1' % n for n in range(5_900)) + b"}"),
        ("/api/v1/measures/query", b'{"measure":"x","places":[' + b"1," * 29_999 + b"1]}"),
        ("/api/v1/contributions", b'{"text":[' + b"{}," * 20_000 + b"{}]}"),
        ("/api/3/action/datastore_search", b'{"fields":[' + b"1," * 29_999 + b"1]}"),
    ],
)
def test_a_body_of_many_values_is_refused_before_each_is_looked_at(client: TestClient, path: str, body: bytes) -> None:
    reply = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code in {400, 409}
    assert "请求的内容里最多 1000 个值。请分几次发送。" in reply.text
    assert len(reply.content) < 1_000


@pytest.mark.parametrize("filters", ["[" * 2_000, '{"a":' * 400])
def test_deep_json_in_an_address_is_a_sentence_too(client: TestClient, filters: str) -> None:
    given = {"resource_id": "places", "filters": filters}
    reply = client.get("/api/3/action/datastore_search", params=given)
    assert reply.status_code in {400, 409}
    assert reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/query", b'{"sql":"SELECT \'\\ud800 13800138000\'"}'),
        ("/api/v1/ask", b'{"question":"\\ud800 13800138000"}'),
        ("/api/v1/query", b'{"sql":' + b"[" * 30_000),
        ("/api/v1/ask", b'{"question":' + b"[" * 30_000),
    ],
)
def test_half_characters_and_deep_json_are_refused_and_nothing_of_them_is_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture, path: str, body: bytes
) -> None:
    reply = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.headers["content-type"]) == (400, "application/problem+json")
    assert reply.json()["detail"]
    assert "13800138000" not in caplog.text


@pytest.mark.parametrize(
    ("path", "query", "kind"),
    [
        ("/healthz", "", None),
        ("/api/v1/datasets", "", None),
        ("/api/v1/datasets/places", "", None),
        ("/api/v1/datasets/places/rows", "limit=20", None),
        ("/api/v1/datasets/places/rows", "limit=20&q=x", "read"),
        ("/api/v1/datasets/places/rows", "filter.kind=park", "read"),
        ("/api/v1/datasets/places/rows", "limit=9000", "read"),
        ("/api/v1/datasets/places.csv", "", "export"),
        ("/api/3/action/datastore_search", "", "read"),
        ("/api/v1/ask", "", "question"),
        ("/api/v1/query", "", "sql"),
        ("/api/v1/search", "q=x", "search"),
        ("/api/v1/versions", "", "read"),
        ("/feed.atom", "", "read"),
    ],
)
def test_what_costs_has_a_kind_and_what_is_short_has_none(path: str, query: str, kind: str | None) -> None:
    assert kind_of({"path": path, "query_string": query.encode()}) == kind


@pytest.fixture
def crowded(api: FastAPI) -> Iterator[tuple[TestClient, Admission]]:
    """An API whose only places for SQL are held by somebody else."""
    admission = Admission(Settings())
    crowded = create_api(api.state.services, lambda: admission)
    with TestClient(crowded, client=STRANGER) as client:
        yield client, admission


def test_where_all_places_are_taken_the_next_is_told_and_everything_else_goes_on(
    crowded: tuple[TestClient, Admission],
) -> None:
    client, admission = crowded
    sql = admission.slots["sql"]
    release, waiting = threading.Event(), []

    def hold(name: str) -> None:
        with sql.held(name):
            release.wait(60)

    for number in range(sql.kind.at_once + sql.kind.waiting):
        waiting.append(threading.Thread(target=hold, args=(str(number),)))
        waiting[-1].start()
        while sql.running + sql.waiting <= number:
            time.sleep(0.001)
    full = meters.limits_hit.labels("sql", "full")._value.get
    before = full()
    try:
        busy = client.post("/api/v1/query", json={"sql": "SELECT 1"})
        assert (busy.status_code, busy.headers["content-type"]) == (503, "application/problem+json")
        assert int(busy.headers["retry-after"]) > 0
        assert busy.json()["detail"].startswith("现在同类的请求太多。")
        others: dict[str, Any] = {p: client.get(p).status_code for p in ("/healthz", "/api/v1/datasets")}
        others["rows"] = client.get("/api/v1/datasets/places/rows?q=a").status_code
        others["question"] = client.post("/api/v1/ask", json={"question": "停车"}).status_code
        assert set(others.values()) == {200}
        assert full() == before + 1
    finally:
        release.set()
        for thread in waiting:
            thread.join()
    assert client.post("/api/v1/query", json={"sql": "SELECT 1"}).status_code == 200

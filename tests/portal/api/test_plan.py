"""Progress, clauses, search and places over HTTP, over the real plan."""

import pytest
from starlette.testclient import TestClient

from portal.publication.store import Store
from portal.services import Services


def test_progress_joins_target_status_and_the_sources_it_rests_on(client: TestClient) -> None:
    (road,) = client.get("/api/v1/progress", params={"indicator": "road_area_per_capita"}).json()["progress"]
    assert (road["name_zh"], road["target"], road["unit"], road["status"]) == ("人均道路面积", 17, "平方米", "not_met")
    assert round(road["due_value"], 2) == 14.10
    assert road["quote"] == "城市人均道路面积达到17平方米"
    assert road["page_url"] == "http://portal.test/indicator?id=road_area_per_capita"


def test_progress_names_the_source_of_every_figure(client: TestClient) -> None:
    body = client.get("/api/v1/progress").json()
    for row in body["progress"]:
        for figure in ("due", "latest", "baseline"):
            if row[f"{figure}_value"] is not None:
                assert body["sources"][row[f"{figure}_source"]]["publisher"]
    assert sum(body["counts"].values()) == body["total"] == len(body["progress"])


@pytest.mark.parametrize("status", ["met", "not_met", "not_comparable", "not_published"])
def test_progress_can_be_had_by_status(client: TestClient, store: Store, status: str) -> None:
    expected = store.rows("SELECT count(*) AS n FROM progress WHERE status = ?", [status])[0]["n"]
    body = client.get("/api/v1/progress", params={"status": status}).json()
    assert body["total"] == expected
    assert {r["status"] for r in body["progress"]} <= {status}


def test_an_unknown_status_or_indicator_is_named(client: TestClient) -> None:
    status = client.get("/api/v1/progress?status=done").json()
    indicator = client.get("/api/v1/progress?indicator=nope").json()
    assert (status["status"], status["parameter"], status["value"]) == (400, "status", "done")
    assert indicator["detail"].startswith("没有指标“nope”。现有：road_area_per_capita、")


def test_a_clause_comes_with_its_sentences_and_targets(client: TestClient) -> None:
    clause = client.get("/api/v1/clauses/3.4.1").json()
    assert clause["title"] == "提高城市绿化水平"
    assert clause["document_title"] == "洛阳市城市建设提质工程三年行动方案"
    assert clause["page_url"] == "http://portal.test/policy?clause=3.4.1"
    assert all(clause["text"][s["start"] : s["end"]] == s["text"] for s in clause["sentences"])
    stated = {i["id"] for i in clause["indicators"]}
    assert {"green_space_rate", "park_green_area_per_capita", "pocket_parks"} <= stated
    assert all(i["quote"] in clause["text"] for i in clause["indicators"] if i["clause"] == "3.4.1")


def test_a_clause_lists_the_clauses_under_it(client: TestClient) -> None:
    children = client.get("/api/v1/clauses/3.4").json()["children"]
    assert children[0] == {"clause": "3.4.1", "title": "提高城市绿化水平"}


def test_an_unknown_clause_or_document_is_told_with_those_there_are(client: TestClient) -> None:
    clause = client.get("/api/v1/clauses/9.9").json()
    document = client.get("/api/v1/clauses/3.4.1?document=other").json()
    assert clause["status"] == document["status"] == 404
    assert "3.4.1" in clause["allowed"]
    assert document["allowed"] == ["luoyang-urban-quality-2021-2023"]


def test_search_finds_the_target_its_clause_and_its_data(client: TestClient, store: Store) -> None:
    body = client.get("/api/v1/search", params={"q": "新增停车泊位"}).json()
    assert body["indicators"][0]["id"] == "parking_spaces_new"
    assert body["indicators"][0]["url"] == "/indicator?id=parking_spaces_new"
    best = body["clauses"][0]
    (text,) = (r["text"] for r in store.rows("SELECT text FROM clauses WHERE clause = ?", [best["clause"]]))
    assert best["clause"] == "3.5.1"
    assert text[best["start"] : best["end"]] == best["quote"]
    assert best["url"] == f"/policy?clause=3.5.1&span={best['start']}-{best['end']}"


@pytest.mark.parametrize(
    ("words", "group", "first"),
    [
        ("王城公园", "places", "王城公园"),
        ("周王城广场", "places", "周王城广场"),
        ("来源", "datasets", "sources"),
        ("green space", "indicators", "green_space_rate"),
        ("Wangcheng Park", "places", "王城公园"),
        ("children's hospital", "projects", "河南省第二儿童医院"),
    ],
)
def test_search_finds_by_name(client: TestClient, words: str, group: str, first: str) -> None:
    results = client.get("/api/v1/search", params={"q": words}).json()[group]
    assert first in {results[0]["id"], results[0].get("name", "")} or results[0]["name"].startswith(first)


@pytest.mark.parametrize(
    ("words", "group", "url"),
    [
        ("王城公园", "places", "/nearby?place=park-wangcheng"),
        ("国花园", "places", "/data?dataset=places&filter.id=park-guohuayuan"),
        ("静脉产业园区", "projects", "/projects?project=vein-industry-parks"),
    ],
)
def test_what_search_finds_leads_to_the_page_that_shows_it(
    client: TestClient, words: str, group: str, url: str
) -> None:
    assert client.get("/api/v1/search", params={"q": words}).json()[group][0]["url"] == url


def test_search_with_nothing_to_find_finds_nothing(client: TestClient) -> None:
    body = client.get("/api/v1/search", params={"q": "量子纠缠"}).json()
    assert [body[g] for g in ("indicators", "clauses", "places", "projects", "datasets")] == [[], [], [], [], []]


@pytest.mark.parametrize(
    ("words", "clause"), [("lifts", "3.3.2"), ("renovating old compounds", "3.3.2"), ("dogs", "3.5.2")]
)
def test_english_words_find_the_clause_by_the_english_of_its_text(client: TestClient, words: str, clause: str) -> None:
    assert client.get("/api/v1/search", params={"q": words}).json()["clauses"][0]["clause"] == clause


def test_english_words_that_nothing_holds_find_nothing(client: TestClient) -> None:
    assert client.get("/api/v1/search", params={"q": "quantum entanglement"}).json()["clauses"] == []


def test_search_says_how_it_searched(client: TestClient, services: Services) -> None:
    services.encoder.get(timeout=60)
    body = client.get("/api/v1/search", params={"q": "parks near home"}).json()
    assert body["mode"] == "hybrid"
    assert body["clauses"]


def test_search_needs_words(client: TestClient) -> None:
    assert client.get("/api/v1/search").json()["detail"] == "参数 q 的值“”不能用：必须给出。"
    assert client.get("/api/v1/search?q=").json()["detail"] == "参数 q 的值“”不能用：至少 1 个字。"


def test_places_near_a_point(client: TestClient) -> None:
    body = client.get("/api/v1/places/near", params={"lon": 112.45, "lat": 34.62}).json()
    assert [(p["name"], p["distance_m"]) for p in body["places"]] == [("开元湖站", 923.1), ("市民之家站", 968.4)]
    assert all(p["position_basis"] for p in body["places"])


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        (
            "lon=34.62&lat=112.45",
            "参数 lon,lat 的值“34.62,112.45”不能用：经度和纬度像是写反了；请试 lon=112.45&lat=34.62。",
        ),
        ("lat=34.62", "参数 lon 的值“”不能用：必须给出。"),
        ("lon=east&lat=34.62", "参数 lon 的值“east”不能用：应是数字。"),
        (
            "lon=112.45&lat=34.62&radius_m=1e9",
            "参数 radius_m 的值“1e+09”不能用：半径应大于 0、不超过 100000 米。",
        ),
    ],
)
def test_a_point_that_cannot_be_is_told_so(client: TestClient, query: str, detail: str) -> None:
    reply = client.get(f"/api/v1/places/near?{query}")
    assert (reply.status_code, reply.json()["detail"]) == (400, detail)

"""Progress, clauses, search and places over HTTP, over the synthetic plan."""

import pytest
from starlette.testclient import TestClient

from portal.services import Services


@pytest.fixture(scope="session")
def client(city_client: TestClient) -> TestClient:
    return city_client


def test_progress_joins_target_status_and_the_sources_it_rests_on(client: TestClient) -> None:
    (road,) = client.get("/api/v1/progress", params={"indicator": "synthetic_road_area"}).json()["progress"]
    told = (road["name_zh"], road["target"], road["unit"], road["status"])
    assert told == ("合成道路人均面积", 12, "平方米", "not_met")
    assert (road["due_value"], road["due_source"]) == (9.7531, "synthetic-yearbook-2023")
    assert road["quote"] == "合成道路人均面积达到12平方米"
    assert road["page_url"] == "http://portal.test/indicator?id=synthetic_road_area"


def test_progress_names_the_source_of_every_figure(client: TestClient) -> None:
    body = client.get("/api/v1/progress").json()
    for row in body["progress"]:
        for figure in ("due", "latest", "baseline"):
            if row[f"{figure}_value"] is not None:
                assert body["sources"][row[f"{figure}_source"]]["publisher"]
    assert sum(body["counts"].values()) == body["total"] == len(body["progress"]) == 13


@pytest.mark.parametrize(
    ("status", "targets"), [("met", 2), ("not_met", 4), ("not_comparable", 3), ("not_published", 4)]
)
def test_progress_can_be_had_by_status(client: TestClient, status: str, targets: int) -> None:
    body = client.get("/api/v1/progress", params={"status": status}).json()
    assert body["total"] == targets
    assert [r["status"] for r in body["progress"]] == [status] * targets


def test_an_unknown_status_or_indicator_is_named(client: TestClient) -> None:
    status = client.get("/api/v1/progress?status=done").json()
    indicator = client.get("/api/v1/progress?indicator=nope").json()
    assert (status["status"], status["parameter"], status["value"]) == (400, "status", "done")
    assert indicator["detail"].startswith("没有指标“nope”。现有：synthetic_rate、")


def test_a_clause_comes_with_its_sentences_and_targets(client: TestClient) -> None:
    clause = client.get("/api/v1/clauses/2.2.1").json()
    assert clause["title"] == "增加合成绿地"
    assert clause["document_title"] == "合成方案"
    assert clause["page_url"] == "http://portal.test/policy?clause=2.2.1"
    assert [(s["start"], s["end"], s["heading"]) for s in clause["sentences"]] == [(0, 9, True), (9, 57, False)]
    assert all(clause["text"][s["start"] : s["end"]] == s["text"] for s in clause["sentences"])
    stated = [i["id"] for i in clause["indicators"]]
    assert stated == ["synthetic_green_rate", "synthetic_pocket_parks", "synthetic_park_area"]
    assert all(i["quote"] in clause["text"] for i in clause["indicators"])


def test_a_clause_lists_the_clauses_under_it(client: TestClient) -> None:
    children = client.get("/api/v1/clauses/2.2").json()["children"]
    assert children == [{"clause": "2.2.1", "title": "增加合成绿地"}, {"clause": "2.2.2", "title": "养护合成树木"}]


def test_an_unknown_clause_or_document_is_told_with_those_there_are(client: TestClient) -> None:
    clause = client.get("/api/v1/clauses/9.9").json()
    document = client.get("/api/v1/clauses/2.2.1?document=other").json()
    assert clause["status"] == document["status"] == 404
    assert clause["allowed"] == ["0", "1", "2", "2.1", "2.2", "2.2.1", "2.2.2", "2.3", "2.4", "3"]
    assert document["allowed"] == ["synthetic-plan"]


def test_search_finds_the_target_its_clause_and_its_data(client: TestClient) -> None:
    body = client.get("/api/v1/search", params={"q": "新增合成泊位"}).json()
    assert body["indicators"][0]["id"] == "synthetic_parking_spaces"
    assert body["indicators"][0]["url"] == "/indicator?id=synthetic_parking_spaces"
    best = body["clauses"][0]
    assert best["clause"] == "2.3"
    assert best["quote"] == "中心城区新建合成停车场20个，新增合成泊位500个，合成停车场配建合成充电桩40个。"
    text = client.get("/api/v1/clauses/2.3").json()["text"]
    assert text[best["start"] : best["end"]] == best["quote"]
    assert best["url"] == "/policy?clause=2.3&span=8-50"


@pytest.mark.parametrize(
    ("words", "group", "first"),
    [
        ("合成中央公园", "places", "合成中央公园"),
        ("合成中央公园站", "places", "合成中央公园站"),
        ("合成园", "places", "合成中央公园"),
        ("来源", "datasets", "sources"),
        ("green space", "indicators", "synthetic_green_rate"),
        ("Synthetic Central Park", "places", "合成中央公园"),
        ("children's hospital", "projects", "合成儿童医院"),
    ],
)
def test_search_finds_by_name(client: TestClient, words: str, group: str, first: str) -> None:
    results = client.get("/api/v1/search", params={"q": words}).json()[group]
    assert first in {results[0]["id"], results[0].get("name", "")}


@pytest.mark.parametrize(
    ("words", "group", "url"),
    [
        ("合成中央公园", "places", "/nearby?place=synthetic-park-central"),
        ("合成湖公园", "places", "/data?dataset=places&filter.id=synthetic-park-lake"),
        ("合成回收园区", "projects", "/projects?project=synthetic-recycling-parks"),
    ],
)
def test_what_search_finds_leads_to_the_page_that_shows_it(
    client: TestClient, words: str, group: str, url: str
) -> None:
    assert client.get("/api/v1/search", params={"q": words}).json()[group][0]["url"] == url


def test_search_with_nothing_to_find_finds_nothing(client: TestClient) -> None:
    body = client.get("/api/v1/search", params={"q": "量子纠缠"}).json()
    assert [body[g] for g in ("indicators", "clauses", "places", "projects", "datasets")] == [[], [], [], [], []]


@pytest.mark.parametrize(("words", "clause"), [("dogs", "3"), ("protecting old trees", "2.2.2"), ("recycling", "2.4")])
def test_english_words_find_the_clause_by_the_english_of_its_text(client: TestClient, words: str, clause: str) -> None:
    assert client.get("/api/v1/search", params={"q": words}).json()["clauses"][0]["clause"] == clause


def test_english_words_that_nothing_holds_find_nothing(client: TestClient) -> None:
    assert client.get("/api/v1/search", params={"q": "quantum entanglement"}).json()["clauses"] == []


def test_search_says_how_it_searched(client: TestClient, city_services: Services) -> None:
    city_services.encoder.get(timeout=60)
    body = client.get("/api/v1/search", params={"q": "pocket parks"}).json()
    assert body["mode"] == "hybrid"
    assert [c["clause"] for c in body["clauses"]] == ["2.2.1"]


def test_search_needs_words(client: TestClient) -> None:
    assert client.get("/api/v1/search").json()["detail"] == "参数 q 的值“”不能用：必须给出。"
    assert client.get("/api/v1/search?q=").json()["detail"] == "参数 q 的值“”不能用：至少 1 个字。"


def test_places_near_a_point(client: TestClient) -> None:
    body = client.get("/api/v1/places/near", params={"lon": 102.16, "lat": 30.1}).json()
    assert [(p["name"], p["distance_m"]) for p in body["places"]] == [
        ("合成中央停车场", 0.0),
        ("合成丙站", 0.0),
        ("合成中央公园", 120.9),
        ("合成一号游园", 483.5),
    ]
    assert [p["position_basis"] for p in body["places"]][:2] == ["near:合成丙站", "osm:node/13"]


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        (
            "lon=30.1&lat=102.2",
            "参数 lon,lat 的值“30.1,102.2”不能用：经度和纬度像是写反了；请试 lon=102.2&lat=30.1。",
        ),
        ("lat=30.1", "参数 lon 的值“”不能用：必须给出。"),
        ("lon=east&lat=30.1", "参数 lon 的值“east”不能用：应是数字。"),
        (
            "lon=102.2&lat=30.1&radius_m=1e9",
            "参数 radius_m 的值“1e+09”不能用：半径应大于 0、不超过100000米。",
        ),
    ],
)
def test_a_point_that_cannot_be_is_told_so(client: TestClient, query: str, detail: str) -> None:
    reply = client.get(f"/api/v1/places/near?{query}")
    assert (reply.status_code, reply.json()["detail"]) == (400, detail)

"""Measures over HTTP, over the synthetic city and the cities it is compared with."""

import pytest
from starlette.testclient import TestClient


@pytest.fixture(scope="session")
def client(city_client: TestClient) -> TestClient:
    return city_client


def test_measures_are_listed_with_names_unit_places_and_years(client: TestClient) -> None:
    body = client.get("/api/v1/measures", params={"dataset": "city-comparison"}).json()
    assert body["total"] == len(body["measures"]) == 4
    (road,) = (m for m in body["measures"] if m["id"] == "synthetic_road_area")
    assert road["name"] == {"zh": "合成道路人均面积", "en": "Synthetic road area per person"}
    assert (road["unit"], road["periods"], len(road["places"])) == ("平方米", [2020, 2021, 2022, 2024], 5)
    assert road["thing"] == {"kind": "indicator", "id": "synthetic_road_area"}


def test_a_query_is_answered_with_rows_sources_and_the_sql_that_gives_them(client: TestClient) -> None:
    asked = {
        "measure": "synthetic_road_area",
        "operation": "compare",
        "places": ["合成甲市", "合成市"],
        "from": 2024,
        "to": 2024,
    }
    body = client.post("/api/v1/measures/query", json=asked).json()
    assert [(r["place"], r["period"], r["value"], r["unit"], r["doubtful"]) for r in body["rows"]] == [
        ("合成市", "2024", 10.3307, "平方米", False),
        ("合成甲市", "2024", 12.5001, "平方米", False),
    ]
    assert {r["source"]["id"] for r in body["rows"]} == {"synthetic-yearbook-2024"}
    assert [s["title"] for s in body["sources"]] == ["合成年鉴 2024"]
    shown = client.post("/api/v1/query", json={"sql": body["sql"]}).json()
    assert [(r["place"], r["value"]) for r in shown["rows"]] == [(r["place"], r["value"]) for r in body["rows"]]
    table = client.get(body["rows_url"]).json()
    assert table["rows"][0]["measure"] == "合成道路人均面积"


def test_what_is_left_out_is_named_in_both_languages(client: TestClient) -> None:
    asked = {"measure": "synthetic_road_area", "operation": "rank", "places": ["合成市"], "from": 2024, "to": 2024}
    notes = client.post("/api/v1/measures/query", json=asked).json()["notes"]
    assert [n["code"] for n in notes] == ["doubtful_left_out", "rank_with_doubtful"]
    assert notes[1]["zh"] == "连存疑的也算进去，合成市在5个里排第4。"
    assert notes[1]["en"] == "With the doubtful figures counted, Synthetic City is number 4 of 5."


def test_what_cannot_be_asked_is_told_in_a_sentence(client: TestClient) -> None:
    unknown = client.post("/api/v1/measures/query", json={"measure": "happiness"})
    assert unknown.status_code == 400
    assert unknown.json()["detail"].startswith("参数 measure 的值“happiness”不能用：没有这个统计项。")
    assert "synthetic_road_area" in unknown.json()["allowed"]
    reversed_years = client.post(
        "/api/v1/measures/query", json={"measure": "population", "from": 2024, "to": 2020}
    ).json()
    assert "from（2024）晚于 to（2020），请把两个年份对调。" in reversed_years["detail"]
    for wrong in (
        {"measure": "population", "operation": "guess"},
        {"measure": "population", "limit": 0},
        {"measure": "population", "region": "x"},
        {"measure": ["population"]},
        {},
    ):
        answer = client.post("/api/v1/measures/query", json=wrong)
        assert answer.status_code == 400, wrong
        assert answer.json()["detail"], wrong
    assert client.get("/api/v1/measures?dataset=nope").status_code == 404

"""Measures over HTTP, over the real version."""

from starlette.testclient import TestClient


def test_measures_are_listed_with_names_unit_places_and_years(client: TestClient) -> None:
    body = client.get("/api/v1/measures", params={"dataset": "city-comparison"}).json()
    assert body["total"] == len(body["measures"]) == 7
    (road,) = (m for m in body["measures"] if m["id"] == "road_area_per_capita")
    assert road["name"] == {"zh": "人均道路面积", "en": "Road area per person"}
    assert (road["unit"], road["periods"], len(road["places"])) == ("平方米", [2019, 2020, 2021, 2022, 2024], 17)
    assert road["thing"] == {"kind": "indicator", "id": "road_area_per_capita"}


def test_a_query_is_answered_with_rows_sources_and_the_sql_that_gives_them(client: TestClient) -> None:
    asked = {
        "measure": "road_area_per_capita",
        "operation": "compare",
        "places": ["郑州", "洛阳"],
        "from": 2024,
        "to": 2024,
    }
    body = client.post("/api/v1/measures/query", json=asked).json()
    assert [(r["place"], r["period"], round(r["value"], 2), r["unit"], r["doubtful"]) for r in body["rows"]] == [
        ("洛阳", "2024", 15.34, "平方米", False),
        ("郑州", "2024", 10.18, "平方米", False),
    ]
    assert {r["source"]["id"] for r in body["rows"]} == {"mohurd-yearbook-2024"}
    assert [s["title"] for s in body["sources"]] == ["中国城市建设统计年鉴 2024（再整理表）"]
    shown = client.post("/api/v1/query", json={"sql": body["sql"]}).json()
    assert [(r["place"], r["value"]) for r in shown["rows"]] == [(r["place"], r["value"]) for r in body["rows"]]
    table = client.get(body["rows_url"]).json()
    assert table["rows"][0]["measure"] == "人均道路面积"


def test_what_is_left_out_is_named_in_both_languages(client: TestClient) -> None:
    asked = {"measure": "road_area_per_capita", "operation": "rank", "places": ["洛阳"], "from": 2024, "to": 2024}
    notes = client.post("/api/v1/measures/query", json=asked).json()["notes"]
    assert [n["code"] for n in notes] == ["doubtful_left_out", "rank_with_doubtful"]
    assert notes[1]["zh"] == "连存疑的也算进去，洛阳在16个里排第15。"
    assert notes[1]["en"] == "With the doubtful figures counted, Luoyang is number 15 of 16."


def test_what_cannot_be_asked_is_told_in_a_sentence(client: TestClient) -> None:
    unknown = client.post("/api/v1/measures/query", json={"measure": "happiness"})
    assert unknown.status_code == 400
    assert unknown.json()["detail"].startswith("参数 measure 的值“happiness”不能用：没有这个统计项。")
    assert "road_area_per_capita" in unknown.json()["allowed"]
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

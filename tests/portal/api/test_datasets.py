"""The catalogue and the rows over HTTP."""

import json
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from portal.publication.store import Store


@pytest.fixture(scope="session")
def client(city_client: TestClient) -> TestClient:
    return city_client


@pytest.fixture(scope="session")
def store(city: Store) -> Store:
    return city


def test_the_list_names_every_dataset_with_its_formats(client: TestClient, store: Store) -> None:
    body = client.get("/api/v1/datasets").json()
    entries = {d["id"]: d for d in body["datasets"]}
    assert body["version"] == store.version
    assert {
        "clauses",
        "sentences",
        "indicators",
        "observations",
        "progress",
        "projects",
        "places",
        "districts",
        "sources",
    } <= set(entries)
    assert [d["format"] for d in entries["indicators"]["distributions"]] == ["csv", "xlsx", "parquet", "json", "zip"]
    assert [d["format"] for d in entries["places"]["distributions"]] == [
        "csv",
        "xlsx",
        "parquet",
        "json",
        "geojson",
        "zip",
    ]
    assert entries["indicators"]["rows"] == 13
    assert entries["places"]["license"] == "ODbL-1.0"


def test_an_entry_holds_what_a_reader_needs_to_trust_and_cite(client: TestClient, store: Store) -> None:
    entry = client.get("/api/v1/datasets/indicators").json()
    target = next(c for c in entry["columns"] if c["name"] == "target")
    assert (entry["title_zh"], entry["version"], entry["primary_key"]) == ("方案指标与目标", store.version, ["id"])
    assert entry["license"]
    assert entry["openness"] == "无条件开放"
    assert target["type"] == "number"
    assert target["title_zh"]
    assert entry["page_url"] == "http://portal.test/data?dataset=indicators"
    parquet = next(d for d in entry["distributions"] if d["format"] == "parquet")
    assert parquet["url"] == "http://portal.test/api/v1/datasets/indicators.parquet"
    assert parquet["bytes"] == len(client.get(parquet["url"]).content)


def test_every_distribution_is_there_and_then_has_its_size(client: TestClient) -> None:
    for dataset in client.get("/api/v1/datasets").json()["datasets"]:
        for distribution in dataset["distributions"]:
            got = client.get(distribution["url"], headers={"Accept-Encoding": "identity"})
            assert (got.status_code, got.headers["content-type"]) == (200, distribution["media_type"])
            again = client.get(dataset["url"]).json()["distributions"]
            sizes = {d["format"]: d["bytes"] for d in again}
            assert sizes[distribution["format"]] == len(got.content)


def test_sources_of_an_entry_are_those_its_rows_name(client: TestClient, store: Store) -> None:
    named = {r["source"] for r in store.rows("SELECT DISTINCT source FROM observations")}
    entry = client.get("/api/v1/datasets/observations").json()
    assert {s["id"] for s in entry["sources"]} == named


def test_rows_come_page_by_page_with_a_link_to_the_next(client: TestClient, store: Store) -> None:
    url = "/api/v1/datasets/observations/rows?order=-period_end&limit=7&filter.kind=actual"
    seen, pages = [], 0
    while url:
        page = client.get(url)
        seen += [r["id"] for r in page.json()["rows"]]
        pages += 1
        following = page.json()["next"]
        assert page.headers.get("link") == (f'<{following}>; rel="next"' if following else None)
        url = following and following.removeprefix("http://portal.test")
    expected = [r["id"] for r in store.rows("SELECT id FROM observations WHERE kind = 'actual'")]
    assert (pages, len(expected)) == (6, 38)
    assert sorted(seen) == sorted(expected)


def test_a_row_is_as_published(client: TestClient) -> None:
    page = client.get(
        "/api/v1/datasets/observations/rows",
        params={
            "filter.indicator": "synthetic_rate",
            "filter.period_end": "2023-12-31",
            "filter.comparable": "true",
            "select": "value,unit,kind,period_end,comparable",
        },
    ).json()
    assert page["total"] == len(page["rows"]) == 1
    assert page["rows"][0] == {
        "value": 45.0,
        "unit": "%",
        "kind": "actual",
        "period_end": "2023-12-31",
        "comparable": True,
    }


def test_total_counts_all_pages(client: TestClient, store: Store) -> None:
    page = client.get("/api/v1/datasets/indicators/rows?limit=0").json()
    assert page["rows"] == []
    assert page["total"] == store.rows("SELECT count(*) AS n FROM indicators")[0]["n"]


@pytest.mark.parametrize(
    ("path", "status", "members"),
    [
        ("/api/v1/datasets/nope", 404, {"detail": "没有数据集“nope”。现有："}),
        ("/api/v1/datasets/nope/rows", 404, {"detail": "没有数据集“nope”。现有："}),
        ("/api/v1/datasets/nope.csv", 404, {"detail": "没有数据集“nope”。现有："}),
        ("/api/v1/datasets/indicators.geojson", 404, {"detail": "数据集 indicators 没有“geojson”格式。现有：csv、xlsx、parquet、json、zip。"}),
        ("/api/v1/datasets/indicators.doc", 404, {"detail": "数据集 indicators 没有“doc”格式。现有：csv、xlsx、parquet、json、zip。"}),
        ("/api/v1/datasets/indicators/rows?filter.name=x", 400, {"parameter": "filter.name", "value": "x"}),
        ("/api/v1/datasets/indicators/rows?filter.target__ge=many", 400, {"detail": "参数 filter.target__ge 的值“many”不能用：字段 target 要求数字。"}),
        ("/api/v1/datasets/indicators/rows?limit=10001", 400, {"detail": "参数 limit 的值“10001”不能用：应为 0 到 10000 的整数。"}),
        ("/api/v1/datasets/indicators/rows?page=2", 400, {"parameter": "page"}),
        ("/api/v1/datasets/indicators.csv?order=nope", 400, {"parameter": "order", "value": "nope"}),
        ("/api/v1/datasets/indicators.csv?bom=maybe", 400, {"parameter": "bom", "allowed": ["1", "0"]}),
        ("/api/v1/datasets?page=2", 400, {"parameter": "page", "allowed": ["version"]}),
        ("/api/v1/datasets?version=1999", 404, {"detail": "没有发布版本“1999”。现有："}),
        ("/api/v1/datasets/indicators/rows?version=1999", 404, {"detail": "没有发布版本“1999”。现有："}),
    ],
)  # fmt: skip
def test_what_cannot_be_had_is_a_problem_with_a_sentence(
    client: TestClient, path: str, status: int, members: dict[str, object]
) -> None:
    reply = client.get(path)
    body = reply.json()
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    assert body["status"] == status
    assert body["instance"] == urlsplit(path).path
    for name, expected in members.items():
        actual = body[name]
        assert actual.startswith(expected) if name == "detail" else actual == expected


def test_the_version_can_be_named(client: TestClient, store: Store) -> None:
    for path in ("/api/v1/datasets", "/api/v1/datasets/indicators", "/api/v1/datasets/indicators/rows"):
        assert client.get(path, params={"version": store.version}).json()["version"] == store.version


def test_openapi_describes_every_operation_and_no_error_that_never_comes(client: TestClient) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert set(schema["paths"]) >= {
        "/api/v1/datasets",
        "/api/v1/datasets/{dataset}",
        "/api/v1/datasets/{dataset}/rows",
        "/api/v1/datasets/{dataset}.{extension}",
        "/api/v1/progress",
        "/api/v1/clauses/{clause}",
        "/api/v1/clauses/{document}/{clause}",
        "/api/v1/search",
        "/api/v1/places/near",
        "/api/v1/ask",
        "/healthz",
        "/metrics",
    }
    for path, operations in schema["paths"].items():
        for operation in operations.values():
            assert operation["summary"]
            assert "422" not in operation["responses"]
            failure = "application/json" if path.startswith("/api/3/") else "application/problem+json"
            assert list(operation["responses"]["default"]["content"]) == [failure]
    assert "HTTPValidationError" not in json.dumps(schema)
    # The names of the program's own modules are nobody's; two schemas of one name would be told apart by them.
    assert [n for n in schema["components"]["schemas"] if "__" in n or "." in n] == []

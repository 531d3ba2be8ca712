"""What HTTP promises whatever is asked: validators, ranges, compression, errors, origins."""

import csv
import datetime
import gzip
import io
import re
import shutil
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.api.http import is_fresh
from portal.publication.store import Store
from portal.settings import Settings
from tests.portal.api.conftest import services_for


@pytest.fixture(scope="session")
def client(city_client: TestClient) -> TestClient:
    return city_client


@pytest.fixture(scope="session")
def api(city_api: FastAPI) -> FastAPI:
    return city_api


@pytest.fixture(scope="session")
def store(city: Store) -> Store:
    return city


OWN, STRANGER = ("127.0.0.1", 50000), ("203.0.113.5", 50000)
CSV = "/api/v1/datasets/indicators.csv"
PLAIN = {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("path", ["/api/v1/datasets", "/api/v1/datasets/indicators/rows", "/api/v1/progress", CSV])
def test_what_the_client_has_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    by_tag = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    by_date = client.get(path, headers={"If-Modified-Since": first.headers["last-modified"]})
    stale = client.get(path, headers={"If-None-Match": '"other"', "If-Modified-Since": first.headers["last-modified"]})
    assert (by_tag.status_code, by_tag.content) == (304, b"")
    assert by_tag.headers["etag"] == first.headers["etag"]
    assert by_date.status_code == 304
    assert stale.status_code == 200


SECOND = datetime.timedelta(seconds=1)
PUBLISHED = datetime.datetime(2026, 3, 1, 12, 0, 0, tzinfo=datetime.UTC)


def at(time: datetime.datetime) -> str:
    return format_datetime(time, usegmt=True)


@pytest.mark.parametrize(
    ("seen", "fresh"),
    [
        (at(PUBLISHED - 3650 * 86400 * SECOND), False),
        (at(PUBLISHED - SECOND), False),
        (at(PUBLISHED), True),
        (at(PUBLISHED + SECOND), True),
        (at(PUBLISHED + 3650 * 86400 * SECOND), True),
        ("2999-01-01", False),
        ("昨天", False),
        ("", False),
    ],
)
def test_what_was_seen_before_the_version_was_published_is_sent_again(seen: str, fresh: bool) -> None:
    headers = Headers(raw=[(b"if-modified-since", seen.encode("latin-1", "replace"))])
    assert is_fresh(headers, '"tag"', at(PUBLISHED)) is fresh


@pytest.mark.parametrize(
    ("tags", "fresh"), [('"tag"', True), ('W/"tag"', True), ('"a", "tag"', True), ("*", True), ('"other"', False)]
)
def test_a_tag_counts_for_more_than_a_date(tags: str, fresh: bool) -> None:
    headers = Headers({"if-none-match": tags, "if-modified-since": at(PUBLISHED - SECOND if fresh else PUBLISHED)})
    assert is_fresh(headers, '"tag"', at(PUBLISHED)) is fresh
    assert is_fresh(Headers({}), '"tag"', at(PUBLISHED)) is False


def test_last_modified_is_when_the_version_was_published(client: TestClient, store: Store) -> None:
    published = parsedate_to_datetime(client.get("/api/v1/datasets").headers["last-modified"])
    assert published == store.manifest.created.replace(microsecond=0)


def test_another_query_has_another_tag(client: TestClient) -> None:
    tags = {client.get(f"{CSV}{q}", headers=PLAIN).headers["etag"] for q in ("", "?bom=1", "?limit=3", "?order=id")}
    assert len(tags) == 4


def test_the_tag_of_a_whole_parquet_file_is_its_checksum(client: TestClient, store: Store) -> None:
    (file,) = (f for f in store.manifest.files if f.table == "indicators")
    assert client.get("/api/v1/datasets/indicators.parquet").headers["etag"] == f'"{file.sha256}"'


def test_a_download_can_be_resumed(client: TestClient) -> None:
    whole = client.get(CSV, headers=PLAIN)
    tag = whole.headers["etag"]
    part = client.get(CSV, headers={"Range": "bytes=100-199", "If-Range": tag})
    rest = client.get(CSV, headers={"Range": "bytes=200-"})
    last = client.get(CSV, headers={"Range": "bytes=-10"})
    changed = client.get(CSV, headers={**PLAIN, "Range": "bytes=100-199", "If-Range": '"other"'})
    assert whole.headers["accept-ranges"] == "bytes"
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    assert part.headers["etag"] == tag
    assert rest.content == whole.content[200:]
    assert last.content == whole.content[-10:]
    assert (changed.status_code, changed.content) == (200, whole.content)


def test_a_range_outside_the_file_is_told_so(client: TestClient) -> None:
    size = len(client.get(CSV, headers=PLAIN).content)
    reply = client.get(CSV, headers={"Range": f"bytes={size}-"})
    assert (reply.status_code, reply.headers["content-range"]) == (416, f"bytes */{size}")
    assert reply.json()["detail"] == f"文件共 {size} 字节，没有要的这一段（bytes={size}-）。"


def test_a_range_header_that_is_none_is_ignored(client: TestClient) -> None:
    assert client.get(CSV, headers={"Range": "lines=1-2"}).status_code == 200


def test_text_travels_compressed_and_arrives_the_same(client: TestClient) -> None:
    plain = client.get(CSV, headers=PLAIN)
    with client.stream("GET", CSV, headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert len(raw) == int(packed.headers["content-length"]) < len(plain.content)
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in packed.headers["vary"]
    assert client.get("/api/v1/datasets", headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"


def test_files_that_are_compressed_already_are_left_alone(client: TestClient) -> None:
    for kind in ("parquet", "xlsx"):
        reply = client.get(f"/api/v1/datasets/clauses.{kind}", headers={"Accept-Encoding": "gzip"})
        assert "content-encoding" not in reply.headers


def test_a_download_is_saved_under_its_chinese_name_and_version(client: TestClient, store: Store) -> None:
    header = client.get(CSV).headers["content-disposition"]
    plain, _, encoded = header.partition("; filename*=UTF-8''")
    assert plain == 'attachment; filename="indicators.csv"'
    assert unquote(encoded) == f"方案指标与目标-{store.version}.csv"
    filtered = client.get(f"{CSV}?filter.direction=done").headers["content-disposition"]
    assert unquote(filtered.partition("''")[2]) == f"方案指标与目标-{store.version}-筛选.csv"
    assert filtered.startswith('attachment; filename="indicators-filtered.csv"')


def test_head_is_get_without_the_body(client: TestClient) -> None:
    for path in ("/api/v1/datasets", CSV, "/readyz"):
        head, get = client.head(path, headers=PLAIN), client.get(path, headers=PLAIN)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == get.headers["content-length"]


def test_pages_of_other_sites_may_read_the_data(client: TestClient) -> None:
    reply = client.get("/api/v1/datasets", headers={"Origin": "https://example.org"})
    preflight = client.options(
        "/api/v1/ask",
        headers={
            "Origin": "https://example.org",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert reply.headers["access-control-allow-origin"] == "*"
    assert client.get("/api/v1/datasets").headers["access-control-allow-origin"] == "*"
    assert preflight.status_code == 200
    assert "content-type" in preflight.headers["access-control-allow-headers"].lower()


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/nope", "/api/v2/datasets", "/api/v1/datasets/"])
def test_an_unknown_address_is_a_problem_not_a_page(client: TestClient, path: str) -> None:
    reply = client.get(path)
    assert (reply.status_code, reply.headers["content-type"]) == (404, "application/problem+json")
    assert reply.json()["detail"] == "没有这个网址。接口说明见 /api/v1/docs。"


def test_a_wrong_method_is_told_the_right_one(client: TestClient) -> None:
    reply = client.delete("/api/v1/datasets")
    assert (reply.status_code, reply.headers["allow"]) == (405, "GET, HEAD")
    assert reply.json()["detail"] == "这个网址只接受 GET, HEAD。"
    assert client.get("/api/v1/ask").json()["detail"] == "这个网址只接受 POST。"


def test_every_address_tells_every_method_it_takes_to_who_used_another(client: TestClient) -> None:
    for path, taken in client.get("/api/v1/openapi.json").json()["paths"].items():
        expected = {m.upper() for m in taken} | ({"HEAD"} if "get" in taken else set())
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - expected:
            reply = client.request(method, re.sub(r"\{\w+\}", "x", path), json={})
            assert reply.status_code == 405, (method, path)
            assert set(reply.headers["allow"].split(", ")) == expected, path


def test_problems_speak_english_to_those_who_ask_for_it(client: TestClient) -> None:
    path = "/api/v1/datasets/indicators/rows?filter.clause__ge="
    english = client.get("/api/v1/nope", headers={"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"})
    chinese = client.get("/api/v1/nope", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert english.json()["detail"] == "There is nothing at this address. See /api/v1/docs."
    assert english.headers["content-language"] == "en"
    assert chinese.json()["detail"] == "没有这个网址。接口说明见 /api/v1/docs。"
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "detail"),
    [
        (b"{", 400, "参数 body 的值“”不能用：请求的内容不是有效的 JSON。"),
        (b"\xff\xfe", 400, "参数 body 的值“”不能用：请求的内容不是有效的 JSON。"),
        (b"[]", 400, "参数 body 的值“”不能用：请求的内容应是一个 JSON 对象，并带 Content-Type: application/json。"),
        (b"{}", 400, "参数 question 的值“”不能用：必须给出。"),
        (b'{"question": 3}', 400, "参数 question 的值“3”不能用：应是文字。"),
        (b'{"question": "x", "colour": "red"}', 400, "参数 colour 的值“red”不能用：没有这一项。"),
        (b'{"question": "' + b"x" * 70_000 + b'"}', 413, "请求的内容最多 64 KB。请缩短后重试。"),
    ],
)
def test_a_body_that_cannot_be_is_told_so(client: TestClient, body: bytes, status: int, detail: str) -> None:
    reply = client.post("/api/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    assert reply.json()["detail"] == detail


def test_a_body_without_a_length_is_bounded_too(client: TestClient) -> None:
    chunks = (b"x" * 10_000 for _ in range(10))
    assert client.post("/api/v1/ask", content=chunks).status_code == 413


def test_a_failure_inside_shows_no_trace() -> None:
    def broken() -> None:
        raise RuntimeError("secret detail")

    with TestClient(create_api(broken), raise_server_exceptions=False) as client:  # type: ignore[arg-type]
        reply = client.get("/api/v1/datasets")
    assert (reply.status_code, reply.headers["content-type"]) == (500, "application/problem+json")
    assert "secret" not in reply.text
    assert reply.json()["detail"].startswith("服务器处理这个请求时出错，已经记录。")


def test_nothing_published_is_a_sentence(tmp_path: Path) -> None:
    services = services_for(Settings(published=tmp_path / "empty"))
    with TestClient(create_api(lambda: services), raise_server_exceptions=False, client=STRANGER) as client:
        for path in ("/readyz", "/api/v1/datasets", CSV, "/api/v1/progress"):
            reply = client.get(path)
            assert (reply.status_code, reply.headers["content-type"]) == (503, "application/problem+json")
            assert reply.json()["detail"] == "还没有可以用的发布版本。请管理员运行 portal build，原因见 /readyz。"
            assert int(reply.headers["retry-after"]) > 0
        assert client.get("/healthz").json() == {"status": "ok"}
    with TestClient(create_api(lambda: services), raise_server_exceptions=False, client=OWN) as client:
        assert client.get("/readyz").json()["detail"].endswith("里还没有发布版本。请先运行 portal build。")


def test_being_alive_says_nothing_else(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_strangers_are_told_neither_versions_nor_places_nor_figures(api: FastAPI) -> None:
    with TestClient(api, client=STRANGER) as client:
        assert client.get("/readyz").json().keys() == {"status", "encoder", "problem"}
        assert client.get("/metrics").status_code == 404
    with TestClient(api, client=OWN) as client:
        assert client.get("/metrics").status_code == 200
        passed_on = {"X-Forwarded-For": "127.0.0.1"}
        assert client.get("/metrics", headers=passed_on).status_code == 404
        assert "version" not in client.get("/readyz", headers=passed_on).json()


def test_readiness_says_what_is_served_and_whether_the_model_is_there(client: TestClient, store: Store) -> None:
    body = client.get("/readyz").json()
    assert (body["status"], body["version"], body["problem"]) == ("ok", store.version, None)
    assert body["encoder"] in {"loading", "ready"}


def test_readiness_says_when_the_current_version_is_broken_and_the_last_good_one_serves(
    city_settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "published"
    shutil.copytree(city_settings.published, folder)
    version = (folder / "CURRENT").read_text().strip()
    shutil.copytree(folder / version, folder / "9999.01.01-broken")
    (folder / "9999.01.01-broken" / "indicators.parquet").write_bytes(b"PAR1")
    (folder / "CURRENT").write_text("9999.01.01-broken\n")
    services = services_for(city_settings.model_copy(update={"published": folder}))
    with TestClient(create_api(lambda: services), client=OWN) as client:
        body = client.get("/readyz").json()
        assert (body["status"], body["version"]) == ("degraded", version)
        assert "indicators.parquet" in body["problem"]
        assert client.get("/api/v1/datasets/indicators/rows").status_code == 200


def test_the_documentation_page_asks_no_other_host(client: TestClient) -> None:
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert f"/api/v1/docs/assets/{asset}" in page.text
        assert client.get(f"/api/v1/docs/assets/{asset}").status_code == 200


def test_a_csv_is_read_by_the_stock_reader(client: TestClient, store: Store) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(CSV).text)))
    assert [r["id"] for r in rows] == [r["id"] for r in store.rows("SELECT id FROM indicators")]


def test_a_new_version_is_taken_up_without_a_failed_request(city_settings: Settings, tmp_path: Path) -> None:
    """A download keeps the tag of the version it came from; the next request has the new one."""
    folder = tmp_path / "published"
    shutil.copytree(city_settings.published, folder)
    old = (folder / "CURRENT").read_text().strip()
    new = "9999.12.31-0000000000"
    shutil.copytree(folder / old, folder / new)
    manifest = folder / new / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace(f'"version": "{old}"', f'"version": "{new}"'), "utf-8")
    services = services_for(city_settings.model_copy(update={"published": folder}))
    with TestClient(create_api(lambda: services), client=OWN) as client:
        before = client.get(CSV, headers=PLAIN)
        (folder / "next").write_text(new + "\n")
        (folder / "next").replace(folder / "CURRENT")
        after = client.get(CSV, headers={**PLAIN, "If-None-Match": before.headers["etag"]})
        assert client.get("/readyz").json()["version"] == new
    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("text/turtle", "text/turtle"),
        ("application/rdf+xml;q=0.9, text/turtle;q=0.3", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("*/*", "application/ld+json"),
        ("text/html, text/turtle;q=nonsense", "application/ld+json"),
    ],
)
def test_the_catalogue_comes_in_the_form_that_is_accepted(client: TestClient, accept: str, media_type: str) -> None:
    reply = client.get("/catalog", headers={"Accept": accept})
    assert reply.status_code == 200
    assert reply.headers["content-type"].partition(";")[0] == media_type
    assert "Accept" in reply.headers["vary"]
    again = client.get("/catalog", headers={"Accept": accept, "If-None-Match": reply.headers["etag"]})
    assert again.status_code == 304

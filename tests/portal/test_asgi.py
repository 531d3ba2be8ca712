"""One process, one port: the API's addresses go to the API, everything else, WebSockets too, to the pages."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

import portal.services
from portal.settings import Settings
from tests.portal.api.conftest import services_for


@pytest.fixture(scope="module")
def portal_client(city_settings: Settings) -> Iterator[TestClient]:
    services = services_for(city_settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portal.services, "services", lambda: services)
        from portal.asgi import app

        with TestClient(app, client=("127.0.0.1", 50000)) as client:
            yield client


def test_the_api_answers(portal_client: TestClient) -> None:
    assert portal_client.get("/healthz").json()["status"] == "ok"
    assert portal_client.get("/api/v1/datasets").json()["datasets"]


def test_the_pages_answer_everywhere_else(portal_client: TestClient) -> None:
    for path in ("/", "/indicator?id=x", "/policy"):
        page = portal_client.get(path)
        assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
    assert portal_client.get("/_stcore/health").text == "ok"


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/nothing.php", "/wp-login.php", "/.env", "/data.csv", "/a/b.txt", "/index.html", "/manifest.json"],
)
def test_an_address_that_is_none_is_not_found(portal_client: TestClient, path: str) -> None:
    reply = portal_client.get(path)
    assert reply.status_code == 404
    assert "没有" in reply.text
    assert portal_client.get("/favicon.png").status_code == 200


def main_script(client: TestClient) -> str:
    (found,) = re.findall(r'src="\.(/static/js/index\.[^"]+)"', client.get("/").text)
    return found


def test_the_pages_scripts_are_sent_compressed_and_kept_by_browsers(portal_client: TestClient) -> None:
    address = main_script(portal_client)
    plain = portal_client.get(address, headers={"accept-encoding": "identity"})
    script = portal_client.get(address, headers={"accept-encoding": "gzip, br"})
    assert script.status_code == plain.status_code == 200
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert script.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert script.text == plain.text
    assert int(script.headers["content-length"]) * 3 < int(plain.headers["content-length"])
    assert script.headers["etag"] != plain.headers["etag"]
    for reply in (script, plain):
        assert reply.headers["vary"] == "Accept-Encoding"
        assert reply.headers["cache-control"] == "public, immutable, max-age=31536000"


def test_a_script_the_browser_has_is_not_sent_again(portal_client: TestClient) -> None:
    address = main_script(portal_client)
    for encoding in ("gzip", "identity"):
        known = portal_client.get(address, headers={"accept-encoding": encoding}).headers["etag"]
        again = portal_client.get(address, headers={"accept-encoding": encoding, "if-none-match": known})
        assert (again.status_code, again.content) == (304, b"")


def test_a_part_of_a_script_is_counted_in_its_own_bytes(portal_client: TestClient) -> None:
    address = main_script(portal_client)
    whole = portal_client.get(address, headers={"accept-encoding": "identity"}).content
    part = portal_client.get(address, headers={"accept-encoding": "gzip", "range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole[10:20])
    assert "content-encoding" not in part.headers


def test_the_portals_own_style_and_script_are_fetched_once_and_drawn_with_no_page(portal_client: TestClient) -> None:
    page = portal_client.get("/").text
    found = re.findall(r'(?:href|src)="(/static/portal/(?:style\.css|shell\.js|icon\.png)\?v=[0-9a-f]{12})"', page)
    assert [a.rpartition("/")[2].partition("?")[0] for a in found] == ["icon.png", "style.css", "shell.js"]
    for address in found:
        reply = portal_client.get(address)
        assert reply.status_code == 200
        assert reply.headers["cache-control"] == "public, immutable, max-age=31536000"
    assert ".stHtml" in portal_client.get(found[1]).text
    # The portal's rules come last, so that they hold against Streamlit's.
    assert page.index(found[1]) > page.rindex("/static/css/")


def test_pages_are_sent_compressed(portal_client: TestClient) -> None:
    page = portal_client.get("/", headers={"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in portal_client.get("/", headers={"accept-encoding": "identity"}).headers


def test_no_other_host_may_steer_a_page(portal_client: TestClient) -> None:
    (listed,) = re.findall(r"allowedOrigins: (\[[^\]]*\])", portal_client.get("/").text)
    assert listed == '["https://nobody.invalid"]'


def test_fonts_are_sent_as_they_are(portal_client: TestClient) -> None:
    style = re.search(r'href="\.(/static/css/index\.[^"]+)"', portal_client.get("/").text)
    assert style
    font = re.search(r"url\(\.\.(/media/[^)]+\.woff2)\)", portal_client.get(style[1]).text)
    assert font
    reply = portal_client.get(f"/static{font[1]}", headers={"accept-encoding": "gzip"})
    assert (reply.status_code, reply.content[:4]) == (200, b"wOF2")
    assert "content-encoding" not in reply.headers


def test_a_script_there_is_not_is_not_found(portal_client: TestClient) -> None:
    for address in ("/static/js/nope.js", "/static/%2e%2e/index.html", "/static/"):
        assert portal_client.get(address).status_code == 404
    assert portal_client.post("/static/js/nope.js").status_code == 405


def test_an_unknown_api_address_is_never_the_pages_shell(portal_client: TestClient) -> None:
    for reply in (portal_client.get("/api/nope"), portal_client.post("/api/v1/datasets"), portal_client.get("/api")):
        assert reply.status_code in {404, 405}
        assert reply.headers["content-type"] == "application/problem+json"


def test_the_pages_websocket_opens(portal_client: TestClient) -> None:
    with portal_client.websocket_connect("/_stcore/stream", subprotocols=["streamlit"]) as socket:
        assert socket.accepted_subprotocol == "streamlit"


def test_the_model_is_loading_from_the_start(portal_client: TestClient) -> None:
    assert portal_client.get("/readyz").json()["encoder"] in {"loading", "ready"}


def test_assistants_are_served_at_an_address_of_their_own(portal_client: TestClient) -> None:
    accepted = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "datasets", "arguments": {}}}
    reply = portal_client.post("/mcp", json=asked, headers=accepted)
    assert reply.status_code == 200
    assert reply.json()["result"]["structuredContent"]["data"]["datasets"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    deep = b'{"jsonrpc": "2.0", "id": 1, "method": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    assert portal_client.post("/mcp", content=deep, headers=accepted).status_code == 400
    many = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": [' + b"1," * 20_000 + b"1]}"
    assert portal_client.post("/mcp", content=many, headers=accepted).status_code == 400
    assert portal_client.post("/mcp", content=b"x" * 70_000, headers=accepted).status_code == 413
    for body in (b"", b"[]", b"null", b'{"jsonrpc": "2.0"}', b'{"jsonrpc": "2.0", "id": {}, "method": 3}', b"\xff"):
        assert 400 <= portal_client.post("/mcp", content=body, headers=accepted).status_code < 500
    for method in ("GET", "DELETE", "PUT"):
        reply = portal_client.request(method, "/mcp", headers={"Accept": "text/event-stream"})
        assert (reply.status_code, reply.headers["allow"]) == (405, "POST")

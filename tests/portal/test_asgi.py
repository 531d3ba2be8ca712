"""One process, one port: the API's addresses go to the API, everything else, WebSockets too, to the pages."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

import portal.services
from portal.settings import Settings
from tests.portal.api.conftest import services_for


@pytest.fixture(scope="module")
def portal_client(published: Settings) -> Iterator[TestClient]:
    services = services_for(published)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portal.services, "services", lambda: services)
        from portal.asgi import app

        with TestClient(app) as client:
            yield client


def test_the_api_answers(portal_client: TestClient) -> None:
    assert portal_client.get("/healthz").json()["status"] == "ok"
    assert portal_client.get("/api/v1/datasets").json()["datasets"]


def test_the_pages_answer_everywhere_else(portal_client: TestClient) -> None:
    for path in ("/", "/indicator?id=x", "/policy"):
        page = portal_client.get(path)
        assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
    assert portal_client.get("/_stcore/health").text == "ok"


def test_the_pages_scripts_are_served(portal_client: TestClient) -> None:
    shell = portal_client.get("/").text
    start = shell.index("static/js/index.")
    script = portal_client.get("/" + shell[start : shell.index('"', start)])
    assert script.status_code == 200
    assert "javascript" in script.headers["content-type"]


def test_an_unknown_api_address_is_never_the_pages_shell(portal_client: TestClient) -> None:
    for reply in (portal_client.get("/api/nope"), portal_client.post("/api/v1/datasets"), portal_client.get("/api")):
        assert reply.status_code in {404, 405}
        assert reply.headers["content-type"] == "application/problem+json"


def test_the_pages_websocket_opens(portal_client: TestClient) -> None:
    with portal_client.websocket_connect("/_stcore/stream", subprotocols=["streamlit"]) as socket:
        assert socket.accepted_subprotocol == "streamlit"


def test_the_model_is_loading_from_the_start(portal_client: TestClient) -> None:
    assert portal_client.get("/healthz").json()["encoder"] in {"loading", "ready"}

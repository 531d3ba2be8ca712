"""Who a request says it was passed on for counts only where the one who passed it on is named in the settings, the own machine included."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

import portal.services
from portal.settings import Settings
from portal.traffic.admission import Admission
from tests.portal.api.conftest import services_for

VISITOR = "203.0.113.9"


async def who(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that says whom it takes a request to come from, and for what client that counts."""
    counted = Admission(Settings()).client(scope)
    await JSONResponse({"from": scope["client"][0], "scheme": scope["scheme"], "counted": counted})(
        scope, receive, send
    )


@pytest.fixture(scope="module")
def asgi(city_settings: Settings) -> Iterator[Any]:
    """The module that puts the portal together, over the synthetic city."""
    services = services_for(city_settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portal.services, "services", lambda: services)
        from portal import asgi as whole

        yield whole


def protected(asgi: Any, patch: pytest.MonkeyPatch, trusted: str) -> ASGIApp:
    patch.setattr(asgi, "settings", lambda: Settings(trusted_proxies=trusted))
    app: ASGIApp = asgi._protected(who)
    return app


@pytest.mark.parametrize(
    ("trusted", "sent_from", "headers", "taken_for"),
    [
        ("", "127.0.0.1", {"X-Forwarded-For": VISITOR}, ("127.0.0.1", "http", "127.0.0.1")),
        ("", "127.0.0.1", {"X-Forwarded-For": VISITOR, "X-Forwarded-Proto": "https"}, ("127.0.0.1", "http", "127.0.0.1")),
        ("", "127.0.0.1", {"X-Real-IP": VISITOR}, ("127.0.0.1", "http", "127.0.0.1")),
        ("", "127.0.0.1", {"Forwarded": f"for={VISITOR}"}, ("127.0.0.1", "http", "127.0.0.1")),
        ("", "127.0.0.1", {}, ("127.0.0.1", "http", "-127.0.0.1")),
        ("", VISITOR, {"X-Forwarded-For": "127.0.0.1"}, (VISITOR, "http", VISITOR)),
        ("10.0.0.0/8", "127.0.0.1", {"X-Forwarded-For": VISITOR}, ("127.0.0.1", "http", "127.0.0.1")),
        ("127.0.0.1", "127.0.0.1", {"X-Forwarded-For": VISITOR, "X-Forwarded-Proto": "https"}, (VISITOR, "https", VISITOR)),
        ("127.0.0.1", "127.0.0.1", {"X-Forwarded-For": f"127.0.0.1, 1.2.3.4, {VISITOR}"}, (VISITOR, "http", VISITOR)),
        ("127.0.0.1", "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, ("127.0.0.1", "http", "127.0.0.1")),
        ("127.0.0.1", VISITOR, {"X-Forwarded-For": "1.2.3.4"}, (VISITOR, "http", VISITOR)),
    ],
)  # fmt: skip
def test_only_a_proxy_of_the_settings_is_believed(
    asgi: Any,
    monkeypatch: pytest.MonkeyPatch,
    trusted: str,
    sent_from: str,
    headers: dict[str, str],
    taken_for: tuple[str, str, str],
) -> None:
    told = TestClient(protected(asgi, monkeypatch, trusted), client=(sent_from, 1234)).get("/", headers=headers).json()
    assert (told["from"], told["scheme"], told["counted"]) == taken_for


def test_who_forges_another_address_with_each_request_has_one_rate(asgi: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    admission = Admission(Settings(query_per_minute=2))
    refused = []

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            admission.count("sql", admission.client(scope))
        except Exception as busy:
            refused.append(busy)
        await JSONResponse({})(scope, receive, send)

    monkeypatch.setattr(asgi, "settings", lambda: Settings(trusted_proxies=""))
    client = TestClient(asgi._protected(counting), client=("127.0.0.1", 1234))
    for number in range(5):
        client.get("/", headers={"X-Forwarded-For": f"198.51.100.{number}"})
    assert len(refused) == 3

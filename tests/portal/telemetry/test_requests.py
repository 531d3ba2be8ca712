"""Each request leaves one line and one count, by the route that answered; its id goes back to whoever asked, and only an own proxy may set it."""

import logging
from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from portal.telemetry import journal, meters
from portal.telemetry.requests import Recorded

PROXY = "10.0.0.5"


def application() -> Starlette:
    def told(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.headers["x-request-id"], int(request.path_params["status"]))

    def failing(_: Request) -> PlainTextResponse:
        raise ValueError("synthetic")

    return Starlette(routes=[Route("/told/{status}/{name}", told), Route("/failing", failing)])


Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    caplog.set_level(logging.INFO, logger=journal.EVENTS)
    return lambda: [r.fields for r in caplog.records if r.name == journal.EVENTS and r.event == "request"]  # type: ignore[attr-defined]


def client(address: str = PROXY) -> TestClient:
    recorded = Recorded(application(), lambda peer: peer == PROXY)
    return TestClient(recorded, raise_server_exceptions=False, client=(address, 1))


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "ok"), (304, "ok"), (400, "refused"), (404, "not_found"), (429, "too_many"), (503, "not_now")],
)
def test_a_line_names_the_route_and_what_became_of_it_and_never_the_address(
    lines: Lines, status: int, outcome: str
) -> None:
    client().get(f"/told/{status}/geheim?q=geheim")
    (line,) = lines()
    assert line.pop("ms") is not None
    assert line == {"method": "GET", "route": "/told/{status}/{name}", "status": status, "outcome": outcome}


def test_what_fails_and_what_is_no_address_is_told_too(lines: Lines) -> None:
    client().get("/failing")
    client().request("GEHEIM", "/geheim")
    assert [(x["method"], x["route"], x["status"], x["outcome"]) for x in lines()] == [
        ("GET", "/failing", 500, "failed"),
        ("other", "none", 404, "not_found"),
    ]


def test_the_id_goes_back_and_is_the_one_the_application_finds() -> None:
    reply = client().get("/told/200/x")
    assert reply.headers["x-request-id"] == reply.text
    assert len(reply.text) == 16


@pytest.mark.parametrize(
    ("address", "sent", "taken_over"),
    [
        (PROXY, "0123456789abcdef0123456789abcdef", True),
        ("203.0.113.9", "0123456789abcdef0123456789abcdef", False),
        (PROXY, "13800138000 geheim", False),
        (PROXY, "x" * 200, False),
    ],
)
def test_only_a_proxy_of_the_portals_own_says_what_a_request_is_called(
    address: str, sent: str, taken_over: bool
) -> None:
    reply = client(address).get("/told/200/x", headers={"X-Request-ID": sent})
    assert (reply.headers["x-request-id"] == sent) == taken_over
    assert reply.text == reply.headers["x-request-id"]


def test_requests_are_counted_by_route() -> None:
    def count() -> float:
        return meters.requests.labels("GET", "/told/{status}/{name}", "404")._value.get()

    before = count()
    for name in "abc":
        client().get(f"/told/404/{name}")
    assert count() == before + 3

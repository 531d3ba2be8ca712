"""Two addresses in one request, and headers no browser sends, are refused with a sentence."""

from typing import Any

import pytest

from portal.traffic.well_formed import HEADER_BYTES_MAX, WellFormed, fault_of
from tests import coroutines

HOST = (b"host", b"portal.test")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([HOST], None),
        ([], None),
        ([HOST, (b"cookie", b"x" * (HEADER_BYTES_MAX - 21))], None),
        ([HOST, (b"cookie", b"x" * (HEADER_BYTES_MAX - 20))], 431),
        ([HOST, *[(b"x", b"")] * HEADER_BYTES_MAX], 431),
        ([HOST, (b"host", b"elsewhere.test")], 400),
        ([HOST, HOST], 400),
    ],
)
def test_what_nobody_honest_sends_is_a_fault(headers: list[tuple[bytes, bytes]], status: int | None) -> None:
    found = fault_of(headers)
    assert (found and found[0]) == status


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("http", {"type": "http.response.start", "status": 400}),
        ("websocket", {"type": "websocket.close", "code": 1008}),
    ],
)
def test_the_application_never_sees_a_request_with_two_addresses(kind: str, first: dict[str, Any]) -> None:
    sent: list[Any] = []

    async def inside(*_: object) -> None:
        raise AssertionError("the request came through")

    async def send(part: Any) -> None:
        sent.append(part)

    scope = {"type": kind, "path": "/", "method": "GET", "headers": [HOST, (b"host", b"elsewhere.test")]}
    coroutines.run(WellFormed(inside)(scope, None, send))  # type: ignore[arg-type]
    assert first.items() <= sent[0].items()
    assert kind == "websocket" or "请求里写了两个网址".encode() in sent[1]["body"]

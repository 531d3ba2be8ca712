"""What every answer is sent with."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from portal.traffic.headers import SafeHeaders


async def answer(request: Request) -> Response:
    told = {"Retry-After": "7"} if "own" in request.query_params else {}
    return Response("synthetic", int(request.query_params["status"]), told)


@pytest.mark.parametrize(
    ("query", "seconds"),
    [("status=503", "30"), ("status=503&own", "7"), ("status=500", None), ("status=404", None), ("status=200", None)],
)
def test_every_answer_that_says_not_now_says_when_to_come_again(query: str, seconds: str | None) -> None:
    with TestClient(SafeHeaders(Starlette(routes=[Route("/", answer)]))) as client:
        assert client.get(f"/?{query}").headers.get("Retry-After") == seconds

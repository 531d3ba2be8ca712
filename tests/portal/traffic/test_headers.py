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


def test_the_hundred_files_of_a_first_visit_are_sent_with_short_headers_and_documents_with_all() -> None:
    routes = [Route("/", answer), Route("/static/js/a.js", answer)]
    with TestClient(SafeHeaders(Starlette(routes=routes), hsts_seconds=60)) as client:
        page, script = client.get("/?status=200").headers, client.get("/static/js/a.js?status=200").headers
    always = {"x-content-type-options", "content-security-policy", "strict-transport-security"}
    documents = {"referrer-policy", "permissions-policy", "cross-origin-opener-policy"}
    assert always | documents <= set(page)
    assert always <= set(script)
    assert not documents & set(script)
    # A worker lives under the policy of its script: nothing from elsewhere.
    assert script["content-security-policy"] == "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"


@pytest.mark.parametrize(
    ("query", "seconds"),
    [("status=503", "30"), ("status=503&own", "7"), ("status=500", None), ("status=404", None), ("status=200", None)],
)
def test_every_answer_that_says_not_now_says_when_to_come_again(query: str, seconds: str | None) -> None:
    with TestClient(SafeHeaders(Starlette(routes=[Route("/", answer)]))) as client:
        assert client.get(f"/?{query}").headers.get("Retry-After") == seconds

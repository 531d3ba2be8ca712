"""HTTP manners the routes share: JSON with an ETag, HEAD, limits of a request's body, safe headers."""

import hashlib
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

import orjson
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.api import json_bodies
from portal.api.problems import Problem, respond
from portal.publication.store import Store
from portal.texts.errors import sentence

BODY_MAX = 64 * 1024
# CKAN's clients read its own shape of an error.
_OWN_ERRORS = ("/api/3/", "/api/action/")
_NOT_OPEN = ("/healthz", "/readyz", "/metrics", "/mcp", "/api/v1/contributions", "/desk")
ADDRESS_MAX = 8 * 1024


def json_response(request: Request, content: Any, store: Store, headers: dict[str, str] | None = None) -> Response:
    """Content as JSON with an ETag of its bytes, or 304 where the client has them.

    The ETag is weak: the same content may travel compressed.
    """
    body = orjson.dumps(content, option=orjson.OPT_NON_STR_KEYS)
    etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    return conditional(request, body, "application/json", etag, store, headers)


def conditional(
    request: Request, body: bytes, media_type: str, etag: str, store: Store, headers: dict[str, str] | None = None
) -> Response:
    """A body with its validators, or 304 where the client has it."""
    common = {**validators(etag, store), **(headers or {})}
    if is_fresh(request.headers, etag, common["Last-Modified"]):
        return Response(status_code=304, headers=common)
    return Response(body, headers=common, media_type=media_type)


def validators(etag: str, store: Store) -> dict[str, str]:
    """The headers by which a client asks again only for what has changed."""
    return {
        "ETag": etag,
        "Last-Modified": format_datetime(store.manifest.created, usegmt=True),
        "Cache-Control": "public, no-cache",
    }


def is_fresh(headers: Headers, etag: str, last_modified: str) -> bool:
    """Whether what the client holds is still right (RFC 9110 §13.2.2: If-None-Match before If-Modified-Since)."""
    known = headers.get("if-none-match")
    if known is not None:
        tags = [t.strip().removeprefix("W/") for t in known.split(",")]
        return "*" in tags or etag.removeprefix("W/") in tags
    since = headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return parsedate_to_datetime(last_modified) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def is_open(path: str) -> bool:
    """Whether other sites' pages may read what is at an address: data, answers and catalogues, nothing that changes or watches."""
    return not path.startswith(_NOT_OPEN)


class Manners:
    """ASGI middleware: HEAD wherever GET is, bodies of a bounded size, no guessing of content types."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"

        async def polite(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                if is_open(scope["path"]):
                    headers.setdefault("Access-Control-Allow-Origin", "*")
                else:
                    del headers["Access-Control-Allow-Origin"]
            elif head:
                message = {**message, "body": b""}
            await send(message)

        try:
            body = await self._checked(scope, receive)
        except Problem as problem:
            await respond(Request(scope), problem)(scope, receive, polite)
            return
        inner = {**scope, "method": "GET"} if head else scope
        try:
            await self._app(inner, body, polite)
        finally:
            if "route" in inner:
                # Whoever counts requests reads it there.
                scope["route"] = inner["route"]

    async def _checked(self, scope: Scope, receive: Receive) -> Receive:
        """The request's body, read to its end.

        Raises:
            Problem: address or body is larger than any the API takes, or the body is no JSON that can be read.
        """
        if len(scope["path"]) + len(scope.get("query_string", b"")) > ADDRESS_MAX:
            raise Problem(414, sentence("request.address_long", most=ADDRESS_MAX // 1024))
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > BODY_MAX:
            raise _too_large()
        if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            return receive
        body = await _body(receive)
        if not scope["path"].startswith(_OWN_ERRORS) and (told := json_bodies.fault(body)):
            raise Problem(400, told)
        return _given_again(body, receive)


def _too_large() -> Problem:
    return Problem(413, sentence("request.body_large", most=BODY_MAX // 1024))


async def _body(receive: Receive) -> bytes:
    """A request's whole body.

    Raises:
        Problem: 413, it is too large.
    """
    parts = bytearray()
    while True:
        message = await receive()
        parts += message.get("body", b"")
        if len(parts) > BODY_MAX:
            raise _too_large()
        if not message.get("more_body"):
            return bytes(parts)


def _given_again(body: bytes, receive: Receive) -> Receive:
    """A receive that gives a body that was read, then what comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again

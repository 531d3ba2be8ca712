"""One line and one count a request: an id that goes back to the client, the route it came to, what became of it. Never its address,
its parameters, or who sent it."""

import re
import secrets
import time
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.telemetry import journal, meters

HEADER = "X-Request-ID"
_NAME = HEADER.lower().encode()
_ID = re.compile(rb"[0-9a-f-]{8,64}")
_OUTCOMES = {
    429: "too_many",
    503: "not_now",
    413: "too_large",
    401: "not_allowed",
    403: "not_allowed",
    404: "not_found",
}
_KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"})


class Recorded:
    """ASGI middleware, the outermost: what it counts is named by the route that answered, never by the address asked for.

    Args:
        app: the application.
        believed: whether what a connection of this address says of the request's id is taken over: a proxy of the portal's own.
            Anybody else could write whatever they like into the log.
    """

    def __init__(self, app: ASGIApp, believed: Callable[[str], bool] = lambda _: False) -> None:
        self._app, self._believed = app, believed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        asked = self._identified(scope)
        started, status = time.perf_counter(), 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = asked
            elif message["type"] == "websocket.accept":
                status = 101
            elif message["type"] == "websocket.close" and not status:
                status = 403
            await send(message)

        with journal.within(asked):
            try:
                await self._app(scope, receive, watch)
            except BaseException:
                status = status or 500
                raise
            finally:
                _told(scope, status, time.perf_counter() - started)

    def _identified(self, scope: Scope) -> str:
        """The request's id, which the application finds among the headers in place of what the client wrote there."""
        client = scope.get("client")
        peer = str(client[0]) if client else ""
        told = next((value for name, value in scope["headers"] if name == _NAME), b"")
        taken_over = bool(told) and self._believed(peer) and _ID.fullmatch(told)
        asked = told if taken_over else secrets.token_hex(8).encode()
        scope["headers"] = [(n, v) for n, v in scope["headers"] if n != _NAME] + [(_NAME, asked)]
        return asked.decode()


def _told(scope: Scope, status: int, seconds: float) -> None:
    # A client that went away before anything was sent has no status.
    route, outcome = route_of(scope), _OUTCOMES.get(status) or _class_of(status)
    method = scope.get("method", "SOCKET")
    method = method if method in _KNOWN_METHODS or method == "SOCKET" else "other"
    if scope["type"] == "http":
        meters.requests.labels(method, route, str(status)).inc()
        meters.request_seconds.labels(route).observe(seconds)
    name = "request" if scope["type"] == "http" else "socket"
    journal.event(name, method=method, route=route, status=status, outcome=outcome, ms=round(seconds * 1000, 1))


def _class_of(status: int) -> str:
    if not status:
        return "gone"
    return {4: "refused", 5: "failed"}.get(status // 100, "ok")


def route_of(scope: Scope) -> str:
    """The template of the route that answered, `/answer/{id}`; `none` where there was none."""
    path = str(getattr(scope.get("route"), "path", ""))
    return "none" if not path or path.startswith("/{") else path

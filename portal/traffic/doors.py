"""What of Streamlit's own doors stays open: the socket for the portal's own pages, the messages those send, and a few files.

Streamlit would let a visitor upload files no page asks for, empty the caches of all, and read its metrics; and it would look its own
address up on the internet when a socket comes from a page it does not know. Everything is decided here before it sees a request.
"""

import asyncio
import json
import re
import resource
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.texts.errors import sentence
from portal.traffic import clients
from portal.traffic.rates import TokenBuckets

FRAME_BYTES_MAX = 128 * 1024
WIDGETS_MAX = 400
QUERY_MAX = 8 * 1024
MESSAGES_PER_MINUTE = 240
_SOCKET = "/_stcore/stream"
_FILES = re.compile(r"/(_stcore/(health|host-config|bidi-components/.+)|media/.+|component/.+)")
_DESCRIPTORS_A_PAGE = 4
_DESCRIPTORS_KEPT = 150


def pages_max() -> int:
    """How many pages may be open at a time: a page costs a socket and Streamlit's event loop for its script."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(10, (min(soft, 100_000) - _DESCRIPTORS_KEPT) // _DESCRIPTORS_A_PAGE)


def is_own_origin(origin: str, host: str, server: str, public_url: str) -> bool:
    """Whether a page that opens a socket is the portal's own.

    Args:
        origin: of the page, as its browser says; no browser leaves it out.
        host: the address the browser reached, as it says.
        server: the address of this machine the connection came to.
        public_url: the portal's own address; where it is empty, the page's and the reached address must be the same.
    """
    page = urlsplit(origin)
    if page.scheme not in {"http", "https"} or not page.netloc:
        return False
    if public_url and f"{page.scheme}://{page.netloc}" == public_url.rstrip("/"):
        return True
    if public_url:
        return clients.within(server, clients.networks("127.0.0.0/8,::1")) and _is_local(page.hostname or "")
    return page.netloc == host


def _is_local(name: str) -> bool:
    return name == "localhost" or clients.within(name, clients.networks("127.0.0.0/8,::1"))


class Doors:
    """In front of the pages' application.

    Args:
        app: Streamlit's, with the portal's own routes before it.
        public_url: the portal's own address, or empty.
        client_of: the key of a request's client.
        header: the name under which the socket's client is told to the pages.
        per_client: pages one client may have open.
        full: the answer to a page for which there is no room.
    """

    def __init__(
        self,
        app: ASGIApp,
        public_url: str,
        client_of: Callable[[Scope], str],
        header: str,
        per_client: int,
        full: Callable[[Scope], ASGIApp],
    ) -> None:
        self._app, self._public_url, self._client_of = app, public_url, client_of
        self._header, self._per_client, self._full = header.lower().encode(), per_client, full
        self._open: Counter[str] = Counter()
        self._most = pages_max()

    @property
    def open(self) -> int:
        """Pages open just now."""
        return self._open.total()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["type"]:
            case "websocket":
                await self._socket(scope, receive, send)
            case "http":
                await self._http(scope)(self._quiet(scope), receive, send)
            case _:
                await self._app(scope, receive, send)

    def _http(self, scope: Scope) -> ASGIApp:
        path = scope["path"]
        if path.startswith(("/_stcore", "/media", "/component")) and not _FILES.fullmatch(path):
            return PlainTextResponse("Not Found", 404)
        if scope["method"] not in {"GET", "HEAD"}:
            return PlainTextResponse("Method Not Allowed", 405, {"Allow": "GET, HEAD"})
        if self.open >= self._most and "text/html" in Headers(scope=scope).get("accept", ""):
            return self._full(scope)
        return self._app

    def _quiet(self, scope: Scope) -> Scope:
        """The request without what Streamlit would look up an address for."""
        return {**scope, "headers": [(n, v) for n, v in scope["headers"] if n not in {b"origin", self._header}]}

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        server = str((scope.get("server") or ("",))[0])
        origin = headers.get("origin")
        if scope["path"] != _SOCKET or (
            origin is not None and not is_own_origin(origin, headers.get("host", ""), server, self._public_url)
        ):
            await send({"type": "websocket.close", "code": 1008})
            return
        client = self._client_of(scope)
        if self.open >= self._most or self._open[client] >= self._per_client:
            await _no_room(scope, send, own=self._open[client] >= self._per_client)
            return
        quiet = self._quiet(scope)
        quiet["headers"].append((self._header, client.encode()))
        self._open[client] += 1
        try:
            await self._app(quiet, _Sifted(receive, send), send)
        finally:
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]


class _Sifted:
    """A socket's messages without those no page of the portal sends; who sends too many is read more slowly."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._rate = TokenBuckets(MESSAGES_PER_MINUTE, clients_max=1)

    async def __call__(self) -> Message:
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            if not is_expected(message.get("bytes")):
                await self._send({"type": "websocket.close", "code": 1008})
                return {"type": "websocket.disconnect", "code": 1008}
            if wait := self._rate.take(""):
                await asyncio.sleep(wait)
            return message


def is_expected(data: bytes | None) -> bool:
    """Whether a message is one the portal's pages send: run the script, stop it, a sign of life, fetch a file made ready for it."""
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    if not data or len(data) > FRAME_BYTES_MAX:
        return False
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return False
    match message.WhichOneof("type"):
        case "rerun_script":
            asked = message.rerun_script
            return len(asked.widget_states.widgets) <= WIDGETS_MAX and len(asked.query_string) <= QUERY_MAX
        case "stop_script" | "app_heartbeat":
            return True
        case "backend_operation_request":
            return message.backend_operation_request.HasField("deferred_file")
    return False


async def _no_room(scope: Scope, send: Send, own: bool) -> None:
    """Say that there is no room, in a status where the server can give one."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1013})
        return
    headers = MutableHeaders({"Retry-After": "30", "Content-Type": "application/json"})
    await send({"type": "websocket.http.response.start", "status": 429 if own else 503, "headers": headers.raw})
    body = json.dumps({"detail": sentence("busy.pages").zh}, ensure_ascii=False).encode()
    await send({"type": "websocket.http.response.body", "body": body})

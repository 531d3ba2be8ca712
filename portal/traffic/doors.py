"""What of Streamlit's own doors stays open: the socket for the portal's own pages, the messages those send, and a few files.

Streamlit would let a visitor upload files no page asks for, empty the caches of all, and read its metrics; and it would look its own
address up on the internet when a socket comes from a page it does not know. Everything is decided here before it sees a request.
"""

import asyncio
import json
import logging
import re
import resource
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.telemetry import meters
from portal.texts.errors import sentence
from portal.traffic import clients
from portal.traffic.connections import GONE, descriptors_left
from portal.traffic.discreet import discreet
from portal.traffic.rates import TokenBuckets
from portal.traffic.turns import Turn, Turns, has_ended

FRAME_BYTES_MAX = 128 * 1024
WIDGETS_MAX = 400
QUERY_MAX = 8 * 1024
MESSAGES_PER_MINUTE = 240
# Of all pages of a client together.
CLIENT_MESSAGES_PER_MINUTE = 600
_SOCKET = "/_stcore/stream"
_FILES = re.compile(r"/(_stcore/(health|host-config|bidi-components/.+)|media/.+|component/.+)")
_DESCRIPTORS_A_PAGE = 4
# Who waits to be read looks this often whether it is still there.
_LOOK_SECONDS = 0.5
_DESCRIPTORS_KEPT = 150
_log = logging.getLogger(__name__)


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
        self._rates = TokenBuckets(CLIENT_MESSAGES_PER_MINUTE)
        self._turns = Turns()

    @property
    def open(self) -> int:
        """Pages open just now."""
        return self._open.total()

    def _is_full(self) -> bool:
        """Whether another page would take what the rest of the portal needs; pages that were just left hold descriptors for a while."""
        return self.open >= self._most or descriptors_left() < _DESCRIPTORS_KEPT

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
        if self._is_full() and "text/html" in Headers(scope=scope).get("accept", ""):
            meters.limits_hit.labels("page", "full").inc()
            return self._full(scope)
        return self._app

    def _quiet(self, scope: Scope) -> Scope:
        """The request without what Streamlit would look up an address for: in place, so that who counts requests finds the route there."""
        scope["headers"] = [(n, v) for n, v in scope["headers"] if n not in {b"origin", self._header}]
        return scope

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
        own = self._open[client] >= self._per_client
        if own or self._is_full():
            meters.limits_hit.labels("page", "share" if own else "full").inc()
            await _no_room(scope, send, own)
            return
        quiet = self._quiet(scope)
        quiet["headers"].append((self._header, client.encode()))
        self._open[client] += 1
        meters.pages_open.inc()
        # The machine's own pages are not counted together.
        counted = f"{client} {id(scope)}" if client.startswith("-") else client
        gone = scope.get("extensions", {}).get(GONE, lambda: False)
        sifted = _Sifted(receive, send, gone, counted, self._rates, self._turns)
        try:
            await self._app(quiet, sifted, sifted.send)
        except Exception as error:
            # Who hangs up at an odd moment is no failure of the portal's; a trace for each would fill the disk.
            _log.warning("a page's socket ended: %s", type(error).__name__)
        finally:
            sifted.turn.end()
            meters.pages_open.dec()
            self._open[client] -= 1
            if not self._open[client]:
                del self._open[client]


class _Sifted:
    """A socket's messages without those no page of the portal sends; who sends too many is read more slowly, and each script has its turn."""

    def __init__(
        self, receive: Receive, send: Send, gone: Callable[[], bool], client: str, rates: TokenBuckets, turns: Turns
    ) -> None:
        self._receive, self._send, self._gone = receive, send, gone
        self._rates = ((TokenBuckets(MESSAGES_PER_MINUTE, clients_max=1), ""), (rates, client))
        self.turn = Turn(turns, client)

    async def __call__(self) -> Message:
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            kind = kind_of(message.get("bytes"))
            if kind is None:
                await self._send({"type": "websocket.close", "code": 1008})
                return {"type": "websocket.disconnect", "code": 1008}
            if not await self._in_time():
                return {"type": "websocket.disconnect", "code": 1006}
            if kind == "rerun_script":
                await self.turn.begin()
            return message

    async def _in_time(self) -> bool:
        """Wait until the client's rates allow a message; False where the page has gone meanwhile, and what it sent matters no more."""
        for rates, client in self._rates:
            while not self._gone() and (wait := rates.take(client)):
                await asyncio.sleep(min(wait, _LOOK_SECONDS))
        return not self._gone()

    async def send(self, message: Message) -> None:
        """Pass on what the page is told while it listens, and see when its script has ended."""
        data = message.get("bytes") if message["type"] == "websocket.send" else None
        try:
            await self._send({**message, "bytes": discreet(data)} if data else message)
        except (RuntimeError, OSError):
            # It has gone; the next `receive` says so.
            self.turn.end()
            return
        if has_ended(data):
            self.turn.end()


def kind_of(data: bytes | None) -> str | None:
    """What a message asks for, of what the portal's pages send: run the script, stop it, a sign of life, fetch a file made ready
    for it; None for any other.
    """
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    if not data or len(data) > FRAME_BYTES_MAX:
        return None
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return None
    kind: str | None = message.WhichOneof("type")
    asked = message.rerun_script
    fits = {
        "rerun_script": len(asked.widget_states.widgets) <= WIDGETS_MAX
        and len(asked.query_string) <= QUERY_MAX
        and all(_is_json(w.json_value) for w in asked.widget_states.widgets),
        "stop_script": True,
        "app_heartbeat": True,
        "backend_operation_request": message.backend_operation_request.HasField("deferred_file"),
    }
    return kind if kind and fits.get(kind) else None


def _is_json(told: str) -> bool:
    """Whether what a part of a page tells can be read; it may tell nothing."""
    try:
        json.loads(told or "null")
    except (ValueError, RecursionError):
        return False
    return True


async def _no_room(scope: Scope, send: Send, own: bool) -> None:
    """Say that there is no room, in a status where the server can give one."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1013})
        return
    headers = MutableHeaders({"Retry-After": "30", "Content-Type": "application/json"})
    await send({"type": "websocket.http.response.start", "status": 429 if own else 503, "headers": headers.raw})
    body = json.dumps({"detail": sentence("busy.pages").zh}, ensure_ascii=False).encode()
    await send({"type": "websocket.http.response.body", "body": body})

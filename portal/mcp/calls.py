"""Calls of the portal's own API within the process: what an assistant gets is what every other program gets, limits included."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.types import ASGIApp, Message, Scope

# The language to answer in, and by what the limits tell that a proxy spoke for somebody else.
_PASSED_ON = {b"accept-language", b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via"}
Parameters = list[tuple[str, str]]


class CallError(Exception):
    """The API answered with a problem; the message is its sentence, and when to come again where that would help."""


class Api:
    """The portal's API, called without a network.

    Args:
        app: the API as an ASGI application.
        asker: the ASGI scope of who asks: whose share a call takes, and at which address the portal was reached.
    """

    def __init__(self, app: ASGIApp, asker: Mapping[str, Any]) -> None:
        self._app, self._asker = app, asker
        self.address = f"{asker.get('scheme', 'http')} {asker.get('server')}"
        """Where the portal was reached, on which the links of what it answers depend."""

    async def get(self, path: str, parameters: Parameters | None = None) -> Any:
        """The JSON at an address.

        Raises:
            CallError: the API refused.
        """
        return await self._call("GET", path, urlencode(parameters or []), b"")

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON an address answers an object with.

        Raises:
            CallError: the API refused.
        """
        return await self._call("POST", path, "", orjson.dumps(body))

    async def _call(self, method: str, path: str, query: str, body: bytes) -> Any:
        parts: list[Message] = []
        given = False

        async def receive() -> Message:
            nonlocal given
            if given:
                return {"type": "http.disconnect"}
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            parts.append(message)

        await self._app(self._scope(method, path, query, body), receive, send)
        text = b"".join(m.get("body", b"") for m in parts if m["type"] == "http.response.body")
        return _content(parts[0], text)

    def _scope(self, method: str, path: str, query: str, body: bytes) -> Scope:
        headers = [(n, v) for n, v in self._asker.get("headers", ()) if n in _PASSED_ON]
        headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": self._asker.get("scheme", "http"),
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "client": self._asker.get("client"),
            "server": self._asker.get("server"),
            "state": {},
        }


def _content(start: Message, body: bytes) -> Any:
    status, content = int(start["status"]), orjson.loads(body or b"{}")
    if status < 400:
        return content
    wait = dict(start.get("headers", ())).get(b"retry-after", b"").decode()
    told = str(content.get("detail") or content.get("title") or status)
    raise CallError(f"{told} (HTTP {status}{f', Retry-After: {wait} s' if wait else ''})")

"""Requests that say one thing: one address reached, and no more headers than people's browsers send."""

import json

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.texts.errors import Sentence, sentence

# Browsers and proxies stop at 8 to 16 KB.
HEADER_BYTES_MAX = 32 * 1024


class WellFormed:
    """In front of everything: refuses a request that names two addresses, or whose headers are no browser's.

    Args:
        app: the application behind it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"} and (wrong := fault_of(scope["headers"])):
            await _refused(scope, *wrong)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def fault_of(headers: list[tuple[bytes, bytes]]) -> tuple[int, Sentence] | None:
    """The status and the sentence for headers nobody honest sends; None for others (HTTP/1.0 may leave Host out).

    Args:
        headers: names in lower case, and values.
    """
    if sum(len(name) + len(value) for name, value in headers) > HEADER_BYTES_MAX:
        return 431, sentence("request.headers")
    if sum(name == b"host" for name, _ in headers) > 1:
        return 400, sentence("request.hosts")
    return None


def _refused(scope: Scope, status: int, said: Sentence) -> ASGIApp:
    if scope["type"] == "websocket":
        return _closed
    body = json.dumps({"status": status, "detail": f"{said.zh} {said.en}"}, ensure_ascii=False)
    return Response(body, status, media_type="application/problem+json")


async def _closed(_: Scope, __: Receive, send: Send) -> None:
    await send({"type": "websocket.close", "code": 1008})

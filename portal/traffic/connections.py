"""Connections that do not hang: a request must arrive in time, be read in time, and there is a bound on how many there are."""

import asyncio
import logging
import os
import resource
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from portal.telemetry import meters

REQUEST_SECONDS = 15.0
SEND_SECONDS = 60.0
GONE = "portal.gone"
# Longer than clients keep a connection they do not use (5 s in most libraries): else both end it at once, and a request is lost.
IDLE_SECONDS = 15
# For a connection that is one too many to send what is answered with "come again".
TOLD_SECONDS = 1.0
# For a connection made as the portal was told to end to send its request: closed at once, that would be lost.
FRESH_SECONDS = 1.0
_DESCRIPTORS_KEPT = 60
_DESCRIPTORS_LAST = 20
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_log = logging.getLogger(__name__)


class TimedProtocol(HttpToolsProtocol):
    """Closes a connection whose request has not come within `REQUEST_SECONDS`; one for which there is no descriptor to spare is told so."""

    _timer: asyncio.TimerHandle | None = None
    _last_told = 0.0
    _is_too_many = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        left = descriptors_left()
        self._is_too_many = len(self.connections) > connections_max() or left < _DESCRIPTORS_KEPT
        if self._is_too_many:
            meters.limits_hit.labels("connection", "full").inc()
            TimedProtocol._tell()
        if left < _DESCRIPTORS_LAST:
            transport.close()
            return
        self._begin(TOLD_SECONDS if self._is_too_many else REQUEST_SECONDS)

    def data_received(self, data: bytes) -> None:
        if not self._is_too_many:
            super().data_received(data)
        elif not self.transport.is_closing():
            # Who is answered before it has asked takes the answer for a broken connection.
            self.transport.write(_TOO_MANY)
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End the connection with what it is doing; one that was just made is given time for the request it was made for."""
        if self.cycle is None and not self._is_too_many and not self.transport.is_closing():
            self.loop.call_later(FRESH_SECONDS, super().shutdown)
        else:
            super().shutdown()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._end()
        self._begin(REQUEST_SECONDS)

    def on_message_complete(self) -> None:
        self._end()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._end()
        super().handle_websocket_upgrade()

    def _begin(self, seconds: float) -> None:
        self._timer = self.loop.call_later(seconds, self._give_up)

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if not self.transport.is_closing():
            self.transport.abort()

    @classmethod
    def _tell(cls) -> None:
        """Say in the log, once a minute, that there are too many."""
        now = time.monotonic()
        if now - cls._last_told > 60 or not cls._last_told:
            cls._last_told = now
            _log.warning("连接太多（%d），新的连接得到 503。请调高打开文件数的上限（ulimit -n）。", connections_max())


def connections_max() -> int:
    """How many connections there may be: all descriptors but those the portal itself needs."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(50, min(soft, 100_000) - _DESCRIPTORS_KEPT)


def descriptors_left() -> int:
    """How many files and sockets this process may still open: the system gives the lowest number that is free."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        lowest = os.dup(2)
    except OSError:
        return 0
    os.close(lowest)
    return soft - lowest


def raise_descriptor_limit() -> None:
    """Take as many descriptors as the system allows this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class PageProtocol(WebSocketsSansIOProtocol):
    """Lets the application know that a page has gone before it has read all the page had sent: `GONE` of the scope's extensions says it."""

    async def run_asgi(self) -> None:
        self.scope["extensions"][GONE] = self.transport.is_closing  # type: ignore[assignment]
        await super().run_asgi()


class TimedReplies:
    """Gives up an answer that nobody takes: each part must leave within `SEND_SECONDS`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def timed(message: Message) -> None:
            async with asyncio.timeout(SEND_SECONDS):
                await send(message)

        try:
            await self._app(scope, receive, timed)
        except TimeoutError:
            # Nothing more can be said to who does not listen; uvicorn closes what was not finished.
            _log.info("an answer was not taken within %g s", SEND_SECONDS)

"""Connections do not hang: what does not ask in time is closed, and what is too much is closed at once and said in the log."""

import asyncio
import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from websockets.sync.client import connect

from portal.traffic import connections
from portal.traffic.connections import PageProtocol, TimedProtocol, TimedReplies, descriptors_left
from tests import coroutines


async def answers(scope: Any, receive: Any, send: Any) -> None:
    """An application that reads a body to its end and says how long it was."""
    if scope["type"] != "http":
        return
    size, more = 0, True
    while more:
        part = await receive()
        if part["type"] == "http.disconnect":
            return
        size, more = size + len(part.get("body", b"")), part.get("more_body", False)
    body = str(size).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]}
    )
    await send({"type": "http.response.body", "body": body})


@contextlib.contextmanager
def serving(app: Any = answers, graceful: int = 1) -> Iterator[tuple[uvicorn.Server, int]]:
    """A server with the portal's connections, in a thread: itself and its port."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app,
            http=TimedProtocol,
            ws=PageProtocol,
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=graceful,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        try:
            yield server, listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()


def said(port: int, *parts: bytes) -> tuple[bytes, float]:
    """What a server says to parts of a request until it closes the connection, and the seconds until then."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as plug:
        for part in parts:
            plug.sendall(part)
        start, told = time.monotonic(), b""
        with contextlib.suppress(ConnectionResetError):
            while got := plug.recv(4096):
                told += got
        return told, time.monotonic() - start


@pytest.mark.parametrize(
    "part",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
    ],
)
def test_a_request_that_does_not_come_is_given_up(part: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.3)
    with serving() as (_, port):
        told, seconds = said(port, part)
    assert told == b""
    assert 0.2 < seconds < 10


def test_a_request_that_comes_byte_by_byte_is_given_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.5)
    sent = 0
    with serving() as (_, port), socket.create_connection(("127.0.0.1", port), timeout=30) as plug:
        plug.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        deadline = time.monotonic() + 20
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < deadline:
                plug.sendall(b"a")
                sent += 1
                time.sleep(0.05)
    assert sent < 200


def test_a_request_that_comes_in_time_is_answered_on_a_connection_that_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 5)
    request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nfull"
    last = request.replace(b"Host: x", b"Host: x\r\nConnection: close")
    with serving() as (_, port):
        told, _ = said(port, request, request, last)
    assert told.count(b"HTTP/1.1 200 OK") == 3


def test_connections_that_are_too_many_are_told_to_come_again_and_the_others_answered(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connections, "connections_max", lambda: 3)
    monkeypatch.setattr(connections, "TOLD_SECONDS", 0.3)
    monkeypatch.setattr(TimedProtocol, "_last_told", 0.0)
    with serving() as (_, port), contextlib.ExitStack() as stack:
        open_ones = [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(3)]
        for plug in open_ones:
            plug.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert plug.recv(4096).startswith(b"HTTP/1.1 200 OK")
        told, _ = said(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert told.startswith(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 10\r\n")
        # Who says nothing is not waited for.
        assert [said(port)[0] for _ in range(5)] == [b""] * 5
    assert [r.getMessage() for r in caplog.records if r.name == connections.__name__] == [
        "连接太多（3），新的连接得到 503。请调高打开文件数的上限（ulimit -n）。"
    ]


def test_with_the_last_descriptors_nobody_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "descriptors_left", lambda: 10)
    monkeypatch.setattr(connections, "TOLD_SECONDS", 60)
    with serving() as (_, port):
        assert said(port)[0] == b""


def test_the_descriptors_that_are_left_are_counted() -> None:
    before = descriptors_left()
    taken = [os.dup(2) for _ in range(50)]
    try:
        assert descriptors_left() <= before - 50 or before == 0
    finally:
        for number in taken:
            os.close(number)
    assert descriptors_left() == before


def test_a_server_with_half_requests_ends_when_it_is_told_to() -> None:
    with contextlib.ExitStack() as stack:
        with serving() as (server, port):
            for _ in range(20):
                plug = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
                plug.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf")
            start = time.monotonic()
            server.should_exit = True
        assert time.monotonic() - start < 10


def test_a_page_that_has_gone_is_known_before_what_it_sent_is_read() -> None:
    told: list[bool] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        gone = scope["extensions"][connections.GONE]
        told.append(gone())
        while not gone():
            await asyncio.sleep(0.01)
        told.append(gone())

    with serving(page) as (server, port), connect(f"ws://127.0.0.1:{port}/", proxy=None) as plug:
        plug.send(b"x")
        while not told:
            time.sleep(0.005)
        assert told == [False]
        start = time.monotonic()
        server.should_exit = True
        while len(told) < 2 and time.monotonic() - start < 30:
            time.sleep(0.005)
    assert told == [False, True]


def test_an_answer_nobody_takes_is_given_up(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(connections, "SEND_SECONDS", 0.05)

    async def never(message: Any) -> None:
        await asyncio.Event().wait()

    async def nothing() -> Any:
        return {"type": "http.request"}

    caplog.set_level("INFO", "portal")
    coroutines.run(TimedReplies(answers)({"type": "http", "path": "/synthetic"}, nothing, never))
    assert [r.getMessage() for r in caplog.records if r.name == connections.__name__] == [
        "an answer was not taken within 0.05 s"
    ]


def test_a_connection_just_made_as_the_server_ends_is_answered_the_request_it_was_made_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As long as the test may take on a busy machine: it is over as soon as the client is.
    monkeypatch.setattr(connections, "FRESH_SECONDS", 20.0)
    with serving(graceful=25) as (server, port), socket.create_connection(("127.0.0.1", port), timeout=30) as plug:
        while not server.server_state.connections:
            time.sleep(0.005)
        server.should_exit = True
        with contextlib.suppress(OSError):
            while True:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                time.sleep(0.005)
        plug.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert plug.recv(4096).startswith(b"HTTP/1.1 200")

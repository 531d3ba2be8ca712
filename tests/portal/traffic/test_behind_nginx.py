"""Behind nginx, with the very configuration of `deploy/nginx`: visitors are told apart, none can say that it is another, and no request is lost
while nginx reads its configuration anew or the portal is restarted."""

import contextlib
import itertools
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from portal.settings import Settings
from tests.browser.conftest import serving
from tests.portal.traffic.behind import OWN, nginx, visitor


@pytest.fixture(scope="module")
def port(city_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("nginx")
    given = {
        "PORTAL_PUBLIC_URL": OWN,
        "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
        "PORTAL_HSTS_SECONDS": "31536000",
        "PORTAL_QUERY_PER_MINUTE": "2",
    }
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        for name, value in given.items():
            patch.setenv(name, value)
        address = stack.enter_context(serving(city_settings, folder / "log"))
        yield stack.enter_context(nginx(folder, address))[0]


def test_each_visitor_has_a_rate_of_its_own_and_cannot_lift_it(port: int) -> None:
    with visitor(port, "127.0.0.2") as one, visitor(port, "127.0.0.3") as other:
        forged = ["198.51.100.1", "198.51.100.2", "127.0.0.1, 198.51.100.3"]
        told = [
            one.post("/api/v1/query", json={"sql": "SELECT 1"}, headers={"X-Forwarded-For": f}).status_code
            for f in forged
        ]
        assert told == [200, 200, 429]
        assert other.post("/api/v1/query", json={"sql": "SELECT 1"}).status_code == 200


def test_pages_data_and_bounds_come_through(port: int) -> None:
    with visitor(port, "127.0.0.4") as client:
        page = client.get("/")
        assert page.status_code == 200
        assert page.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
        assert f"<loc>{OWN}/</loc>" in client.get("/sitemap.xml").text
        assert client.get("/metrics").status_code == 404
        assert client.get("/readyz").json().keys() == {"status", "encoder", "problem"}
        assert client.post("/api/v1/ask", content=b"x" * 100_000).status_code == 413


def test_the_pages_socket_comes_through_for_own_pages_only(port: int) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    address = f"wss://portal.example:{port}/_stcore/stream"
    with socket.create_connection(("127.0.0.1", port)) as plug:
        opened = connect(address, sock=plug, ssl=context, origin=OWN, subprotocols=["streamlit"], proxy=None)  # type: ignore[arg-type, list-item]
        with opened as page:
            assert page.subprotocol == "streamlit"
    with socket.create_connection(("127.0.0.1", port)) as plug, pytest.raises(InvalidStatus) as refused:
        connect(address, sock=plug, ssl=context, origin="https://evil.invalid", proxy=None)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


# sd_listen_fds(3): the socket is descriptor 3, and the process it is meant for is named.
_HANDING_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.executable, [sys.executable, "-c", "from portal.commands import main; main()", "serve"])
"""


class Restarted:
    """A portal on a socket that stays open while it is restarted, as systemd keeps it."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(128)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self._log = log
        own = {"PORTAL_PUBLISHED": str(settings.published), "PORTAL_VAR": str(settings.var), "PORTAL_PUBLIC_URL": OWN}
        self._environment = {**os.environ, **own, "PORTAL_TRUSTED_PROXIES": "127.0.0.1", "LISTEN_FDS": "1"}
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        with self._log.open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-c", _HANDING_OVER, str(self._socket.fileno())],
                env=self._environment,
                pass_fds=(self._socket.fileno(),),
                stdout=log,
                stderr=log,
            )

    def restart(self) -> None:
        """End it, and begin anew once it has ended."""
        self.stop()
        self.process = self._start()

    def stop(self) -> None:
        """End it as systemd does."""
        self.process.terminate()
        self.process.wait(timeout=30)


@pytest.fixture
def restarted(city_settings: Settings, tmp_path: Path) -> Iterator[Restarted]:
    portal = Restarted(city_settings, tmp_path / "log")
    try:
        yield portal
    finally:
        portal.stop()


def keep_asking(port: int, address: str, over: threading.Event, became: "list[int | str]") -> None:
    """Ask again and again until it is over: pages, data and questions; what became of each."""
    question = {"json": {"question": "合成率的目标是多少"}}
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/healthz", {}),
        ("GET", "/about", {}),
        ("GET", "/api/v1/datasets/indicators/rows", {}),
        ("POST", "/api/v1/ask", question),
    ]
    for method, path, more in itertools.cycle(asked):
        if over.is_set():
            return
        # A connection each: as many as can be are just being made.
        with visitor(port, address) as client:
            try:
                became.append(client.request(method, path, **more).status_code)
            except httpx.HTTPError as error:
                became.append(f"{type(error).__name__} at {path}")


def test_no_request_is_lost_while_nginx_is_reloaded_and_the_portal_restarted(
    restarted: Restarted, tmp_path: Path
) -> None:
    over, became = threading.Event(), [[], [], []]  # type: ignore[var-annotated]
    with nginx(tmp_path, restarted.address) as (port, process):
        with visitor(port, "127.0.0.2") as client:
            # It waits in the socket's queue until the portal is there.
            assert client.get("/healthz").status_code == 200
        askers = [
            threading.Thread(target=keep_asking, args=(port, f"127.0.0.{n + 2}", over, told))
            for n, told in enumerate(became)
        ]
        for asker in askers:
            asker.start()
        try:
            first = restarted.process.pid
            for act in (lambda: os.kill(process, signal.SIGHUP), restarted.restart):
                count = sum(map(len, became))
                act()
                # Until each has been answered some more.
                while sum(map(len, became)) < count + 15 * len(askers):
                    assert restarted.process.poll() is None, (tmp_path / "log").read_text("utf-8")
                    time.sleep(0.05)
            assert restarted.process.pid != first
        finally:
            over.set()
            for asker in askers:
                asker.join()
    assert {status for told in became for status in told} == {200}

"""What the benchmarks share: a line of the table, a clock, a server to measure, a question over HTTP, the memory of a process."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

CHECKOUT = Path(__file__).resolve().parents[2]
PORTAL = [sys.executable, "-c", "from portal.commands import main; main()"]


@dataclass(frozen=True)
class Measured:
    """One line of the table; `target` is the most `value` may be (the least where `at_least`), None where it is only told."""

    what: str
    value: float
    target: float | None
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the target is met; true where there is none."""
        if self.target is None:
            return True
        return self.value >= self.target if self.at_least else self.value <= self.target


@dataclass(frozen=True)
class Server:
    """A `portal serve` of its own: a client to it, its process, and when it was started (`time.perf_counter`)."""

    client: httpx.Client
    process: "subprocess.Popen[bytes]"
    started: float


@contextlib.contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[Server]:
    """A server on a free port, from its start until it is well; ended on the way out.

    Args:
        environment: settings of the portal (`PORTAL_…`), added to the process's own environment.
    """
    with started([*PORTAL, "serve", "--port"], "/healthz", environment) as server:
        yield server


@contextlib.contextmanager
def started(command: Sequence[str], health: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """What a command serves on the port that is put behind it, from its start until `health` answers.

    Args:
        command: ends where the port follows.
        health: a path.
        environment: added to the process's own.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = time.perf_counter()
    with (
        subprocess.Popen(
            [*command, str(port)],
            env=os.environ | dict(environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client,
    ):
        try:
            wait(process, lambda: client.get(health).is_success)
            yield Server(client, process, start)
        finally:
            process.terminate()


def ask(client: httpx.Client, body: dict[str, Any]) -> None:
    """Ask one question; anything but an answer or a refusal ends the measurement."""
    reply = client.post("/api/v1/ask", json=body).raise_for_status().json()
    if reply["kind"] not in {"answer", "refusal"}:
        raise RuntimeError(f"no answer: {reply}")


def wait(server: "subprocess.Popen[bytes]", done: Callable[[], bool], seconds: float = 120) -> None:
    """Ask again and again until it is done.

    Raises:
        RuntimeError: the server ended.
        TimeoutError: it took too long.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        try:
            if done():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.01)
    raise TimeoutError(f"not done within {seconds} s")


def resident(process: int) -> float:
    """Resident memory of a process in GB (10⁹ bytes), from /proc (Linux)."""
    for line in Path(f"/proc/{process}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e9
    raise RuntimeError("/proc tells no VmRSS")


def together(process: int) -> list[int]:
    """A process and those it has started, by their numbers, from /proc (Linux)."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(status.parent.name)] = int(status.read_text("utf-8").rpartition(")")[2].split()[1])
    return [process, *(child for child, parent in parents.items() if parent == process)]


def resident_together(process: int) -> float:
    """Resident memory of a process and of those it has started, in GB."""
    total = 0.0
    for one in together(process):
        with contextlib.suppress(OSError, RuntimeError):
            total += resident(one)
    return total


def timed(work: Callable[[], object]) -> float:
    """How long something took, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start

"""What the benchmarks share: a line of the table, a clock, a question over HTTP, the memory of a process."""

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Measured:
    """One line of the table; `target` is the most `value` may be, None where it is only told."""

    what: str
    value: float
    target: float | None
    unit: str


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


def timed(work: Callable[[], object]) -> float:
    """How long something took, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start

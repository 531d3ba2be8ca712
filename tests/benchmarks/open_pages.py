"""Pages that are open: three hundred of them where a process may have 1,024 files, and forty of one client that run as fast as they may.

Visitors speak Streamlit's protocol over its socket and come from addresses of this machine (127.0.2.1 …); the server counts them, as it
would count strangers. Run as `python -m tests.benchmarks.open_pages`.
"""

import argparse
import asyncio
import contextlib
import itertools
import resource
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.benchmarks.measuring import Measured, Server, resident, serving, wait
from tests.benchmarks.visitors import Visitor

FILES, PAGES = 1024, 300
_FLOOD_PAGES, _FLOOD_SECONDS = 40, 15
_SHOWN = ("data", "compare", "nearby", "overview", "policy", "projects", "gaps", "versions", "sql")


async def opened(address: str, source: str) -> ClientConnection:
    """A page's socket, opened from an address of this machine.

    Raises:
        InvalidStatus: there is no room for it, as the status says.
    """
    url = address.replace("http://", "ws://").rstrip("/") + "/_stcore/stream"
    given = {"subprotocols": ["streamlit"], "max_size": None, "proxy": None, "local_addr": (source, 0)}
    return await connect(url, open_timeout=60, **given)  # type: ignore[arg-type]


async def many(address: str, pages: int) -> tuple[Counter[str], list[float]]:
    """Open so many pages and draw each: what became of them, and the seconds health took meanwhile."""
    became: Counter[str] = Counter()
    sockets: list[ClientConnection] = []
    async with watching(address) as taken:
        for number in range(pages):
            try:
                socket = await opened(address, f"127.0.2.{number // 30 + 1}")
                sockets.append(socket)
                await Visitor(socket).run()
            except InvalidStatus as refused:
                became[f"told {refused.response.status_code}"] += 1
            except Exception as error:
                became[type(error).__name__] += 1
            else:
                became["drawn"] += 1
    for socket in sockets:
        await socket.close()
    return became, taken


async def hurried(address: str, source: str, asked: Callable[[Visitor, int, int], BackMsg]) -> None:
    """Forty pages of one client that ask for something every 50 ms, for fifteen seconds.

    Args:
        address: of the server.
        source: the client's address.
        asked: the message of a page, by its number and that of its turn.
    """

    async def page(number: int) -> None:
        socket = await opened(address, source)
        visitor = Visitor(socket)
        with contextlib.suppress(TimeoutError):
            await visitor.run()
        drained = asyncio.create_task(_drain(socket))
        end = time.monotonic() + _FLOOD_SECONDS
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            for turn in itertools.count():
                if time.monotonic() > end:
                    break
                async with asyncio.timeout(_FLOOD_SECONDS):
                    await socket.send(asked(visitor, number, turn).SerializeToString())
                await asyncio.sleep(0.05)
        drained.cancel()
        await socket.close()

    await asyncio.gather(*(page(n) for n in range(_FLOOD_PAGES)))


def another_page(visitor: Visitor, number: int, turn: int) -> BackMsg:
    """A run of another page than before, with a search nobody has made."""
    message = BackMsg()
    message.rerun_script.page_name = _SHOWN[(number + turn) % len(_SHOWN)]
    message.rerun_script.query_string = f"dataset=places&q=a{turn}x{number}"
    return message


def question(visitor: Visitor, number: int, turn: int) -> BackMsg:
    """A question typed into the page's box."""
    message = BackMsg()
    message.rerun_script.fragment_id = visitor.fragments[0]
    typed = message.rerun_script.widget_states.widgets.add(id=visitor.chat)
    typed.chat_input_value.data = f"人均道路面积的目标是多少？（{number}-{turn}）"
    return message


async def flood(address: str) -> list[float]:
    """Forty pages of one client in a hurry: the seconds health took meanwhile."""
    async with watching(address) as taken:
        await hurried(address, "127.0.3.1", another_page)
    return taken


async def _drain(socket: ClientConnection) -> None:
    with contextlib.suppress(ConnectionClosed):
        async for _ in socket:
            pass


@contextlib.asynccontextmanager
async def watching(address: str) -> AsyncIterator[list[float]]:
    """The seconds health took, asked for five times a second for as long as the block lasts."""
    taken: list[float] = []

    async def watch() -> None:
        async with httpx.AsyncClient(base_url=address, timeout=130, trust_env=False) as client:
            while True:
                start = time.perf_counter()
                await client.get("/healthz")
                taken.append(time.perf_counter() - start)
                await asyncio.sleep(0.2)

    task = asyncio.create_task(watch())
    try:
        yield taken
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def measure(environment: Mapping[str, str], pages: int = PAGES) -> Iterator[Measured]:
    """Open pages at a server of its own, and end it.

    Args:
        environment: settings of the portal, with a published version.
        pages: how many are opened.
    """
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))
    with serving({**environment, "PORTAL_UNLIMITED": ""}) as server:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, before)
        wait(server.process, lambda: server.client.get("/readyz").json().get("encoder") == "ready", 300)
        yield from _measured(server, pages)


def _measured(server: Server, pages: int) -> Iterator[Measured]:
    address, process = str(server.client.base_url), server.process.pid
    became, taken = asyncio.run(many(address, pages))
    told = sum(count for what, count in became.items() if what.startswith("told"))
    print(dict(became), flush=True)
    yield Measured(f"{pages} pages at {FILES} files: drawn", became["drawn"], None, "")
    yield Measured("… told to come again", told, None, "")
    yield Measured("… neither (before: all, from the 253rd on)", pages - told - became["drawn"], 0, "")
    yield Measured("… /healthz p95", _p95(taken), 500, "ms")
    yield Measured("… files open at most", len(list(Path(f"/proc/{process}/fd").iterdir())), FILES, "")
    yield Measured("… memory", resident(process), 1.5, "GB")
    taken = asyncio.run(flood(address))
    yield Measured(f"{_FLOOD_PAGES} pages of one client without a pause: /healthz p95", _p95(taken), 500, "ms")
    yield Measured("… /healthz at most", max(taken) * 1000, None, "ms")
    yield Measured("… memory", resident(process), 1.5, "GB")
    start = time.perf_counter()
    server.process.terminate()
    server.process.wait(60)
    yield Measured("… and SIGTERM: ended after", time.perf_counter() - start, 10, "s")


def _p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[-1] * 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=PAGES)
    for line in measure({}, parser.parse_args().pages):
        target = "" if line.target is None else f"  (at most {line.target:g}: {'met' if line.met else 'NOT met'})"
        print(f"{line.value:10.2f} {line.unit:3} {line.what}{target}", flush=True)


if __name__ == "__main__":
    main()

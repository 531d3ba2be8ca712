"""Visitors without a browser: they speak Streamlit's own protocol over its websocket, as its pages do."""

import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

Acts = Sequence[tuple[str, str]]
_PATIENCE = 30
_LARGEST = 64 * 2**20
_FINISHED = {ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY}


@dataclass
class Visitor:
    """One open page; `fragments` are the ids of its fragments, in the order they were drawn, `chat` that of its box for questions."""

    socket: ClientConnection
    fragments: list[str] = field(default_factory=list)
    chat: str = ""

    async def run(self, page: str = "", query: str = "", fragment: str = "") -> float:
        """Run a page, or a fragment of the one that is shown, and give the seconds until the script has ended.

        Raises:
            RuntimeError: the script failed, or drew nothing.
            TimeoutError: it took too long.
            websockets.ConnectionClosed: the server hung up.
        """
        asked = BackMsg()
        asked.rerun_script.page_name = page
        asked.rerun_script.query_string = query
        asked.rerun_script.fragment_id = fragment
        start = time.perf_counter()
        await self.socket.send(asked.SerializeToString())
        drawn = 0
        async with asyncio.timeout(_PATIENCE):
            while True:
                message = ForwardMsg.FromString(await self.socket.recv(decode=False))
                kind = message.WhichOneof("type")
                drawn += kind in {"delta", "ref_hash"}
                if kind == "delta":
                    self._note(message.delta)
                if kind == "script_finished":
                    if message.script_finished not in _FINISHED or not drawn:
                        raise RuntimeError(f"the page {page!r} did not run: {message.script_finished}, {drawn} drawn")
                    return time.perf_counter() - start

    def _note(self, delta: Delta) -> None:
        if delta.fragment_id and delta.fragment_id not in self.fragments:
            self.fragments.append(delta.fragment_id)
        self.chat = delta.new_element.chat_input.id or self.chat


async def arrive(address: str) -> Visitor:
    """A new visitor of a Streamlit application at an address, with no page opened yet."""
    url = address.replace("http://", "ws://").rstrip("/") + "/_stcore/stream"
    return Visitor(await connect(url, subprotocols=["streamlit"], max_size=_LARGEST, proxy=None))  # type: ignore[list-item]


async def one(address: str, acts: Acts, times: int) -> list[float]:
    """The seconds each act of a single visitor took: pages with their queries, one after the other, again and again."""
    visitor = await arrive(address)
    for page, query in acts:
        await visitor.run(page, query)
    taken = [await visitor.run(*acts[i % len(acts)]) for i in range(times)]
    await visitor.socket.close()
    return taken


async def fragments(address: str, times: int) -> list[float]:
    """The seconds a rerun of the first page's fragment alone took."""
    visitor = await arrive(address)
    await visitor.run()
    taken = [await visitor.run(fragment=visitor.fragments[0]) for _ in range(times)]
    await visitor.socket.close()
    return taken


@dataclass(frozen=True)
class Crowd:
    """What many visitors at once met with: the seconds of each act, how many acts were lost, the server's growth in bytes."""

    taken: list[float]
    lost: int
    grown: float

    def p95(self) -> float:
        """The seconds within which 95 of 100 acts were done."""
        return statistics.quantiles(self.taken, n=20)[-1]


async def crowd(
    address: str, acts: Acts, visitors: int, every: float, rounds: int, memory: Callable[[], float]
) -> Crowd:
    """Visitors who arrive one after the other within `every` seconds, then each do something every so many seconds.

    Args:
        address: of the application.
        acts: (page, query) pairs, taken in turn, each visitor starting with another.
        visitors: how many there are at once.
        every: seconds from the start of one act to that of the next.
        rounds: acts of each visitor.
        memory: the server's resident memory in bytes.
    """
    before = memory()
    taken: list[float] = []
    lost = 0

    async def visit(number: int) -> Visitor | None:
        nonlocal lost
        start = time.perf_counter() + every * number / visitors
        visitor = None
        for turn in range(rounds):
            await asyncio.sleep(max(0, start + turn * every - time.perf_counter()))
            try:
                visitor = visitor or await arrive(address)
                taken.append(await visitor.run(*acts[(number + turn) % len(acts)]))
            except Exception:
                lost += 1
                visitor = None
        return visitor

    stayed = await asyncio.gather(*(visit(n) for n in range(visitors)))
    grown = memory() - before
    await asyncio.gather(*(v.socket.close() for v in stayed if v))
    return Crowd(taken, lost, grown)

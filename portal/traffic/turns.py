"""Scripts of pages in turn: so many run at a time, and of those who wait each client is let in once before another comes again.

Streamlit runs every page's script in a thread of its own as soon as its browser asks; forty pages of one visitor would leave the event
loop no time for anybody else.
"""

import asyncio
from collections import OrderedDict, deque

AT_ONCE = 3
# A script that takes longer waits for something that has places of its own (a question, SQL).
HOLD_SECONDS = 3.0
# Of a message that says that a script has ended; what is drawn is longer.
_FINISHED_BYTES_MAX = 256


class Turns:
    """Places for what runs, and a queue for each client; for one event loop."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free = at_once
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    async def take(self, client: str) -> None:
        """Wait for a place."""
        if self._free:
            self._free -= 1
            return
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(given)
        try:
            await given
        except asyncio.CancelledError:
            if not given.cancelled():
                self.give_back()
            raise

    def give_back(self) -> None:
        """Give a place to the next client's next, or keep it for who comes."""
        while self._waiting:
            client, queue = self._waiting.popitem(last=False)
            given = queue.popleft()
            if queue:
                self._waiting[client] = queue
            if not given.cancelled():
                given.set_result(None)
                return
        self._free += 1


class Turn:
    """One page's: taken before its script starts, given back when it says that it has ended, or after `HOLD_SECONDS`."""

    def __init__(self, turns: Turns, client: str) -> None:
        self._turns, self._client = turns, client
        self._timer: asyncio.TimerHandle | None = None

    async def begin(self) -> None:
        """Wait for a place; a script that is started anew while it runs keeps the one it has."""
        if self._timer is None:
            await self._turns.take(self._client)
            self._timer = asyncio.get_running_loop().call_later(HOLD_SECONDS, self.end)

    def end(self) -> None:
        """Give the place back; again does nothing."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._turns.give_back()


def has_ended(data: bytes | None) -> bool:
    """Whether a message of Streamlit to a page says that its script has ended, and not to start anew."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    if not data or len(data) > _FINISHED_BYTES_MAX:
        return False
    message = ForwardMsg.FromString(data)
    return (
        message.WhichOneof("type") == "script_finished"
        and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
    )

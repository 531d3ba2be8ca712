"""A few places for each kind of costly work, a short queue before them, and a share of both for each client.

What finds no room is told at once when to come again, so that nothing cheap ever waits behind what is dear.
"""

import asyncio
import contextlib
import threading
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLongError
from dataclasses import dataclass, field

from portal.texts.errors import BilingualError, sentence


@dataclass(frozen=True)
class Kind:
    """A kind of work and its bounds.

    Args:
        name: what it is called in settings, metrics and the log.
        at_once: how much of it runs at the same time.
        waiting: how much may wait.
        wait_seconds: how long it may wait.
        share: how much of either one client may have.
        per_minute: how much one client may ask for in a minute; None for any number.
    """

    name: str
    at_once: int
    waiting: int
    wait_seconds: float
    share: int
    per_minute: int | None = None


class BusyError(BilingualError):
    """There is no room; `own` says that it is the client's own share or rate that is used up.

    Args:
        kind: the kind of work.
        retry_after: whole seconds after which asking again makes sense.
        own: whether others could still be served.
    """

    def __init__(self, kind: str, retry_after: int, own: bool) -> None:
        self.kind, self.retry_after, self.own = kind, retry_after, own
        # 429 for who asked too often, 503 where the portal has no room.
        self.status = 429 if own else 503
        super().__init__(sentence("busy.own" if own else "busy.all", seconds=retry_after))


@dataclass(eq=False)
class _Ticket:
    client: str
    given: "Future[None]" = field(default_factory=Future)


class Slots:
    """The places of one kind. Threads and coroutines may share them."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._lock = threading.Lock()
        self._running: set[_Ticket] = set()
        self._waiting: deque[_Ticket] = deque()
        self._clients: Counter[str] = Counter()

    @property
    def running(self) -> int:
        """How much runs just now."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """How much waits just now."""
        return len(self._waiting)

    @contextlib.contextmanager
    def held(self, client: str) -> Iterator[None]:
        """Hold a place, waiting for it in this thread.

        Raises:
            BusyError: there is none.
        """
        ticket = self._enter(client)
        try:
            ticket.given.result(self.kind.wait_seconds)
        except WaitedTooLongError:
            self.leave(ticket)
            raise self._busy(own=False) from None
        try:
            yield
        finally:
            self.leave(ticket)

    @contextlib.asynccontextmanager
    async def held_async(self, client: str) -> AsyncIterator["_Ticket"]:
        """Hold a place, waiting for it without holding up the event loop; it may be given back early with `leave`.

        Raises:
            BusyError: there is none.
        """
        ticket = self._enter(client)
        try:
            if not ticket.given.done():
                await asyncio.wait([asyncio.wrap_future(ticket.given)], timeout=self.kind.wait_seconds)
            if not ticket.given.done():
                raise self._busy(own=False)
            yield ticket
        finally:
            self.leave(ticket)

    def leave(self, ticket: _Ticket) -> None:
        """Give a place back, or up; again does nothing."""
        with self._lock:
            if ticket in self._running:
                self._running.remove(ticket)
            elif ticket in self._waiting:
                self._waiting.remove(ticket)
            else:
                return
            self._clients[ticket.client] -= 1
            if not self._clients[ticket.client]:
                del self._clients[ticket.client]
            following = self._waiting.popleft() if self._waiting and len(self._running) < self.kind.at_once else None
            if following:
                self._running.add(following)
        if following:
            following.given.set_result(None)

    def _enter(self, client: str) -> _Ticket:
        ticket = _Ticket(client)
        with self._lock:
            if self._clients[client] >= self.kind.share:
                raise self._busy(own=True)
            if len(self._running) < self.kind.at_once:
                self._running.add(ticket)
                ticket.given.set_result(None)
            elif len(self._waiting) < self.kind.waiting:
                self._waiting.append(ticket)
            else:
                raise self._busy(own=False)
            self._clients[client] += 1
        return ticket

    def _busy(self, own: bool) -> BusyError:
        return BusyError(self.kind.name, max(1, round(self.kind.wait_seconds)), own)

"""One door for everything that costs: page, API and downloads go through it, each kind of work with its own rate, slots and time."""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from functools import lru_cache

from portal.common_memory import CommonMemory, common_memory
from portal.publication.time_limit import limited
from portal.settings import Settings, settings
from portal.telemetry import meters
from portal.traffic import clients
from portal.traffic.common_rates import CommonBuckets, Rates
from portal.traffic.rates import TokenBuckets
from portal.traffic.slots import BusyError, Kind, Slots


def kinds(settings: Settings) -> tuple[Kind, ...]:
    """The kinds of work that have bounds of their own; everything else is short and is not held up."""
    heavy, files = settings.draw_per_minute, settings.download_per_minute
    return (
        Kind("question", 2, 30, 15, 16, settings.ask_per_minute),
        Kind("sql", 2, 10, settings.query_seconds, 6, settings.query_per_minute),
        Kind("chart", 1, 12, 5, 5, heavy),
        Kind("report", 1, 6, 15, 2, heavy),
        Kind("export", 2, 12, 15, 6, files),
        Kind("search", 2, 20, 5, 10, settings.read_per_minute),
        Kind("read", 2, 30, 5, 10, settings.read_per_minute),
        Kind("vote", 1, 4, 3, 2, settings.vote_per_minute),
        Kind("sign_in", 1, 4, 3, 2, settings.sign_in_per_minute),
        # It waits for another machine: a slow one must not keep out who has a password.
        Kind("sign_in_elsewhere", 4, 8, 3, 2, settings.sign_in_per_minute),
        Kind("contribution", 1, 4, 3, 2, settings.contribute_per_minute),
    )


class Admission:
    """Rates and slots of every kind, and who is not counted.

    Args:
        settings: rates, times and `unlimited`.
    """

    def __init__(self, settings: Settings) -> None:
        known = kinds(settings)
        self._unlimited = clients.networks(settings.unlimited)
        self.slots = {k.name: Slots(k) for k in known}
        memory = common_memory(settings.redis_url)
        self._rates = {k.name: _rates(k.name, k.per_minute, memory) for k in known if k.per_minute}
        self._seconds = {
            "read": settings.read_seconds,
            "search": settings.read_seconds,
            "chart": settings.read_seconds,
            "report": settings.export_seconds,
            "export": settings.export_seconds,
        }
        self.read_seconds = settings.read_seconds

    def client(self, scope: Mapping[str, object]) -> str:
        """The key of the client of an ASGI request; the machine's own are marked as not counted."""
        address = clients.address_of(scope)
        headers: list[tuple[bytes, bytes]] = list(scope.get("headers") or [])  # type: ignore[call-overload]
        own = not clients.came_through_a_proxy(headers) and (not address or clients.within(address, self._unlimited))
        return f"-{address}" if own else clients.key(address)

    def count(self, kind: str, client: str) -> None:
        """Count a request against a client's rate.

        Raises:
            BusyError: the client has asked too often.
        """
        rates = self._rates.get(kind)
        if rates is None or client.startswith("-"):
            return
        wait = rates.take(client)
        if wait is not None:
            meters.limits_hit.labels(kind, "rate").inc()
            raise BusyError(kind, wait, own=True)

    @contextlib.contextmanager
    def held(self, kind: str, client: str) -> Iterator[None]:
        """Count a request, wait for its slot in this thread, and bound the time of what it reads.

        Raises:
            BusyError: there is no room.
        """
        self.count(kind, client)
        with self._counting(kind), self.slots[kind].held(client), limited(self._seconds.get(kind)):
            yield

    @contextlib.asynccontextmanager
    async def held_async(self, kind: str, client: str) -> AsyncIterator["Held"]:
        """The same for a coroutine; the slot may be given back before the end.

        Raises:
            BusyError: there is no room.
        """
        self.count(kind, client)
        slots = self.slots[kind]
        with self._counting(kind):
            async with slots.held_async(client) as ticket:
                with limited(self._seconds.get(kind)):
                    yield Held(lambda: slots.leave(ticket))

    @contextlib.contextmanager
    def _counting(self, kind: str) -> Iterator[None]:
        try:
            yield
        except BusyError as busy:
            meters.limits_hit.labels(kind, "share" if busy.own else "full").inc()
            raise


def _rates(kind: str, per_minute: int, memory: CommonMemory | None) -> Rates:
    own = TokenBuckets(per_minute)
    return CommonBuckets(kind, own, memory) if memory else own


class Held:
    """A slot that is held; `give_back` lets the next one in before the answer has been sent to the end."""

    def __init__(self, give_back: Callable[[], None]) -> None:
        self.give_back = give_back


@lru_cache(maxsize=1)
def shared() -> Admission:
    """The process's admission: page, API and downloads use the same rates and slots."""
    return Admission(settings())

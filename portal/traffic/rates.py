"""How often one client may ask for what costs most: a token bucket a client, and a bound on how many are remembered.

Own code instead of the `limits` package: its memory store keeps every client it has seen until that client's time has passed, so
whoever has many addresses fills the memory; this one forgets the client it has not seen for the longest.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

CLIENTS_MAX = 10_000


class TokenBuckets:
    """A minute's worth at once, then as many a minute. Safe to use from several threads.

    Args:
        per_minute: requests a minute from one client.
        clients_max: clients remembered; one that is forgotten starts anew.
        clock: seconds from some moment on.
    """

    def __init__(
        self, per_minute: int, clients_max: int = CLIENTS_MAX, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.per_minute = per_minute
        self._clients_max, self._clock = clients_max, clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, client: str) -> int | None:
        """Count a request; None where it may go ahead, else the whole seconds to wait."""
        now = self._clock()
        with self._lock:
            tokens, since = self._buckets.pop(client, (float(self.per_minute), now))
            tokens = min(self.per_minute, tokens + (now - since) * self.per_minute / 60)
            allowed = tokens >= 1
            self._buckets[client] = (tokens - allowed, now)
            if len(self._buckets) > self._clients_max:
                self._buckets.popitem(last=False)
        return None if allowed else max(1, math.ceil((1 - tokens) * 60 / self.per_minute))

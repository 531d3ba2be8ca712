"""How often one client may ask for what costs most: a token bucket a client."""

import threading
import time
from collections import OrderedDict

_CLIENTS_MAX = 10_000


class TokenBuckets:
    """A minute's worth at once, then as many a minute.

    Args:
        per_minute: requests a minute from one client.
    """

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> int | None:
        """Count a request; None where it may go ahead, else the seconds to wait."""
        now = time.monotonic()
        with self._lock:
            tokens, since = self._buckets.pop(client, (float(self.per_minute), now))
            tokens = min(self.per_minute, tokens + (now - since) * self.per_minute / 60)
            allowed = tokens >= 1
            self._buckets[client] = (tokens - allowed, now)
            if len(self._buckets) > _CLIENTS_MAX:
                self._buckets.popitem(last=False)
        return None if allowed else max(1, round((1 - tokens) * 60 / self.per_minute))

"""How often one client may ask for what costs most: questions and SQL."""

import ipaddress
import threading
import time
from collections import OrderedDict

from fastapi import Request

from portal.api.problems import Problem

_CLIENTS_MAX = 10_000


class RateLimit:
    """A token bucket a client: a minute's worth at once, then as many a minute. The machine's own requests are not counted.

    Args:
        per_minute: requests a minute from one address.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def check(self, request: Request) -> None:
        """Count a request.

        Raises:
            Problem: 429, with how long to wait.
        """
        client = request.client.host if request.client else ""
        if _is_own(client):
            return
        now = time.monotonic()
        with self._lock:
            tokens, since = self._buckets.pop(client, (float(self._per_minute), now))
            tokens = min(self._per_minute, tokens + (now - since) * self._per_minute / 60)
            allowed = tokens >= 1
            self._buckets[client] = (tokens - allowed, now)
            if len(self._buckets) > _CLIENTS_MAX:
                self._buckets.popitem(last=False)
        if not allowed:
            wait = max(1, round((1 - tokens) * 60 / self._per_minute))
            raise Problem(
                429,
                f"请求太频繁：每分钟最多 {self._per_minute} 次。请 {wait} 秒后再试。",
                f"Too many requests: at most {self._per_minute} a minute. Try again in {wait} s.",
                {"Retry-After": str(wait)},
            )


def _is_own(client: str) -> bool:
    try:
        return ipaddress.ip_address(client).is_loopback
    except ValueError:
        # Not an address: a test client or a local socket.
        return True

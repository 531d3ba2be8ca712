"""How often one client may ask for what costs most: questions and SQL."""

import ipaddress

from fastapi import Request

from portal.api.problems import Problem
from portal.rate_limit import TokenBuckets


class RateLimit:
    """A token bucket a client (`portal.rate_limit`). The machine's own requests are not counted.

    Args:
        per_minute: requests a minute from one address.
    """

    def __init__(self, per_minute: int) -> None:
        self._buckets = TokenBuckets(per_minute)

    def check(self, request: Request) -> None:
        """Count a request.

        Raises:
            Problem: 429, with how long to wait.
        """
        client = request.client.host if request.client else ""
        if _is_own(client):
            return
        wait = self._buckets.take(client)
        if wait is not None:
            most = self._buckets.per_minute
            raise Problem(
                429,
                f"请求太频繁：每分钟最多 {most} 次。请 {wait} 秒后再试。",
                f"Too many requests: at most {most} a minute. Try again in {wait} s.",
                {"Retry-After": str(wait)},
            )


def _is_own(client: str) -> bool:
    try:
        return ipaddress.ip_address(client).is_loopback
    except ValueError:
        # Not an address: a test client or a local socket.
        return True

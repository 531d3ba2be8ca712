"""What several processes of the portal remember together, in a Redis: rates of clients, conversations. Without one each has its own."""

import logging
import ssl
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError
from redis.retry import Retry

from portal.telemetry import meters

# It stands beside the portal: one that takes longer is as good as gone, and no visitor waits for it.
_WAIT_SECONDS = 0.25
AGAIN_SECONDS = 5.0
_Told = TypeVar("_Told")
_log = logging.getLogger(__name__)


class MemoryAwayError(Exception):
    """The common memory cannot be used just now; the process's own has to do."""


class CommonMemory:
    """A Redis that may be gone at any time. Safe to use from several threads.

    Args:
        url: of the Redis, e.g. `redis://10.0.0.5:6379/0`.
        again_seconds: how long one that failed is left alone.
        clock: seconds from some moment on.
    """

    def __init__(
        self, url: str, again_seconds: float = AGAIN_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        # Once more at once: the connections to one that was restarted are all broken.
        again = Retry(NoBackoff(), 1)
        self._redis = Redis.from_url(
            url, socket_timeout=_WAIT_SECONDS, socket_connect_timeout=_WAIT_SECONDS, retry=again
        )
        self._again_seconds, self._clock = again_seconds, clock
        self._lock = threading.Lock()
        self._again_at: float | None = None

    def use(self, act: Callable[[Redis], _Told]) -> _Told:
        """What `act` finds or does there.

        Raises:
            MemoryAwayError: it could not be reached or refused; said and counted once, until it answers again.
        """
        self._wait_for_it()
        try:
            told = act(self._redis)
        except RedisError as problem:
            self._is_away(problem)
            raise MemoryAwayError from problem
        self._is_back()
        return told

    def _wait_for_it(self) -> None:
        """Leave one that failed alone, but for a single try now and then.

        Raises:
            MemoryAwayError: it is to be left alone.
        """
        if self._again_at is None:
            return
        with self._lock:
            if self._again_at is None:
                return
            if self._clock() < self._again_at:
                raise MemoryAwayError
            self._again_at = self._clock() + self._again_seconds

    def _is_away(self, problem: RedisError) -> None:
        with self._lock:
            begun, self._again_at = self._again_at is None, self._clock() + self._again_seconds
        if begun:
            meters.common_memory_losses.inc()
            meters.problem.labels("common_memory").set(1)
            _log.error("PORTAL_REDIS_URL cannot be used, each process counts for itself: %s", _reason(problem))

    def _is_back(self) -> None:
        if self._again_at is None:
            return
        with self._lock:
            self._again_at = None
        meters.problem.labels("common_memory").set(0)
        _log.warning("PORTAL_REDIS_URL can be used again")


def _reason(problem: RedisError) -> str:
    """What is wrong, and what to look at; never the problem's own words, which may hold the address with its password."""
    name = type(problem).__name__
    if isinstance(problem, AuthenticationError):
        return f"{name}. The password is missing or is not the one of its requirepass: rediss://:password@host:port/0"
    if isinstance(problem.__cause__, ssl.SSLError) or isinstance(problem.__context__, ssl.SSLError):
        return f"{name}. Its certificate is not trusted: name the one to trust, ?ssl_ca_certs=/path/ca.pem, or it speaks no TLS"
    return f"{name}. Is it running, and is the address right?"


@lru_cache(maxsize=4)
def common_memory(url: str) -> CommonMemory | None:
    """The process's common memory under a setting, one for all uses; None where it is switched off."""
    return CommonMemory(url) if url else None

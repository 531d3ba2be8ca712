"""The rates of clients counted together by all processes of the portal, as long as their common memory answers.

Own code instead of the `limits` package: its windows allow twice a minute's worth at their edges, and where its store fails a request
fails with it.
"""

import hashlib
from typing import Protocol, cast

from redis import Redis

from portal.common_memory import CommonMemory, MemoryAwayError
from portal.traffic.rates import TokenBuckets

# The bucket of `TokenBuckets`, by the clock of the Redis, in one step nobody can come between: 0, or the seconds to wait.
# It is full again after a minute, and then forgotten.
_TAKE = """
local now = redis.call('TIME')
now = tonumber(now[1]) + tonumber(now[2]) / 1000000
local most = tonumber(ARGV[1])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'since')
local tokens = math.min(most, (tonumber(kept[1]) or most) + math.max(0, now - (tonumber(kept[2]) or now)) * most / 60)
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = math.max(1, math.ceil((1 - tokens) * 60 / most)) end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens), 'since', string.format('%.6f', now))
redis.call('EXPIRE', KEYS[1], 61)
return wait
"""


class Rates(Protocol):
    """How often each client may ask."""

    def take(self, client: str) -> int | None:
        """Count a request; None where it may go ahead, else the whole seconds to wait."""


class CommonBuckets:
    """The buckets of one kind of work in a common memory; while that is away, the process's own. Safe to use from several threads.

    Args:
        kind: what is counted.
        own: the process's own, and how much a minute.
        memory: where they are kept together.
    """

    def __init__(self, kind: str, own: TokenBuckets, memory: CommonMemory) -> None:
        self._kind, self._own, self._memory = kind, own, memory

    def take(self, client: str) -> int | None:
        """Count a request; None where it may go ahead, else the whole seconds to wait."""
        # What is no address cannot make a key long.
        key = f"portal:rate:{self._kind}:{hashlib.sha256(client.encode()).hexdigest()[:32]}"

        def counted(redis: Redis) -> int:
            return cast(int, redis.eval(_TAKE, 1, key, str(self._own.per_minute)))

        try:
            return self._memory.use(counted) or None
        except MemoryAwayError:
            return self._own.take(client)

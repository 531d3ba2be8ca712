"""Conversations that any process of the portal finds again, as long as their common memory answers; written to no disk there either."""

import hashlib
import logging
from collections.abc import Sequence
from typing import cast

from pydantic import TypeAdapter, ValidationError
from redis import Redis

from portal.answering.models import HISTORY_MAX
from portal.chat.conversations import IDLE_SECONDS, Conversations, Turn
from portal.common_memory import CommonMemory, MemoryAwayError

_TURNS = TypeAdapter(tuple[Turn, ...])
_log = logging.getLogger(__name__)


class CommonConversations(Conversations):
    """Conversations kept by this process and in a common memory. Safe to use from several threads.

    Args:
        memory: where they are kept together; it bounds how many (`deploy/redis/portal.conf`).
        idle_seconds: whole seconds a conversation is kept there after it was last touched.
    """

    def __init__(self, memory: CommonMemory, idle_seconds: int = IDLE_SECONDS) -> None:
        super().__init__(idle_seconds=idle_seconds)
        self._memory, self._idle_seconds = memory, idle_seconds

    def keep(self, conversation: str, turns: Sequence[Turn]) -> None:
        """Keep a conversation as it now stands."""
        super().keep(conversation, turns)
        self._write(conversation, turns)

    def find(self, conversation: str) -> tuple[Turn, ...]:
        """The turns of a conversation, oldest first; none where it is not known or no longer kept."""

        def read(redis: Redis) -> bytes | None:
            return cast("bytes | None", redis.getex(_key(conversation), ex=self._idle_seconds))

        try:
            kept = self._memory.use(read)
        except MemoryAwayError:
            kept = None
        if kept is None:
            return super().find(conversation)
        try:
            return _TURNS.validate_json(kept)
        except ValidationError:
            # Another release of the portal wrote it.
            _log.warning("a conversation in the common memory cannot be read")
            return super().find(conversation)

    def forget(self, conversation: str) -> None:
        """Forget a conversation."""
        super().forget(conversation)
        # Another process may still have it: that there is nothing left of it is what that one finds.
        self._write(conversation, ())

    def _write(self, conversation: str, turns: Sequence[Turn]) -> None:
        told = _TURNS.dump_json(tuple(turns)[-HISTORY_MAX:])

        def written(redis: Redis) -> None:
            redis.set(_key(conversation), told, ex=self._idle_seconds)

        try:
            self._memory.use(written)
        except MemoryAwayError:
            # The process's own copy has to do.
            return


def _key(conversation: str) -> str:
    """Where a conversation is kept: who reads what is in the memory learns no id from it."""
    return f"portal:conversation:{hashlib.sha256(conversation.encode()).hexdigest()}"

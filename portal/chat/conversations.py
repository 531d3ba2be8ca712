"""Conversations kept for a while, so that a reload or a dropped connection does not lose one.

In memory only: what visitors ask is written to no disk, and a restart forgets it.
"""

import datetime
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cachetools import TTLCache

from portal.answering.models import HISTORY_MAX, Answer

TURNS_MAX = 4_000
IDLE_SECONDS = 6 * 3600


@dataclass(frozen=True)
class Turn:
    """A question as it is shown (personal data masked) and its answer; None where answering failed.
    `reading` is the reading of it the visitor meant, as `Ask` takes it."""

    question: str
    answer: Answer | None
    at: datetime.datetime
    helpful: bool | None = None
    reading: int = 0


class Conversations:
    """Conversations by an id nobody can guess. Safe to use from several threads.

    Each keeps its last 20 turns. The one longest untouched goes when all together hold more than `turns_max`, or when
    nobody touched it for `idle_seconds`.

    Args:
        turns_max: turns kept in all; some 10 KB each.
        idle_seconds: how long a conversation is kept after it was last touched.
        clock: seconds from some moment on.
    """

    def __init__(
        self,
        turns_max: int = TURNS_MAX,
        idle_seconds: float = IDLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lock = threading.Lock()
        self._kept: TTLCache[str, tuple[Turn, ...]] = TTLCache(turns_max, idle_seconds, clock, len)

    def start(self) -> str:
        """An id for a new conversation."""
        return secrets.token_urlsafe(24)

    def keep(self, conversation: str, turns: Sequence[Turn]) -> None:
        """Keep a conversation as it now stands."""
        with self._lock:
            self._kept[conversation] = tuple(turns)[-HISTORY_MAX:]

    def find(self, conversation: str) -> tuple[Turn, ...]:
        """The turns of a conversation, oldest first; none where it is not known or no longer kept."""
        with self._lock:
            turns = self._kept.get(conversation, ())
            if turns:
                # Touched: it is kept for as long again.
                self._kept[conversation] = turns
            return turns

    def forget(self, conversation: str) -> None:
        """Forget a conversation."""
        with self._lock:
            self._kept.pop(conversation, None)

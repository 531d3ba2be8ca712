"""Thumbs up or down on an answer, with a word if the visitor likes: stored here, in SQLite or any database SQLAlchemy speaks to."""

import datetime
import logging
import threading
from typing import TYPE_CHECKING

from portal.answering.models import QUESTION_MAX
from portal.answering.normalise import normalise
from portal.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

# What `normalise` keeps of any text.
WORD_MAX = QUESTION_MAX
_WAIT_SECONDS = 3
_log = logging.getLogger(__name__)


class FeedbackUnavailableError(Exception):
    """Feedback could not be stored; the cause is in the log."""


class Feedback:
    """The votes on answers. The database is opened, and its table made, at the first vote. Safe to call from several threads.

    Args:
        settings: `feedback_url` names the database; where it is empty, `feedback.sqlite` in `var` is.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def record(
        self, answer: str, helpful: bool, word: str, question: str, version: str, time: datetime.datetime
    ) -> None:
        """Keep a vote; a second one on the same answer takes the place of the first.

        Args:
            answer: the answer's id.
            helpful: thumb up or down.
            word: the visitor's own words, may be empty; cleaned, masked and cut at 300 characters before it is stored.
            question: cleaned and masked like `word`.
            version: the published version that answered.
            time: when the vote was given, with its time zone.

        Raises:
            FeedbackUnavailableError: the database cannot be reached or written to.
        """
        from sqlalchemy.exc import SQLAlchemyError

        from portal.chat import feedback_table

        vote = feedback_table.Vote(
            answer=answer,
            helpful=helpful,
            word=normalise(word).text,
            question=normalise(question).text,
            version=version,
            time=time.astimezone(datetime.UTC),
        )
        try:
            feedback_table.put(self._opened(), vote, self._settings.feedback_days, self._settings.feedback_max)
        # A driver that is not installed is an ImportError, a folder that cannot be made an OSError.
        except (SQLAlchemyError, ImportError, OSError, ValueError) as problem:
            self._engine = None
            _log.error("feedback was not stored: %s", str(problem).partition("\n")[0])
            raise FeedbackUnavailableError("feedback could not be stored") from problem

    def _opened(self) -> "Engine":
        from portal.chat import feedback_table

        if not self._lock.acquire(timeout=_WAIT_SECONDS):
            raise TimeoutError("another vote is still waiting for the database")
        try:
            if self._engine is None:
                self._engine = feedback_table.connect(self._settings, _WAIT_SECONDS)
            return self._engine
        finally:
            self._lock.release()

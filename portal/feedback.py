"""Thumbs up or down on an answer, with a word if the visitor likes: stored here, in SQLite or any database SQLAlchemy speaks to."""

import datetime
import logging
import threading

from sqlalchemy import URL, Boolean, DateTime, Engine, String, Text, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from portal.answering.normalise import normalise
from portal.settings import Settings

WORD_MAX = 300
_WAIT_SECONDS = 3
# What each driver calls the time it may take to connect.
_WAIT_ARGUMENT = {"pysqlite": "timeout", "psycopg": "connect_timeout", "psycopg2": "connect_timeout"}
_log = logging.getLogger(__name__)


class FeedbackUnavailableError(Exception):
    """Feedback could not be stored; the cause is in the log."""


class _Base(DeclarativeBase):
    pass


class Vote(_Base):
    """What one visitor thought of one answer; `question` and `word` hold no personal data the portal can recognise."""

    __tablename__ = "feedback"

    answer: Mapped[str] = mapped_column(String(64), primary_key=True)
    helpful: Mapped[bool] = mapped_column(Boolean)
    word: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(String(64))
    time: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))


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
        vote = Vote(
            answer=answer,
            helpful=helpful,
            word=normalise(word).text[:WORD_MAX],
            question=normalise(question).text,
            version=version,
            time=time.astimezone(datetime.UTC),
        )
        try:
            with Session(self._opened()) as session, session.begin():
                session.merge(vote)
        # A driver that is not installed is an ImportError, a folder that cannot be made an OSError.
        except (SQLAlchemyError, ImportError, OSError, ValueError) as problem:
            self._engine = None
            _log.error("feedback was not stored: %s", str(problem).partition("\n")[0])
            raise FeedbackUnavailableError("feedback could not be stored") from problem

    def _opened(self) -> Engine:
        if not self._lock.acquire(timeout=_WAIT_SECONDS):
            raise TimeoutError("another vote is still waiting for the database")
        try:
            if self._engine is None:
                engine = _connect(self._settings)
                _Base.metadata.create_all(engine)
                self._engine = engine
            return self._engine
        finally:
            self._lock.release()


def _connect(settings: Settings) -> Engine:
    """An engine that gives up after seconds: a thumb must not keep a visitor waiting for a database that is away."""
    if settings.feedback_url:
        url = make_url(settings.feedback_url)
    else:
        settings.var.mkdir(parents=True, exist_ok=True)
        url = URL.create("sqlite", database=str(settings.var / "feedback.sqlite"))
    wait = _WAIT_ARGUMENT.get(url.get_driver_name())
    return create_engine(url, pool_pre_ping=True, connect_args={wait: _WAIT_SECONDS} if wait else {})

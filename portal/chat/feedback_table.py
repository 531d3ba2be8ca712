"""The table votes are kept in, and how to reach it. Imported at the first vote: SQLAlchemy costs 0.3 s that no answer should wait for."""

import datetime

from sqlalchemy import URL, Boolean, DateTime, Engine, String, Text, create_engine, delete, func, make_url, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from portal.settings import Settings

# What each driver calls the time it may take to connect.
_WAIT_ARGUMENT = {"pysqlite": "timeout", "psycopg": "connect_timeout", "psycopg2": "connect_timeout"}


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


def connect(settings: Settings, wait_seconds: int) -> Engine:
    """The database of the settings, its table made where it is missing.

    Args:
        settings: `feedback_url` names the database; where it is empty, `feedback.sqlite` in `var` is.
        wait_seconds: how long to wait for a database that does not answer.

    Raises:
        SQLAlchemyError: the URL is none, or the database refuses.
        ImportError: the database's driver is not installed.
        OSError: the folder cannot be made.
    """
    if settings.feedback_url:
        url = make_url(settings.feedback_url)
    else:
        settings.var.mkdir(parents=True, exist_ok=True)
        url = URL.create("sqlite", database=str(settings.var / "feedback.sqlite"))
    wait = _WAIT_ARGUMENT.get(url.get_driver_name())
    engine = create_engine(url, pool_pre_ping=True, connect_args={wait: wait_seconds} if wait else {})
    _Base.metadata.create_all(engine)
    return engine


def put(engine: Engine, vote: Vote, days: int, most: int) -> None:
    """Keep a vote; one there is on the same answer is replaced, and what is too old or too many is let go.

    Args:
        engine: the database.
        vote: the vote.
        days: how long votes are kept, counted back from this one.
        most: how many are kept.
    """
    with Session(engine) as session, session.begin():
        session.merge(vote)
        session.flush()
        session.execute(delete(Vote).where(Vote.time < vote.time - datetime.timedelta(days=days)))
        newest = select(Vote.answer).order_by(Vote.time.desc(), Vote.answer).limit(most)
        if (session.scalar(select(func.count()).select_from(Vote)) or 0) > most:
            session.execute(delete(Vote).where(Vote.answer.not_in(newest)))

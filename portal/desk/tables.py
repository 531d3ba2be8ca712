"""The one schema of what people bring in. Imported with the first use: SQLAlchemy costs 0.3 s that no answer should wait for."""

import datetime

from sqlalchemy import Boolean, DateTime, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """What the migrations lead to; a test holds them together."""


class Vote(Base):
    """What one visitor thought of one answer; `question` and `word` hold no personal data the portal can recognise."""

    __tablename__ = "feedback"

    answer: Mapped[str] = mapped_column(String(64), primary_key=True)
    helpful: Mapped[bool] = mapped_column(Boolean)
    word: Mapped[str] = mapped_column(Text)
    question: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(String(64))
    time: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))

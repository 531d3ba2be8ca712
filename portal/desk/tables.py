"""The one schema of what people bring in. Imported with the first use: SQLAlchemy costs 0.3 s that no answer should wait for."""

import datetime

from sqlalchemy import JSON, Boolean, DateTime, Dialect, ForeignKey, Integer, LargeBinary, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[datetime.datetime]):
    """A moment in UTC; SQLite keeps no time zone, so it is said again on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, _: Dialect) -> datetime.datetime | None:
        """To UTC."""
        return value.astimezone(datetime.UTC) if value else None

    def process_result_value(self, value: datetime.datetime | None, _: Dialect) -> datetime.datetime | None:
        """From UTC."""
        return value.replace(tzinfo=datetime.UTC) if value and value.tzinfo is None else value


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


class Contribution(Base):
    """What somebody brought in, without what could name them, and what became of it."""

    __tablename__ = "contributions"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    about_kind: Mapped[str] = mapped_column(String(16))
    about_id: Mapped[str] = mapped_column(String(200))
    about_name: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(String(100))
    unit: Mapped[str] = mapped_column(String(100))
    period: Mapped[str] = mapped_column(String(100))
    source_url: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), index=True)
    received: Mapped[datetime.datetime] = mapped_column(Moment)
    decided: Mapped[datetime.datetime | None] = mapped_column(Moment, index=True)
    decided_by: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(String(64))


class Contact(Base):
    """How to ask the one who brought something in; it is gone with the decision."""

    __tablename__ = "contacts"

    contribution: Mapped[int] = mapped_column(ForeignKey("contributions.id", ondelete="CASCADE"), primary_key=True)
    contact: Mapped[str] = mapped_column(Text)


class Account(Base):
    """Somebody who works at the desk."""

    __tablename__ = "accounts"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    password: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime.datetime] = mapped_column(Moment)
    failed: Mapped[int] = mapped_column(Integer)
    locked_until: Mapped[datetime.datetime | None] = mapped_column(Moment)
    # Who a service elsewhere says they are; with one the account has no password.
    identity: Mapped[str | None] = mapped_column(String(768), unique=True, index=True)


class SignedIn(Base):
    """A session; of its token only a digest is kept."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey("accounts.name", ondelete="CASCADE"), index=True)
    began: Mapped[datetime.datetime] = mapped_column(Moment)
    seen: Mapped[datetime.datetime] = mapped_column(Moment)


class Act(Base):
    """A line of the audit: who did what to what, and when."""

    __tablename__ = "acts"

    id: Mapped[int] = mapped_column(primary_key=True)
    moment: Mapped[datetime.datetime] = mapped_column(Moment, index=True)
    account: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(32))
    about: Mapped[str] = mapped_column(Text)


class ChangeSet(Base):
    """Rows to be changed together, and what became of that."""

    __tablename__ = "change_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    reason: Mapped[str] = mapped_column(Text)
    reason_en: Mapped[str] = mapped_column(Text)
    # Numbers and no references: what was published stays when the contribution is let go, and is copied in any order.
    contribution: Mapped[int | None] = mapped_column(Integer, index=True)
    undoes: Mapped[int | None] = mapped_column(Integer)
    editor: Mapped[str] = mapped_column(String(64))
    made: Mapped[datetime.datetime] = mapped_column(Moment)
    publisher: Mapped[str] = mapped_column(String(64))
    published: Mapped[datetime.datetime | None] = mapped_column(Moment)
    version: Mapped[str] = mapped_column(String(64))
    # The questions it is to answer, as `Reviewed` has them.
    review: Mapped[str] = mapped_column(String(64), server_default="")


class Effect(Base):
    """What a change set makes of the answers; `told` is missing while that is measured, `digest` is of the rows it was measured with.

    Who measures says so again and again in `seen`: when that has stopped, nobody does.
    """

    __tablename__ = "effects"

    change_set: Mapped[int] = mapped_column(ForeignKey("change_sets.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    began: Mapped[datetime.datetime] = mapped_column(Moment)
    seen: Mapped[datetime.datetime | None] = mapped_column(Moment)
    told: Mapped[dict[str, object] | None] = mapped_column(JSON(none_as_null=True))


class RowChange(Base):
    """One row before and after, as text by column; `written` and `follows` say how and where what was published stood in the file before."""

    __tablename__ = "row_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    change_set: Mapped[int] = mapped_column(ForeignKey("change_sets.id", ondelete="CASCADE"), index=True)
    dataset: Mapped[str] = mapped_column(String(100))
    before: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    written: Mapped[str] = mapped_column(Text)
    follows: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))


class Intended(Base):
    """A file a publication writes, before and after; there while the publication is not finished, so that it can be."""

    __tablename__ = "intended_files"

    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    change_set: Mapped[int] = mapped_column(ForeignKey("change_sets.id"))
    before: Mapped[bytes] = mapped_column(LargeBinary)
    after: Mapped[bytes] = mapped_column(LargeBinary)


class KeptAnswer(Base):
    """An answer under an address that stays: the letter as it was composed, whatever is published later."""

    __tablename__ = "answers"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    answer: Mapped[str] = mapped_column(String(64), unique=True)
    made: Mapped[datetime.datetime] = mapped_column(Moment, index=True)
    question: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    refused: Mapped[bool] = mapped_column(Boolean)
    language: Mapped[str] = mapped_column(String(2))
    version: Mapped[str] = mapped_column(String(64))
    letter: Mapped[dict[str, object]] = mapped_column(JSON)


class Enquiry(Base):
    """What somebody asked a clerk, without what could name them, and what came of it."""

    __tablename__ = "enquiries"

    id: Mapped[int] = mapped_column(primary_key=True)
    asked: Mapped[datetime.datetime] = mapped_column(Moment, index=True)
    clerk: Mapped[str] = mapped_column(String(64))
    kept: Mapped[str] = mapped_column(ForeignKey("answers.id"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(16), index=True)
    follow_up: Mapped[str] = mapped_column(Text)


class Meaning(Base):
    """The vector of an enquiry's question, made by a model: numbers of two bytes. Nothing that could not be made again."""

    __tablename__ = "meanings"

    id: Mapped[int] = mapped_column(primary_key=True)
    enquiry: Mapped[int] = mapped_column(ForeignKey("enquiries.id", ondelete="CASCADE"), unique=True, index=True)
    model: Mapped[str] = mapped_column(String(64))
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class Reviewed(Base):
    """What an editor decided of questions that were meant alike."""

    __tablename__ = "reviewed"

    meaning: Mapped[str] = mapped_column(String(64), primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)
    editor: Mapped[str] = mapped_column(String(64))
    decided: Mapped[datetime.datetime] = mapped_column(Moment, index=True)
    questions: Mapped[list[str]] = mapped_column(JSON, server_default="[]")

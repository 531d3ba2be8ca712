"""The rows of change sets."""

import datetime
from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from portal.desk.tables import ChangeSet, Intended, Reviewed, RowChange


def add(
    session: Session,
    state: str,
    why: tuple[str, str],
    editor: str,
    made: datetime.datetime,
    contribution: int | None,
    undoes: int | None = None,
) -> ChangeSet:
    """A new change set, with its number; one that takes another back is published by who makes it.

    Args:
        session: that writes.
        state: it begins in.
        why: the reason in Chinese and in English.
        editor: who makes it.
        made: with its time zone.
        contribution: it follows from.
        undoes: the number of the set it takes back.
    """
    row = ChangeSet(
        state=state,
        reason=why[0],
        reason_en=why[1],
        contribution=contribution,
        undoes=undoes,
        editor=editor,
        made=made,
        publisher=editor if undoes else "",
        published=None,
        version="",
    )
    session.add(row)
    session.flush()
    return row


def by_number(session: Session, number: int) -> ChangeSet | None:
    """The change set of a number."""
    return session.get(ChangeSet, number)


def of_states(session: Session, states: Sequence[str], limit: int, offset: int) -> tuple[int, Sequence[ChangeSet]]:
    """How many are in one of the states, and a page of them, newest first."""
    inside = ChangeSet.state.in_(states)
    total = session.scalar(select(func.count()).select_from(ChangeSet).where(inside)) or 0
    page = select(ChangeSet).where(inside).order_by(ChangeSet.id.desc()).limit(limit).offset(offset)
    return total, session.scalars(page).all()


def waiting(session: Session) -> int:
    """How many are neither published nor dropped."""
    return session.scalar(select(func.count()).where(ChangeSet.state.in_(("open", "ready")))) or 0


def rows_of(session: Session, number: int) -> Sequence[RowChange]:
    """The rows of a set, in the order they were put into it."""
    return session.scalars(select(RowChange).where(RowChange.change_set == number).order_by(RowChange.id)).all()


def remove_row(session: Session, number: int, row: int) -> None:
    """Take a row out of a set."""
    session.execute(delete(RowChange).where(RowChange.change_set == number, RowChange.id == row))


def forget_rows(session: Session, number: int) -> None:
    """Take all rows out of a set."""
    session.execute(delete(RowChange).where(RowChange.change_set == number))


def set_publisher(session: Session, number: int, publisher: str) -> None:
    """Say who publishes a set."""
    session.execute(update(ChangeSet).where(ChangeSet.id == number).values(publisher=publisher))


def of_contribution(session: Session, contribution: int) -> Sequence[ChangeSet]:
    """The sets a contribution led to, newest first."""
    page = select(ChangeSet).where(ChangeSet.contribution == contribution).order_by(ChangeSet.id.desc())
    return session.scalars(page).all()


def intended(session: Session) -> Sequence[Intended]:
    """The files a publication that is not finished means to write."""
    return session.scalars(select(Intended).order_by(Intended.path)).all()


def forget_intended(session: Session) -> None:
    """Whatever was meant is done or taken back."""
    session.execute(delete(Intended))


def is_reviewed(session: Session, meaning: str) -> bool:
    """Whether something was decided of questions of a meaning."""
    return bool(meaning) and session.get(Reviewed, meaning[:64]) is not None

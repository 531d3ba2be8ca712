"""The rows of contributions."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.desk.tables import Contact, Contribution

_RECEIVED = "received"


def waiting(session: Session) -> int:
    """How many wait for a decision."""
    return session.scalar(select(func.count()).where(Contribution.state == _RECEIVED)) or 0


def add(session: Session, row: Contribution, contact: str) -> None:
    """Keep a contribution, and how to ask about it where that was given."""
    session.add(row)
    session.flush()
    if contact:
        session.add(Contact(contribution=row.id, contact=contact))


def by_code(session: Session, code: str) -> Contribution | None:
    """The contribution of a code."""
    return session.scalar(select(Contribution).where(Contribution.code == code))


def by_number(session: Session, number: int) -> Contribution | None:
    """The contribution of a number."""
    return session.get(Contribution, number)


def of_state(session: Session, state: str, limit: int, offset: int) -> tuple[int, Sequence[Contribution]]:
    """How many are in a state, and a page of them, oldest first."""
    total = session.scalar(select(func.count()).where(Contribution.state == state)) or 0
    page = select(Contribution).where(Contribution.state == state).order_by(Contribution.id)
    return total, session.scalars(page.limit(limit).offset(offset)).all()


def contact_of(session: Session, number: int) -> str:
    """How to reach the author of a contribution; empty where that was not given or is forgotten."""
    return session.scalar(select(Contact.contact).where(Contact.contribution == number)) or ""


def forget_contact(session: Session, number: int) -> None:
    """Delete how to reach the author of a contribution."""
    session.execute(delete(Contact).where(Contact.contribution == number))


def decided(session: Session, limit: int, offset: int) -> tuple[int, Sequence[Contribution]]:
    """How many were decided, and a page of them, newest first."""
    was = Contribution.decided.is_not(None)
    total = session.scalar(select(func.count()).where(was)) or 0
    page = select(Contribution).where(was).order_by(Contribution.decided.desc(), Contribution.id.desc())
    return total, session.scalars(page.limit(limit).offset(offset)).all()


def let_go(session: Session, most: int) -> None:
    """Keep so many of the decided; of those refused the oldest go first."""
    was = Contribution.decided.is_not(None)
    over = (session.scalar(select(func.count()).where(was)) or 0) - most
    if over > 0:
        order = (Contribution.state != "refused", Contribution.decided, Contribution.id)
        oldest = select(Contribution.id).where(was).order_by(*order).limit(over)
        session.execute(delete(Contribution).where(Contribution.id.in_(oldest.scalar_subquery())))

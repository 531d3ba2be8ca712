"""The rows of kept answers and of enquiries."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from portal.desk.tables import Enquiry, KeptAnswer


def by_id(session: Session, id: str) -> KeptAnswer | None:
    """The kept answer of an id."""
    return session.get(KeptAnswer, id)


def by_answer(session: Session, answer: str) -> KeptAnswer | None:
    """What was kept of an answer."""
    return session.scalar(select(KeptAnswer).where(KeptAnswer.answer == answer))


def let_go(session: Session, most: int) -> None:
    """Keep so many answers beside those of enquiries; the oldest go first."""
    free = KeptAnswer.id.not_in(select(Enquiry.kept))
    over = (session.scalar(select(func.count()).select_from(KeptAnswer).where(free)) or 0) - most
    if over > 0:
        oldest = select(KeptAnswer.id).where(free).order_by(KeptAnswer.made, KeptAnswer.id).limit(over)
        session.execute(delete(KeptAnswer).where(KeptAnswer.id.in_(list(session.scalars(oldest)))))


def by_number(session: Session, number: int) -> tuple[Enquiry, KeptAnswer] | None:
    """An enquiry with its answer."""
    found = session.execute(_joined().where(Enquiry.id == number)).first()
    return (found[0], found[1]) if found else None


def newest(
    session: Session, words: Sequence[str], limit: int, offset: int
) -> tuple[int, Sequence[tuple[Enquiry, KeptAnswer]]]:
    """How many hold all of the words in question, answer or follow-up, and a page of them, newest first."""
    conditions = [
        or_(
            *(
                column.icontains(word, autoescape=True)
                for column in (KeptAnswer.question, KeptAnswer.text, Enquiry.follow_up)
            )
        )
        for word in words
    ]
    counted = select(func.count()).select_from(Enquiry)
    if conditions:
        counted = counted.join(KeptAnswer, KeptAnswer.id == Enquiry.kept).where(*conditions)
    page = _joined().where(*conditions).order_by(Enquiry.id.desc()).limit(limit).offset(offset)
    return session.scalar(counted) or 0, [(e, k) for e, k in session.execute(page)]


def _joined() -> Select[Enquiry, KeptAnswer]:
    return select(Enquiry, KeptAnswer).join(KeptAnswer, KeptAnswer.id == Enquiry.kept)

"""The rows of kept answers and of enquiries."""

import datetime
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, exists, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.desk.tables import Enquiry, KeptAnswer, Meaning, Moment


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


def by_numbers(session: Session, numbers: Sequence[int]) -> Sequence[tuple[Enquiry, KeptAnswer]]:
    """Enquiries with their answers, in any order."""
    return [(e, k) for e, k in session.execute(_joined().where(Enquiry.id.in_(numbers)))]


def without_meaning(session: Session, model: str, limit: int) -> Sequence[tuple[int, str]]:
    """Enquiries with their questions that have no vector of a model yet, the newest first."""
    has = exists().where(Meaning.enquiry == Enquiry.id, Meaning.model == model)
    asked = select(Enquiry.id, KeptAnswer.question).join(KeptAnswer, KeptAnswer.id == Enquiry.kept)
    page = asked.where(~has).order_by(Enquiry.id.desc()).limit(limit)
    return [(number, question) for number, question in session.execute(page)]


def put_meanings(session: Session, model: str, vectors: Sequence[tuple[int, bytes]]) -> None:
    """Keep vectors of enquiries, each in the place of another model's; what another process has kept meanwhile stays."""
    numbers = [number for number, _ in vectors]
    session.execute(delete(Meaning).where(Meaning.enquiry.in_(numbers), Meaning.model != model))
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    made = [{"enquiry": number, "model": model, "vector": vector} for number, vector in vectors]
    session.execute(insert(Meaning).values(made).on_conflict_do_nothing())


def meanings_after(session: Session, model: str, after: int, limit: int) -> Sequence[tuple[int, int, bytes]]:
    """Vectors of a model put in after one, in that order: own number, enquiry, vector."""
    page = select(Meaning.id, Meaning.enquiry, Meaning.vector).where(Meaning.id > after, Meaning.model == model)
    return [(i, e, v) for i, e, v in session.execute(page.order_by(Meaning.id).limit(limit))]


def newest(
    session: Session, words: Sequence[str], limit: int, offset: int
) -> tuple[int, Sequence[tuple[Enquiry, KeptAnswer]]]:
    """How many hold all of the words in question, answer or follow-up, and a page of them, newest first."""
    # The numbers alone first: sorted with all they bring along, they took ten times as long.
    if words:
        holding = select(Enquiry.id).join(KeptAnswer, KeptAnswer.id == Enquiry.kept)
        found = sorted(session.scalars(holding.where(*(_holds(session, word) for word in words))), reverse=True)
        total, chosen = len(found), found[offset : offset + limit]
    else:
        total = session.scalar(select(func.count()).select_from(Enquiry)) or 0
        chosen = list(session.scalars(select(Enquiry.id).order_by(Enquiry.id.desc()).limit(limit).offset(offset)))
    entries = {e.id: (e, k) for e, k in by_numbers(session, chosen)}
    return total, [entries[n] for n in chosen]


def _holds(session: Session, word: str) -> ColumnElement[bool]:
    """Whether an enquiry holds a word; capitals count only where a word could have them: folding costs a third of the time."""
    # What a pattern would need to be escaped in is looked for as it is, in half the time.
    place = func.strpos if session.get_bind().dialect.name == "postgresql" else func.instr
    columns: list[Any] = [KeptAnswer.question, KeptAnswer.text, Enquiry.follow_up]
    cased = word.lower() != word.upper()
    texts = [func.lower(column) for column in columns] if cased else columns
    return or_(*(place(column, word.lower()) > 0 for column in texts))


def _joined() -> Select[Enquiry, KeptAnswer]:
    return select(Enquiry, KeptAnswer).join(KeptAnswer, KeptAnswer.id == Enquiry.kept)


def meaning_at(session: Session, id: int) -> bytes | None:
    """The vector of an own number; None where it is no more."""
    return session.scalar(select(Meaning.vector).where(Meaning.id == id))


def wordings(
    session: Session, begins: datetime.datetime, ends: datetime.datetime, unanswered: bool, most: int
) -> Sequence[tuple[str, int, int, datetime.datetime]]:
    """Questions asked in a time, the most asked first: words, how often, how often without an answer, when last."""
    without = or_(KeptAnswer.refused, Enquiry.outcome == "no_answer")
    often, missed = func.count(), func.sum(case((without, 1), else_=0))
    asked = (
        select(KeptAnswer.question, often, missed, func.max(Enquiry.asked, type_=Moment))
        .join(KeptAnswer, KeptAnswer.id == Enquiry.kept)
        .where(Enquiry.asked >= begins, Enquiry.asked < ends)
        .group_by(KeptAnswer.question)
        .order_by(often.desc(), KeptAnswer.question)
        .limit(most)
    )
    found = session.execute(asked.where(without) if unanswered else asked)
    return [(question, count, int(none), newest) for question, count, none, newest in found]

"""The rows of votes."""

import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.desk.tables import Vote


def put(session: Session, vote: Vote, days: int, most: int) -> None:
    """Keep a vote; one there is on the same answer is replaced, and what is too old or too many is let go.

    Args:
        session: that may write.
        vote: the vote.
        days: how long votes are kept, counted back from this one.
        most: how many are kept.
    """
    session.merge(vote)
    session.flush()
    session.execute(delete(Vote).where(Vote.time < vote.time - datetime.timedelta(days=days)))
    newest = select(Vote.answer).order_by(Vote.time.desc(), Vote.answer).limit(most)
    if (session.scalar(select(func.count()).select_from(Vote)) or 0) > most:
        session.execute(delete(Vote).where(Vote.answer.not_in(newest)))

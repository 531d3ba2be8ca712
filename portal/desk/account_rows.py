"""The rows of accounts, sessions and the audit."""

import datetime
from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.desk.tables import Account, Act, SignedIn


def put(
    session: Session, name: str, role: str, password: str, now: datetime.datetime, identity: str | None = None
) -> None:
    """Make an account or change it; its sessions end."""
    session.execute(delete(SignedIn).where(SignedIn.account == name))
    made = Account(name=name, role=role, password=password, created=now, failed=0, locked_until=None, identity=identity)
    session.merge(made)


def name_of(session: Session, identity: str) -> str | None:
    """The account of who a service elsewhere says somebody is."""
    return session.scalar(select(Account.name).where(Account.identity == identity))


def remove(session: Session, name: str) -> bool:
    """Whether there was such an account to remove."""
    session.execute(delete(SignedIn).where(SignedIn.account == name))
    found = session.get(Account, name)
    if found is not None:
        session.delete(found)
    return found is not None


def names(session: Session) -> Sequence[tuple[str, str]]:
    """Every account with its role."""
    return [(name, role) for name, role in session.execute(select(Account.name, Account.role).order_by(Account.name))]


def secret_of(session: Session, name: str) -> Account | None:
    """The account of a name."""
    return session.get(Account, name)


def count_failure(session: Session, name: str) -> int:
    """How many wrong passwords in a row an account has seen, with this one; none of a name there is not."""
    session.execute(update(Account).where(Account.name == name).values(failed=Account.failed + 1))
    return session.scalar(select(Account.failed).where(Account.name == name)) or 0


def lock(session: Session, name: str, until: datetime.datetime) -> None:
    """Take no password of an account before a moment."""
    session.execute(update(Account).where(Account.name == name).values(locked_until=until))


def begin(session: Session, digest: str, name: str, now: datetime.datetime, oldest: datetime.datetime) -> None:
    """Begin a session; what has run out goes."""
    session.execute(delete(SignedIn).where(SignedIn.began < oldest))
    session.execute(update(Account).where(Account.name == name).values(failed=0, locked_until=None))
    session.add(SignedIn(digest=digest, account=name, began=now, seen=now))


def seen(
    session: Session, digest: str, now: datetime.datetime, unused: datetime.datetime, oldest: datetime.datetime
) -> tuple[str, str] | None:
    """Name and role behind a session that still lasts, which is used now."""
    still = (SignedIn.digest == digest, SignedIn.seen >= unused, SignedIn.began >= oldest)
    found = session.execute(select(Account.name, Account.role).join(SignedIn).where(*still)).first()
    if found is None:
        session.execute(delete(SignedIn).where(SignedIn.digest == digest))
        return None
    session.execute(update(SignedIn).where(SignedIn.digest == digest).values(seen=now))
    return found[0], found[1]


def end(session: Session, digest: str) -> str | None:
    """End a session; whose it was."""
    found = session.get(SignedIn, digest)
    if found is None:
        return None
    session.delete(found)
    return found.account


def note(session: Session, account: str, act: str, about: str, now: datetime.datetime) -> None:
    """Write a line of the audit."""
    session.add(Act(moment=now, account=account, act=act, about=about))


def acts(session: Session, limit: int, offset: int) -> Sequence[Act]:
    """Lines of the audit, newest first."""
    return session.scalars(select(Act).order_by(Act.id.desc()).limit(limit).offset(offset)).all()

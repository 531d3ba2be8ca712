"""Who works at the desk: accounts with a role, sessions kept on the server, a line of audit for every act."""

import datetime
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from portal.desk.database import Database
from portal.settings import Settings
from portal.texts.errors import BilingualError, sentence

if TYPE_CHECKING:
    from argon2 import PasswordHasher
    from sqlalchemy.orm import Session

PASSWORD_LEAST, PASSWORD_MOST = 12, 200
LONGEST = datetime.timedelta(hours=12)
"""How long a session lasts at most, whatever it is used for."""
_IDENTITY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
_NAME = re.compile(r"[0-9A-Za-z\u3400-\u9fff][0-9A-Za-z\u3400-\u9fff._-]{1,31}")
_FREE_TRIES = 5
_LOCK_MOST_SECONDS = 15 * 60


class Role(StrEnum):
    """What somebody may do; each role what it is for and nothing else."""

    CLERK = "clerk"
    EDITOR = "editor"
    PUBLISHER = "publisher"
    ADMINISTRATOR = "administrator"


class AccountError(BilingualError):
    """Somebody cannot sign in, or an account cannot be made; the sentence says why."""


@dataclass(frozen=True)
class Signed:
    """Who is signed in; `csrf` must come back with every act."""

    name: str
    role: Role
    csrf: str


@dataclass(frozen=True)
class Line:
    """A line of the audit."""

    moment: datetime.datetime
    account: str
    act: str
    about: str


class Accounts:
    """The accounts of a portal's desk. Safe to use from several threads.

    Args:
        database: where they are kept.
        settings: how long an unused session lasts.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._unused = datetime.timedelta(minutes=settings.desk_minutes)
        self._issuer = settings.desk_oidc_issuer

    def add(self, name: str, role: Role, password: str, by: str, now: datetime.datetime) -> None:
        """Make an account, or give one that is there another role and password; whoever uses it signs in again.

        Raises:
            AccountError: name or password cannot be used.
            DatabaseUnavailableError: it could not be stored.
        """
        if not _NAME.fullmatch(name):
            raise AccountError(sentence("account.name"))
        if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST or password.lower().startswith(name.lower()):
            raise AccountError(sentence("account.password", least=PASSWORD_LEAST, most=PASSWORD_MOST))
        made = _hasher().hash(password)
        with self._database.writing() as session:
            from portal.desk import account_rows as rows

            rows.put(session, name, role.value, made, now)
            rows.note(session, by, "account.add", f"{name} {role}", now)

    def add_known_elsewhere(self, name: str, role: Role, subject: str, by: str, now: datetime.datetime) -> None:
        """Make an account without a password, or give one that is there another role and no password: its owner proves who they are at
        the service of the settings.

        Args:
            subject: what that service calls the owner and nobody else, its `sub`.

        Raises:
            AccountError: name or subject cannot be used, another account has it, or no service is set.
            DatabaseUnavailableError: it could not be stored.
        """
        if not _NAME.fullmatch(name):
            raise AccountError(sentence("account.name"))
        if not self._issuer:
            raise AccountError(sentence("account.no_issuer"))
        if not _IDENTITY.fullmatch(subject):
            raise AccountError(sentence("account.identity"))
        with self._database.writing() as session:
            from portal.desk import account_rows as rows

            taken = rows.name_of(session, self._identity(subject))
            if taken not in {None, name}:
                raise AccountError(sentence("account.identity_taken", name=taken))
            rows.put(session, name, role.value, "", now, self._identity(subject))
            rows.note(session, by, "account.add", f"{name} {role} {subject}", now)

    def sign_in_known_elsewhere(self, subject: str, now: datetime.datetime) -> str:
        """The token of a new session for whom the service of the settings has proved to be a subject.

        Raises:
            AccountError: nobody's account has this identity, or none could.
            DatabaseUnavailableError: the database is away.
        """
        if not _IDENTITY.fullmatch(subject):
            raise AccountError(sentence("account.identity"))
        with self._database.writing() as session:
            from portal.desk import account_rows as rows

            name = rows.name_of(session, self._identity(subject))
            if name is None:
                raise AccountError(sentence("account.not_known_here", subject=subject))
            token = secrets.token_urlsafe(32)
            rows.begin(session, _digest(token), name, now, now - LONGEST)
            rows.note(session, name, "sign_in", "OpenID Connect", now)
        return token

    def _identity(self, subject: str) -> str:
        """A subject of one service is not that of another: an issuer has no `#` in it."""
        return f"{self._issuer}#{subject}"

    def remove(self, name: str, by: str, now: datetime.datetime) -> None:
        """Remove an account; its sessions end with it.

        Raises:
            AccountError: there is none.
            DatabaseUnavailableError: it could not be removed.
        """
        with self._database.writing() as session:
            from portal.desk import account_rows as rows

            if not rows.remove(session, name):
                raise AccountError(sentence("account.unknown", name=name))
            rows.note(session, by, "account.remove", name, now)

    def names(self) -> list[tuple[str, Role]]:
        """Every account with its role, by name."""
        with self._database.reading() as session:
            from portal.desk import account_rows as rows

            return [(name, Role(role)) for name, role in rows.names(session)]

    def sign_in(self, name: str, password: str, now: datetime.datetime) -> str:
        """The token of a new session.

        Raises:
            AccountError: name or password is wrong (which of them is not said), or too many were tried before.
            DatabaseUnavailableError: the database is away.
        """
        with self._database.reading() as session:
            from portal.desk import account_rows as rows

            found = rows.secret_of(session, name[:64])
        if found is not None and found.locked_until is not None and now < found.locked_until:
            seconds = round((found.locked_until - now).total_seconds()) + 1
            raise AccountError(sentence("account.locked", seconds=seconds))
        # A name there is not takes as long as a wrong password.
        kept = found.password if found else ""
        right = _verified(kept or _nobody(), password[:PASSWORD_MOST]) and kept != ""
        with self._database.writing() as session:
            from portal.desk import account_rows as rows

            if not right:
                self._failed(session, name[:64], now)
            else:
                token = secrets.token_urlsafe(32)
                rows.begin(session, _digest(token), name, now, now - LONGEST)
                rows.note(session, name, "sign_in", "", now)
        if not right:
            raise AccountError(sentence("account.wrong"))
        return token

    def _failed(self, session: "Session", name: str, now: datetime.datetime) -> None:
        """Count a wrong password; from the sixth in a row each doubles the wait for the next."""
        from portal.desk import account_rows as rows

        failed = rows.count_failure(session, name)
        if failed > _FREE_TRIES:
            wait = min(2 ** (failed - _FREE_TRIES) * 5, _LOCK_MOST_SECONDS)
            rows.lock(session, name, now + datetime.timedelta(seconds=wait))

    def signed(self, token: str | None, now: datetime.datetime) -> Signed | None:
        """Who a token belongs to, with the role they have now; None where it is none, has run out or its account is gone."""
        if not token or len(token) > 100:
            return None
        with self._database.writing() as session:
            from portal.desk import account_rows as rows

            found = rows.seen(session, _digest(token), now, now - self._unused, now - LONGEST)
        if found is None:
            return None
        return Signed(found[0], Role(found[1]), hmac.new(token.encode(), b"csrf", "sha256").hexdigest())

    def sign_out(self, token: str, now: datetime.datetime) -> None:
        """End a session."""
        with self._database.writing() as session:
            from portal.desk import account_rows as rows

            name = rows.end(session, _digest(token))
            if name:
                rows.note(session, name, "sign_out", "", now)

    def note(self, account: str, act: str, about: str, now: datetime.datetime) -> None:
        """Write a line of the audit."""
        with self._database.writing() as session:
            from portal.desk import account_rows as rows

            rows.note(session, account, act, about, now)

    def audit(self, limit: int, offset: int = 0) -> list[Line]:
        """Lines of the audit, newest first."""
        with self._database.reading() as session:
            from portal.desk import account_rows as rows

            return [Line(r.moment, r.account, r.act, r.about) for r in rows.acts(session, limit, offset)]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@lru_cache(maxsize=1)
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """The password of no account, which nobody knows."""
    return _hasher().hash(secrets.token_urlsafe(32))


def _verified(made: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(made, password)
    except (VerificationError, InvalidHashError):
        return False

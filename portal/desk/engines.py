"""How a database is reached and brought up to date. Imported with the first use, as SQLAlchemy and Alembic take a while to load."""

import contextlib
import fcntl
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, insert, make_url, select, text

from portal.desk.tables import Base, Vote
from portal.texts.errors import OperatorError

# What each driver calls the time it may take to connect.
_WAIT_ARGUMENT = {"pysqlite": "timeout", "psycopg": "connect_timeout", "psycopg2": "connect_timeout"}
_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number, the same for every process that may migrate.
_LOCK = 862_145
# The same of those that may publish.
_PUBLISHING = 862_146
_log = logging.getLogger(__name__)


def connect(where: str | Path, wait_seconds: int) -> Engine:
    """An engine for a database.

    Args:
        where: an SQLAlchemy URL, or an SQLite file.
        wait_seconds: how long to wait for a database that does not answer, and for another that writes.

    Raises:
        SQLAlchemyError: the URL is none.
        ImportError: the database's driver is not installed.
    """
    url = URL.create("sqlite", database=str(where)) if isinstance(where, Path) else make_url(where)
    wait = _WAIT_ARGUMENT.get(url.get_driver_name())
    arguments = {wait: wait_seconds} if wait else {}
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, connect_args=arguments)
    # A connection that is kept would go on writing into a file that was taken away.
    engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


@contextlib.contextmanager
def publishing(engine: Engine) -> Iterator[bool]:
    """Whether this is the one that may publish; for as long as the block lasts, and no longer than the process does.

    PostgreSQL keeps the lock for a connection, SQLite beside its file: both let go when a process dies, whatever it died of.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            got = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _PUBLISHING}))
            try:
                yield got
            finally:
                if got:
                    connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _PUBLISHING})
        return
    with Path(f"{engine.url.database}.publishing").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _prepare(connection: Any, _: object) -> None:
    """Readers do not wait for the one who writes; transactions, those of a migration too, begin where `_begin` says."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Who will write waits at the start for the one who does, not in the middle, where SQLite could only refuse."""
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def migrate(engine: Engine, votes: Path | None = None) -> None:
    """Bring the database to the newest schema in one transaction; another process that does the same is waited for.

    Args:
        engine: the database.
        votes: where the votes were kept before they came here; its rows are taken over, and the file is renamed.

    Raises:
        SQLAlchemyError: the database refuses.
        OperatorError: a newer portal has used it.
    """
    if (votes is None or not votes.exists()) and _is_new(engine):
        return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _check_age(connection)
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        taken = votes is not None and votes.exists() and _take_over(connection, votes)
    if votes is not None and taken:
        votes.rename(votes.with_name(f"{votes.name}.moved"))


def _check_age(connection: Connection) -> None:
    """That no newer portal than this one has changed the schema.

    Raises:
        OperatorError: one has.
    """
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in revisions():
        raise OperatorError(
            f"数据库已由更新的门户用过（{found}），这里的门户读不了。请换回那个门户，或者用升级之前的备份（portal desk restore）建一个新的数据库。"
        )


def _is_new(engine: Engine) -> bool:
    """Whether the schema is the newest one; who finds it so waits for nobody."""
    with engine.connect().execution_options(writes=False) as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found is not None and found == ScriptDirectory(str(_MIGRATIONS)).get_current_head()


def _take_over(connection: Connection, votes: Path) -> bool:
    """Whether the votes of the old file are all in the database; one there is already on an answer stays."""
    try:
        with contextlib.closing(sqlite3.connect(f"{votes.resolve().as_uri()}?mode=ro", uri=True)) as old:
            old.row_factory = sqlite3.Row
            rows = old.execute("SELECT answer, helpful, word, question, version, time FROM feedback").fetchall()
    except sqlite3.Error as problem:
        _log.error("%s stays where it is: %s", votes, problem)
        return False
    known = set(connection.scalars(select(Vote.answer)))
    kept = [{**row, "helpful": bool(row["helpful"]), "time": _moment(row["time"])} for row in rows]
    new = [row for row in kept if row["answer"] not in known]
    if new:
        connection.execute(insert(Vote), new)
    return True


def _moment(written: str) -> Any:
    from datetime import UTC, datetime

    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def counted(connection: Connection) -> None:
    """Have PostgreSQL see how much there is after rows by the thousand were put in: until it does it looks for a few by sorting them all,
    with workers of its own. SQLite has no need of it."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ANALYZE {', '.join(Base.metadata.tables)}"))


def revisions() -> set[str]:
    """The revisions of the schema this portal knows."""
    return {r.revision for r in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}

"""What people brought in as one file, and back: an SQLite file whichever database is used, taken and put back while the portal runs."""

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select, text

from portal.desk import engines
from portal.desk.tables import Base
from portal.texts.errors import OperatorError

_ROWS_AT_ONCE = 1000
_WAIT_SECONDS = 30
# Who was signed in signs in again: a copy of the sessions would open the desk to whoever holds the file.
# A publication under way is finished by whoever began it: a file of another day is nothing to write over data.
# What enquiries mean is read from them again.
_LEFT_OUT = {"sessions", "intended_files", "meanings"}


def backup(engine: Engine, file: Path) -> int:
    """Write every row of one state of the database to a file, which takes the place of one there is at the end.

    Args:
        engine: the database, up to date.
        file: where to.

    Returns:
        The rows written.
    Raises:
        OSError: the file cannot be written.
        SQLAlchemyError: the database cannot be read.
    """
    partial = file.with_name(f".{file.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    try:
        with _file(partial) as target:
            engines.migrate(target)
            with _reading(engine) as source, target.begin() as connection:
                rows = _copy(source, connection)
        # One file, without the log beside it.
        with contextlib.closing(sqlite3.connect(partial)) as written:
            written.execute("PRAGMA journal_mode=DELETE")
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return rows


def restore(engine: Engine, file: Path) -> int:
    """Put the rows of a backup in the place of those there are, in one transaction; an older backup is brought up to date first.

    Args:
        engine: the database, up to date.
        file: the backup; it is not changed.

    Returns:
        The rows put back.
    Raises:
        OperatorError: the file is no backup, or one of a newer portal.
        OSError: the file cannot be read.
        SQLAlchemyError: the database cannot be written to.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "backup.sqlite"
        copy.write_bytes(file.read_bytes())
        _check(copy, file)
        with _file(copy) as source:
            engines.migrate(source)
            with source.connect() as connection, engine.begin() as target:
                for table in reversed(Base.metadata.sorted_tables):
                    target.execute(table.delete())
                rows = _copy(connection, target)
                engines.counted(target)
                return rows


def _check(copy: Path, file: Path) -> None:
    """That a file is a backup of this schema or of an earlier one.

    Raises:
        OperatorError: it is not.
    """
    try:
        with contextlib.closing(sqlite3.connect(copy)) as opened:
            (damage,) = opened.execute("PRAGMA quick_check(1)").fetchone()
            (revision,) = opened.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError):
        raise OperatorError(f"{file} 不是 portal desk backup 写出的文件，没有动数据库。") from None
    if damage != "ok":
        raise OperatorError(f"{file} 已损坏（{damage}），没有动数据库。")
    if revision not in engines.revisions():
        raise OperatorError(f"{file} 是更新的门户写出的（{revision}），请先更新这里的门户；没有动数据库。")


def _copy(source: Connection, target: Connection) -> int:
    """Copy every table, in the order in which rows refer to each other; the rows copied."""
    rows = 0
    for table in Base.metadata.sorted_tables:
        if table.name in _LEFT_OUT:
            continue
        found = source.execute(select(table)).mappings()
        while part := found.fetchmany(_ROWS_AT_ONCE):
            target.execute(insert(table), [dict(row) for row in part])
            rows += len(part)
        _count_on(target, table.name)
    return rows


def _count_on(target: Connection, table: str) -> None:
    """Let PostgreSQL number new rows after those that were put in with their numbers; SQLite does so by itself."""
    columns = Base.metadata.tables[table].primary_key.columns
    if target.dialect.name == "postgresql" and "id" in columns and columns["id"].type.python_type is int:
        target.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 0) + 1, false) FROM {table}"
            )
        )


@contextlib.contextmanager
def _file(path: Path) -> Iterator[Engine]:
    engine = engines.connect(path, _WAIT_SECONDS)
    try:
        yield engine
    finally:
        engine.dispose()


@contextlib.contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of the database, whatever is written meanwhile."""
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {"writes": False}
    with engine.connect().execution_options(**options) as connection:
        yield connection

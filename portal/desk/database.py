"""The database of what people bring in: SQLite beside the portal, or any SQLAlchemy speaks to; opened and brought up to date at its first use."""

import contextlib
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from portal.settings import Settings
from portal.telemetry import journal, meters
from portal.texts.errors import BilingualError, OperatorError, sentence

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

FILE = "portal.sqlite"
_WAIT_SECONDS = 3
_log = logging.getLogger(__name__)


class DatabaseUnavailableError(BilingualError):
    """The database cannot be reached, read or written; the cause is in the log."""

    def __init__(self) -> None:
        super().__init__(sentence("desk.unavailable"))


class Database:
    """The database of the settings. Safe to use from several threads and processes.

    Args:
        settings: `database_url` names it; where that is empty, `portal.sqlite` in `var` is.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    @contextlib.contextmanager
    def reading(self) -> "Iterator[Session]":
        """A session that sees one state of the database.

        Raises:
            DatabaseUnavailableError: it cannot be reached or read.
        """
        with self._session(writes=False) as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> "Iterator[Session]":
        """A session whose changes are kept together when it ends, or not at all.

        Raises:
            DatabaseUnavailableError: it cannot be reached or written to.
        """
        with self._session(writes=True) as session:
            yield session

    @contextlib.contextmanager
    def _session(self, writes: bool) -> "Iterator[Session]":
        from sqlalchemy.exc import SQLAlchemyError
        from sqlalchemy.orm import Session

        try:
            engine = self.engine().execution_options(writes=writes)
        # A driver that is not installed is an ImportError, a folder that cannot be made an OSError.
        except (SQLAlchemyError, ImportError, OSError, ValueError, OperatorError) as problem:
            raise self._away(problem) from problem
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield session
        except SQLAlchemyError as problem:
            raise self._away(problem) from problem

    def _away(self, problem: Exception) -> DatabaseUnavailableError:
        """Forget the engine, so that the next use starts anew."""
        self._engine = None
        meters.database_errors.inc()
        _log.error("the database cannot be used: %s", _reason(problem))
        return DatabaseUnavailableError()

    def engine(self) -> "Engine":
        """The database's engine, up to date.

        Raises:
            SQLAlchemyError: it cannot be reached or brought up to date.
            ImportError: its driver is not installed.
            OSError: the folder cannot be made, or another thread waits for the database.
            OperatorError: a newer portal has used it.
        """
        from portal.desk import engines

        if not self._lock.acquire(timeout=_WAIT_SECONDS):
            raise TimeoutError("another thread is still waiting for the database")
        try:
            if self._engine is None:
                self._engine = engines.connect(self._settings.database_url or self._file(), _WAIT_SECONDS)
                engines.migrate(self._engine, self._settings.var / "feedback.sqlite")
            return self._engine
        finally:
            self._lock.release()

    def _file(self) -> Path:
        self._settings.var.mkdir(parents=True, exist_ok=True)
        return self._settings.var / FILE


def _reason(problem: Exception) -> str:
    """What the log says of an error: of the database being away its own sentence; other errors may quote what was to be stored."""
    from sqlalchemy.exc import OperationalError

    return str(problem).partition("\n")[0] if isinstance(problem, OperationalError) else journal.cause(problem)

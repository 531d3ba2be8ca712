"""From a change set to a published version: what is meant is written down first, so that whoever comes after a death finishes it.

Whatever kills the process, and whenever: either nothing was written down, and files, version and database are as before; or the
intended files are in the database, and the next start or the next publication writes them, builds, switches and says so.
"""

import contextlib
import datetime
import logging
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from portal.desk.changes import Change, ChangeError, Changes, Set, State, reasons, told
from portal.desk.database import Database, DatabaseUnavailableError
from portal.desk.maintained import Maintained, Plan, Written
from portal.desk.written_files import Files
from portal.settings import Settings
from portal.telemetry.jobs import job
from portal.texts.errors import sentence

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from pipelines.sources.row_edits import Edit
    from portal.desk.tables import ChangeSet

_log = logging.getLogger(__name__)


class Publishing:
    """Publishes change sets and takes them back, one at a time whichever process is asked. Safe to use from several threads.

    Args:
        database: where the change sets are.
        settings: where the data files and the versions are.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._changes, self._maintained = Changes(database, settings), Maintained(settings)
        self._files = Files(settings)

    def publish(self, number: int, by: str, now: datetime.datetime) -> str:
        """Publish a set: files, commit, build, switch, its contribution and a line of audit.

        Args:
            number: of the set.
            by: the account that publishes.
            now: with its time zone.

        Returns:
            The version.
        Raises:
            ChangeError: it cannot be published; nothing is changed.
            DatabaseUnavailableError: the database is away; what was begun is finished later.
        """
        with self._alone():
            self._finish_what_is_left(now)
            made, changes = self._changes.open_one(number)
            if made.state is not State.READY:
                raise ChangeError(sentence("change.other_state"))
            if not self._changes.may_publish(by, made):
                raise ChangeError(sentence("change.same_person"))
            plan = self._checked(changes, made.reason, made.reason_en, {})
            with self._database.writing() as session:
                from portal.desk import change_rows as rows

                rows.forget_rows(session, number)
                rows.set_publisher(session, number, by)
                self._write_down(session, number, changes, plan)
            return self._carry_out(now)

    def undo(self, number: int, reason: str, by: str, now: datetime.datetime) -> str:
        """Take a published set back by publishing its reverse.

        Args:
            number: of the set.
            reason: goes into the changelog.
            by: the account that takes it back.
            now: with its time zone.

        Returns:
            The version.
        Raises:
            ChangeError: it is not published, or a row was changed since; nothing is changed.
            DatabaseUnavailableError: the database is away; what was begun is finished later.
        """
        with self._alone():
            self._finish_what_is_left(now)
            made, changes = self._changes.open_one(number)
            if made.state is not State.PUBLISHED:
                raise ChangeError(sentence("change.other_state"))
            if made.undoes:
                raise ChangeError(sentence("change.undone_twice"))
            default = sentence("change.undo_reason", number=number, reason=made.reason)
            in_english = sentence("change.undo_reason", number=number, reason=made.reason_en or made.reason)
            why = reasons(reason or default.zh, "" if reason else in_english.en)
            back = [Change(c.number, c.dataset, c.after, c.before) for c in reversed(changes)]
            plan = self._checked(back, *why, self._as_it_stood(number))
            with self._database.writing() as session:
                from portal.desk import change_rows as rows

                reverse = rows.add(session, State.READY.value, why, by, now, made.contribution, undoes=made.number)
                self._write_down(session, reverse.id, back, plan)
            return self._carry_out(now)

    def check(self, made: Set, changes: Sequence[Change]) -> None:
        """That a set could be published as the files are now.

        Raises:
            ChangeError: it could not.
        """
        self._checked(changes, made.reason, made.reason_en, {})

    def recover(self, now: datetime.datetime) -> None:
        """Finish what a process that died had begun; nothing where another is at it.

        Raises:
            DatabaseUnavailableError: the database is away.
        """
        with contextlib.suppress(ChangeError), self._alone():
            self._finish_what_is_left(now)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        from sqlalchemy.exc import SQLAlchemyError

        from portal.desk import engines

        if isinstance(self._settings.published, str):
            raise ChangeError(sentence("change.reader"))
        try:
            with engines.publishing(self._database.engine()) as alone:
                if not alone:
                    raise ChangeError(sentence("change.busy"))
                yield
        except (SQLAlchemyError, ImportError) as problem:
            _log.exception("publishing")
            raise DatabaseUnavailableError from problem
        except OSError as problem:
            _log.exception("publishing")
            raise ChangeError(sentence("change.later", problem=str(problem)[:200])) from problem

    def _checked(self, changes: Sequence[Change], reason: str, reason_en: str, again: "dict[int, Edit]") -> Plan:
        plan = self._maintained.plan(changes, reason, reason_en, again)
        if not plan.files:
            raise ChangeError(sentence("change.empty"))
        if count := self._maintained.tried(plan, changes).count:
            raise ChangeError(sentence("change.problems", count=count))
        return plan

    def _as_it_stood(self, number: int) -> "dict[int, Edit]":
        """The edit that takes each row of a published set back to how and where it stood, by the row's number."""
        from pipelines.sources.row_edits import Edit

        with self._database.reading() as session:
            from portal.desk import change_rows as rows

            return {
                r.id: Edit(r.after, r.before, r.written, None if r.follows is None else tuple(r.follows))
                for r in rows.rows_of(session, number)
            }

    def _write_down(self, session: "Session", number: int, changes: Sequence[Change], plan: Plan) -> None:
        """Keep what is meant, and how it is undone: from here on it is finished, by whoever."""
        from portal.desk.tables import Intended, RowChange

        for change in changes:
            edit = plan.undo[change.number]
            follows = None if edit.follows is None else list(edit.follows)
            row = RowChange(
                change_set=number,
                dataset=change.dataset,
                before=change.before,
                after=change.after,
                written=edit.line,
                follows=follows,
            )
            session.add(row)
            session.flush()
        session.add_all(Intended(path=f.path, change_set=number, before=f.before, after=f.after) for f in plan.files)

    def _finish_what_is_left(self, now: datetime.datetime) -> None:
        with self._database.reading() as session:
            from portal.desk import change_rows as rows

            left = bool(rows.intended(session))
        if left:
            try:
                self._carry_out(now)
            except ChangeError as taken_back:
                _log.error("a publication that was not finished is taken back: %s", taken_back)

    def _carry_out(self, now: datetime.datetime) -> str:
        """Do what is written down; take it back where it cannot be done.

        Raises:
            ChangeError: it was taken back, for this reason.
        """
        from pipelines.build import build
        from pipelines.sources.problems import BuildError

        with self._database.reading() as session:
            from portal.desk import change_rows as rows

            files = [Written(i.path, i.before, i.after) for i in rows.intended(session)]
            found = rows.by_number(session, rows.intended(session)[0].change_set)
            made = told(found) if found else None
        if made is None:
            raise ChangeError(sentence("change.unknown"))
        try:
            with job("publish"):
                self._files.write(files)
                committed = self._files.commit(files, made)
                version = build(self._settings).version
        except (ChangeError, BuildError, OSError) as problem:
            _log.exception("a publication is taken back")
            self._take_back(files, made, now)
            raise (
                problem
                if isinstance(problem, ChangeError)
                else ChangeError(sentence("change.failed", problem=str(problem)[:300]))
            ) from problem
        with self._database.writing() as session:
            self._settle(session, made, version, committed, now)
        return version

    def _take_back(self, files: Sequence[Written], made: Set, now: datetime.datetime) -> None:
        """Leave files, version and database as they were before; what somebody else wrote meanwhile stays."""
        from pipelines.build import build
        from pipelines.sources.problems import BuildError

        self._files.take_back(files)
        self._files.commit(files, made)
        with contextlib.suppress(BuildError):
            build(self._settings)
        with self._database.writing() as session:
            from portal.desk import change_rows as rows
            from portal.desk.account_rows import note

            rows.forget_intended(session)
            found = rows.by_number(session, made.number)
            if found is not None:
                found.publisher = ""
                found.state = (State.DROPPED if made.undoes else State.READY).value
            note(session, made.publisher, "change.failed", str(made.number), now)

    def _settle(self, session: "Session", made: Set, version: str, committed: bool, now: datetime.datetime) -> None:
        """Say that it is published."""
        from portal.desk import change_rows as rows
        from portal.desk.account_rows import note

        found = rows.by_number(session, made.number)
        if found is None:
            return
        found.state, found.version, found.published = State.PUBLISHED.value, version, now
        rows.forget_intended(session)
        undone = rows.by_number(session, made.undoes) if made.undoes else None
        if undone is not None:
            undone.state = State.UNDONE.value
        self._tell_contribution(session, found, version)
        note(session, made.publisher, "change.undo" if undone else "change.publish", f"{made.number} {version}", now)
        if not committed:
            note(session, made.publisher, "change.uncommitted", str(made.number), now)

    def _tell_contribution(self, session: "Session", made: "ChangeSet", version: str) -> None:
        """What it follows from is published with it, and waits again when it is taken back."""
        from portal.desk import contribution_rows

        found = contribution_rows.by_number(session, made.contribution) if made.contribution else None
        if found is not None and found.state in {"accepted", "published"}:
            found.state, found.version = ("accepted", "") if made.undoes else ("published", version)

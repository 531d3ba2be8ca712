"""Changes of the data that people maintain: rows before and after with a reason, put together by an editor and handed to a publisher."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.answering.normalise import visible
from portal.desk.database import Database
from portal.settings import Settings
from portal.texts.errors import BilingualError, sentence
from portal.texts.personal_data import mask

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.desk.tables import ChangeSet

Cells = dict[str, str]
REASON_MOST = 300
CELL_MOST = 2000
_ROWS_MOST = 50
_WAITING_MOST = 500


class State(StrEnum):
    """What became of a change set."""

    OPEN = "open"
    READY = "ready"
    PUBLISHED = "published"
    UNDONE = "undone"
    DROPPED = "dropped"


class ChangeError(BilingualError):
    """A change cannot be made or published; the sentence says why and what to do."""


@dataclass(frozen=True)
class Change:
    """One row before and after, as text by column; None before an added row and after one taken away."""

    number: int
    dataset: str
    before: Cells | None
    after: Cells | None


@dataclass(frozen=True)
class Set:
    """A change set as the desk shows it."""

    number: int
    state: State
    reason: str
    reason_en: str
    contribution: int | None
    undoes: int | None
    editor: str
    made: datetime.datetime
    publisher: str
    published: datetime.datetime | None
    version: str
    review: str = ""


class Changes:
    """The change sets of a portal. Safe to use from several threads.

    Args:
        database: where they are kept.
        settings: who may publish what.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def begin(
        self, reason: str, reason_en: str, contribution: int | None, by: str, now: datetime.datetime, review: str = ""
    ) -> int:
        """A new change set with no row yet.

        Args:
            reason: goes into the changelog for everybody to read.
            reason_en: the same in English; may be empty.
            contribution: an accepted one it follows from.
            by: the editor.
            now: with its time zone.
            review: the meaning of the questions it is to answer.

        Returns:
            Its number.
        Raises:
            ChangeError: the reason is missing or too long, the contribution is not accepted, or too many wait.
            DatabaseUnavailableError: it could not be stored.
        """
        why = reasons(reason, reason_en)
        with self._database.writing() as session:
            from portal.desk import change_rows as rows
            from portal.desk import contribution_rows
            from portal.desk.account_rows import note

            if contribution is not None:
                found = contribution_rows.by_number(session, contribution)
                if found is None or found.state != "accepted":
                    raise ChangeError(sentence("change.not_accepted"))
            if rows.waiting(session) >= _WAITING_MOST:
                raise ChangeError(sentence("change.full", most=_WAITING_MOST))
            made = rows.add(session, State.OPEN.value, why, by, now, contribution)
            made.review = review if rows.is_reviewed(session, review) else ""
            note(session, by, "change.begin", str(made.id), now)
            return made.id

    def put(
        self,
        number: int,
        dataset: str,
        key: Sequence[str],
        before: Cells | None,
        after: Cells | None,
        by: str,
        now: datetime.datetime,
    ) -> None:
        """Put a row into an open set; one there is for the same row gives way.

        Args:
            number: of the set.
            dataset: its id.
            key: the columns that name a row of it.
            before: as the file has it; None for a row to be added.
            after: as it is to be; None for one to be taken away.
            by: the editor.
            now: with its time zone.

        Raises:
            ChangeError: the set is not open, nothing changes, or a cell or the set is too long.
            DatabaseUnavailableError: it could not be stored.
        """
        written = {c: written_cell(t, (before or {}).get(c, "")) for c, t in after.items()} if after else None
        if written == before:
            raise ChangeError(sentence("change.nothing"))
        if written and (long := next((c for c, t in written.items() if _too_long(t, (before or {}).get(c))), None)):
            raise ChangeError(sentence("change.cell_long", column=long, most=CELL_MOST))
        with self._database.writing() as session:
            from portal.desk import change_rows as rows
            from portal.desk.account_rows import note
            from portal.desk.tables import RowChange

            self._of_state(session, number, State.OPEN)
            there = rows.rows_of(session, number)
            named = [(before or written or {}).get(k, "") for k in key]
            for row in there:
                if row.dataset == dataset and [(row.before or row.after or {}).get(k, "") for k in key] == named:
                    session.delete(row)
            if len(there) >= _ROWS_MOST:
                raise ChangeError(sentence("change.rows_many", most=_ROWS_MOST))
            session.add(
                RowChange(change_set=number, dataset=dataset, before=before, after=written, written="", follows=None)
            )
            note(session, by, "change.put", f"{number} {dataset} {'+'.join(named)}"[:200], now)

    def take_out(self, number: int, row: int, by: str, now: datetime.datetime) -> None:
        """Take a row out of an open set.

        Raises:
            ChangeError: the set is not open.
            DatabaseUnavailableError: it could not be stored.
        """
        with self._database.writing() as session:
            from portal.desk import change_rows as rows
            from portal.desk.account_rows import note

            self._of_state(session, number, State.OPEN)
            rows.remove_row(session, number, row)
            note(session, by, "change.take_out", f"{number} {row}", now)

    def turn(self, number: int, before: Sequence[State], to: State, by: str, now: datetime.datetime) -> None:
        """Hand a set over, give it back or drop it.

        Raises:
            ChangeError: it is in another state.
            DatabaseUnavailableError: it could not be stored.
        """
        with self._database.writing() as session:
            from portal.desk.account_rows import note

            self._of_state(session, number, *before).state = to.value
            note(session, by, f"change.{to}", str(number), now)

    def _of_state(self, session: "Session", number: int, *states: State) -> "ChangeSet":
        from portal.desk import change_rows as rows

        found = rows.by_number(session, number)
        if found is None:
            raise ChangeError(sentence("change.unknown"))
        # What is being published is finished or taken back by whoever does it next.
        if found.state not in states or any(i.change_set == number for i in rows.intended(session)):
            raise ChangeError(sentence("change.other_state"))
        return found

    def open_one(self, number: int) -> tuple[Set, list[Change]]:
        """A set with its rows.

        Raises:
            ChangeError: there is none.
            DatabaseUnavailableError: it could not be read.
        """
        with self._database.reading() as session:
            from portal.desk import change_rows as rows

            found = rows.by_number(session, number)
            if found is None:
                raise ChangeError(sentence("change.unknown"))
            changes = [Change(r.id, r.dataset, r.before, r.after) for r in rows.rows_of(session, number)]
            return told(found), changes

    def of_states(self, states: Sequence[State], limit: int, offset: int = 0) -> tuple[int, list[Set]]:
        """How many are in one of the states, and a page of them, newest first.

        Raises:
            DatabaseUnavailableError: it could not be read.
        """
        with self._database.reading() as session:
            from portal.desk import change_rows as rows

            total, found = rows.of_states(session, [s.value for s in states], limit, offset)
            return total, [told(r) for r in found]

    def of_contribution(self, contribution: int) -> list[Set]:
        """The sets a contribution led to, newest first.

        Raises:
            DatabaseUnavailableError: it could not be read.
        """
        with self._database.reading() as session:
            from portal.desk import change_rows as rows

            return [told(r) for r in rows.of_contribution(session, contribution)]

    def may_publish(self, by: str, made: Set) -> bool:
        """Whether an account may publish a set: another than its editor's, unless one person may do both."""
        return by != made.editor or not self._settings.desk_two_people


def reasons(reason: str, reason_en: str) -> tuple[str, str]:
    """A reason in two languages fit for the changelog: personal data masked, nothing hidden in it.

    Raises:
        ChangeError: it is missing or too long.
    """
    if max(len(reason), len(reason_en)) > REASON_MOST:
        raise ChangeError(sentence("change.reason_long", most=REASON_MOST))
    why, why_en = _masked(reason), _masked(reason_en)
    if not why:
        raise ChangeError(sentence("change.reason_missing"))
    return why, why_en


def _masked(typed: str) -> str:
    """On one line, with its punctuation as typed where nothing had to be masked."""
    folded = visible(typed)
    masked = mask(folded)
    return " ".join(written_cell(typed, "").split()) if masked == folded and masked else masked


def _too_long(text: str, before: str | None) -> bool:
    return len(text) > CELL_MOST and text != before


def written_cell(typed: str, before: str) -> str:
    """A cell as the file is to have it: as it was where a form only carried it, else without what cannot be seen."""
    text = typed.replace("\r\n", "\n")
    if text == before.replace("\r\n", "\n"):
        return before
    return "".join(c for c in text if c == "\n" or (c.isprintable() and not "\ud800" <= c <= "\udfff")).strip()


def told(row: "ChangeSet") -> Set:
    """A row as the desk shows it."""
    return Set(
        row.id,
        State(row.state),
        row.reason,
        row.reason_en,
        row.contribution,
        row.undoes,
        row.editor,
        row.made,
        row.publisher,
        row.published,
        row.version,
        row.review or "",
    )

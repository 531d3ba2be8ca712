"""What is asked at the enquiry desk: the answer as it was given, how it came, what came of it; no names, no numbers of persons."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from portal.answering.models import Answer
from portal.answering.normalise import visible
from portal.desk import kept_answers, workbook
from portal.desk.database import Database
from portal.desk.kept_answers import Kept
from portal.letters.letter import Letter
from portal.settings import Settings
from portal.texts.errors import BilingualError, sentence
from portal.texts.interface import t
from portal.texts.personal_data import mask

if TYPE_CHECKING:
    from portal.desk.tables import Enquiry, KeptAnswer

FOLLOW_UP_MOST = 500
_WORDS_MOST = 8
_EXPORTED_MOST = 200_000
_AT_ONCE = 1_000
_HEADS = (
    "moment",
    "enquiry_clerk",
    "enquiry_channel",
    "enquiry_question",
    "enquiry_text",
    "enquiry_outcome",
    "enquiry_follow_up",
    "enquiry_kept",
    "enquiry_version",
)


class Channel(StrEnum):
    """How a question came."""

    PHONE = "phone"
    COUNTER = "counter"
    LETTER = "letter"
    WEB = "web"
    OTHER = "other"


class Outcome(StrEnum):
    """What came of it."""

    OPEN = "open"
    ANSWERED = "answered"
    PASSED_ON = "passed_on"
    NO_ANSWER = "no_answer"


class EnquiryError(BilingualError):
    """An enquiry cannot be taken down, found or changed; the sentence says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """An enquiry with its answer."""

    number: int
    asked: datetime.datetime
    clerk: str
    channel: Channel
    outcome: Outcome
    follow_up: str
    kept: Kept


class Enquiries:
    """The enquiries of a portal. Safe to use from several threads.

    Args:
        database: where they are kept.
        settings: how many answers are kept beside them.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def take_down(self, id: str, answer: Answer, letter: Letter, by: str, now: datetime.datetime) -> int:
        """Take down a question with the answer that was found.

        Args:
            id: for the answer to be kept under, as the letter names it.
            answer: to the question, which it holds masked.
            letter: composed from it.
            by: the clerk.
            now: with its time zone.

        Returns:
            The enquiry's number.
        Raises:
            DatabaseUnavailableError: it could not be stored.
        """
        with self._database.writing() as session:
            from portal.desk.account_rows import note
            from portal.desk.tables import Enquiry

            kept = kept_answers.put(session, id, answer, letter, now, self._settings.answers_max)
            row = Enquiry(
                asked=now,
                clerk=by,
                kept=kept,
                channel=Channel.PHONE.value,
                outcome=Outcome.OPEN.value,
                follow_up="",
            )
            session.add(row)
            session.flush()
            note(session, by, "enquiry.take_down", str(row.id), now)
            return row.id

    def settle(self, number: int, channel: str, outcome: str, follow_up: str, by: str, now: datetime.datetime) -> None:
        """Say how a question came, what came of it and what is still to be done.

        Raises:
            EnquiryError: there is no such enquiry, a choice is none of those there are, or the follow-up is too long.
            DatabaseUnavailableError: it could not be stored.
        """
        if channel not in set(Channel) or outcome not in set(Outcome):
            raise EnquiryError(sentence("enquiry.choice"))
        if len(follow_up) > FOLLOW_UP_MOST:
            raise EnquiryError(sentence("enquiry.long", most=FOLLOW_UP_MOST))
        with self._database.writing() as session:
            from portal.desk import enquiry_rows as rows
            from portal.desk.account_rows import note

            found = rows.by_number(session, number)
            if found is None:
                raise EnquiryError(sentence("enquiry.unknown"))
            found[0].channel, found[0].outcome = channel, outcome
            found[0].follow_up = mask(visible(follow_up))
            note(session, by, "enquiry.settle", f"{number} {outcome}", now)

    def find(self, number: int) -> Entry:
        """An enquiry.

        Raises:
            EnquiryError: there is none.
            DatabaseUnavailableError: it could not be read.
        """
        with self._database.reading() as session:
            from portal.desk import enquiry_rows as rows

            found = rows.by_number(session, number)
            if found is None:
                raise EnquiryError(sentence("enquiry.unknown"))
            return told(*found)

    def search(self, words: str, limit: int, offset: int = 0) -> tuple[int, list[Entry]]:
        """How many enquiries hold all the words, and a page of them, newest first.

        Raises:
            DatabaseUnavailableError: it could not be read.
        """
        wanted = visible(words[:200]).split()[:_WORDS_MOST]
        with self._database.reading() as session:
            from portal.desk import enquiry_rows as rows

            total, found = rows.newest(session, wanted, limit, offset)
            return total, [told(*pair) for pair in found]

    def numbered(self, numbers: Sequence[int]) -> list[Entry]:
        """The enquiries of these numbers, in this order; those that are gone are left out.

        Raises:
            DatabaseUnavailableError: they could not be read.
        """
        with self._database.reading() as session:
            from portal.desk import enquiry_rows as rows

            found = {pair[0].id: told(*pair) for pair in rows.by_numbers(session, numbers)}
            return [found[n] for n in numbers if n in found]

    def export(self, file: Path, base: str) -> None:
        """Write all enquiries as an Excel workbook, newest first; what was typed stays text and is no formula.

        Args:
            file: where to.
            base: the portal's address, without a slash at the end.

        Raises:
            DatabaseUnavailableError: they could not be read.
        """
        heads = [t(f"desk.{head}") for head in _HEADS]
        cells = (_cells(entry, base) for entry in self._every())
        workbook.write(file, t("desk.enquiries"), heads, cells, {3: 50, 4: 50})

    def _every(self) -> Iterator[Entry]:
        for start in range(0, _EXPORTED_MOST, _AT_ONCE):
            _, page = self.search("", _AT_ONCE, start)
            yield from page
            if len(page) < _AT_ONCE:
                return


def _cells(entry: Entry, base: str) -> tuple[str, ...]:
    return (
        entry.asked.isoformat(" ", "minutes")[:16],
        entry.clerk,
        t(f"desk.channel_{entry.channel}"),
        entry.kept.question,
        entry.kept.text,
        t(f"desk.outcome_{entry.outcome}"),
        entry.follow_up,
        kept_answers.address(base, entry.kept.id),
        entry.kept.version,
    )


def told(row: "Enquiry", kept: "KeptAnswer") -> Entry:
    """Rows as the desk shows them."""
    return Entry(
        row.id,
        row.asked,
        row.clerk,
        Channel(row.channel),
        Outcome(row.outcome),
        row.follow_up,
        kept_answers.told(kept),
    )

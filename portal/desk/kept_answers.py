"""Answers under an address that stays: what was told, with its quotations, sources and version, whatever is published later."""

import datetime
import re
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

from portal.answering.models import Answer, Outcome
from portal.desk.database import Database
from portal.letters.letter import Block, Letter, Section
from portal.settings import Settings
from portal.texts.errors import BilingualError, sentence
from portal.texts.interface import Language

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.desk.tables import KeptAnswer

PATH = "/answer"
_ID = re.compile(r"[0-9A-Za-z_-]{11}")


class NotKeptError(BilingualError):
    """No such answer is kept."""


@dataclass(frozen=True)
class Kept:
    """A kept answer; `text` is its letter in plain words without the question, `letter` what page, text and .docx are drawn from."""

    id: str
    made: datetime.datetime
    question: str
    text: str
    refused: bool
    language: Language
    version: str
    letter: Letter


def address(base: str, id: str) -> str:
    """Where a kept answer is read.

    Args:
        base: the portal's address, without a slash at the end.
        id: of the answer.
    """
    return f"{base}{PATH}/{id}"


def new_id() -> str:
    """An id for an answer to be kept under; nobody can guess it."""
    return secrets.token_urlsafe(8)


class KeptAnswers:
    """The kept answers of a portal. Safe to use from several threads.

    Args:
        database: where they are kept.
        settings: how many.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def keep(self, id: str, answer: Answer, letter: Letter, now: datetime.datetime) -> str:
        """Keep an answer as it was given; one that is kept already stays where it is.

        Args:
            id: from `new_id`, as the letter names it.
            answer: as it was given; its question holds no personal data the portal can recognise.
            letter: composed from it.
            now: with its time zone.

        Returns:
            The id it is kept under.
        Raises:
            DatabaseUnavailableError: it could not be stored.
        """
        with self._database.writing() as session:
            return put(session, id, answer, letter, now, self._settings.answers_max)

    def find(self, id: str) -> Kept:
        """A kept answer.

        Raises:
            NotKeptError: there is none.
            DatabaseUnavailableError: it could not be read.
        """
        with self._database.reading() as session:
            from portal.desk import enquiry_rows as rows

            found = rows.by_id(session, id) if _ID.fullmatch(id) else None
            if found is None:
                raise NotKeptError(sentence("enquiry.no_answer"))
            return told(found)


def put(session: "Session", id: str, answer: Answer, letter: Letter, now: datetime.datetime, most: int) -> str:
    """Keep an answer in a session that writes; the id it is kept under."""
    from portal.desk import enquiry_rows as rows
    from portal.desk.tables import KeptAnswer

    there = rows.by_answer(session, answer.id)
    if there is not None:
        return there.id
    rows.let_go(session, most - 1)
    row = KeptAnswer(
        id=id,
        answer=answer.id,
        made=now,
        question=answer.question,
        text=_plain(letter),
        refused=answer.kind is Outcome.REFUSAL,
        language=answer.language,
        version=answer.version,
        letter={**asdict(letter), "date": letter.date.isoformat()},
    )
    session.add(row)
    session.flush()
    return row.id


def _plain(letter: Letter) -> str:
    """What is answered, in plain words: the section after that of the question."""
    return "\n".join(block.text for block in letter.sections[1].blocks) if len(letter.sections) > 1 else ""


def told(row: "KeptAnswer") -> Kept:
    """A row as it is shown."""
    language = cast(Language, row.language)
    return Kept(row.id, row.made, row.question, row.text, row.refused, language, row.version, _letter(row.letter))


def _letter(kept: dict[str, Any]) -> Letter:
    sections = tuple(
        Section(
            s["heading"],
            tuple(Block(b["kind"], tuple((words, bold) for words, bold in b["runs"]), b["href"]) for b in s["blocks"]),
        )
        for s in kept["sections"]
    )
    date = datetime.date.fromisoformat(kept["date"])
    return Letter(kept["title"], sections, tuple(kept["closing"]), kept["author"], date)

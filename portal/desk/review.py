"""Questions the assistant refused at the enquiry desk or somebody found badly answered, those meant alike together, and what is to be done."""

import datetime
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from portal.answering.models import Ask
from portal.answering.normalise import visible
from portal.answering.service import AnswerService
from portal.desk.database import Database
from portal.texts.errors import BilingualError, sentence
from portal.texts.personal_data import mask

if TYPE_CHECKING:
    from portal.desk.tables import Reviewed

NOTE_MOST = 300
_MEANINGS_KEPT = 2_000
_NO_WORD = re.compile(r"[\W_]+")
_NEWEST = 200
_SHOWN = 5
# A group's questions as they are measured: more would say the same.
_TRIED = 30


class Decision(StrEnum):
    """What is to be done about questions that are meant alike."""

    OUT_OF_SCOPE = "out_of_scope"
    EXAMPLE = "example"
    ARTICLE = "article"
    MISSING_FACT = "missing_fact"


class ReviewError(BilingualError):
    """A group cannot be decided; the sentence says why."""


@dataclass(frozen=True)
class Group:
    """Questions that are meant alike; `questions` are some of them, newest first, each once, and `tried` more of them."""

    meaning: str
    questions: tuple[str, ...]
    refused: int
    disliked: int
    newest: datetime.datetime
    words: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many there are."""
        return self.refused + self.disliked


@dataclass(frozen=True)
class Done:
    """What was decided of a group."""

    meaning: str
    question: str
    decision: Decision
    note: str
    editor: str
    decided: datetime.datetime
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Asked:
    question: str
    word: str
    refused: bool
    moment: datetime.datetime


class Review:
    """The review of a portal's questions. Safe to use from several threads.

    Args:
        database: where questions and decisions are kept.
        meant: what a question is taken for, the same text for all that are meant alike.
    """

    def __init__(self, database: Database, meant: Callable[[str], str]) -> None:
        self._database, self._meant = database, meant

    def groups(self) -> list[Group]:
        """What waits, the most asked first: of the newest questions of each kind those that came after their group was decided.

        Raises:
            DatabaseUnavailableError: they could not be read.
        """
        asked, decided = self._read()
        found: dict[str, list[_Asked]] = {}
        for one in sorted(asked, key=lambda a: a.moment, reverse=True):
            meaning = hashlib.sha256(self._meant(one.question).encode()).hexdigest()
            if meaning not in decided or one.moment > decided[meaning]:
                found.setdefault(meaning, []).append(one)
        groups = [_group(meaning, members) for meaning, members in found.items()]
        return sorted(groups, key=lambda g: (-g.count, g.meaning))

    def decide(self, meaning: str, question: str, decision: str, note: str, by: str, now: datetime.datetime) -> None:
        """Say what is to be done about a group; questions that come later bring it back.

        Args:
            meaning: of the group.
            question: one of it, to know it by.
            decision: one of `Decision`.
            note: the sentence to say, the way it was asked, what to tell or which fact is missing.
            by: the editor.
            now: with its time zone.

        Raises:
            ReviewError: the decision is none, or the note is missing or too long.
            DatabaseUnavailableError: it could not be stored.
        """
        if decision not in set(Decision) or len(meaning) != 64 or not meaning.isalnum():
            raise ReviewError(sentence("enquiry.choice"))
        why = mask(visible(note[: NOTE_MOST * 4]))
        if not why or len(note) > NOTE_MOST:
            raise ReviewError(sentence("review.note", most=NOTE_MOST))
        tried = next((g.tried for g in self.groups() if g.meaning == meaning), (question,))
        with self._database.writing() as session:
            from portal.desk.account_rows import note as told
            from portal.desk.tables import Reviewed

            row = Reviewed(
                meaning=meaning,
                question=mask(visible(question[:300])),
                decision=decision,
                note=why,
                editor=by,
                decided=now,
                questions=[mask(visible(q[:300])) for q in tried],
            )
            session.merge(row)
            told(session, by, "review.decide", f"{decision} {meaning[:12]}", now)

    def done(self, limit: int, offset: int = 0) -> list[Done]:
        """What was decided, newest first.

        Raises:
            DatabaseUnavailableError: it could not be read.
        """
        with self._database.reading() as session:
            from sqlalchemy import select

            from portal.desk.tables import Reviewed

            page = select(Reviewed).order_by(Reviewed.decided.desc(), Reviewed.meaning).limit(limit).offset(offset)
            return [_done(row) for row in session.scalars(page)]

    def find(self, meaning: str) -> Done | None:
        """What was decided of a group; None where nothing was.

        Raises:
            DatabaseUnavailableError: it could not be read.
        """
        with self._database.reading() as session:
            from portal.desk.tables import Reviewed

            row = session.get(Reviewed, meaning[:64])
            return _done(row) if row else None

    def _read(self) -> tuple[list[_Asked], dict[str, datetime.datetime]]:
        with self._database.reading() as session:
            from sqlalchemy import select

            from portal.desk.tables import Enquiry, KeptAnswer, Reviewed, Vote

            refused = (
                select(KeptAnswer.question, Enquiry.asked)
                .join(Enquiry, Enquiry.kept == KeptAnswer.id)
                .where(KeptAnswer.refused)
                .order_by(Enquiry.id.desc())
                .limit(_NEWEST)
            )
            disliked = (
                select(Vote.question, Vote.word, Vote.time)
                .where(Vote.helpful.is_(False))
                .order_by(Vote.time.desc())
                .limit(_NEWEST)
            )
            asked = [_Asked(question, "", True, moment) for question, moment in session.execute(refused)]
            asked += [_Asked(q, word, False, _in_utc(time)) for q, word, time in session.execute(disliked)]
            decided = {r.meaning: r.decided for r in session.scalars(select(Reviewed))}
        return asked, decided


def meaning_by(answers: AnswerService) -> Callable[[str], str]:
    """What a question is taken for: what it asks of which things; of one that names nothing known, its words.

    Args:
        answers: reads the questions; each is read once a version.
    """

    @lru_cache(maxsize=_MEANINGS_KEPT)
    def read(_: str, question: str) -> str:
        readings = answers.readings(Ask(question=question))
        if not readings or not readings[0].subjects:
            return _NO_WORD.sub("", question.casefold())
        first = readings[0]
        named = sorted(f"{s.kind}:{s.id}" for s in first.subjects)
        return f"{' '.join(named)} {first.facet} {first.operation}"

    return lambda question: read(answers.knowledge().store.version, question)


def _in_utc(moment: datetime.datetime) -> datetime.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _done(row: "Reviewed") -> Done:
    return Done(
        row.meaning, row.question, Decision(row.decision), row.note, row.editor, row.decided, tuple(row.questions)
    )


def _group(meaning: str, members: list[_Asked]) -> Group:
    asked = tuple(dict.fromkeys(m.question for m in members))[:_TRIED]
    words = tuple(dict.fromkeys(m.word for m in members if m.word))[:_SHOWN]
    refused = sum(m.refused for m in members)
    return Group(meaning, asked[:_SHOWN], refused, len(members) - refused, members[0].moment, words, asked)

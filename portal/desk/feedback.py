"""Thumbs up or down on an answer, with a word if the visitor likes."""

import datetime

from portal.answering.models import QUESTION_MAX
from portal.answering.normalise import normalise
from portal.desk.database import Database
from portal.settings import Settings

# What `normalise` keeps of any text.
WORD_MAX = QUESTION_MAX


class Feedback:
    """The votes on answers. Safe to use from several threads.

    Args:
        database: where they are kept.
        settings: how long, and how many.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def record(
        self, answer: str, helpful: bool, word: str, question: str, version: str, time: datetime.datetime
    ) -> None:
        """Keep a vote; a second one on the same answer takes the place of the first.

        Args:
            answer: the answer's id.
            helpful: thumb up or down.
            word: the visitor's own words, may be empty; cleaned, masked and cut at 300 characters before it is stored.
            question: cleaned and masked like `word`.
            version: the published version that answered.
            time: when the vote was given, with its time zone.

        Raises:
            DatabaseUnavailableError: it could not be stored.
        """
        with self._database.writing() as session:
            from portal.desk import feedback_rows
            from portal.desk.tables import Vote

            vote = Vote(
                answer=answer,
                helpful=helpful,
                word=normalise(word).text,
                question=normalise(question).text,
                version=version,
                time=time.astimezone(datetime.UTC),
            )
            feedback_rows.put(session, vote, self._settings.feedback_days, self._settings.feedback_max)

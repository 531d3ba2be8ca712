"""Earlier enquiries found by meaning: a vector for each, kept in the database, compared with all of them in memory."""

import logging
import threading

import numpy as np

from portal.desk.database import Database, DatabaseUnavailableError
from portal.retrieval.embedding import model_fingerprint
from portal.retrieval.retriever import LazyEncoder
from portal.telemetry.jobs import job
from portal.texts.errors import BilingualError, sentence

_BATCH = 64
_READ_AT_ONCE = 5_000
_log = logging.getLogger(__name__)


class NotReadyError(BilingualError):
    """The model is not loaded (yet); words find what they can."""


class Meanings:
    """The meanings of a portal's enquiries. Safe to use from several threads.

    Args:
        database: where enquiries and vectors are.
        encoder: makes the vectors; until it is ready none are made.
    """

    def __init__(self, database: Database, encoder: LazyEncoder) -> None:
        self._database, self._encoder = database, encoder
        self._reading, self._making = threading.Lock(), threading.Lock()
        self._numbers = np.empty(0, np.int64)
        self._vectors = np.empty((0, 0), np.float32)
        self._count, self._last = 0, (0, b"")

    def nearest(self, question: str, most: int) -> list[int]:
        """The numbers of the enquiries that mean most nearly the same, the nearest first.

        Args:
            question: in any words.
            most: how many.

        Raises:
            NotReadyError: the model is not loaded.
            DatabaseUnavailableError: the vectors could not be read.
        """
        if not self._encoder.ready:
            raise NotReadyError(sentence("enquiry.model"))
        with self._reading:
            if self._refresh():
                self.catch_up()
            numbers, vectors = self._numbers[: self._count], self._vectors[: self._count]
        if not len(numbers):
            return []
        near = vectors @ self._encoder.encode_query(question)
        best = np.argpartition(-near, min(most, len(near)) - 1)[:most]
        return [int(n) for n in numbers[best[np.argsort(-near[best])]]]

    def catch_up(self) -> None:
        """Begin to make the vectors that are missing, in the background; nothing where that goes on or the model is not loaded."""
        if self._encoder.ready and self._making.acquire(blocking=False):
            threading.Thread(target=self._catch_up, name="enquiry-meanings", daemon=True).start()

    def _catch_up(self) -> None:
        try:
            with job("enquiry_meanings"):
                while self._make_some():
                    pass
        except DatabaseUnavailableError:
            _log.error("the meanings of enquiries could not be kept")
        finally:
            self._making.release()

    def _make_some(self) -> bool:
        """Whether some were missing, which now have their vectors."""
        from portal.desk import enquiry_rows as rows

        model = self._model()
        with self._database.reading() as session:
            missing = rows.without_meaning(session, model, _BATCH)
        if not missing:
            return False
        # A question is kept with what could name a person masked; the same words make the same vector.
        made = [(number, _bytes(self._encoder.encode_query(question))) for number, question in missing]
        with self._database.writing() as session:
            rows.put_meanings(session, model, made)
        return True

    def _refresh(self) -> bool:
        """Read the vectors that came since; whether all were read, as at first and where the database is no longer the same."""
        from portal.desk import enquiry_rows as rows

        with self._database.reading() as session:
            if self._count and rows.meaning_at(session, self._last[0]) != self._last[1]:
                self._count, self._last = 0, (0, b"")
            anew = not self._count
            while found := rows.meanings_after(session, self._model(), self._last[0], _READ_AT_ONCE):
                self._append([number for _, number, _ in found], [vector for *_, vector in found])
                self._last = (found[-1][0], found[-1][2])
        return anew

    def _append(self, numbers: list[int], vectors: list[bytes]) -> None:
        new = np.frombuffer(b"".join(vectors), np.float16).reshape(len(vectors), -1).astype(np.float32)
        end = self._count + len(numbers)
        if end > len(self._numbers) or self._vectors.shape[1] != new.shape[1]:
            # Others may still compare with the old ones, which stay as they are.
            room = max(end, len(self._numbers) * 2, 1_000)
            held_numbers, held = self._numbers[: self._count], self._vectors[: self._count]
            self._numbers, self._vectors = np.empty(room, np.int64), np.empty((room, new.shape[1]), np.float32)
            self._numbers[: self._count], self._vectors[: self._count] = held_numbers, held.reshape(-1, new.shape[1])
        self._numbers[self._count : end], self._vectors[self._count : end] = numbers, new
        self._count = end

    def _model(self) -> str:
        return model_fingerprint(self._encoder.model)[:64]


def _bytes(vector: np.ndarray) -> bytes:
    return vector.astype(np.float16).tobytes()

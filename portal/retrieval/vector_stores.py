"""Where the vectors of a version's passages are compared: here, exactly, or in a database, by one setting."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa

from portal.retrieval.embedding import model_fingerprint
from portal.retrieval.exact_store import ExactStore
from portal.settings import EXACT, Settings

if TYPE_CHECKING:
    from portal.retrieval.pgvector import PgVector


class Nearness(Protocol):
    """How near passages are to a question."""

    def cosines(
        self, vector: np.ndarray, documents: Sequence[str] | None = None, also: Sequence[int] = ()
    ) -> np.ndarray | None:
        """The cosine of every passage with a vector of length 1, in the passages' order; None where nobody can tell now.

        Args:
            vector: shape (dimensions,).
            documents: only those of these have to be told apart; all where None.
            also: places of passages whose cosine has to be their own, near or not.
        """


Opening = Callable[[pa.Table], Nearness]
"""From a table of passages (`id`, `document`, `heading`, `text`, `embedding`) to what compares them."""


def exact(passages: pa.Table) -> Nearness:
    """Compares every passage, in memory."""
    rows = passages.select(["id", "document", "text"]).to_pylist()
    return ExactStore(rows, vectors_of(passages))


def opening(settings: Settings) -> Opening:
    """What the setting says.

    Args:
        settings: `vector_store`, and the model the vectors are made with.
    Raises:
        OperatorError: what a database needs is not installed.
    """
    if settings.vector_store == EXACT:
        return exact
    return _database(settings).open


def fill(settings: Settings, passages: pa.Table) -> None:
    """Put a version's passages where the setting says they are compared; of those already there nothing is done.

    Raises:
        OperatorError: a database cannot be used.
    """
    if settings.vector_store != EXACT:
        _database(settings).fill(passages)


def _database(settings: Settings) -> "PgVector":
    # Imported where it is used: the package for it is an extra.
    from portal.retrieval.pgvector import PgVector

    return PgVector(settings.vector_store, model_fingerprint(settings.embedding_model))


def vectors_of(passages: pa.Table) -> np.ndarray:
    """The vectors of a table in its order, shape (rows, dimensions), as they lie there."""
    column = passages["embedding"].combine_chunks()
    flat: np.ndarray = column.flatten().to_numpy(zero_copy_only=False)
    return flat.reshape(len(passages), -1) if len(passages) else np.zeros((0, 0), np.float32)

"""The vectors of passages in PostgreSQL with pgvector, through LangChain's store for it: for more than memory should hold.

A row's id is a digest of what it says, so a version shares with the one before it whatever did not change: filling it adds the
sentences that are new and deletes those that are gone.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from langchain_core.embeddings import Embeddings
from sqlalchemy import column, create_engine, func, inspect, select, table
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from portal.texts.errors import OperatorError

# As many as the answers look at, and some: beyond them a passage is found by its words or not at all.
NEAREST = 300
_BATCH = 1000
_REMEMBERED = 16
_LOCK = 20211231

_log = logging.getLogger(__name__)


class PgVector:
    """A database's table of passages, one a model.

    Args:
        address: SQLAlchemy URL, `postgresql+psycopg://…`; the database is the portal's own.
        model: id of the model the vectors are made with.
    Raises:
        OperatorError: the packages for it are not installed.
    """

    def __init__(self, address: str, model: str) -> None:
        try:
            import langchain_postgres  # noqa: F401
        except ImportError:
            raise OperatorError(
                "PORTAL_VECTOR_STORE 要用 PostgreSQL，请先运行 pip install '.[pgvector]'，或改回 exact。"
            ) from None
        self._address = address
        self._table = "passages_" + re.sub(r"\W", "_", model.lower())[:40]

    def open(self, passages: pa.Table) -> "NearestInDatabase":
        """What compares these passages, once the table holds them; a database that fails now is asked again with each question."""
        try:
            self.fill(passages)
        except OperatorError as error:
            _log.error("%s", error)
        return NearestInDatabase(lambda: self._store, _ids(passages))

    def fill(self, passages: pa.Table) -> None:
        """Make the table hold just these passages.

        Args:
            passages: with `document`, `heading`, `text`, `embedding`.
        Raises:
            OperatorError: the database cannot be reached, or has no pgvector.
        """
        try:
            self._fill(passages, _ids(passages))
        except (SQLAlchemyError, OSError) as error:
            raise OperatorError(
                f"PORTAL_VECTOR_STORE 的数据库用不了：{_told(error)} 请检查地址和权限，并装上 pgvector 0.8 或更新的版本"
                "（CREATE EXTENSION vector），或改回 exact。"
            ) from error

    @cached_property
    def _engine(self) -> Engine:
        return create_engine(self._address, pool_pre_ping=True)

    @cached_property
    def _store(self) -> Any:
        from langchain_postgres import PGEngine, PGVectorStore
        from langchain_postgres.v2.indexes import HNSWQueryOptions

        class Options(HNSWQueryOptions):
            """Goes on looking where a filter leaves too few."""

            def to_parameter(self) -> list[str]:
                return [*super().to_parameter(), "hnsw.iterative_scan = strict_order"]

        return PGVectorStore.create_sync(
            PGEngine.from_connection_string(self._address, pool_pre_ping=True),
            _NoEmbeddings(),
            self._table,
            id_column="id",
            metadata_columns=["document"],
            index_query_options=Options(ef_search=NEAREST),
        )

    def _fill(self, passages: pa.Table, ids: Sequence[str]) -> None:
        # Two portals that start at once must not make the table twice; the lock ends with the transaction.
        with self._engine.connect() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            if new := not inspect(connection).has_table(self._table):
                self._create(len(passages["embedding"][0]) if len(passages) else 1)
            held: set[str] = set(connection.scalars(select(column("id")).select_from(table(self._table))))
            added = [at for name, at in {name: at for at, name in enumerate(ids)}.items() if name not in held]
            gone = sorted(held - set(ids))
            for start in range(0, len(added), _BATCH):
                self._add(
                    passages.take(added[start : start + _BATCH]), [ids[at] for at in added[start : start + _BATCH]]
                )
            for start in range(0, len(gone), _BATCH):
                self._store.delete(gone[start : start + _BATCH])
            if new:
                from langchain_postgres.v2.indexes import HNSWIndex

                self._store.apply_vector_index(HNSWIndex())
        _log.info(
            "Passages in %s: %d added, %d deleted, %d kept", self._table, len(added), len(gone), len(held) - len(gone)
        )

    def _create(self, dimensions: int) -> None:
        from langchain_postgres import Column, PGEngine

        PGEngine.from_connection_string(self._address).init_vectorstore_table(
            self._table,
            dimensions,
            id_column=Column("id", "TEXT", False),
            metadata_columns=[Column("document", "TEXT", False)],
            store_metadata=False,
        )

    def _add(self, passages: pa.Table, ids: list[str]) -> None:
        documents = [{"document": d} for d in passages["document"].to_pylist()]
        self._store.add_embeddings(passages["text"].to_pylist(), passages["embedding"].to_pylist(), documents, ids)


class NearestInDatabase:
    """The passages of a version, compared by a vector store; see `Nearness`. Safe to use from several threads.

    The nearest have their own cosine, those asked for, and the farthest; each other has the least of the first two.

    Args:
        store: gives LangChain's, which tells cosine distances; it may fail.
        ids: of the passages in their order; what a document says twice has one.
    """

    def __init__(self, store: Callable[[], Any], ids: Sequence[str]) -> None:
        self._store, self._ids = store, ids
        self._places: dict[str, list[int]] = {}
        for at, name in enumerate(ids):
            self._places.setdefault(name, []).append(at)
        # Of one question it is asked several times which passages are the nearest.
        self._nearest = lru_cache(_REMEMBERED)(self._found)

    def cosines(
        self, vector: np.ndarray, documents: Sequence[str] | None = None, also: Sequence[int] = ()
    ) -> np.ndarray | None:
        """As `Nearness.cosines`; None, and a line in the log, where the database fails."""
        asked = tuple(vector.tolist())
        try:
            within = None if documents is None else tuple(documents)
            near = dict(self._nearest(asked, "document", within))
            # The farthest tells the scale on which the nearest are near: what a search makes of cosines goes by the whole range.
            opposite = self._nearest(tuple(-x for x in asked), "document", within, 1)
            farthest = {name: -cosine for name, cosine in opposite.items()}
            if named := tuple(sorted({self._ids[at] for at in also} - near.keys())):
                near |= self._found(asked, "id", named)
        except (SQLAlchemyError, OSError, ValueError) as error:
            _log.error(
                "The database of vectors does not answer, documents are searched by words alone: %s", _told(error)
            )
            return None
        cosines = np.full(len(self._ids), min(near.values(), default=0.0), np.float32)
        for name, cosine in (farthest | near).items():
            cosines[self._places.get(name, [])] = cosine
        return cosines

    def _found(
        self, asked: Sequence[float], column: str, allowed: Sequence[str] | None, count: int = NEAREST
    ) -> dict[str, float]:
        """The nearest passages with their cosines, of those with certain values in a column."""
        within = None if allowed is None else {column: {"$in": list(allowed)}}
        search = self._store().similarity_search_with_score_by_vector
        return {d.id: 1 - distance for d, distance in search(list(asked), k=count, filter=within)}


class _NoEmbeddings(Embeddings):
    """Vectors come with the passages and with the question; the store embeds nothing."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise NotImplementedError

    def embed_query(self, text: str) -> list[float]:
        raise NotImplementedError


def _ids(passages: pa.Table) -> list[str]:
    rows = zip(*(passages[name].to_pylist() for name in ("document", "heading", "text")), strict=True)
    return [hashlib.sha256("\n".join(row).encode()).hexdigest()[:32] for row in rows]


def _told(error: BaseException) -> str:
    """What went wrong in a line, without the statement and the address."""
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]

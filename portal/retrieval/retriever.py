"""Question → passages: cosine over the embeddings fused with BM25, or BM25 alone until the encoder is there."""

import logging
import threading
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, Protocol

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field, PrivateAttr, model_validator

from portal.retrieval.embedding import BUNDLED, Encoder, load_encoder
from portal.retrieval.exact_store import ExactStore
from portal.retrieval.fusion import DENSE_WEIGHT, fuse, greatest, min_max
from portal.retrieval.lexical import LexicalIndex, terms

Mode = Literal["hybrid", "lexical"]
_log = logging.getLogger(__name__)


class QueryEncoder(Protocol):
    """What the retriever needs of an encoder."""

    @property
    def ready(self) -> bool:
        """Whether `encode_query` answers at once."""

    def encode_query(self, query: str) -> np.ndarray:
        """The query's vector, shape (dimensions,), length 1."""


class LazyEncoder:
    """An encoder loaded in the background, so that no page waits for it. Safe to use from several threads.

    Args:
        model: as for `load_encoder`.
        cached: how many query vectors are remembered.
    """

    def __init__(self, model: str, cached: int = 1024) -> None:
        self.model = model
        self._encoder: Encoder | None = None
        self._error: Exception | None = None
        self._done = threading.Event()
        self._starting = threading.Lock()
        # Tokenizers of Sentence Transformers models refuse to be shared by two threads at once.
        own: AbstractContextManager[object] = nullcontext()
        self._encoding = own if model == BUNDLED else threading.Lock()
        self._thread: threading.Thread | None = None
        self._vector = lru_cache(maxsize=cached)(self._encode)

    def start(self) -> None:
        """Begin to load the model in a background thread; a second call does nothing."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._load, name="load-encoder", daemon=True)
                self._thread.start()

    @property
    def ready(self) -> bool:
        """Whether the model is loaded."""
        return self._encoder is not None

    @property
    def error(self) -> Exception | None:
        """Why the model could not be loaded, if so."""
        return self._error

    def get(self, timeout: float | None = None) -> Encoder:
        """The loaded encoder, started if need be and waited for.

        Args:
            timeout: seconds to wait at most; None waits as long as it takes.
        Raises:
            TimeoutError: not loaded in time.
            ValueError: there is no such model on this machine.
        """
        self.start()
        if not self._done.wait(timeout):
            raise TimeoutError(f"嵌入模型 {self.model} 在{timeout}秒内没有加载完。")
        if self._encoder is None:
            raise self._error or RuntimeError(f"嵌入模型 {self.model} 没有加载成功。")
        return self._encoder

    def encode_query(self, query: str) -> np.ndarray:
        """The query's vector, shape (dimensions,), length 1, read-only; waits for the model where it is not ready.

        Raises:
            ValueError: there is no such model on this machine.
        """
        return self._vector(query)

    def encode_documents(self, texts: Sequence[str]) -> np.ndarray:
        """The texts' vectors, shape (texts, dimensions), rows of length 1."""
        encoder = self.get()
        with self._encoding:
            vectors = encoder.encode_document(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)

    def _encode(self, query: str) -> np.ndarray:
        encoder = self.get()
        with self._encoding:
            found = encoder.encode_query(query, normalize_embeddings=True, show_progress_bar=False)
        vector = np.array(found, dtype=np.float32)
        vector.setflags(write=False)
        return vector

    def _load(self) -> None:
        try:
            self._encoder = load_encoder(self.model)
        except Exception as error:
            self._error = error
            # A ValueError says all there is to say in its sentence.
            unforeseen = not isinstance(error, ValueError)
            _log.error("The embedding model is not loaded, search goes by words alone: %s", error, exc_info=unforeseen)
        finally:
            self._done.set()


@dataclass(frozen=True)
class Passage:
    """A text that can be found, with the headings it stands under; search reads both, `metadata` is only carried along."""

    id: str
    text: str
    heading: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def indexed(self) -> str:
        """What is embedded and indexed: the headings, then the text."""
        return f"{self.heading} {self.text}" if self.heading else self.text


@dataclass(frozen=True)
class Hit:
    """A passage found.

    `score` is 0..1 within one query and says nothing across queries; `dense` is the cosine (None where only words were compared)
    and `lexical` the BM25, both comparable between queries over one index.
    """

    passage: Passage
    score: float
    dense: float | None
    lexical: float

    @property
    def id(self) -> str:
        """The passage's id."""
        return self.passage.id

    @property
    def text(self) -> str:
        """The passage's text, without headings."""
        return self.passage.text

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The passage's metadata."""
        return self.passage.metadata

    @property
    def mode(self) -> Mode:
        """How it was found."""
        return "lexical" if self.dense is None else "hybrid"


class HybridRetriever(BaseRetriever):
    """A LangChain retriever over passages held in memory; exact search. Safe to use from several threads.

    Args:
        passages: what can be found.
        embeddings: their vectors in the same order, shape (passages, dimensions), of any length; None for words alone.
        encoder: of the model the vectors were made with; until it is `ready` the search compares words alone.
        dense_weight: share of the embeddings in the fused score, 0..1.
        k: how many documents `invoke` returns.
    Raises:
        ValueError: as many vectors as passages are needed.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    passages: Sequence[Passage] = Field(repr=False)
    embeddings: np.ndarray | None = Field(None, repr=False)
    encoder: Any = Field(None, repr=False)
    dense_weight: float = Field(DENSE_WEIGHT, ge=0, le=1)
    k: int = Field(10, ge=1)
    _lexical: LexicalIndex = PrivateAttr()
    _vectors: ExactStore | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _index(self) -> "HybridRetriever":
        self._lexical = LexicalIndex([p.indexed for p in self.passages])
        if self.embeddings is not None:
            rows = [{**p.metadata, "id": p.id, "text": p.text} for p in self.passages]
            self._vectors = ExactStore(rows, self.embeddings)
        return self

    @property
    def lexical(self) -> LexicalIndex:
        """The word index, for `coverage` and `idf`."""
        return self._lexical

    @property
    def mode(self) -> Mode:
        """How a search made now would work."""
        return "hybrid" if self._vectors is not None and self.encoder is not None and self.encoder.ready else "lexical"

    def search(self, query: str, k: int | None = None, words: str | None = None) -> list[Hit]:
        """The best passages, best first; equals in the passages' order.

        Args:
            query: what is asked.
            k: how many at most; the retriever's own number where None.
            words: what to compare words with, where that is not the query itself.
        Returns:
            up to `k` hits; none for a query without a letter or digit, and, where only words are
            compared, only passages that share one.
        Raises:
            ValueError: the vectors were made with a model of other dimensions.
        """
        words = query if words is None else words
        if not self.passages or not terms(words):
            return []
        lexical = self._lexical.scores(words)
        dense = self._dense(query) if self.mode == "hybrid" else None
        score = min_max(lexical) if dense is None else fuse(dense, lexical, self.dense_weight)
        order = greatest(score, max(self.k if k is None else k, 0))
        return [
            Hit(self.passages[i], float(score[i]), None if dense is None else float(dense[i]), float(lexical[i]))
            for i in order
            if dense is not None or lexical[i] > 0
        ]

    def _dense(self, query: str) -> np.ndarray:
        assert self._vectors is not None
        return self._vectors.cosines(self.encoder.encode_query(query))

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
    ) -> list[Document]:
        return [
            Document(
                id=hit.id,
                page_content=hit.text,
                metadata={
                    **hit.metadata,
                    "id": hit.id,
                    "heading": hit.passage.heading,
                    "score": hit.score,
                    "dense": hit.dense,
                    "lexical": hit.lexical,
                    "mode": hit.mode,
                },
            )
            for hit in self.search(query)
        ]

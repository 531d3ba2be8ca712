"""LangChain's vector store over vectors held in memory: every one is compared, so what is nearest is exactly so."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

_REMEMBERED = 8


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors of length 1 (those of length 0 as they are), float32, shape (texts, dimensions)."""
    held = np.asarray(vectors, dtype=np.float32)
    norms = np.linalg.norm(held, axis=1, keepdims=True)
    return held / np.where(norms > 0, norms, 1)


class ExactStore(VectorStore):
    """Texts with their vectors. Immutable once made; safe to use from several threads.

    Args:
        rows: of each text its `id` and `text`; the rest is its metadata.
        vectors: of the texts in that order, shape (texts, dimensions), of any length.
        embedding: of the model the vectors were made with; needed only where a query comes as text.
    Raises:
        ValueError: as many vectors as texts are needed.
    """

    def __init__(
        self, rows: Sequence[Mapping[str, Any]], vectors: np.ndarray, embedding: Embeddings | None = None
    ) -> None:
        if len(vectors) != len(rows):
            raise ValueError(f"向量有 {len(vectors)} 个，段落有 {len(rows)} 个，应当一样多。请重新建立索引。")
        self._rows, self._embedding = rows, embedding
        self._unit = unit(vectors) if len(rows) else np.zeros((0, 0), np.float32)
        # A question is compared several times while it is looked up.
        self._remembered = lru_cache(_REMEMBERED)(self._compared)

    @property
    def embeddings(self) -> Embeddings | None:
        """What embeds a query that comes as text."""
        return self._embedding

    def cosines(self, vector: np.ndarray, *_: object) -> np.ndarray:
        """The cosine of every text with a vector of length 1, in the texts' order, read-only; nothing else has to be said.

        Raises:
            ValueError: the vectors were made with a model of other dimensions.
        """
        return self._remembered(vector.astype(np.float32).tobytes())

    def _compared(self, written: bytes) -> np.ndarray:
        vector = np.frombuffer(written, np.float32)
        if self._rows and vector.shape != self._unit.shape[1:]:
            raise ValueError(
                f"索引的向量是 {self._unit.shape[1]} 维，模型给出 {vector.shape[-1]} 维：索引是用另一个模型建的，请重新建立索引。"
            )
        cosines = self._unit @ vector if self._rows else np.zeros(0, np.float32)
        cosines.setflags(write=False)
        return cosines

    def similarity_search_with_score_by_vector(
        self,
        embedding: Sequence[float],
        k: int = 4,
        filter: Callable[[Document], bool] | None = None,
    ) -> list[tuple[Document, float]]:
        """The nearest texts with their cosines, best first; equals in the texts' order.

        Args:
            embedding: of any length.
            k: how many at most.
            filter: which texts to look at.
        """
        cosines = self.cosines(unit(np.array([embedding]))[0])
        found: list[tuple[Document, float]] = []
        for at in np.argsort(-cosines, kind="stable"):
            document = self._document(int(at))
            if len(found) < k and (filter is None or filter(document)):
                found.append((document, float(cosines[at])))
            if len(found) >= k:
                break
        return found

    def similarity_search_with_score(self, query: str, k: int = 4, **kwargs: Any) -> list[tuple[Document, float]]:
        """As `similarity_search_with_score_by_vector`, of a text."""
        if self._embedding is None:
            raise ValueError("没有嵌入模型，不能按文字检索。")
        return self.similarity_search_with_score_by_vector(self._embedding.embed_query(query), k, **kwargs)

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:
        """As `similarity_search_with_score`, without the scores."""
        return [document for document, _ in self.similarity_search_with_score(query, k, **kwargs)]

    def get_by_ids(self, ids: Sequence[str], /) -> list[Document]:
        """The texts of some ids; those that are not held are left out."""
        wanted = set(ids)
        return [self._document(at) for at, row in enumerate(self._rows) if row["id"] in wanted]

    @classmethod
    def from_texts(
        cls,
        texts: list[str],
        embedding: Embeddings,
        metadatas: list[dict[str, Any]] | None = None,
        *,
        ids: list[str] | None = None,
        **_: Any,
    ) -> "ExactStore":
        """A store of some texts, embedded here; their places are their ids where none are given."""
        told: Iterable[dict[str, Any]] = metadatas or ({} for _ in texts)
        named = ids or map(str, range(len(texts)))
        rows = [{**m, "id": i, "text": t} for t, m, i in zip(texts, told, named, strict=True)]
        return cls(rows, np.array(embedding.embed_documents(texts), dtype=np.float32), embedding)

    def _select_relevance_score_fn(self) -> Callable[[float], float]:
        return lambda cosine: max(cosine, 0.0)

    def _document(self, at: int) -> Document:
        row = self._rows[at]
        metadata = {k: v for k, v in row.items() if k not in {"id", "text"}}
        return Document(id=row["id"], page_content=row["text"], metadata=metadata)

"""BM25 over character n-grams: exact words count, with no word segmentation to get wrong."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from portal.texts.folding import fold

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(rf"(?P<han>[{_HAN}]+)|\d+(?:[.,]\d+)*|(?:(?![{_HAN}])[^\W\d_])+")


def terms(text: str) -> list[str]:
    """The index terms of a text in order: single Chinese characters and pairs of neighbours, other words and numbers whole.

    Pairs never span punctuation. `"新建20处P+R停车场"` holds `新`, `新建`, `20`, `p`, `停车` and so on.
    """
    found: list[str] = []
    for match in _RUN.finditer(fold(text)):
        run = match[0]
        if match["han"] is None:
            found.append(run.replace(",", ""))
        else:
            found += run
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


class LexicalIndex:
    """BM25 of every text for a query, computed at once. Immutable, so any number of threads may ask.

    Args:
        texts: the texts; scores come back in this order.
        k1: how fast repeating a term stops counting. Short passages repeat little: 0.9.
        b: how much a long text is marked down, 0..1.

    The formula is Lucene's BM25 (Robertson and Zaragoza 2009, idf of `log(1 + (N - n + 0.5) / (n + 0.5))`, never negative).
    """

    def __init__(self, texts: Sequence[str], k1: float = 0.9, b: float = 0.75) -> None:
        self._rows: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        counts: list[int] = []
        lengths = np.zeros(len(texts))
        for column, text in enumerate(texts):
            for term, count in Counter(terms(text)).items():
                rows.append(self._rows.setdefault(term, len(self._rows)))
                columns.append(column)
                counts.append(count)
                lengths[column] += count
        self._size = len(texts)
        holders = np.bincount(np.array(rows, dtype=np.int64), minlength=len(self._rows))
        self._idf = self._idf_of(holders)
        self._idf_unseen = float(self._idf_of(np.zeros(1))[0])
        frequency = np.array(counts, dtype=np.float64)
        relative = lengths / (lengths.mean() or 1.0) if lengths.size else lengths
        saturated = frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * relative[columns]))
        # One row a term, one column a text: a query touches only the rows of its own terms.
        self._weights = csr_array((self._idf[rows] * saturated, (rows, columns)), shape=(len(self._rows), self._size))

    def __len__(self) -> int:
        return self._size

    def scores(self, query: str) -> np.ndarray:
        """BM25 of every text, shape (texts,), 0 where a text shares no term with the query."""
        total = np.zeros(self._size)
        weights = self._weights
        for term, count in Counter(terms(query)).items():
            row = self._rows.get(term)
            if row is not None:
                holds = slice(weights.indptr[row], weights.indptr[row + 1])
                total[weights.indices[holds]] += count * weights.data[holds]
        return total

    def idf(self, term: str) -> float:
        """How telling a term is among these texts; a term in none of them is the most telling of all."""
        row = self._rows.get(term)
        return self._idf_unseen if row is None else float(self._idf[row])

    def coverage(self, query: str, text: str) -> float:
        """The share of the query's distinct terms, each weighed by its idf, that a text holds: 0 to 1, 0 for an empty query.

        The text need not be one of the index. Low coverage of every text found says the question is about something else.
        """
        asked = {term: self.idf(term) for term in terms(query)}
        whole = sum(asked.values())
        held = set(terms(text))
        return sum(weight for term, weight in asked.items() if term in held) / whole if whole else 0.0

    def _idf_of(self, holders: np.ndarray) -> np.ndarray:
        return np.log1p((self._size - holders + 0.5) / (holders + 0.5))

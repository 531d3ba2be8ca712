"""What a question wants, learned from examples: linear models over an embedding and character n-grams, and over n-grams alone.

The second are for questions asked while the embedding model is loading: the n-grams' weights of the first without the embedding
tell an operation right one time in four and no question of a kind that is refused; learned alone, they tell .77 and .75.
Trained when a version is built (scikit-learn); a running portal needs only the products (numpy).
Weights of the two parts and the regularisation: logistic regression on the embeddings standardised and scaled by 0.3, joined with
the tf-idf of character 1–3-grams scaled by 3, was the best of those tried on question sets left out of training.
"""

import math
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from portal.answering.language.examples import HEADS, Example

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_DENSE_SCALE = 0.3
_SPARSE_SCALE = 3.0
_GRAMS = (1, 2, 3)
_SEEN_IN = 2
_REGULARISATION = 1.0
# Steps of the optimiser: more of them changed no reading of questions left out of training.
_STEPS = 40
# Heads learned from every example.
_OF_ALL = {"kind", "turn"}
# How the models over n-grams alone are told from the others in the table.
_WORDS = ":words"
_TWO = 2


def grams(text: str) -> list[str]:
    """The character 1–3-grams of a text, its ends marked."""
    marked = f"^{' '.join(text.lower().split())}$"
    return [marked[i : i + n] for n in _GRAMS for i in range(len(marked) - n + 1)]


@dataclass(frozen=True)
class Classifier:
    """The trained models of every head.

    Attributes:
        terms: n-gram → position, of those kept.
        idf: shape (terms,), the inverse document frequency of each.
        seen: shape (terms,), in how many examples each stands.
        examples: how many examples there were.
        mean, scale: shape (dimensions,), what standardises an embedding.
        weights: head → shape (values, dimensions + terms).
        intercepts: head → shape (values,).
        labels: head → its values, in the order of the weights.
        words: head → shape (values, terms) and (values,): weights and intercepts of the model over n-grams alone.
    """

    terms: Mapping[str, int]
    idf: np.ndarray
    seen: np.ndarray
    examples: int
    mean: np.ndarray
    scale: np.ndarray
    weights: Mapping[str, np.ndarray]
    intercepts: Mapping[str, np.ndarray]
    labels: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[np.ndarray, np.ndarray]]

    def probabilities(self, text: str, embedding: np.ndarray | None) -> dict[str, dict[str, float]]:
        """How likely each value of each head is for a question.

        Args:
            text: the question with stand-ins for names.
            embedding: its vector, shape (dimensions,), length 1; None while the model is loading: then n-grams alone decide.
        """
        positions, values = self._sparse(text)
        return {head: self._likely(head, positions, values, embedding) for head in self.labels}

    def _likely(
        self, head: str, positions: np.ndarray, values: np.ndarray, embedding: np.ndarray | None
    ) -> dict[str, float]:
        if embedding is None and head in self.words:
            words, intercepts = self.words[head]
            scores = intercepts + words[:, positions] @ values
        else:
            weights, dimensions = self.weights[head], len(self.mean)
            scores = self.intercepts[head] + weights[:, dimensions + positions] @ values
            if embedding is not None:
                scores = scores + weights[:, :dimensions] @ ((embedding - self.mean) / self.scale * _DENSE_SCALE)
        exponents = np.exp(scores - scores.max())
        return dict(zip(self.labels[head], (exponents / exponents.sum()).tolist(), strict=True))

    def familiar(self, gram: str) -> float:
        """The share of the examples an n-gram stands in: high for the words of asking, 0 for those of a subject."""
        position = self.terms.get(gram)
        return float(self.seen[position]) / self.examples if position is not None and self.examples else 0.0

    def _sparse(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        counts = Counter(self.terms[g] for g in grams(text) if g in self.terms)
        positions = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        values = np.fromiter(counts.values(), dtype=np.float32, count=len(counts)) * self.idf[positions]
        norm = float(np.linalg.norm(values))
        return positions, (values / norm if norm else values) * _SPARSE_SCALE

    @cached_property
    def _named(self) -> list[str]:
        return sorted(self.terms, key=lambda t: self.terms[t])

    def to_tables(self) -> dict[str, pa.Table]:
        """As two tables, for a published version."""
        rows = [
            {"head": head, "value": value, "intercept": float(self.intercepts[head][i]), "weights": weights[i]}
            for head, weights in self.weights.items()
            for i, value in enumerate(self.labels[head])
        ]
        rows += [
            {"head": head + _WORDS, "value": value, "intercept": float(intercepts[i]), "weights": weights[i]}
            for head, (weights, intercepts) in self.words.items()
            for i, value in enumerate(self.labels[head])
        ]
        rows += [
            {"head": "", "value": name, "intercept": float(self.examples), "weights": vector}
            for name, vector in (("mean", self.mean), ("scale", self.scale))
        ]
        models = pa.table(
            {
                "head": [r["head"] for r in rows],
                "value": [r["value"] for r in rows],
                "intercept": pa.array([r["intercept"] for r in rows], pa.float32()),
                "weights": pa.array([np.asarray(r["weights"], dtype=np.float32) for r in rows], pa.list_(pa.float32())),
            }
        )
        terms = pa.table(
            {
                "term": self._named,
                "idf": pa.array(self.idf, pa.float32()),
                "seen": pa.array(self.seen, pa.int32()),
            }
        )
        return {"reading_models": models, "reading_terms": terms}

    @classmethod
    def from_tables(cls, models: pa.Table, terms: pa.Table) -> "Classifier":
        """From the tables of a published version."""
        rows = models.drop_columns(["weights"]).to_pylist()
        vectors = [np.asarray(v.values, dtype=np.float32) for v in models["weights"]]
        standard = {r["value"]: v for r, v in zip(rows, vectors, strict=True) if not r["head"]}
        of: dict[str, list[int]] = {}
        for at, row in enumerate(rows):
            of.setdefault(row["head"], []).append(at)
        weights = {h: np.stack([vectors[i] for i in at]) for h, at in of.items() if h}
        intercepts = {h: np.array([rows[i]["intercept"] for i in at], np.float32) for h, at in of.items() if h}
        heads = [h for h in weights if not h.endswith(_WORDS)]
        return cls(
            terms={t: i for i, t in enumerate(terms["term"].to_pylist())},
            idf=terms["idf"].to_numpy(),
            seen=terms["seen"].to_numpy(),
            examples=int(next(r["intercept"] for r in rows if not r["head"])),
            mean=standard["mean"],
            scale=standard["scale"],
            weights={h: weights[h] for h in heads},
            intercepts={h: intercepts[h] for h in heads},
            labels={h: tuple(rows[i]["value"] for i in of[h]) for h in heads},
            # A version published before there were such models has none of them.
            words={h: (weights[h + _WORDS], intercepts[h + _WORDS]) for h in heads if h + _WORDS in weights},
        )


def train(examples: Sequence[Example], embeddings: np.ndarray) -> Classifier:
    """Learn every head of `HEADS` from examples.

    Args:
        examples: at least two values of each head must occur.
        embeddings: of their texts, shape (examples, dimensions), rows of length 1.
    """
    from scipy import sparse

    terms, idf, seen = _vocabulary(e.text for e in examples)
    mean, scale = embeddings.mean(axis=0), embeddings.std(axis=0) + 1e-6
    dense = (embeddings - mean) / scale * _DENSE_SCALE
    bare = Classifier(terms, idf, seen, len(examples), mean, scale, {}, {}, {}, {})
    rows = [bare._sparse(e.text) for e in examples]
    indptr = np.cumsum([0, *(len(p) for p, _ in rows)])
    shape = (len(rows), len(terms))
    words = sparse.csr_matrix(
        (np.concatenate([v for _, v in rows]), np.concatenate([p for p, _ in rows]), indptr), shape
    )
    features = sparse.hstack([sparse.csr_matrix(dense), words]).tocsr()
    both = {head: _learned(features, examples, head) for head in HEADS}
    return Classifier(
        terms,
        idf,
        seen,
        len(examples),
        mean,
        scale,
        weights={head: weights for head, (weights, _, _) in both.items()},
        intercepts={head: intercepts for head, (_, intercepts, _) in both.items()},
        labels={head: labels for head, (_, _, labels) in both.items()},
        words={head: _learned(words, examples, head)[:2] for head in HEADS},
    )


def _learned(
    features: "csr_matrix", examples: Sequence[Example], head: str
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """The model of a head: weights, shape (values, features), intercepts, shape (values,), and the values in that order."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    number, kinds = list(HEADS).index(head), list(HEADS).index("kind")
    # What is done with what no document answers says nothing of the other questions.
    of = [i for i, e in enumerate(examples) if head in _OF_ALL or e.labels[kinds] == "in"]
    values = [examples[i].labels[number] for i in of]
    model = LogisticRegression(C=_REGULARISATION, max_iter=_STEPS, class_weight=_evened(values))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features[of], values)
    weights, intercepts = model.coef_, model.intercept_
    if len(model.classes_) == _TWO:
        # Two values share one row of weights: the other's is its negative.
        weights, intercepts = np.vstack([-weights, weights]) / 2, np.concatenate([-intercepts, intercepts]) / 2
    return weights, intercepts, tuple(map(str, model.classes_))


def _evened(values: Sequence[str]) -> dict[str, float]:
    """How much an example of each value weighs: rare ones more, but only by the root of how rare, for what is seldom among the
    examples is seldom asked too (weighed evenly, one question in thirty was taken for a kind nobody answers; so, one in seventy)."""
    return {value: math.sqrt(len(values) / n) for value, n in Counter(values).items()}


def _vocabulary(texts: Iterable[str]) -> tuple[dict[str, int], np.ndarray, np.ndarray]:
    held = [set(grams(text)) for text in texts]
    counted = Counter(g for of in held for g in of)
    kept = sorted(g for g, n in counted.items() if n >= _SEEN_IN)
    seen = np.array([counted[g] for g in kept], dtype=np.int32)
    idf = np.log((1 + len(held)) / (1 + seen)).astype(np.float32) + 1
    return {g: i for i, g in enumerate(kept)}, idf, seen

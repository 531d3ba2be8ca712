"""Kept questions → what tells the right reading of a question from the others: the weights of `portal.answering.weighing`.

`python -m pipelines.compute.weights FILE…` asks each file's questions, finds out which of a question's readings would have been
answered rightly, and fits the weights so that those win: a conditional logit over the readings of each question, drawn towards the
weights as they are, so that what the questions say nothing of stays. Questions an operator wants to measure with are not given.
"""

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tomlkit

from portal.answering import weighing
from portal.answering.choose import candidates
from portal.answering.evaluate import Gold, failure, read_questions
from portal.answering.models import Ask
from portal.answering.service import AnswerService
from portal.publication.publications import Publications
from portal.retrieval.retriever import LazyEncoder
from portal.settings import settings

FILE = Path(weighing.__file__).parent / "weights.toml"
# How strongly the weights are drawn towards what they were.
_DRAWN = 1.0
_STEPS = 200
# Files of the second kind hold counting, comparing, follow-ups, the portal itself and rambling, and are few: theirs weigh more.
_SECOND_KIND = 6.0


@dataclass(frozen=True)
class Choice:
    """The readings of a question: features, shape (readings, features), which are answered rightly, and how much it weighs."""

    features: np.ndarray
    right: np.ndarray
    weight: float


def choices(paths: Iterable[Path], names: Sequence[str], service: AnswerService) -> Iterator[Choice]:
    """The questions that some of their readings answer rightly and others do not.

    Args:
        paths: files of questions with what a right answer says.
        names: of the features, in their order.
        service: asks.
    """
    for gold in (Gold.model_validate(row) for path in paths for row in read_questions(path)):
        ask = Ask(question=gold.question, history=gold.history)
        found = candidates(service.readings(ask), service.knowledge())
        right = np.array([not failure(gold, service.told(c.facts, ask)) for c in found], dtype=bool)
        if right.any() and not right.all():
            features = np.array([[c.features.get(name, 0.0) for name in names] for c in found])
            yield Choice(features, right, 1.0 if gold.must_not is None else _SECOND_KIND)


def fitted(choices: Sequence[Choice], before: np.ndarray) -> np.ndarray:
    """The weights under which right readings are likeliest, shape (features,).

    Args:
        choices: at least one.
        before: the weights they are drawn towards.
    """
    from scipy.optimize import minimize

    def cost(weights: np.ndarray) -> tuple[float, np.ndarray]:
        moved = weights - before
        total, slope = _DRAWN * float(moved @ moved) / 2, _DRAWN * moved
        for one in choices:
            scores = one.features @ weights
            likely = np.exp(scores - scores.max())
            likely /= likely.sum()
            of_right = likely * one.right
            total -= one.weight * math.log(of_right.sum())
            slope = slope - one.weight * (one.features.T @ (of_right / of_right.sum() - likely))
        return total, slope

    return np.asarray(minimize(cost, before, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x)


def main(paths: Sequence[Path]) -> None:
    """Fit the weights and write them."""
    encoder = LazyEncoder(settings().embedding_model)
    encoder.get()
    service = AnswerService(Publications(settings()), encoder, settings())
    document = tomlkit.parse(FILE.read_text("utf-8"))
    table = document["worth"]
    names = list(table)
    before = np.array([float(table[n]) for n in names])
    for name, weight in zip(names, fitted(list(choices(paths, names, service)), before), strict=True):
        table[name] = round(float(weight), 2)
    FILE.write_text(tomlkit.dumps(document), "utf-8")


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])

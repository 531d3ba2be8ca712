"""Questions on rules and on the plan → the weights by which one is told from the other (`portal.answering.ruling`).

`python -m pipelines.compute.rule_weights RULES… -- PLAN…` asks the questions of each file of a version that holds rules beside the
plan, and fits a logistic regression to what tells the two kinds apart. Lines on rules that are to be refused are no questions for one.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import tomlkit

from pipelines.compute.weights import FILE
from portal.answering.choose import candidates
from portal.answering.evaluate import Gold, read_questions
from portal.answering.lookup.rules import RuleFacts
from portal.answering.models import Ask
from portal.answering.ruling import ruling_features
from portal.answering.service import AnswerService
from portal.publication.publications import Publications
from portal.retrieval.retriever import LazyEncoder
from portal.settings import settings

# Questions on rules are few beside those on the plan; a rule given where the plan was asked is the worse mistake.
_RULE_WEIGHS = 3.0


def described(paths: Iterable[Path], service: AnswerService) -> Iterator[tuple[dict[str, float], bool]]:
    """What tells of each question that a rule was found for, by feature, and whether it is to be refused.

    Args:
        paths: files of questions.
        service: of a version with rules.
    """
    for gold in (Gold.model_validate(row) for path in paths for row in read_questions(path)):
        found = candidates(service.readings(Ask(question=gold.question, history=gold.history)), service.knowledge())
        rules = [c.facts for c in found if isinstance(c.facts, RuleFacts)]
        others = sorted((c for c in found if not isinstance(c.facts, RuleFacts)), key=lambda c: -c.worth)
        for facts in rules[-1:]:
            yield dict(ruling_features(facts, others[0] if others else None, service.knowledge())), gold.refuse


def fitted(rows: Sequence[dict[str, float]], of_rules: Sequence[bool]) -> dict[str, float]:
    """The weight of each feature, where 0 says nothing and a sum above 0 that a rule is asked for.

    Args:
        rows: by feature, all with the same.
        of_rules: whether each is a question on rules.
    """
    from sklearn.linear_model import LogisticRegression

    names = [name for name in rows[0] if name not in {"always", "named"}]
    features = np.array([[row[name] for name in names] for row in rows], dtype=float)
    model = LogisticRegression(C=1.0, max_iter=2000, class_weight={True: _RULE_WEIGHS, False: 1.0})
    model.fit(features, np.array(of_rules))
    weights = {name: round(float(w), 2) for name, w in zip(names, model.coef_[0], strict=True)}
    return {"always": round(float(model.intercept_[0]), 2)} | weights


def main(rules: Sequence[Path], plan: Sequence[Path]) -> None:
    """Fit the weights and write them; who names a rule asks for it whatever else is said."""
    encoder = LazyEncoder(settings().embedding_model)
    encoder.get()
    service = AnswerService(Publications(settings()), encoder, settings())
    asked = [(row, not refuse) for row, refuse in described(rules, service)]
    asked += [(row, False) for row, _ in described(plan, service)]
    document = tomlkit.parse(FILE.read_text("utf-8"))
    table = document["rule"]
    for name, weight in fitted([row for row, _ in asked], [ruled for _, ruled in asked]).items():
        table[name] = weight
    table["named"] = 20.0
    FILE.write_text(tomlkit.dumps(document), "utf-8")


if __name__ == "__main__":
    at = sys.argv.index("--")
    main([Path(name) for name in sys.argv[1:at]], [Path(name) for name in sys.argv[at + 1 :]])

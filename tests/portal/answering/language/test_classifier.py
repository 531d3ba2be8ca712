"""What reads questions while the embedding model is loading: models over n-grams alone, kept beside the others."""

import numpy as np
import pytest

from portal.answering.language.classifier import Classifier, train
from portal.answering.language.examples import HEADS, Example

_ASKED = ("value", "target", "indicator", "in", "new")
_SYNTHETIC = [
    *(Example(f"某指标的目标是多少{n}", _ASKED) for n in range(8)),
    *(Example(f"哪个城市合成最高{n}", ("rank", "result", "city", "in", "new")) for n in range(8)),
    *(Example(f"那么呢合成{n}", ("value", "target", "indicator", "in", "follow")) for n in range(8)),
    *(Example(f"合成天气怎么样{n}", ("value", "result", "none", "off_topic", "new")) for n in range(8)),
]


@pytest.fixture(scope="module")
def trained() -> Classifier:
    vectors = np.random.default_rng(7).normal(size=(len(_SYNTHETIC), 4)).astype(np.float32)
    return train(_SYNTHETIC, vectors)


def _likeliest(classifier: Classifier, text: str) -> dict[str, str]:
    return {head: max(of, key=lambda v: of[v]) for head, of in classifier.probabilities(text, None).items()}


@pytest.mark.parametrize(
    ("text", "head", "value"),
    [
        ("某指标的目标是多少啊", "operation", "value"),
        ("哪个城市合成最高呀", "operation", "rank"),
        ("合成天气怎么样呀", "kind", "off_topic"),
        ("哪个城市合成最高呀", "kind", "in"),
        ("那么呢合成", "turn", "follow"),
    ],
)
def test_words_alone_tell_what_is_asked(trained: Classifier, text: str, head: str, value: str) -> None:
    assert _likeliest(trained, text)[head] == value


def test_a_published_version_reads_as_the_one_that_was_trained(trained: Classifier) -> None:
    tables = trained.to_tables()
    read = Classifier.from_tables(tables["reading_models"], tables["reading_terms"])
    assert set(read.words) == set(HEADS) == set(read.labels)
    for embedding in (None, np.array([0.1, -0.4, 0.9, 0.2], dtype=np.float32)):
        for head, likely in trained.probabilities("合成天气怎么样", embedding).items():
            assert read.probabilities("合成天气怎么样", embedding)[head] == pytest.approx(likely, abs=1e-4)


def test_a_version_published_without_such_models_is_still_read(trained: Classifier) -> None:
    tables = trained.to_tables()
    heads = tables["reading_models"]["head"].to_pylist()
    older = tables["reading_models"].filter([":" not in head for head in heads])
    read = Classifier.from_tables(older, tables["reading_terms"])
    assert read.words == {}
    assert sum(read.probabilities("合成天气怎么样", None)["kind"].values()) == pytest.approx(1)

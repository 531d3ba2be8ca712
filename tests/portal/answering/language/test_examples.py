"""The examples questions are read by: enough of each kind, and none of them a question the product is measured with."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from portal.answering.language.examples import FOLDER, HEADS, ExamplesError, read_examples
from portal.answering.query import Operation

ROOT = Path(__file__).parents[4]
# A pair that shares this much of its character trigrams is one sentence in two wordings.
_PARAPHRASE = 0.75
_SHORTEST = 8


def _trigrams(text: str) -> frozenset[str]:
    kept = "".join(c for c in text.lower() if c.isalnum())
    return frozenset(kept[i : i + 3] for i in range(len(kept) - 2))


def _examples() -> list[str]:
    return [row["question"] for path in FOLDER.glob("*.csv") for row in csv.DictReader(path.open(encoding="utf-8"))]


def _measured() -> list[str]:
    files = [
        *(ROOT / "tests" / "evaluation").glob("*.jsonl"),
        *(ROOT.parent / "shared" / "eval").glob("questions*.jsonl"),
    ]
    return [json.loads(line)["question"] for file in files for line in file.read_text("utf-8").splitlines() if line]


def test_there_are_two_hundred_of_every_operation() -> None:
    counted = Counter(e.labels[0] for e in read_examples(FOLDER))
    assert {o: n for o in Operation if (n := counted[o]) < 200} == {}


def test_no_example_is_a_question_the_product_is_measured_with() -> None:
    by_gram: dict[str, set[int]] = {}
    examples = [(text, _trigrams(text)) for text in _examples()]
    for number, (_, grams) in enumerate(examples):
        for gram in grams:
            by_gram.setdefault(gram, set()).add(number)
    same = []
    for question in _measured():
        asked = _trigrams(question)
        if len(asked) < _SHORTEST:
            continue
        near = Counter(n for gram in asked for n in by_gram.get(gram, ()))
        for number, shared in near.most_common(3):
            text, grams = examples[number]
            if shared >= _PARAPHRASE * len(asked | grams):
                same.append((question, text))
    assert same == []


def test_a_label_that_does_not_exist_is_told_with_its_line(tmp_path: Path) -> None:
    columns = ["question", *HEADS]
    (tmp_path / "a.csv").write_text(f"{','.join(columns)}\n多少,valeu,target,none,in,new\n", "utf-8")
    with pytest.raises(ExamplesError, match=r"a\.csv 第 2 行：operation 不能是“valeu”"):
        read_examples(tmp_path)

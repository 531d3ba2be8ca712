"""How people ask: examples with the parts of the query they stand for, in reviewable files, names replaced by their type."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.answering.query import Facet, Operation, Outside, SubjectKind
from portal.texts.errors import OperatorError

FOLDER = Path(__file__).parent / "examples"
HEADS: dict[str, tuple[str, ...]] = {
    "operation": tuple(Operation),
    "facet": tuple(Facet),
    "subject": (*SubjectKind, "none"),
    "kind": ("in", *Outside),
    "turn": ("new", "follow"),
}
"""What is learned of a question, and the values each may take."""

# What stands for a name of a type, in examples and in questions alike.
_STAND_INS = {
    "indicator": ("某指标", "the indicator"),
    "measure": ("某指标", "the indicator"),
    "project": ("某项目", "the project"),
    "place": ("某地", "the place"),
    "station": ("某站", "the station"),
    "district": ("某区", "the district"),
    "city": ("某市", "the city"),
    "document": ("某文件", "the document"),
    "clause": ("某条", "the clause"),
    "theme": ("某方面", "the theme"),
    "dataset": ("某数据", "the dataset"),
    "year": ("某年", "the year"),
    "number": ("某数", "a number"),
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class ExamplesError(OperatorError):
    """A line of the examples cannot be used; the message names file, line and reason."""


@dataclass(frozen=True)
class Example:
    """A question as people ask it, with stand-ins for names, and what it is by head of `HEADS`."""

    text: str
    labels: tuple[str, ...]


def stand_in(kind: str, language: str) -> str:
    """What stands for a name of a kind in a question of a language."""
    return _STAND_INS[kind][language == "en"]


def read_examples(folder: Path) -> list[Example]:
    """The examples of every `.csv` of a folder, in order, each text once.

    Raises:
        ExamplesError: a column or a label is not one of those allowed.
    """
    found = {example.text: example for path in sorted(folder.glob("*.csv")) for example in _read(path)}
    return list(found.values())


def _read(path: Path) -> Iterator[Example]:
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            labels = []
            for head, allowed in HEADS.items():
                value = row.get(head) or ""
                if value not in allowed:
                    raise ExamplesError(
                        f"{path.name} 第 {number} 行：{head} 不能是“{value}”，应为 {'、'.join(allowed)}。"
                    )
                labels.append(str(value))
            yield Example(_filled(row["question"]), tuple(labels))


def _filled(question: str) -> str:
    english = not re.search(r"[\u3400-\u9fff]", question)
    return _PLACEHOLDER.sub(lambda m: stand_in(m[1], "en" if english else "zh"), question)

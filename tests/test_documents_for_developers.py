"""What the contributing guide and the decision records point to is there."""

import re
from pathlib import Path

import pytest

from tests.synthetic import CHECKOUT

DOCUMENTS = [
    CHECKOUT / "CONTRIBUTING.md",
    CHECKOUT / "docs" / "README.md",
    *(CHECKOUT / "docs" / "decisions").glob("*.md"),
]
_PATH = re.compile(r"`((?:portal|pipelines|tests|datasets|corpus|\.ci)/[\w./-]*)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda p: p.name)
def test_every_file_a_document_names_is_there(document: Path) -> None:
    named = [n for n in _PATH.findall(document.read_text("utf-8")) if "published" not in n]
    linked = re.findall(r"\]\((?!http)([^)#]+)", document.read_text("utf-8"))
    assert [n for n in named if not (CHECKOUT / n).exists()] == []
    assert [n for n in linked if not (document.parent / n).exists()] == []


def test_a_stranger_finds_the_rules_by_name() -> None:
    table = (CHECKOUT / "CONTRIBUTING.md").read_text("utf-8")
    for question, file in (
        ("where is a target's status decided?", "pipelines/compute/status.py"),
        ("where does a CSV cell get its format?", "portal/datasets/export_csv.py"),
        ("where is a place's distance computed?", "portal/places/nearby.py"),
    ):
        assert f"| {question} | `{file}` |" in table

"""What there is a fixed number of is listed in one place: no code writes a member of such a list as a text of its own."""

import ast
from enum import StrEnum
from pathlib import Path

import pytest

import pipelines
import portal
from portal.answering.kinds import AnswerKind, Outcome
from portal.answering.refusals import Refusal
from portal.places.kinds import PlaceKind
from portal.publication.statuses import FigureKind, Openness, ProjectStatus, TargetStatus

_SOURCES = [p for m in (portal, pipelines) for p in sorted(Path(m.__file__).parent.rglob("*.py"))]
# Words that mean other things too: only where what bears one of these names is compared with them.
_COMPARED: dict[type[StrEnum], set[str]] = {
    PlaceKind: {"kind"},
    ProjectStatus: {"status"},
    AnswerKind: {"sort"},
    Outcome: {"kind", "outcome"},
}
# What a note of a computed result is about, and what a claim is taken for, have codes of their own.
_OWN_CODES = {
    ("portal/answering/telling/measures.py", "not_comparable"),
    ("portal/measures/run.py", "not_comparable"),
}


def _literals(path: Path, compared_by: set[str] | None) -> list[str]:
    """The texts of a module that are no documentation and define no member; of those only what such a name is compared with."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes: list[ast.AST] = list(ast.walk(tree))
    if compared_by is not None:
        found = [n for n in nodes if isinstance(n, ast.Compare) and _name(n.left) in compared_by]
        nodes = [part for n in found for of in n.comparators for part in ast.walk(of)]
    members = {
        id(item.value)
        for node in nodes
        if isinstance(node, ast.ClassDef) and any(getattr(b, "id", "") == "StrEnum" for b in node.bases)
        for item in node.body
        if isinstance(item, ast.Assign)
    }
    texts = [n for n in nodes if isinstance(n, ast.Constant) and id(n) not in members]
    return [n.value for n in texts if isinstance(n.value, str)]


def _name(node: ast.expr) -> str:
    """What `row["status"]` or `row.status` is called."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return getattr(node, "attr", "")


@pytest.mark.parametrize(
    "of", [TargetStatus, ProjectStatus, FigureKind, Refusal, PlaceKind, AnswerKind, Outcome, Openness]
)
def test_no_member_is_written_as_a_text(of: type[StrEnum]) -> None:
    written = [
        (str(path.relative_to(Path(portal.__file__).parents[1])), text)
        for path in _SOURCES
        for text in _literals(path, _COMPARED.get(of))
        if text in set(of)
    ]
    assert [w for w in written if w not in _OWN_CODES] == []

"""What went wrong is told in both languages, from one file, and no code holds a sentence of its own."""

import ast
from pathlib import Path
from string import Formatter

import pytest

import pipelines
import portal
from portal.texts.errors import BilingualError, Sentence, sentence, sentences
from portal.texts.interface import speaking

_ROOT = Path(portal.__file__).parent
CALLS = [
    (path.relative_to(_ROOT.parent), node.args[0])
    for path in sorted([*_ROOT.rglob("*.py"), *Path(pipelines.__file__).parent.rglob("*.py")])
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sentence" and node.args
]


def _begins(key: ast.expr) -> tuple[str, ...]:
    """The keys a call can mean, or their beginnings where the rest is filled in."""
    if isinstance(key, ast.IfExp):
        return _begins(key.body) + _begins(key.orelse)
    if isinstance(key, ast.JoinedStr):
        return (str(ast.literal_eval(key.values[0])),)
    return (str(ast.literal_eval(key)),) if isinstance(key, ast.Constant) else ()


def test_the_sentence_is_in_the_language_of_the_run_or_the_one_asked_for() -> None:
    error = BilingualError(Sentence("没有这一列。", "There is no such column."))
    assert str(error) == error.told() == "没有这一列。"
    assert error.told("en") == "There is no such column."
    with speaking("en"):
        assert error.told() == "There is no such column."
        assert error.told("zh") == "没有这一列。"


def test_what_is_filled_in_is_written_as_each_language_writes_it() -> None:
    told = sentence("missing.known", what=sentence("missing.dataset", name="{x}"), known=["a", "b"])
    assert told == Sentence("没有数据集“{x}”。现有：a、b。", "There is no dataset “{x}”. There are: a, b.")


@pytest.mark.parametrize("key", sentences())
def test_a_sentence_is_there_in_both_languages_and_fills_in_the_same(key: str) -> None:
    texts = sentences()[key]
    assert set(texts) == {"zh", "en"}
    assert all(text.strip() for text in texts.values())
    names = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in texts.values()]
    assert names[0] == names[1]


def test_every_sentence_is_asked_for_and_every_one_asked_for_is_there() -> None:
    asked = {begin for _, key in CALLS for begin in _begins(key)}
    assert {a for a in asked if not any(key.startswith(a) for key in sentences())} == set()
    assert {
        key for key in sentences() if not any(key == a or (a.endswith((".", "_")) and key.startswith(a)) for a in asked)
    } == set()

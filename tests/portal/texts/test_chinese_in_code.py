"""What a visitor is told stands in portal/texts: code holds Chinese only where a reviewed list says why."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import portal
from portal.texts.files import texts

_ROOT = Path(portal.__file__).parents[1]
_LIST = tomllib.loads(Path(__file__).with_name("chinese_in_code.toml").read_text("utf-8"))
_HAN = re.compile("[\\u3400-\\u9fff]")
# A sentence ends, and holds nothing that only a pattern holds.
_SENTENCE = re.compile(r"[^\\|\[\]*+^$]*[\u3400-\u9fff]{4}[^\\|\[\]*+^$]*[。！？]$")
# Arguments that describe an operation of the API to people who program.
_DESCRIBING = {"summary", "tags", "title", "description"}


def _left_out(node: ast.AST) -> set[int]:
    """The docstring of a module, class or function, and what describes an operation."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr):
        return {id(node.body[0].value)}
    if isinstance(node, ast.Call):
        described = [k.value for k in node.keywords if k.arg in _DESCRIBING]
        return {id(n) for value in described for n in ast.walk(value)}
    return set()


def chinese(source: str) -> list[str]:
    """The Chinese strings of a module's code."""
    nodes = list(ast.walk(ast.parse(source)))
    left_out = {i for n in nodes for i in _left_out(n)}
    strings = (n.value for n in nodes if isinstance(n, ast.Constant) and id(n) not in left_out)
    return [s for s in strings if isinstance(s, str) and _HAN.search(s)]


@cache
def held() -> dict[str, list[str]]:
    files = sorted((_ROOT / "portal").rglob("*.py"))
    found = {p.relative_to(_ROOT).as_posix(): chinese(p.read_text("utf-8")) for p in files}
    return {path: strings for path, strings in found.items() if strings}


def listed(*kinds: str) -> list[str]:
    return [path for kind in kinds or _LIST for path in _LIST[kind]["files"]]


def test_code_holds_chinese_only_where_the_list_says_why() -> None:
    assert sorted(held().keys() - set(listed())) == []


def test_the_list_names_no_module_that_needs_no_leave_and_none_twice() -> None:
    assert sorted(set(listed()) - held().keys()) == []
    assert len(listed()) == len(set(listed()))


def test_what_reads_tells_nobody_anything() -> None:
    assert [(path, s) for path in listed("reads", "forms") for s in held()[path] if _SENTENCE.match(s)] == []


def test_a_sentence_told_by_code_is_found_and_a_pattern_is_none() -> None:
    told = 'def f():\n    """说明。"""\n    return "还没有公布这个数。"\n'
    assert chinese(told) == ["还没有公布这个数。"]
    assert _SENTENCE.match("还没有公布这个数。")
    assert not _SENTENCE.match("[^。；\\n]+[。；]?")
    assert not _SENTENCE.match("除外|但是|不适用")
    assert chinese('@router.get("/x", summary="数据集", tags=["目录"])\ndef f(): ...\n') == []


def test_a_text_of_files_is_there_in_both_languages() -> None:
    assert [key for key, text in texts().items() if set(text) != {"zh", "en"} or not all(text.values())] == []

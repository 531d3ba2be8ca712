"""Every word of the interface is in the catalogue, in both languages; pages hold none of their own."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

import portal.ui
from portal.texts import interface
from portal.texts.interface import catalogue, known, t, use

_UI = Path(portal.ui.__file__).parent
SOURCES = sorted([*_UI.glob("*.py"), *(_UI.parent / "pages").glob("*.py")])
_CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


def _strings(path: Path) -> list[str]:
    """The string constants of a module that are not docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(n.body[0].value)
        for n in ast.walk(tree)
        if isinstance(n, documented) and n.body and isinstance(n.body[0], ast.Expr)
    }
    return [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docstrings
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_page_code_holds_no_chinese(path: Path) -> None:
    assert [s for s in _strings(path) if _CHINESE.search(s)] == []


@pytest.mark.parametrize("key", catalogue())
def test_a_text_is_there_in_both_languages_with_the_same_values(key: str) -> None:
    texts = catalogue()[key]
    assert set(texts) == {"zh", "en"}
    assert all(text.strip() or key.startswith("list.") for text in texts.values())
    named = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in texts.values()]
    assert named[0] == named[1]


def _keys(path: Path) -> list[tuple[str, bool]]:
    """The keys a module asks for: (key or its beginning, whether it is whole)."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"t", "known"}
            and node.args
        ):
            key = node.args[0]
            if isinstance(key, ast.Constant):
                found.append((str(key.value), True))
            elif isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
                found.append((str(key.values[0].value), False))
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_every_text_a_page_asks_for_is_in_the_catalogue(path: Path) -> None:
    keys = catalogue()
    missing = [
        key for key, whole in _keys(path) if (key not in keys if whole else not any(k.startswith(key) for k in keys))
    ]
    assert missing == []


def test_the_language_is_that_of_the_run_and_falls_back_to_chinese() -> None:
    use("en")
    assert t("nav.policy") == "Policy text"
    assert use("fr") == "zh"
    assert t("nav.policy") == "政策原文"
    assert known("category.unheard_of", "unheard_of") == "unheard_of"


_UNITS = "米|公里|平方|公顷|分钟|毫秒|秒|小时"
_SPACED = re.compile(rf"[}}\d] (?:{_UNITS})|[\u4e00-\u9fff] (?:\{{\w+\}}|\d[\d.,]*)(?:{_UNITS})")
TEXTS = sorted(Path(interface.__file__).parent.rglob("*.toml"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.name)
def test_a_number_and_its_chinese_unit_stand_together(path: Path) -> None:
    assert [line for line in path.read_text("utf-8").splitlines() if _SPACED.search(line)] == []


def test_what_a_spaced_unit_is() -> None:
    assert all(_SPACED.search(line) for line in ("{count} 米", "在 5 秒内", "步行 {minutes}分钟", "约 1.7公里"))
    assert not any(_SPACED.search(line) for line in ("{count}米", "970米 步行", "1.7 km", "{count} 处"))

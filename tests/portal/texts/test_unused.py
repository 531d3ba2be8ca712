"""No sentence is kept that nobody says: every key of the texts stands in the code, whole or as the pattern that makes it."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import portal

ROOT = Path(portal.__file__).parent
CHECKOUT = ROOT.parent
TEXTS = ROOT / "texts"
ANSWERS = (TEXTS / "frames.toml", *sorted((TEXTS / "answers").glob("*.toml")))


@cache
def written() -> tuple[ast.AST, ...]:
    files = [*ROOT.rglob("*.py"), *(CHECKOUT / "pipelines").rglob("*.py")]
    return tuple(node for path in files for node in ast.walk(ast.parse(path.read_text("utf-8"))))


@cache
def words() -> frozenset[str]:
    """Strings of the code, and words of the tables beside it: what a key is, or is put together from."""
    tables = [p.read_text("utf-8") for folder in (ROOT, CHECKOUT / "datasets") for p in folder.rglob("*.toml")]
    named = {s for text in tables for s in re.findall(r'"([a-z]\w*)"', text)}
    within = {id(v) for n in written() if isinstance(n, ast.JoinedStr) for v in n.values}
    strings = (n for n in written() if isinstance(n, ast.Constant) and id(n) not in within)
    return frozenset(named | {n.value for n in strings if isinstance(n.value, str)})


@cache
def patterns() -> tuple[re.Pattern[str], ...]:
    """Keys put together by the code, with a group for each part it fills in: the first part as long as can be, and as short."""
    found = set()
    for node in written():
        if isinstance(node, ast.JoinedStr):
            found.add("".join(str(v.value) if isinstance(v, ast.Constant) else "*" for v in node.values))
    keys = [p.replace(".", r"\.") for p in found if re.fullmatch(r"[a-z_.*]*", p) and re.search(r"[a-z]", p)]
    return tuple(re.compile(p.replace("*", part)) for p in keys for part in (r"(\w*)", r"(\w*?)"))


def said(key: str) -> bool:
    """Whether the code asks for a key: as it stands, or put together from words it knows."""
    filled = (match.groups() for p in patterns() if (match := p.fullmatch(key)))
    return _known(key) or any(all(map(_known, parts)) for parts in filled) or _longer(key, said)


def _known(part: str) -> bool:
    return part in words() or not part or part.isdigit() or _longer(part, words().__contains__)


def _longer(key: str, known: Callable[[str], bool]) -> bool:
    """Whether a key is a known one with an ending such as `_event` put after it."""
    at = key.rfind("_")
    return at > 0 and key[at:] in words() and known(key[:at])


def keys(tables: dict[str, Any], above: str = "") -> Iterator[str]:
    """Keys of an interface text, dotted, as the code writes them."""
    for name, value in tables.items():
        if isinstance(value, dict) and not value.keys() <= {"zh", "en"}:
            yield from keys(value, f"{above}{name}.")
        else:
            yield f"{above}{name}"


@pytest.mark.parametrize("path", ANSWERS, ids=lambda p: p.stem)
def test_every_sentence_of_the_answers_is_said_somewhere(path: Path) -> None:
    told = tomllib.loads(path.read_text("utf-8"))
    # Only an English answer has a translation to show.
    assert told["zh"].keys() == told["en"].keys() - {"quote_translated", "quote_translated_whole"}
    assert [k for k in told["zh"] if not said(k)] == []


def test_a_sentence_stands_in_one_file_only() -> None:
    told = [key for path in ANSWERS for key in tomllib.loads(path.read_text("utf-8"))["zh"]]
    assert sorted(told) == sorted(set(told))


def test_every_text_of_the_pages_is_shown_somewhere() -> None:
    shown = tomllib.loads((TEXTS / "interface.toml").read_text("utf-8"))
    assert [k for k in keys(shown) if not said(k)] == []


def test_a_sentence_nobody_says_is_noticed() -> None:
    assert not said("refuse_" + "weather")
    assert not said("coverage" + "_weather")

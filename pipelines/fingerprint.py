"""What a published version is made of: a hash for every input, the code the build really imports included."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from portal.answering.language.examples import FOLDER as EXAMPLES
from portal.publication.manifest import sha256
from portal.retrieval.embedding import model_fingerprint
from portal.settings import Settings

_ROOT = Path(__file__).resolve().parents[1]
_PACKAGES = ("pipelines", "portal")
_START = "pipelines.build"
# The models that read questions are learned from the examples and, where they are kept, their vectors.
_LEARNED_FROM = {".csv", ".npz"}


def fingerprint(settings: Settings) -> dict[str, str]:
    """A hash for everything a version depends on, by name: the maintained files, the code that reads them, the examples of questions, the model."""
    maintained = {
        "corpus": [p for p in settings.corpus.glob("*") if p.suffix in {".txt", ".md", ".toml"}],
        "datasets": [*settings.datasets.glob("*/dataset.toml"), *settings.datasets.glob("*/data.csv")],
    }
    examples = sorted(p for p in EXAMPLES.iterdir() if p.suffix in _LEARNED_FROM)
    inputs = {f"code/{p.relative_to(_ROOT).as_posix()}": sha256(p) for p in (*code(_ROOT), *examples)}
    for name, paths in maintained.items():
        inputs |= {f"{name}/{p.relative_to(getattr(settings, name))}": sha256(p) for p in paths}
    return inputs | {"embedding": model_fingerprint(settings.embedding_model)}


@lru_cache(maxsize=4)
def code(root: Path, start: str = _START) -> tuple[Path, ...]:
    """The project's own modules that a module imports, directly or not, and the TOML files beside them that they name.

    Imports within functions count, imports for type checking alone do not.

    Args:
        root: the folder the packages are in.
        start: the module to begin with, dotted.
    """
    found: dict[str, Path] = {}
    waiting = [start]
    while waiting:
        name = waiting.pop()
        path = _file(root, name)
        if path is None or name in found:
            continue
        found[name] = path
        waiting += _imported(path)
    return tuple(sorted({*found.values(), *(t for p in found.values() for t in _tables(p))}))


def _tables(path: Path) -> Iterator[Path]:
    """The TOML files a module names that lie beside it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(".toml"):
            beside = path.parent / Path(node.value).name
            if beside.is_file():
                yield beside


def _file(root: Path, name: str) -> Path | None:
    base = root.joinpath(*name.split("."))
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)


def _imported(path: Path) -> Iterator[str]:
    """The modules of the project a module may import, packages on the way included; a name taken from a package may be a module of it."""
    for node in _run(ast.parse(path.read_text("utf-8"))):
        for parts in (n.split(".") for n in _names(node)):
            if parts[0] in _PACKAGES:
                yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node of a module but what is there for type checking alone."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        for_types = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        waiting += node.orelse if for_types and isinstance(node, ast.If) else ast.iter_child_nodes(node)
        yield node


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [a.name for a in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
    return []

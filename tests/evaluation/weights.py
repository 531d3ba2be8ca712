"""Whether the kept questions notice a weight: each one of reading and finding is halved and doubled in turn, and one question must turn.

.venv/bin/python -m tests.evaluation.weights [WORDS …]    all, or those whose module or name holds one of the words
"""

import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Iterator
from types import ModuleType

import portal.answering
import portal.retrieval
from portal.answering.evaluate import JsonObject, read_questions, score
from portal.answering.service import AnswerService
from portal.publication.publications import Publications
from portal.retrieval.retriever import LazyEncoder
from portal.settings import Settings
from tests.evaluation.record import files, known

_WEIGHT = re.compile(r"_[A-Z][A-Z_]+$")
_FACTORS = (0.5, 2.0)


def weights(words: list[str]) -> Iterator[tuple[ModuleType, str]]:
    """Every constant of a module of answering or retrieval that is a fraction, by module."""
    for package in (portal.answering, portal.retrieval):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                own = isinstance(value, float) and _WEIGHT.match(name)
                if own and any(w in f"{found.name} {name}" for w in words or [""]):
                    yield module, name


def first_turned(asked: list[tuple[str, JsonObject]], service: AnswerService) -> str:
    """The first question that fails now and is not known to, as `file id`; empty for none."""
    failing = {(file, number) for file, numbers in known().items() for number in numbers}
    for file, row in asked:
        if (file, row["id"]) not in failing and any(s.reason for s in score([row], service.answer)):
            return f"{file} {row['id']}"
    return ""


def main() -> None:
    """Change each weight in turn and print whether a question turned, and which."""
    settings = Settings()
    encoder = LazyEncoder(settings.embedding_model)
    encoder.get()
    asked = [(name, row) for name, path in files().items() for row in read_questions(path)]
    noticed = tried = 0
    for module, name in weights(sys.argv[1:]):
        was = getattr(module, name)
        for factor in _FACTORS:
            setattr(module, name, was * factor)
            begun, turned = (
                time.monotonic(),
                first_turned(asked, AnswerService(Publications(settings), encoder, settings)),
            )
            noticed, tried = noticed + bool(turned), tried + 1
            print(f"{module.__name__}.{name} {was:g} → {was * factor:g}: {turned or 'nothing turned'}", end="")
            print(f" ({time.monotonic() - begun:.0f} s)", flush=True)
        setattr(module, name, was)
    print(f"{noticed} of {tried} noticed")


if __name__ == "__main__":
    main()

"""Which tests may stand on the real city, and why: `tests/real_city.toml`, a reviewed list. Tests of code use the synthetic city."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

LIST = Path(__file__).with_name("real_city.toml")
_FIXTURE = "published"
COLLECTED = pytest.StashKey[dict[str, set[str]]]()
"""What the files of this run hold, before any is left out by name or mark: on the real city, by file; empty for none."""


@cache
def listed() -> dict[str, str]:
    """Files that may use the real city, with the reason's name in the list."""
    groups = tomllib.loads(LIST.read_text("utf-8"))
    return {file: name for name, group in groups.items() for file in group["files"]}


def on_real_city(items: Iterable[pytest.Item]) -> dict[str, set[str]]:
    """The test functions that are given the real city, directly or by another fixture, by their file; an empty set for a file with none."""
    found: dict[str, set[str]] = {}
    for item in items:
        file, _, function = item.nodeid.partition("::")
        of_file = found.setdefault(file, set())
        if _FIXTURE in getattr(item, "fixturenames", ()):
            of_file.add(function.partition("[")[0])
    return found


def unlisted(found: dict[str, set[str]]) -> list[str]:
    """The files that use the real city and are not in the list; `found` is as `on_real_city` tells."""
    return sorted({f for f, functions in found.items() if functions} - listed().keys())

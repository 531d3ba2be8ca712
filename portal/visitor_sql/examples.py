"""Named queries to start from; people add to them in `examples.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from portal.texts.errors import Sentence

_FILE = Path(__file__).with_name("examples.toml")


@dataclass(frozen=True)
class Example:
    """A query by its name; `title` says what it asks for."""

    title: Sentence
    sql: str


def _read() -> dict[str, Example]:
    entries = tomllib.loads(_FILE.read_text("utf-8"))
    return {name: Example(Sentence(**e["title"]), e["sql"].strip()) for name, e in entries.items()}


EXAMPLES = _read()
"""By name, in the order of the file; the first is what an empty editor opens with."""

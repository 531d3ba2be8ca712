"""Measure what a person waits for, against the targets, on the real corpus and datasets. Run by `make bench`.

Works in a folder of its own: the version being served elsewhere on the machine stays untouched. Each line is printed as soon
as it is measured.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping

from rich.console import Console

from tests.benchmarks import (
    answers,
    clients,
    desk,
    documents,
    fuzzing,
    growth,
    handouts,
    imports,
    large_tables,
    maps,
    pages,
    places,
    replicas,
    rows,
)
from tests.benchmarks.measuring import PORTAL, Measured, timed


def builds(environment: Mapping[str, str]) -> Iterator[Measured]:
    """Build with nothing there, then again with nothing changed."""

    def build() -> float:
        command = [*PORTAL, "build"]
        return timed(lambda: subprocess.run(command, env=os.environ | environment, capture_output=True, check=True))

    yield Measured("全新构建", build(), 20, "s")
    yield Measured("没有变化时再构建", build(), 2, "s")


# In this order: the first builds what the others serve, and is always measured.
AREAS: dict[str, Callable[[Mapping[str, str]], Iterator[Measured]]] = {
    "builds": builds,
    "answers": answers.measure,
    "documents": documents.measure,
    "pages": pages.measure,
    "replicas": replicas.measure,
    "places": places.measure,
    "map": maps.measure,
    "rows": rows.measure,
    "large_tables": large_tables.measure,
    "clients": clients.measure,
    "openapi": fuzzing.measure,
    "handouts": handouts.measure,
    "imports": imports.measure,
    "desk": desk.measure,
    "growth": growth.measure,
}
# It takes an hour.
WHEN_NAMED = {"growth"}


def main() -> None:
    """Measure all areas, or those named, and print each line; ends with 1 where a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only",
        nargs="+",
        choices=list(AREAS),
        default=[a for a in AREAS if a not in WHEN_NAMED],
        help="areas to measure",
    )
    chosen = parser.parse_args()
    console = Console(highlight=False)
    missed = 0
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        environment = {"PORTAL_PUBLISHED": f"{folder}/published", "PORTAL_VAR": f"{folder}/var"}
        console.print(f"{os.cpu_count()} 核")
        for name, measure in AREAS.items():
            if name == "builds" or name in chosen.only:
                for line in measure(environment):
                    missed += not line.met
                    console.print(shown(line))
    if missed:
        sys.exit(1)


def shown(line: Measured) -> str:
    """The line as printed: figure, unit, what it is, and how it stands to its target."""
    figure = f"{line.value:10.{1 if line.value >= 10 else 2}f} {line.unit}"
    if line.target is None:
        return f"{figure}  {line.what}"
    sign = "[green]达到[/]" if line.met else "[red]未达到[/]"
    return f"{figure}  {line.what}（目标 {'≥' if line.at_least else '≤'} {line.target:g}，{sign}）"


if __name__ == "__main__":
    main()

"""Which tests take long: `python -m tests.durations REPORT` writes `slow_tests.txt` anew from a report of a run.

The report is what `pytest -m "not browser" --durations=0 --durations-min=0 -vv` printed. A test function is slow whose cases
take half a second or more together, the dearest set-up among them left out: who comes first pays for what all share.
`make test` runs all of them, `make test-quick` none.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

FILE = Path(__file__).parent / "slow_tests.txt"
SLOW_S = 0.5
_HEAD = "# Test functions whose cases take half a second or more of a core together: written by python -m tests.durations.\n"
_LINE = re.compile(r"\s*([\d.]+)s (call|setup|teardown)\s+(tests/\S+?\.py::[^\[\s]+)")


def seconds(report: Iterable[str]) -> Mapping[str, float]:
    """The seconds of each test function, its cases together but without their dearest set-up, in the lines of a report."""
    found: dict[str, float] = defaultdict(float)
    set_ups: dict[str, float] = defaultdict(float)
    for line in report:
        if match := _LINE.match(line):
            taken, step, name = float(match[1]), match[2], match[3]
            found[name] += taken
            if step == "setup":
                set_ups[name] = max(set_ups[name], taken)
    return {name: taken - set_ups[name] for name, taken in found.items()}


def slow() -> frozenset[str]:
    """The slow test functions, as written down: file and function."""
    return frozenset(line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#"))


def main(report: Path) -> None:
    """Write the slow functions of a report down."""
    with report.open(encoding="utf-8") as lines:
        taken = seconds(lines)
    FILE.write_text(_HEAD + "".join(f"{name}\n" for name, s in sorted(taken.items()) if s >= SLOW_S), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

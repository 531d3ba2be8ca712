"""The table of attacks names tests and benchmarks that are there."""

import re
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]


def test_everything_the_table_rests_on_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", (CHECKOUT / "docs/under-attack.md").read_text("utf-8"))
    assert len(named) > 25
    missing = [
        (file, test)
        for file, test in named
        if not (CHECKOUT / file).is_file() or (test and f"def {test}(" not in (CHECKOUT / file).read_text("utf-8"))
    ]
    assert missing == []

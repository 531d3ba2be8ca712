"""Whether the tests notice: each small wrong change of `mutations.toml` is made in a copy of the checkout, and its tests must fail.

.venv/bin/python -m tests.mutations [WORDS …]    all, or those whose name holds one of the words
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("mutations.toml")
# What pytest ends with: every test passed, or one failed. Anything else says nothing of the mutation.
_PASSED, _FAILED = 0, 1
_LONGEST_SECONDS = 900


@dataclass(frozen=True)
class Mutation:
    """One wrong change: `old` in `file` becomes `new`, and one of `tests` (pytest's arguments) must fail."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def mutations(path: Path = LIST) -> list[Mutation]:
    """The list, checked against the checkout.

    Raises:
        SystemExit: a name occurs twice, or a text to be changed is not there exactly once.
    """
    found = [Mutation(**{**m, "tests": tuple(m["tests"])}) for m in tomllib.loads(path.read_text("utf-8"))["mutation"]]
    wrong = [m.name for m in found if (ROOT / m.file).read_text("utf-8").count(m.old) != 1]
    wrong += [m.name for m in found if [n.name for n in found].count(m.name) > 1]
    if wrong:
        sys.exit(f"not exactly once in the code, or named twice: {'; '.join(wrong)}")
    return found


def copied(folder: Path) -> Path:
    """The files git knows, as they are now, under a folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def ended(folder: Path, tests: tuple[str, ...]) -> int:
    """What pytest ends with for some tests of a copy."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "CI": "true"}
    try:
        run = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, timeout=_LONGEST_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return _FAILED
    return run.returncode


def main(words: list[str]) -> int:
    """Make the changes one by one; 1 where one is not noticed or its tests fail without it."""
    chosen = [m for m in mutations() if not words or any(w in m.name for w in words)]
    not_killed = []
    with tempfile.TemporaryDirectory(prefix="mutations-") as temporary:
        folder = copied(Path(temporary))
        sound: dict[tuple[str, ...], int] = {}
        for number, mutation in enumerate(chosen, 1):
            started = time.monotonic()
            if mutation.tests not in sound:
                sound[mutation.tests] = ended(folder, mutation.tests)
            told = _tried(folder, mutation) if sound[mutation.tests] == _PASSED else "tests fail without it"
            if told != "killed":
                not_killed.append(mutation.name)
            took = time.monotonic() - started
            print(f"{number:3} of {len(chosen)}  {told:8}  {took:5.0f} s  {mutation.name}", flush=True)
    print(f"{len(chosen) - len(not_killed)} of {len(chosen)} killed")
    return int(bool(not_killed))


def _tried(folder: Path, mutation: Mutation) -> str:
    path = folder / mutation.file
    before = path.read_text("utf-8")
    path.write_text(before.replace(mutation.old, mutation.new), "utf-8")
    try:
        code = ended(folder, mutation.tests)
    finally:
        path.write_text(before, "utf-8")
    return {_PASSED: "SURVIVED", _FAILED: "killed"}.get(code, f"tests did not run ({code})")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Kill a build at every step it takes in the published folder, and keep what each death leaves behind.

Run as `python crashing_build.py PROJECT STATES` on a synthetic project that has a published version and changed inputs:
`STATES/<n>` is the published folder after the build died just before its n-th step, `STATES/steps.json` names the steps.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from pipelines.build import build
from portal.settings import Settings


def step(event: str, arguments: tuple[Any, ...], published: str) -> str | None:
    """What an audit event does in the published folder, or None where it only looks at what is there already."""
    paths = [os.fsdecode(a) for a in arguments if isinstance(a, str | bytes | os.PathLike)]
    inside = [p.removeprefix(published).lstrip("/") for p in paths if p.startswith(published)]
    if not inside or event == "os.listdir" or event == "os.scandir":
        return None
    if event == "open" and arguments[1] in {"r", "rb"} and ".building-" not in inside[0]:
        return None
    return f"{event} {' '.join(inside)}"


def die_at(number: int, settings: Settings) -> None:
    """Build in this process, and kill it with SIGKILL just before its step of that number, counted from 0."""
    taken: list[str] = []

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" and not event.startswith(("os.", "shutil.", "tempfile.")):
            return
        name = step(event, arguments, str(settings.published))
        if name is None:
            return
        if len(taken) == number:
            print(json.dumps(name), flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        taken.append(name)

    sys.addaudithook(hook)
    build(settings)


def main(project: Path, states: Path) -> None:
    """Build and die at step 0, 1, 2 … until a build gets through, from the same start each time."""
    published = project / "published"
    settings = Settings(corpus=project / "corpus", datasets=project / "datasets", published=published)
    before = project / "before"
    shutil.copytree(published, before)
    number = 0
    while True:
        child = os.fork()
        if child == 0:
            die_at(number, settings)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.waitstatus_to_exitcode(status))
        shutil.copytree(published, states / str(number))
        shutil.rmtree(published)
        shutil.copytree(before, published)
        number += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""How much of a processor processes take, and how they are held to a part of it by a control group, where the machine lets us make one."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measuring import together

_ROOT = Path("/sys/fs/cgroup")
_PERIOD_US = 100_000
_TICKS = os.sysconf("SC_CLK_TCK")


def seconds(process: int) -> float:
    """The processor's seconds a process and those it has started have taken so far."""
    taken = 0
    for one in together(process):
        with contextlib.suppress(OSError):
            # utime and stime, and those of children that have ended.
            taken += sum(map(int, Path(f"/proc/{one}/stat").read_text("utf-8").rpartition(")")[2].split()[11:15]))
    return taken / _TICKS


class Group:
    """A control group: whoever is taken into it, and all they start, get a part of one core together."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, process: int, alone: bool = False) -> None:
        """Hold a process from now on, and unless it is alone those it has started."""
        for one in [process] if alone else together(process):
            (self._folder / "cgroup.procs").write_text(str(one))

    def give_back(self, process: int) -> None:
        """Let a process go, to where the group was made."""
        (self._folder.parent / "cgroup.procs").write_text(str(process))


@contextlib.contextmanager
def group(name: str, share: float) -> Iterator[Group | None]:
    """A group held to a share of a core for as long as the block lasts; None where the machine does not let us make one.

    Args:
        name: of the group.
        share: of one core, 0 to 1.
    """
    folder = _made(f"portal-bench-{os.getpid()}-{name}", int(share * _PERIOD_US))
    try:
        yield Group(folder) if folder else None
    finally:
        if folder:
            _taken_away(folder)


def _made(name: str, quota_us: int) -> Path | None:
    """The group's folder: of version 1 of the kernel's groups, or of version 2."""
    ways = (
        (_ROOT / "cpu", "cpu.cfs_quota_us", str(quota_us)),
        (_ROOT, "cpu.max", f"{quota_us} {_PERIOD_US}"),
    )
    for above, file, bound in ways:
        folder = above / name
        if not (above / "cgroup.procs").exists():
            continue
        with contextlib.suppress(OSError):
            folder.mkdir()
            if (folder / file).exists():
                (folder / file).write_text(bound)
                return folder
        with contextlib.suppress(OSError):
            folder.rmdir()
    return None


def _taken_away(folder: Path) -> None:
    """Remove a group; who was in it has been told to end, and may need a moment."""
    deadline = time.monotonic() + 30
    while folder.exists():
        with contextlib.suppress(OSError):
            folder.rmdir()
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"somebody is still in {folder}")
        time.sleep(0.1)

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.child_process import ChildProcess, LostError

ECHO = "tests.portal.echo"


def test_it_answers_and_ends() -> None:
    child = ChildProcess(ECHO)
    assert child.ask({"said": "说"}, 20) == {"said": "说"}
    assert child.runs
    child.end()
    assert not child.runs


def test_who_does_not_answer_in_time_or_at_all_is_lost() -> None:
    child = ChildProcess(ECHO)
    with pytest.raises(LostError) as lost:
        child.ask({"wait": 600}, 0.5)
    assert lost.value.kind == "time"
    child.end()
    with pytest.raises(LostError) as lost:
        ChildProcess(ECHO).ask({"end": True}, 20)
    assert lost.value.kind == "memory"


def test_it_answers_where_a_thousand_pages_are_open() -> None:
    """Descriptors from 1,024 on."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(before[0], 1200), before[1]))
    held = [os.dup(2) for _ in range(1050)]
    try:
        child = ChildProcess(ECHO)
        assert child.ask({"said": 1}, 20) == {"said": 1}
        child.end()
    finally:
        for descriptor in held:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_it_does_not_outlive_the_portal() -> None:
    program = f"import os; from portal.child_process import ChildProcess; c = ChildProcess({ECHO!r}); c.ask({{}}, 20); print(c.pid, flush=True); os._exit(0)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    deadline = time.monotonic() + 20
    while _runs(int(told)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _runs(int(told))


def _runs(process: int) -> bool:
    """Whether a process is there and no mere entry of one that ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False

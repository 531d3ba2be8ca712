"""The process that runs visitors' SQL is fenced in by the operating system: what DuckDB would let out still reaches nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portal.visitor_sql import confinement
from portal.visitor_sql.confinement import Fence, described
from tests.synthetic import CHECKOUT

INSIDE = Path(__file__).parent / "inside.py"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("outside")
    secret = folder / "secret"
    secret.write_text("synthetic secret", "utf-8")
    secret.chmod(0o644)
    folder.chmod(0o777)
    run = subprocess.run(
        [sys.executable, str(INSIDE), str(secret), str(folder)],
        env={"PYTHONPATH": str(CHECKOUT)},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )
    assert not list(folder.glob("stolen*"))
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_with_duckdbs_own_fences_off_nothing_is_reached(told: dict[str, Any]) -> None:
    assert {name: how for name, how in told["outcome"].items() if how == "reached"} == {}
    assert len(told["outcome"]) == 16


def test_it_still_computes_in_several_threads(told: dict[str, Any]) -> None:
    assert told["counted"] == [300_000]


def test_every_fence_this_machine_can_give_is_up(told: dict[str, Any]) -> None:
    standing = {f["name"] for f in told["fences"] if f["in_force"]}
    assert standing >= {"no_new_privs", "limits", "landlock", "seccomp"}
    if os.geteuid() == 0:
        assert standing >= {"network_namespace", "own_user"}


def test_what_is_in_force_and_what_is_not_is_said_in_one_sentence() -> None:
    fences = [Fence("landlock", True, "ABI 7"), Fence("limits", True), Fence("seccomp", False, "OSError: synthetic")]
    assert described(fences) == (
        "访客 SQL 的进程由操作系统限制：landlock（ABI 7）、limits。这台机器没有给的：seccomp（OSError: synthetic）。"
    )
    assert described(fences[2:]) == (
        "访客 SQL 的进程由操作系统限制：无。这台机器没有给的：seccomp（OSError: synthetic）。"
    )


def test_a_fence_that_cannot_be_put_up_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> str:
        raise OSError("synthetic")

    for step in ("_limit", "_become_nobody", "_lock_files"):
        monkeypatch.setattr(confinement, step, refused)
    monkeypatch.setattr(confinement, "_filter_calls", lambda: "")
    assert [(f.name, f.in_force) for f in confinement.confine()] == [
        ("limits", False),
        ("own_user", False),
        ("landlock", False),
        ("seccomp", True),
    ]

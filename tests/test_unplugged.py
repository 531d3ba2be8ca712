"""With only the loopback interface the portal builds, serves and answers, and tries to reach nobody."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.publication.manifest import current_version
from portal.settings import Settings
from tests.synthetic import CHECKOUT, SyntheticProject

FOLDER = Path(__file__).with_name("unplugged")


@pytest.mark.slow
def test_the_portal_builds_serves_and_answers_without_a_network(
    project: SyntheticProject, published: Settings, tmp_path: Path
) -> None:
    log = tmp_path / "reached-for"
    environment = os.environ | {
        "PYTHONPATH": f"{FOLDER}{os.pathsep}{CHECKOUT}",
        "UNPLUGGED_LOG": str(log),
        "PORTAL_PUBLISHED": str(published.published),
    }
    run = subprocess.run(
        [sys.executable, str(FOLDER / "scenario.py"), str(project.root)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    # Where the system allows no namespace, the refusing hook alone stands in for it.
    assert told["interfaces"] == ["lo"] or not told["unplugged"]

    code, said, notes = told["build"]
    assert code == 0, notes
    assert said == f"{current_version(project.settings.published)} 已发布\n"
    assert told["answer"]["kind"] == "answer"
    assert told["answer"]["mode"] == "hybrid"
    assert "17平方米" in told["answer"]["answer"]
    assert "<html" in told["page"]
    assert "人均道路面积：未达标" in told["chart"]
    assert told["report"] == "%PDF-"
    assert not log.exists(), log.read_text("utf-8")


@pytest.mark.parametrize("host", ["host.invalid", "localhost.invalid", "127.0.0.1.invalid"])
def test_the_hook_that_stands_in_for_a_namespace_refuses_and_tells(host: str, tmp_path: Path) -> None:
    log = tmp_path / "reached-for"
    program = f"import socket; socket.create_connection(({host!r}, 80))"
    environment = os.environ | {"PYTHONPATH": str(FOLDER), "UNPLUGGED_LOG": str(log)}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1] == f"OSError: unplugged: {host}"
    assert log.read_text("utf-8") == f"socket.getaddrinfo {host}\n"

"""`make audit`: what differs from the lock, what was changed after it was installed, and what is said where nobody answers."""

import importlib.util
import json
import subprocess
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest

from tests.synthetic import CHECKOUT

LOCK = "One_thing==1.0 \\\n    --hash=sha256:00\nother==2.0 ; sys_platform == 'win32' \\\n    --hash=sha256:11\n"


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("auditing", CHECKOUT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_not_locked_or_of_another_version_is_told(audit: ModuleType) -> None:
    assert audit.pins(LOCK) == {"one-thing": "1.0", "other": "2.0"}
    assert audit.differences(LOCK, {"one-thing": "1.0+cpu", "pip": "23", "plan-portal": "0.1"}) == []
    stranger, other = audit.differences(LOCK, {"one-thing": "1.1", "stranger": "3"})
    assert "stranger：装着 3" in stranger
    assert "one-thing：装着 1.1，固定的是 1.0" in other


def test_a_file_changed_after_it_was_installed_is_told(audit: ModuleType, tmp_path: Path) -> None:
    about = tmp_path / "thing-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: thing\nVersion: 1.0\n", "utf-8")
    # The SHA-256 of nothing.
    (about / "RECORD").write_text(
        "thing.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\nthing-1.0.dist-info/RECORD,,\n", "utf-8"
    )
    module = tmp_path / "thing.py"
    module.touch()
    assert audit.changed_files(metadata.distributions(path=[str(tmp_path)])) == []
    module.write_text("import os\n", "utf-8")
    (changed,) = audit.changed_files(metadata.distributions(path=[str(tmp_path)]))
    assert "thing：thing.py 与安装时不同" in changed
    module.unlink()
    assert len(audit.changed_files(metadata.distributions(path=[str(tmp_path)]))) == 1


def answer(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": list(packages), "fixes": []})


def test_what_was_looked_up_is_counted_and_what_was_found_told(audit: ModuleType) -> None:
    found, asked = audit.told(
        answer(
            {"name": "one-thing", "version": "1.0", "vulns": [{"id": "PYSEC-0", "fix_versions": ["1.1"]}]},
            {"name": "other", "skip_reason": "Dependency not found"},
        ),
        "",
    )
    assert asked == 1
    assert found == ["one-thing 1.0：PYSEC-0，已修正的版本：1.1。"]


@pytest.mark.parametrize(
    ("stdout", "stderr", "why"),
    [
        (answer({"name": "one-thing", "skip_reason": "Dependency not found"}), "", "那里没有这些包"),
        ("", "Traceback\nConnectionError: no route", "ConnectionError: no route"),
        ("", "", "没有说为什么"),
    ],
)
def test_where_nobody_answers_only_one_package_is_asked_about_and_it_is_not_called_safe(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch, stdout: str, stderr: str, why: str
) -> None:
    asked: list[str] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(Path(command[-1]).read_text("utf-8"))
        return subprocess.CompletedProcess(command, 0, stdout, stderr)

    monkeypatch.setattr(audit.subprocess, "run", run)
    with pytest.raises(LookupError, match=why):
        audit.known_vulnerabilities(LOCK)
    assert asked == ["one-thing==1.0"]


def test_where_somebody_answers_every_locked_package_is_asked_about(
    audit: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        lines = Path(command[-1]).read_text("utf-8").splitlines()
        packages = [
            {"name": line.partition("==")[0], "version": line.partition("==")[2], "vulns": []} for line in lines
        ]
        return subprocess.CompletedProcess(command, 0, answer(*packages), "")

    monkeypatch.setattr(audit.subprocess, "run", run)
    assert audit.known_vulnerabilities(LOCK) == ([], 2)

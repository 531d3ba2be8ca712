"""The units for systemd are what systemd reads without a word of complaint, and name settings and commands there are."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from portal.settings import Settings
from tests.synthetic import CHECKOUT

UNITS = CHECKOUT / "deploy" / "systemd"
NAMES = sorted(p.name for p in UNITS.iterdir())
PORTAL = "/opt/portal/.venv/bin/portal"


def verified(folder: Path) -> "subprocess.CompletedProcess[str]":
    """What systemd says of the units of a folder."""
    command = ["systemd-analyze", "verify", "--man=no", *sorted(str(p) for p in folder.iterdir())]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units, with a program that is here in the place of the installed one."""
    here = shutil.which("true")
    for name in NAMES:
        text = (UNITS / name).read_text("utf-8")
        (tmp_path / name).write_text(text.replace(PORTAL, str(here)).replace("=/opt/portal", "=/"), "utf-8")
    return tmp_path


def test_systemd_reads_them_without_a_complaint(units: Path) -> None:
    told = verified(units)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_systemd_would_complain(units: Path) -> None:
    text = (units / "portal.service").read_text("utf-8")
    (units / "portal.service").write_text(text.replace("ProtectSystem=strict", "ProtectSystem=strictly"), "utf-8")
    assert "strictly" in verified(units).stderr


def test_the_portal_runs_as_another_user_that_writes_its_own_state_alone() -> None:
    lines = (UNITS / "portal.service").read_text("utf-8").splitlines()
    for line in (
        "User=portal",
        "ProtectSystem=strict",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "MemoryMax=3G",
        "LimitNOFILE=16384",
    ):
        assert line in lines


@pytest.mark.parametrize("name", NAMES)
def test_what_they_name_is_there(name: str) -> None:
    text = (UNITS / name).read_text("utf-8")
    settings = {f"PORTAL_{n.upper()}" for n in Settings.model_fields}
    assert set(re.findall(r"\bPORTAL_[A-Z_]+", text)) <= settings
    assert {c.split()[0] for c in re.findall(rf"{PORTAL} ([a-z ]+)", text)} <= {"serve", "desk"}


def test_the_address_of_the_socket_is_the_one_nginx_asks() -> None:
    (listening,) = re.findall(r"^ListenStream=(.*)$", (UNITS / "portal.socket").read_text("utf-8"), re.M)
    asked = re.findall(r"^\s*server (\S+) max_fails", (CHECKOUT / "deploy/nginx/portal.conf").read_text("utf-8"), re.M)
    assert set(asked) == {listening}

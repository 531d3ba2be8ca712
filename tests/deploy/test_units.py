"""The units for systemd are what systemd reads without a word of complaint, and name settings and commands there are."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from portal.settings import Settings
from tests.redis_server import free_port
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


@pytest.mark.parametrize("name", [n for n in NAMES if n.endswith(".service")])
def test_systemd_finds_them_exposed_no_more_than_they_have_to_be(name: str, tmp_path: Path) -> None:
    """Its own measure, 0 to 100: what is left is the network, the disk's root and a filter of system calls."""

    def told(unit: Path) -> int:
        command = ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=40", str(unit)]
        return subprocess.run(command, capture_output=True, timeout=120).returncode

    assert told(UNITS / name) == 0
    weaker = (
        (UNITS / name).read_text("utf-8").replace("CapabilityBoundingSet=\n", "").replace("PrivateDevices=yes\n", "")
    )
    (tmp_path / name).write_text(weaker, "utf-8")
    assert told(tmp_path / name) != 0


def test_the_portal_is_started_by_the_first_request_to_systemds_own_socket(city_settings: Settings) -> None:
    port = free_port()
    own = {"PORTAL_PUBLISHED": str(city_settings.published), "PORTAL_VAR": str(city_settings.var)}
    program = [sys.executable, "-c", "from portal.commands import main; main()", "serve"]
    given = [part for name in (*own, "PYTHONPATH", "PATH", "HOME") for part in ("--setenv", name)]
    command = ["systemd-socket-activate", "--listen", f"127.0.0.1:{port}", *given, *program]
    environment = os.environ | own | {"PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            until_listening(port, process)
            # It waits in the socket's queue until the portal is there.
            reply = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=120, trust_env=False)
            assert reply.status_code == 200
            process.terminate()
            assert process.wait(timeout=60) is not None
        finally:
            process.kill()


def until_listening(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the kernel knows the socket; a connection to look for it would be the first request."""
    while f"0100007F:{port:04X} 00000000:0000 0A" not in Path("/proc/net/tcp").read_text("ascii"):
        assert process.poll() is None
        time.sleep(0.05)


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

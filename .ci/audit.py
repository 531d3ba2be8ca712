"""Hold what is installed to what is locked, file by file, and ask what is known to be vulnerable of it where the network allows."""

import base64
import csv
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parent / "constraints.txt"
# The project itself, and what every new environment has.
NOT_LOCKED = {"plan-portal", "pip"}
SECONDS = 600
UNREACHED = "查已知漏洞的服务没有回答（{why}），这一次没有查：以上几项是在本机核对的。请在能连到 PyPI 漏洞库的机器上再运行 make audit。"


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> dict[str, str]:
    """The version each package is locked to, by normal name."""
    return {normal(name): version for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", lock, re.M)}


def differences(lock: str, installed: dict[str, str]) -> list[str]:
    """A sentence for each package that is not locked, or not of the version it is locked to.

    Args:
        lock: text of the lock.
        installed: versions by normal name.
    """
    wanted = pins(lock)
    found = [
        f"{name}：装着 {installed[name]}，不在 .ci/constraints.txt 里。"
        for name in sorted(installed.keys() - wanted - NOT_LOCKED)
    ]
    return found + [
        f"{name}：装着 {installed[name]}，固定的是 {version}。"
        for name, version in wanted.items()
        if name in installed and installed[name].partition("+")[0] != version.partition("+")[0]
    ]


def changed_files(distributions: Iterable[metadata.Distribution]) -> list[str]:
    """A sentence for each installed file that is gone or no longer what its package's own list says."""
    found = []
    for distribution in distributions:
        # Its own list as it is written: later versions of the standard library leave out of `files` what is gone.
        for file, hashed, *_ in csv.reader((distribution.read_text("RECORD") or "").splitlines()):
            mode, _, wanted = hashed.partition("=")
            path = Path(str(distribution.locate_file(file)))
            # What Python compiles is not listed with a hash.
            if wanted and (not path.is_file() or _digest(path, mode) != wanted):
                found.append(f"{distribution.metadata['Name']}：{file} 与安装时不同。请删掉 .venv 再运行 make setup。")
    return found


def _digest(path: Path, mode: str) -> str:
    with path.open("rb") as file:
        return base64.urlsafe_b64encode(hashlib.file_digest(file, mode).digest()).rstrip(b"=").decode()


def known_vulnerabilities(lock: str) -> tuple[list[str], int]:
    """A sentence for each vulnerability known of a locked package, and how many packages were looked up.

    One package is asked about first: where nobody answers, the others are not asked about.

    Raises:
        LookupError: nobody answered; the message says why.
    """
    wanted = [f"{name}=={version}" for name, version in pins(lock).items()]
    if not _asked(wanted[:1])[1]:
        raise LookupError("那里没有这些包")
    return _asked(wanted)


def _asked(wanted: list[str]) -> tuple[list[str], int]:
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "locked.txt"
        listed.write_text("\n".join(wanted), "utf-8")
        command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--format", "json"]
        try:
            answer = subprocess.run(
                [*command, "--progress-spinner", "off", "--requirement", str(listed)],
                capture_output=True, text=True, check=False, timeout=SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise LookupError("等了十分钟") from None
    return told(answer.stdout, answer.stderr)


def told(answer: str, complaint: str) -> tuple[list[str], int]:
    """What `pip-audit` found, in sentences, and of how many packages it could tell.

    Args:
        answer: its JSON.
        complaint: what it wrote on standard error.
    Raises:
        LookupError: it got no answer.
    """
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        raise LookupError((complaint.strip().splitlines() or ["没有说为什么"])[-1][:200]) from None
    looked_up = [p for p in packages if "skip_reason" not in p]
    return [
        f"{p['name']} {p['version']}：{v['id']}，已修正的版本：{'、'.join(v['fix_versions']) or '还没有'}。"
        for p in looked_up
        for v in p["vulns"]
    ], len(looked_up)


def main() -> int:
    """1 where something differs, was changed, or is known to be vulnerable; what could not be looked up is only said."""
    lock = CONSTRAINTS.read_text("utf-8")
    distributions = [d for d in metadata.distributions() if d.metadata["Name"]]
    differing = differences(lock, {normal(d.metadata["Name"]): d.version for d in distributions})
    changed = changed_files(d for d in distributions if normal(d.metadata["Name"]) not in NOT_LOCKED)
    checked = subprocess.run([sys.executable, "-m", "pip", "check", "--quiet"], check=False).returncode
    try:
        known, asked = known_vulnerabilities(lock)
        outcome = f"已知漏洞：{len(known)} 个（查了 {asked} 个包，共 {len(pins(lock))} 个）。"
    except LookupError as unreached:
        known, outcome = [], UNREACHED.format(why=unreached)
    for sentence in (*differing, *changed, *known):
        print(sentence)
    print(f"与固定版本不同：{len(differing)} 个；装好以后变过的文件：{len(changed)} 个。")
    print(outcome)
    return int(bool(differing or changed or checked or known))


if __name__ == "__main__":
    sys.exit(main())

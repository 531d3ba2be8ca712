"""Hold what is installed to what is pinned, and to the vulnerabilities known of it where `pip-audit` is there to ask."""

import importlib.util
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parent / "constraints.txt"


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def differences(pinned: str, installed: dict[str, str]) -> list[str]:
    """A sentence for each package that is not of the version it is pinned to.

    Args:
        pinned: the text of the constraints.
        installed: versions by normal name.
    """
    wanted = dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)$", pinned, re.M))
    return [
        f"{name}：装着 {installed[normal(name)]}，固定的是 {version}。"
        for name, version in wanted.items()
        if normal(name) in installed and installed[normal(name)].partition("+")[0] != version.partition("+")[0]
    ]


def main() -> int:
    """1 where something differs or is known to be vulnerable."""
    installed = {normal(d.metadata["Name"]): d.version for d in metadata.distributions() if d.metadata["Name"]}
    found = differences(CONSTRAINTS.read_text("utf-8"), installed)
    for sentence in found:
        print(sentence)
    checked = subprocess.run([sys.executable, "-m", "pip", "check", "--quiet"], check=False).returncode
    known = 0
    if importlib.util.find_spec("pip_audit"):
        known = subprocess.run(
            [sys.executable, "-m", "pip_audit", "--local", "--skip-editable"], check=False
        ).returncode
    else:
        print(
            "没有装 pip-audit，没有查已知漏洞。要查请运行：.venv/bin/python -m pip install pip-audit，再运行 make audit。"
        )
    print(f"与固定版本不同：{len(found)} 个。")
    return int(bool(found or checked or known))


if __name__ == "__main__":
    sys.exit(main())

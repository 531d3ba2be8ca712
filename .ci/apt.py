"""Install Debian packages where that is allowed; say what to install where it is not."""

import os
import shutil
import subprocess
import sys


def install(packages: list[str], why: str) -> None:
    """Install packages with apt-get as root.

    Args:
        packages: names of Debian packages.
        why: what is missing, for the message.
    Raises:
        SystemExit: not root, no apt-get, or apt-get failed; the message says in one line what to install.
    """
    names = " ".join(packages)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sys.exit(f"{why}。请先安装：{names}（Debian/Ubuntu：sudo apt-get install {names}）。")
    print(f"{why}，正在安装 {names} …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        finished = subprocess.run(
            ["apt-get", "--quiet", *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if finished.returncode:
            print(finished.stdout)
            sys.exit(f"{why}，apt-get 没有装上。请先安装：{names}。")

"""Make sure the tests of what the portal stands behind have nginx, those of several portals Redis, and those of its units systemd's own check."""

import shutil

from apt import install

# The tool, and the Debian package it is in.
TOOLS = {"nginx": "nginx", "redis-server": "redis-server", "systemd-analyze": "systemd"}
# Where a server is that ordinary accounts do not look for.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def main() -> None:
    """Install what is missing.

    Raises:
        SystemExit: something is missing and cannot be installed from here.
    """
    missing = [package for tool, package in TOOLS.items() if shutil.which(tool, path=PATH) is None]
    if missing:
        install(missing, "测试缺少 nginx、redis-server 或 systemd-analyze")


if __name__ == "__main__":
    main()

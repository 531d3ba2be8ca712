"""Build, serve, ask, look at a page, draw a chart and print a report with nothing but the loopback interface; print what came of it as JSON.

Run as `python scenario.py SYNTHETIC_PROJECT`; the real version to serve comes in `PORTAL_PUBLISHED`.
"""

import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

PORTAL = [sys.executable, "-c", "from portal.commands import main; main()"]
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 0x1


def unplug() -> bool:
    """Move this process into a network namespace of its own with only loopback; False where the system does not allow it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) and libc.unshare(CLONE_NEWUSER | CLONE_NEWNET):
        return False
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", IFF_UP))
    return True


def post(address: str, body: dict[str, Any]) -> Any:
    """The JSON answered to a JSON body."""
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        return json.load(reply)


def get(address: str) -> str:
    """The text at an address, waited for while nothing listens there yet."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=60) as reply:
                return str(reply.read().decode())
        except ConnectionError:
            if time.monotonic() > deadline:
                raise
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionError) or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def main(project: Path) -> None:
    """Run the scenario."""
    unplugged = unplug()
    interfaces = [name for _, name in socket.if_nameindex()]
    synthetic = os.environ | {
        "PORTAL_CORPUS": str(project / "corpus"),
        "PORTAL_DATASETS": str(project / "datasets"),
        "PORTAL_PUBLISHED": str(project / "published"),
    }
    built = subprocess.run([*PORTAL, "build"], env=synthetic, capture_output=True, text=True, check=False)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with subprocess.Popen(
        [*PORTAL, "serve", "--port", address.rpartition(":")[2]], stderr=subprocess.DEVNULL
    ) as server:
        try:
            while json.loads(get(f"{address}/readyz"))["encoder"] == "loading":
                time.sleep(0.2)
            answer = post(f"{address}/api/v1/ask", {"question": "人均道路面积的目标是多少？"})
            page = get(f"{address}/")
            chart = get(f"{address}/chart/road_area_per_capita.svg")
            with urllib.request.urlopen(f"{address}/report.pdf", timeout=60) as reply:
                report = reply.read(5).decode()
        finally:
            server.terminate()
    told = {
        "unplugged": unplugged,
        "interfaces": interfaces,
        "build": [built.returncode, built.stdout, built.stderr],
        "answer": answer,
        "page": page,
        "chart": chart,
        "report": report,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Python imports this at its start where it is on the path: every try to reach another machine is written down and refused."""

import os
import re
import sys
from pathlib import Path
from typing import Any

_WATCHED = {
    "socket.connect": lambda arguments: arguments[1],
    "socket.sendto": lambda arguments: arguments[1],
    "socket.getaddrinfo": lambda arguments: arguments[0],
    "socket.gethostbyname": lambda arguments: arguments[0],
}
_HERE = re.compile(r"(127(\.\d+){3}|localhost|::1|0\.0\.0\.0)|/.*", re.DOTALL)


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise for an address that is not of this machine."""
    if event not in _WATCHED:
        return
    address = _WATCHED[event](arguments)
    host = address[0] if isinstance(address, tuple) else address
    host = host.decode() if isinstance(host, bytes) else host
    # None and "" are this machine; a path is a socket in the file system.
    if not host or _HERE.fullmatch(host):
        return
    with Path(os.environ["UNPLUGGED_LOG"]).open("a", encoding="utf-8") as log:
        log.write(f"{event} {address}\n")
    raise OSError(f"unplugged: {address}")


sys.addaudithook(refuse)

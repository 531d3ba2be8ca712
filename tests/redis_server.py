"""A Redis on this machine, with the file of `deploy/redis`."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from tests.synthetic import CHECKOUT

REDIS = shutil.which("redis-server")
# `make test` installs Redis, or says that it is missing.
assert REDIS is not None


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def redis_server(folder: Path, port: int) -> "Iterator[tuple[str, subprocess.Popen[bytes]]]":
    """The address of a Redis that answers, and its process."""
    configuration = CHECKOUT / "deploy" / "redis" / "portal.conf"
    command = [str(REDIS), str(configuration), "--port", str(port), "--dir", str(folder)]
    url = f"redis://127.0.0.1:{port}/0"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 30
            with Redis.from_url(url) as client:
                while True:
                    with contextlib.suppress(RedisError):
                        client.ping()
                        break
                    assert process.poll() is None
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
            yield url, process
        finally:
            process.kill()

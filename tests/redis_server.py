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


def redis_server(folder: Path, port: int) -> "contextlib.AbstractContextManager[tuple[str, subprocess.Popen[bytes]]]":
    """The address of a Redis that answers, and its process."""
    return _running(f"redis://127.0.0.1:{port}/0", folder, "--port", str(port))


def closed_redis_server(
    folder: Path, port: int, password: str, certificate: Path, key: Path
) -> "contextlib.AbstractContextManager[tuple[str, subprocess.Popen[bytes]]]":
    """The same of one that speaks TLS alone, and to nobody without the password; by the lines the file has for both."""
    url = f"rediss://:{password}@127.0.0.1:{port}/0?ssl_ca_certs={certificate}"
    files = {"tls-cert-file": certificate, "tls-key-file": key, "tls-ca-cert-file": certificate}
    given = ["--port", "0", "--tls-port", str(port), "--tls-auth-clients", "no", "--requirepass", password]
    given += [part for name, file in files.items() for part in (f"--{name}", str(file))]
    return _running(url, folder, *given)


@contextlib.contextmanager
def _running(url: str, folder: Path, *given: str) -> "Iterator[tuple[str, subprocess.Popen[bytes]]]":
    configuration = CHECKOUT / "deploy" / "redis" / "portal.conf"
    command = [str(REDIS), str(configuration), *given, "--dir", str(folder)]
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

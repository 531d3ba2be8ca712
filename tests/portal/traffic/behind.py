"""nginx with the files of `deploy/nginx`, in front of portals on this machine; and its visitors."""

import contextlib
import datetime
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.synthetic import CHECKOUT

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin:/bin")
OWN = "https://portal.example"
# `make test` installs nginx, or says that it is missing.
assert NGINX is not None


def certificate(folder: Path) -> None:
    """A certificate for the name in the configuration, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "portal.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*form))


@contextlib.contextmanager
def nginx(folder: Path, *portals: str, file: str = "portal.conf") -> Iterator[tuple[int, int]]:
    """nginx in front of portals, with a file of `deploy/nginx`: the port it listens on, and its process.

    Args:
        folder: an empty one.
        portals: their addresses, in the place of the file's, in order.
        file: its name.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    certificate(folder)
    server = (CHECKOUT / "deploy" / "nginx" / file).read_text("utf-8")
    named = list(dict.fromkeys(re.findall(r"^\s*server (\S+) max_fails", server, re.M)))
    assert len(named) == len(portals)
    addresses = [p.removeprefix("http://").rstrip("/") for p in portals]
    for written, here in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("/etc/ssl/portal/cert.pem", "cert.pem"),
        ("/etc/ssl/portal/key.pem", "key.pem"),
        *zip(named, addresses, strict=True),
    ):
        assert written in server
        server = server.replace(written, here)
    kept = "".join(f"{n}_temp_path {folder}/{n};" for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ {kept}\n{server}\n}}"
    )
    command = [NGINX, "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + 30
            while True:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                    break
                assert process.poll() is None, (folder / "error.log").read_text()
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield port, process.pid
        finally:
            process.terminate()


def visitor(port: int, address: str) -> httpx.Client:
    """A visitor of an address of this machine."""
    transport = httpx.HTTPTransport(local_address=address, verify=False)
    headers = {"Host": "portal.example"}
    return httpx.Client(base_url=f"https://127.0.0.1:{port}", transport=transport, headers=headers, timeout=60)

"""Behind nginx, with the very configuration the README gives: visitors are told apart, and none can say that it is another."""

import contextlib
import datetime
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from portal.settings import Settings
from tests.browser.conftest import serving
from tests.synthetic import CHECKOUT

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin:/bin")
OWN = "https://portal.example"
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed: what the README says of it is not tried")


def configuration() -> str:
    """What the README says to put into nginx' configuration."""
    blocks = re.findall(r"```\n(.*?)```", (CHECKOUT / "README.md").read_text("utf-8"), re.S)
    (found,) = [b for b in blocks if "proxy_pass" in b]
    return found


def certificate(folder: Path) -> None:
    """A certificate for the name in the README, signed by itself."""
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
def nginx(folder: Path, portal: str) -> Iterator[int]:
    """nginx in front of a portal: the port it listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    certificate(folder)
    listening = f"listen 127.0.0.1:{port} ssl; ssl_certificate cert.pem; ssl_certificate_key key.pem;"
    server = configuration().replace("listen 443 ssl;", listening).replace("http://127.0.0.1:8501", portal.rstrip("/"))
    assert listening in server
    assert portal.rstrip("/") in server
    kept = "".join(f"{n}_temp_path {folder}/{n};" for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ access_log off; {kept}\n{server}\n}}"
    )
    assert NGINX is not None
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
            yield port
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def port(city_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    folder = tmp_path_factory.mktemp("nginx")
    given = {
        "PORTAL_PUBLIC_URL": OWN,
        "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
        "PORTAL_HSTS_SECONDS": "31536000",
        "PORTAL_QUERY_PER_MINUTE": "2",
    }
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        for name, value in given.items():
            patch.setenv(name, value)
        address = stack.enter_context(serving(city_settings, folder / "log"))
        yield stack.enter_context(nginx(folder, address))


def visitor(port: int, address: str) -> httpx.Client:
    """A visitor of an address of this machine."""
    transport = httpx.HTTPTransport(local_address=address, verify=False)
    headers = {"Host": "portal.example"}
    return httpx.Client(base_url=f"https://127.0.0.1:{port}", transport=transport, headers=headers, timeout=60)


def test_each_visitor_has_a_rate_of_its_own_and_cannot_lift_it(port: int) -> None:
    with visitor(port, "127.0.0.2") as one, visitor(port, "127.0.0.3") as other:
        forged = ["198.51.100.1", "198.51.100.2", "127.0.0.1, 198.51.100.3"]
        told = [
            one.post("/api/v1/query", json={"sql": "SELECT 1"}, headers={"X-Forwarded-For": f}).status_code
            for f in forged
        ]
        assert told == [200, 200, 429]
        assert other.post("/api/v1/query", json={"sql": "SELECT 1"}).status_code == 200


def test_pages_data_and_bounds_come_through(port: int) -> None:
    with visitor(port, "127.0.0.4") as client:
        page = client.get("/")
        assert page.status_code == 200
        assert page.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
        assert f"<loc>{OWN}/</loc>" in client.get("/sitemap.xml").text
        assert client.get("/metrics").status_code == 404
        assert client.get("/readyz").json().keys() == {"status", "encoder", "problem"}
        assert client.post("/api/v1/ask", content=b"x" * 100_000).status_code == 413


def test_the_pages_socket_comes_through_for_own_pages_only(port: int) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    address = f"wss://portal.example:{port}/_stcore/stream"
    with socket.create_connection(("127.0.0.1", port)) as plug:
        opened = connect(address, sock=plug, ssl=context, origin=OWN, subprotocols=["streamlit"], proxy=None)  # type: ignore[arg-type, list-item]
        with opened as page:
            assert page.subprotocol == "streamlit"
    with socket.create_connection(("127.0.0.1", port)) as plug, pytest.raises(InvalidStatus) as refused:
        connect(address, sock=plug, ssl=context, origin="https://evil.invalid", proxy=None)  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403

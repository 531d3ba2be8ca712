"""A common memory that speaks TLS and asks for a password: used with both, and with a wrong one each process goes on for itself and says why."""

import datetime
import ipaddress
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.common_memory import CommonMemory, MemoryAwayError
from portal.settings import Settings
from portal.traffic.common_rates import CommonBuckets
from portal.traffic.rates import TokenBuckets
from tests.redis_server import closed_redis_server, free_port, redis_server

PASSWORD = "synthetic-password"


@dataclass(frozen=True)
class Closed:
    """Where it is, and the certificate to trust."""

    url: str
    port: int
    certificate: Path


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine's address, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "synthetic redis")])
    now = datetime.datetime.now(datetime.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir()
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(*form))
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Closed]:
    trusted, key = certificate(tmp_path / "own")
    port = free_port()
    with closed_redis_server(tmp_path, port, PASSWORD, trusted, key) as (url, _):
        yield Closed(url, port, trusted)


def buckets(url: str) -> CommonBuckets:
    return CommonBuckets("question", TokenBuckets(2), CommonMemory(Settings(redis_url=url).redis_url))


def test_two_count_together_over_tls_with_a_password(closed: Closed) -> None:
    one, other = buckets(closed.url), buckets(closed.url)
    assert [one.take("a"), other.take("a")] == [None, None]
    assert one.take("a")
    assert other.take("a")


def wrong(closed: Closed, tmp_path: Path) -> dict[str, tuple[str, str]]:
    """Addresses with something wrong in them, and what is said of each."""
    stranger, _ = certificate(tmp_path / "stranger")
    at = f"127.0.0.1:{closed.port}/0"
    trusting = f"ssl_ca_certs={closed.certificate}"
    return {
        "password": (f"rediss://:another@{at}?{trusting}", "password is missing or is not the one"),
        "no password": (f"rediss://{at}?{trusting}", "password is missing or is not the one"),
        "certificate": (f"rediss://:{PASSWORD}@{at}?ssl_ca_certs={stranger}", "certificate is not trusted"),
        "nobody to trust": (f"rediss://:{PASSWORD}@{at}", "certificate is not trusted"),
        "no file": (f"rediss://:{PASSWORD}@{at}?ssl_ca_certs={tmp_path / 'nothing.pem'}", "Is it running"),
        "no TLS": (f"redis://:{PASSWORD}@{at}", "Is it running"),
    }


@pytest.mark.parametrize("slip", ["password", "no password", "certificate", "nobody to trust", "no file", "no TLS"])
def test_with_a_slip_each_goes_on_for_itself_and_says_what_to_look_at(
    closed: Closed, tmp_path: Path, caplog: pytest.LogCaptureFixture, slip: str
) -> None:
    url, said = wrong(closed, tmp_path)[slip]
    one, other = buckets(url), buckets(url)
    with caplog.at_level(logging.ERROR):
        assert [one.take("a"), one.take("a"), other.take("a")] == [None, None, None]
        assert one.take("a")
    assert said in caplog.text
    assert "another" not in caplog.text
    assert PASSWORD not in caplog.text
    with pytest.raises(MemoryAwayError):
        CommonMemory(url).use(lambda redis: redis.ping())


def test_tls_to_one_that_speaks_none_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    with redis_server(tmp_path, port), caplog.at_level(logging.ERROR), pytest.raises(MemoryAwayError):
        CommonMemory(f"rediss://127.0.0.1:{port}/0").use(lambda redis: redis.ping())
    assert "PORTAL_REDIS_URL cannot be used" in caplog.text

"""Two portals with a common memory behind nginx, as `deploy/nginx/portal-replicas.conf` has them."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from portal.settings import Settings
from tests.browser.conftest import started
from tests.portal.s3_server import Server
from tests.portal.traffic.behind import OWN, nginx
from tests.redis_server import free_port, redis_server

RATE = 12
GIVEN = {"PORTAL_PUBLIC_URL": OWN, "PORTAL_TRUSTED_PROXIES": "127.0.0.1", "PORTAL_QUERY_PER_MINUTE": str(RATE)}


@dataclass
class Two:
    """Two portals with a common memory: nginx's port, their addresses and processes, and Redis'."""

    port: int
    addresses: list[str]
    processes: "list[subprocess.Popen[bytes]]"
    redis: "subprocess.Popen[bytes]"
    url: str

    def answered(self) -> list[float]:
        """How many requests each has answered."""
        return [_counted(a, "portal_requests_total{") for a in self.addresses]

    def pages(self) -> list[float]:
        """How many pages are open at each."""
        return [_counted(a, "portal_pages_open ") for a in self.addresses]


def _counted(address: str, series: str) -> float:
    text = httpx.get(f"{address}metrics", timeout=30).text
    counted = [line.rpartition(" ") for line in text.splitlines() if line.startswith(series)]
    return sum(float(n) for labels, _, n in counted if 'route="/metrics"' not in labels)


@contextlib.contextmanager
def two_with_nothing_of_their_own(server: Server, database: str, folder: Path) -> Iterator[Two]:
    """Two portals as on machines of their own: versions in object storage, what people bring in in PostgreSQL, the rest in Redis.

    Args:
        server: the storage, with a version in it.
        database: the address of an empty one.
        folder: an empty one, for their logs.
    """
    nothing = str(folder / "nothing")
    given = {
        "PORTAL_S3_ENDPOINT": server.endpoint,
        "PORTAL_S3_KEY_ID": "key",
        "PORTAL_S3_SECRET": "secret",
        "PORTAL_PUBLISHED_SECONDS": "0.2",
        "PORTAL_DATABASE_URL": database,
        "PORTAL_DESK": "true",
        "PORTAL_CORPUS": nothing,
        "PORTAL_DATASETS": nothing,
        # Every question is a slow query: what those lines hold is looked through as well.
        "PORTAL_SLOW_QUERY_SECONDS": "0.000001",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        with two_replicas(server.settings(var=folder / "nothing"), folder) as two:
            yield two


@contextlib.contextmanager
def two_replicas(settings: Settings, folder: Path) -> Iterator[Two]:
    """Two portals that serve what is published under the settings; their logs go to the folder."""
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        url, redis = stack.enter_context(redis_server(folder, free_port()))
        for name, value in (GIVEN | {"PORTAL_REDIS_URL": url}).items():
            patch.setenv(name, value)
        portals = [stack.enter_context(started(settings, folder / f"log-{n}")) for n in range(2)]
        addresses = [address for address, _ in portals]
        (folder / "nginx").mkdir()
        port, _ = stack.enter_context(nginx(folder / "nginx", *addresses, file="portal-replicas.conf"))
        yield Two(port, addresses, [process for _, process in portals], redis, url)

"""An S3 server of the tests' own, on this machine and in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from moto.server import ThreadedMotoServer

from portal.publication.object_storage import ObjectStorage
from portal.settings import Settings

BUCKET = "synthetic-bucket"
PUBLICATION = f"s3://{BUCKET}/city"


@dataclass(frozen=True)
class Server:
    """Where the server listens; it has one bucket, and takes any key until told to be strict."""

    endpoint: str

    def settings(self, **more: Any) -> Settings:
        """Settings of a portal that reads its publication here."""
        given = {"published": PUBLICATION, "s3_endpoint": self.endpoint, "s3_key_id": "key", "s3_secret": "secret"}
        return Settings(**given | more)

    def storage(self) -> ObjectStorage:
        """The publication's place."""
        return ObjectStorage(PUBLICATION, self.settings())

    def be_strict(self) -> None:
        """Let nobody in whose key is not known; none is."""
        self._post("moto-api/reset-auth", "0")

    def _post(self, path: str, body: str) -> None:
        httpx.post(f"{self.endpoint}/{path}", content=body, trust_env=False).raise_for_status()


@contextmanager
def serving(port: int = 0) -> Iterator[Server]:
    """A server for as long as the block lasts, on a free port where none is given."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        started = Server(f"http://{host}:{port}")
        httpx.post(f"{started.endpoint}/moto-api/reset", trust_env=False).raise_for_status()
        started._post("moto-api/reset-auth", "inf")
        httpx.put(f"{started.endpoint}/{BUCKET}", trust_env=False).raise_for_status()
        yield started
    finally:
        server.stop()

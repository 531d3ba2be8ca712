"""The bytes of files in object storage as they are, whole in pieces or a range: through Arrow's S3 client, as DuckDB gives only tables."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from portal.publication.remote_tables import AwayError
from portal.settings import Settings

if TYPE_CHECKING:
    from pyarrow import NativeFile
    from pyarrow.fs import S3FileSystem

_PIECE = 1024 * 1024
_TIMEOUT_S = 5
_ATTEMPTS = 2


class ObjectBytes:
    """Files of a publication in object storage; safe to read from several threads.

    Args:
        url: `s3://bucket/prefix`.
        settings: endpoint, region and credentials.
    """

    def __init__(self, url: str, settings: Settings) -> None:
        self._root = url.removeprefix("s3://")
        self._system = client(settings, _TIMEOUT_S, _ATTEMPTS)
        # Opening one is a request of its own.
        self._opened: dict[str, NativeFile] = {}

    def pieces(self, name: str) -> Iterator[bytes]:
        """A whole file, a piece at a time.

        Args:
            name: the path under the address.
        Raises:
            AwayError: the storage does not give it.
        """
        try:
            with self._system.open_input_stream(f"{self._root}/{name}") as stream:
                while piece := stream.read(_PIECE):
                    yield piece
        except OSError as error:
            raise AwayError from error

    def part(self, name: str, start: int, length: int) -> bytes:
        """Some bytes of a file, fewer where it ends before.

        Args:
            name: the path under the address.
            start: the first byte, from 0.
            length: how many.
        Raises:
            AwayError: the storage does not give them.
        """
        try:
            file = self._opened.get(name) or self._system.open_input_file(f"{self._root}/{name}")
            self._opened[name] = file
            return bytes(file.read_at(length, start))
        except OSError as error:
            self._opened.pop(name, None)
            raise AwayError from error


@lru_cache(maxsize=4)
def client(settings: Settings, seconds: int, attempts: int = 3) -> "S3FileSystem":
    """Arrow's client of the object storage.

    Args:
        settings: endpoint, region and credentials; without a key it asks as anybody may.
        seconds: how long it waits for a connection, and for an answer.
        attempts: how often it asks before it gives up.
    """
    from pyarrow import fs

    address = urlsplit(settings.s3_endpoint)
    key, secret = settings.s3_key_id, settings.s3_secret.get_secret_value()
    return fs.S3FileSystem(
        **({"access_key": key, "secret_key": secret} if key else {"anonymous": True}),
        region=settings.s3_region,
        scheme=address.scheme or "https",
        endpoint_override=address.netloc or None,
        force_virtual_addressing=settings.s3_url_style == "vhost",
        connect_timeout=seconds,
        request_timeout=seconds,
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=attempts),
    )

"""Tables too large to be copied from object storage: which they are, and how a query reads what it needs of them there.

DuckDB's httpfs asks for the columns and row groups a query needs, and keeps what it read within DuckDB's own memory limit, the parts not
read for the longest dropped first. A published file never changes, so what is known of it is not asked again.
"""

import contextlib
import logging
from collections.abc import Iterator

import duckdb

from portal.publication.duckdb_extensions import load
from portal.publication.manifest import PublishedFile
from portal.publication.object_storage import secret
from portal.settings import Settings
from portal.texts.errors import BilingualError, sentence

# A visitor waits for these; the copying in the background has more patience.
_READING = {
    "http_timeout": "5",
    "http_retries": "1",
    "http_retry_wait_ms": "100",
    "enable_http_metadata_cache": "true",
    "parquet_metadata_cache": "true",
}
_log = logging.getLogger(__name__)


class AwayError(BilingualError):
    """A table in object storage cannot be read just now; the sentence says what to do."""

    def __init__(self) -> None:
        super().__init__(sentence("busy.away"))


def is_remote(file: PublishedFile, settings: Settings) -> bool:
    """Whether a table of a version stays in object storage."""
    return isinstance(settings.published, str) and file.bytes > settings.large_table_mb * 1_000_000


def prepare(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Let a connection read files in object storage.

    Raises:
        PublicationError: the httpfs package is not installed.
    """
    load(connection, "httpfs")
    connection.execute(secret(settings))
    for name, value in _READING.items():
        connection.execute(f"SET GLOBAL {name} = {value}")


@contextlib.contextmanager
def told_when_away(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Say so in a sentence where the storage does not give what a query needs; other errors pass.

    Raises:
        AwayError: it does not answer, refuses, or holds another file than was published.
    """
    try:
        yield
    # Batches of Arrow pass an error on as OSError; that a file is another than before, DuckDB says in broken characters.
    except (duckdb.Error, OSError, UnicodeDecodeError) as error:
        if not _of_storage(error):
            raise
        _log.error("对象存储里的表读不出：%s", str(error).partition("\n")[0][:300])
        _forget(connection)
        raise AwayError from error


def _of_storage(error: Exception) -> bool:
    if isinstance(error, duckdb.HTTPException | UnicodeDecodeError):
        return True
    return "HTTP" in str(error) or "s3://" in str(error)


def _forget(connection: duckdb.DuckDBPyConnection) -> None:
    """From now on ask of each file whether it is still the one that was read: it may be mended, and this version has not been whole."""
    with connection.cursor() as cursor:
        cursor.execute("SET GLOBAL enable_http_metadata_cache = false")

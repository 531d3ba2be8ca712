"""A publication in object storage (S3 and what speaks like it), read and written through DuckDB's httpfs.

Laid out as on disk: `<url>/CURRENT`, `<url>/<version>/manifest.json` and the Parquet files beside it.
"""

import threading
from collections.abc import Iterable
from typing import Any, cast
from urllib.parse import urlsplit

import duckdb

from portal.publication.duckdb_extensions import OFFLINE, load
from portal.publication.manifest import CURRENT, MANIFEST, PublicationError
from portal.publication.sql_text import literal
from portal.settings import S3_ADDRESS, Settings

_TIMEOUT_S = 10
_RETRIES = 2


class ObjectStorage:
    """Whole files under an address. Each passes through memory in one piece: a table's file has to fit there.

    Args:
        url: `s3://bucket/prefix`.
        settings: endpoint, region and credentials.
    Raises:
        PublicationError: this is no such address, or the httpfs package is not installed.
    """

    def __init__(self, url: str, settings: Settings) -> None:
        self.url = url.rstrip("/")
        if not S3_ADDRESS.fullmatch(self.url):
            raise PublicationError(f"“{url}”不是对象存储的地址。请写成 s3://桶名/前缀。")
        self._lock = threading.Lock()
        self._connection = duckdb.connect(config={**OFFLINE})
        load(self._connection, "httpfs")
        # What was read a moment ago may have been published anew since.
        self._connection.execute("SET enable_external_file_cache = false")
        self._connection.execute(f"SET http_timeout = {_TIMEOUT_S}")
        self._connection.execute(f"SET http_retries = {_RETRIES}")
        self._connection.execute(secret(settings))

    def current(self) -> str:
        """The version CURRENT names.

        Raises:
            PublicationError: the storage does not give it.
        """
        return self.read(CURRENT).decode("utf-8", "replace").strip()

    def versions(self) -> list[str]:
        """The versions there, by name.

        Raises:
            PublicationError: the storage does not list them.
        """
        found = self._run(MANIFEST, "SELECT file FROM glob(?) ORDER BY file", [f"{self.url}/*/{MANIFEST}"])
        return [file.split("/")[-2] for (file,) in found]

    def read(self, name: str) -> bytes:
        """A file's bytes.

        Args:
            name: the path under the address, e.g. `CURRENT`.
        Raises:
            PublicationError: the storage does not give it.
        """
        ((content,),) = self._run(name, "SELECT content FROM read_blob(?)", [f"{self.url}/{name}"])
        return cast(bytes, content)

    def footers(self, table: str, names: Iterable[str]) -> dict[str, tuple[int, int]]:
        """The rows and the bytes of Parquet files, by what each says of itself at its end; nothing else of them is read.

        Args:
            table: what they are together, to name where one of them cannot be read.
            names: paths under the address.
        Raises:
            PublicationError: the storage does not give one of them, or it is no Parquet.
        """
        files = [f"{self.url}/{name}" for name in names]
        found = self._run(table, "SELECT file_name, num_rows, file_size_bytes FROM parquet_file_metadata(?)", [files])
        return {file.removeprefix(f"{self.url}/"): (rows, size) for file, rows, size in found}

    def damaged(self, name: str) -> PublicationError:
        """The error for a file that is not what was published."""
        return PublicationError(
            f"{self.url}/{name} 已损坏。请在发布的机器上运行 portal versions push {self.url} 重新上传。"
        )

    def write(self, name: str, content: bytes) -> None:
        """Make or replace a file; readers find the old or the new one, never a part.

        Raises:
            PublicationError: the storage does not take it.
        """
        target = literal(f"{self.url}/{name}")
        self._run(name, f"COPY (SELECT ?::BLOB) TO {target} (FORMAT blob)", [content])

    def _run(self, name: str, sql: str, parameters: list[object]) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(sql, parameters).fetchall()
        except duckdb.InvalidInputException as error:
            raise self.damaged(name) from error
        except duckdb.HTTPException as error:
            raise PublicationError(self._explained(name, error.status_code)) from error
        except duckdb.Error as error:
            reason = str(error).partition("\n")[0]
            raise PublicationError(
                f"连不上对象存储 {self.url}（{reason}）。请检查 PORTAL_S3_ENDPOINT 和网络。"
            ) from error

    def _explained(self, name: str, status: int) -> str:
        if status in {401, 403}:
            return f"对象存储 {self.url} 拒绝访问。请检查 PORTAL_S3_KEY_ID、PORTAL_S3_SECRET 和桶的权限。"
        if status == 404:
            return f"对象存储 {self.url} 里没有 {name}。请检查桶名和前缀；还没有上传过的话，请先运行 portal versions push {self.url}。"
        return f"对象存储 {self.url} 出错（HTTP {status}）。请检查 PORTAL_S3_ENDPOINT、PORTAL_S3_REGION，或稍后再试。"


def secret(settings: Settings) -> str:
    """The statement that tells DuckDB where to go and as whom; without a key it asks as anybody may."""
    options = {"REGION": settings.s3_region, "URL_STYLE": settings.s3_url_style}
    if settings.s3_key_id:
        options |= {"KEY_ID": settings.s3_key_id, "SECRET": settings.s3_secret.get_secret_value()}
    address = urlsplit(settings.s3_endpoint)
    if address.netloc:
        options |= {"ENDPOINT": address.netloc, "USE_SSL": str(address.scheme == "https").lower()}
    return f"CREATE SECRET (TYPE s3, {', '.join(f'{k} {literal(v)}' for k, v in options.items())})"

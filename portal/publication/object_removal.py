"""Taking versions out of object storage: DuckDB has no statement that deletes a file there, Arrow's own S3 client has."""

import datetime

import pyarrow as pa
from pyarrow import fs

from portal.publication.manifest import MANIFEST, PublicationError
from portal.publication.object_bytes import client
from portal.settings import Settings

_TIMEOUT_S = 10


class StoredVersions:
    """The versions under an address: when each was put there, and their removal.

    Args:
        url: `s3://bucket/prefix`.
        settings: endpoint, region and credentials; the key has to be allowed to list and to delete.
    """

    def __init__(self, url: str, settings: Settings) -> None:
        self._url = url.rstrip("/")
        self._place = self._url.removeprefix("s3://")
        self._files = client(settings, _TIMEOUT_S)

    def written(self) -> dict[str, datetime.datetime]:
        """The versions that have a manifest, and when that was written.

        Raises:
            PublicationError: the storage does not list them.
        """
        try:
            there = self._files.get_file_info(fs.FileSelector(self._place, recursive=True))
        except (OSError, pa.ArrowException) as problem:
            raise self._told(problem) from problem
        return {f.path.split("/")[-2]: f.mtime for f in there if f.base_name == MANIFEST}

    def remove(self, version: str) -> None:
        """Delete a version: its manifest first, so that nobody finds half of it.

        Raises:
            PublicationError: the storage does not delete it; what is left has no manifest, and is deleted by the next push of it or by hand.
        """
        folder = f"{self._place}/{version}"
        try:
            self._files.delete_file(f"{folder}/{MANIFEST}")
            self._files.delete_dir(folder)
        except (OSError, pa.ArrowException) as problem:
            raise self._told(problem) from problem

    def _told(self, problem: Exception) -> PublicationError:
        reason = str(problem).partition("\n")[0][:200]
        return PublicationError(
            f"对象存储 {self._url} 里的版本列不出或删不了（{reason}）。请检查 PORTAL_S3_… 各项设置，密钥要能列出和删除。"
        )

"""A folder of this process's own that follows a publication in object storage."""

import hashlib
import logging
import os
import tempfile
import threading
import time
from pathlib import Path

from pydantic import ValidationError

from portal.publication.manifest import MANIFEST, Manifest, PublicationError, PublishedFile, StoredFile, switch
from portal.publication.object_storage import ObjectStorage
from portal.publication.remote_tables import is_remote
from portal.settings import Settings
from portal.telemetry.jobs import job

_log = logging.getLogger(__name__)


class Mirror:
    """Copies each version once, checks every file against its checksum, and switches to it when it is whole; large tables stay there.

    So a visitor's request never waits for the storage, and what is being served outlives the storage's absence.

    Args:
        url: `s3://bucket/prefix`.
        settings: endpoint, region and credentials.
    Raises:
        PublicationError: the httpfs package is not installed.
    """

    def __init__(self, url: str, settings: Settings) -> None:
        self._storage = ObjectStorage(url, settings)
        self._temporary = tempfile.TemporaryDirectory(prefix="portal-published-")
        self._followed: str | None = None
        self._lock = threading.Lock()
        self._settings = settings
        self._seconds = settings.published_seconds
        self.folder = Path(self._temporary.name)
        self.problem: str | None = None

    def close(self) -> None:
        """Delete the copies."""
        self._temporary.cleanup()

    def follow(self) -> None:
        """Look for a new version again and again, in a thread of its own."""

        def look() -> None:
            while True:
                time.sleep(self._seconds)
                self.refresh()

        threading.Thread(target=look, name="follow-publication", daemon=True).start()

    def refresh(self) -> None:
        """Take over what the storage holds and the folder does not; `problem` says what kept the current version from coming."""
        with self._lock:
            try:
                current = self._storage.current()
                if current != self._followed:
                    with job("follow_publication"):
                        self._take_over(current)
                self.problem = None
                return
            except PublicationError as error:
                problem = str(error)
            except OSError as error:
                problem = f"{self.folder} 写不了（{error.strerror}）。请检查权限和磁盘空间。"
            if problem != self.problem:
                _log.error("%s", problem)
            self.problem = problem

    def _take_over(self, current: str) -> None:
        problem = None
        for version in dict.fromkeys([current, *reversed(self._storage.versions())]):
            try:
                if not (self.folder / self._plain(version)).exists():
                    self._fetch(version)
                if version == current:
                    switch(self.folder, current)
                    self._followed = current
            except PublicationError as error:
                # An older version that is broken is not offered; the current one has to be told.
                problem = problem or (error if version == current else None)
        if problem:
            raise problem

    def _fetch(self, version: str) -> None:
        """Copy one version, whole or not at all.

        Raises:
            PublicationError: the storage does not give it, or not as it was published.
        """
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=self.folder) as staging:
            folder = Path(staging) / version
            folder.mkdir()
            described = self._storage.read(f"{version}/{MANIFEST}")
            try:
                manifest = Manifest.model_validate_json(described)
            except ValidationError:
                raise self._storage.damaged(f"{version}/{MANIFEST}") from None
            (folder / MANIFEST).write_bytes(described)
            for table in manifest.files:
                if is_remote(table, self._settings):
                    self._check(version, table)
                    continue
                for file in table.stored:
                    self._copy(version, file, folder)
            # Versions are listed by when they were published, not by when they were copied.
            os.utime(folder / MANIFEST, times=(manifest.created.timestamp(),) * 2)
            folder.rename(self.folder / version)

    def _copy(self, version: str, file: StoredFile, folder: Path) -> None:
        content = self._storage.read(f"{version}/{file.path}")
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise self._storage.damaged(f"{version}/{file.path}")
        target = folder
        for name in Path(file.path).parts:
            target.mkdir(exist_ok=True)
            target /= self._plain(name)
        target.write_bytes(content)

    def _check(self, version: str, table: PublishedFile) -> None:
        """Hold a table that stays where it is to its manifest: each file's size, and the rows it says it has."""
        wanted = {f"{version}/{f.path}": (f.rows, f.bytes) for f in table.stored}
        found = self._storage.footers(f"{version}/{table.path}", wanted)
        for name, known in wanted.items():
            if found.get(name) != known:
                raise self._storage.damaged(name)

    def _plain(self, name: str) -> str:
        """A name that leads nowhere else than into the folder it is put in.

        Raises:
            PublicationError: it is not.
        """
        if not name or name.startswith(".") or Path(name).name != name:
            raise PublicationError(
                f"对象存储 {self._storage.url} 里的名字“{name[:80]}”不能用。请检查 CURRENT 和 manifest.json。"
            )
        return name

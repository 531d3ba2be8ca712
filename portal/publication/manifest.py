"""A published version on disk: an immutable folder of Parquet files and a manifest, named by CURRENT."""

import datetime
import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portal.publication.catalogue import Dataset
from portal.publication.json_object import JsonObject
from portal.publication.quality import RuleState
from portal.publication.site import Site
from portal.texts.errors import OperatorError

MANIFEST = "manifest.json"
CURRENT = "CURRENT"


class PublicationError(OperatorError):
    """No published version can be opened; the message is a sentence that says what to do."""


class DamagedError(PublicationError):
    """A file of the version that is served is not what was published any more; other files may be."""


class StoredFile(BaseModel):
    """One Parquet file of a version: its path in the version's folder, and what it has to be."""

    model_config = ConfigDict(frozen=True)

    path: str
    rows: int
    bytes: int
    sha256: str


class PublishedFile(BaseModel):
    """One table of a version, and its Parquet file; `columns` maps names to Arrow types, `sha256` is of the file's bytes.

    Of a table in partitions `path` is the folder, `rows` and `bytes` are those of all its files together, `sha256` is of the list
    of their checksums (`listed`), and `partition` is how they were told apart, as the dataset's description says it.
    """

    model_config = ConfigDict(frozen=True)

    table: str
    path: str
    rows: int
    bytes: int
    sha256: str
    columns: dict[str, str]
    # Left out of a manifest where there are none: it is then what it was before tables had partitions.
    partition: str = Field("", exclude_if=lambda given: not given)
    parts: tuple[StoredFile, ...] = Field((), exclude_if=lambda given: not given)

    @property
    def stored(self) -> tuple[StoredFile, ...]:
        """The files the table lies in: one, or one a partition."""
        return self.parts or (StoredFile(path=self.path, rows=self.rows, bytes=self.bytes, sha256=self.sha256),)


class Manifest(BaseModel):
    """What a version holds and what it was made from; enough to serve it without the sources at hand."""

    model_config = ConfigDict(frozen=True)

    version: str
    created: datetime.datetime
    git_revision: str | None
    embedding: str
    inputs: dict[str, str]
    files: tuple[PublishedFile, ...]
    datasets: tuple[Dataset, ...]
    documents: tuple[dict[str, str], ...]
    site: Site
    vocabulary: JsonObject
    quality: dict[str, tuple[RuleState, ...]] = {}


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def listed(parts: Iterable[StoredFile]) -> str:
    """The SHA-256, in hex, of the list of a table's files as `sha256sum` writes and checks it; what a table in partitions is known by."""
    return hashlib.sha256("".join(f"{p.sha256}  {p.path}\n" for p in parts).encode()).hexdigest()


def _nothing(_: PublishedFile) -> bool:
    return False


def read_manifest(folder: Path, elsewhere: Callable[[PublishedFile], bool] = _nothing) -> Manifest:
    """The manifest of a version folder, every file checked against its size and checksum.

    Args:
        folder: the version's.
        elsewhere: whether a table's files lie somewhere else, and are not looked for.

    Raises:
        PublicationError: the manifest or a file is missing or not what was published.
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except OSError:
        raise PublicationError(f"发布版本 {folder.name} 缺少 {MANIFEST}。请运行 portal build 重新发布。") from None
    except ValidationError:
        raise PublicationError(f"发布版本 {folder.name} 的 {MANIFEST} 已损坏。请运行 portal build 重新发布。") from None
    for file in (stored for table in manifest.files if not elsewhere(table) for stored in table.stored):
        path = folder / file.path
        if not path.is_file():
            raise PublicationError(f"发布版本 {folder.name} 缺少文件 {file.path}。请运行 portal build 重新发布。")
        if path.stat().st_size != file.bytes or sha256(path) != file.sha256:
            raise PublicationError(
                f"发布版本 {folder.name} 的文件 {file.path} 与清单的校验值不符，可能已损坏。请运行 portal build 重新发布。"
            )
    return manifest


def current_version(published: Path) -> str | None:
    """The version CURRENT names, or None where nothing was ever published."""
    try:
        return (published / CURRENT).read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def switch(published: Path, version: str) -> None:
    """Make a version the current one; readers see the old or the new, never neither.

    The pointer is a new file even where it names the same version as before: that is how readers learn of a mended one.
    """
    pointer = published / f".{CURRENT}.new"
    pointer.write_text(version + "\n", "utf-8")
    flush(pointer)
    pointer.replace(published / CURRENT)
    flush(published)


def flush(path: Path) -> None:
    """Wait until a file or a folder's entries are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def versions(published: Path) -> list[str]:
    """The versions on disk, newest first by the time they were published."""
    folders = [p for p in published.glob("*") if not p.name.startswith(".") and (p / MANIFEST).is_file()]
    return [p.name for p in sorted(folders, key=lambda p: (p / MANIFEST).stat().st_mtime_ns, reverse=True)]

"""A published version on disk: an immutable folder of Parquet files and a manifest, named by CURRENT."""

import datetime
import hashlib
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

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


class PublishedFile(BaseModel):
    """One Parquet file of a version; `columns` maps names to Arrow types, `sha256` is of the file's bytes."""

    model_config = ConfigDict(frozen=True)

    table: str
    path: str
    rows: int
    bytes: int
    sha256: str
    columns: dict[str, str]


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


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a version folder, every file checked against its size and checksum.

    Raises:
        PublicationError: the manifest or a file is missing or not what was published.
    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except OSError:
        raise PublicationError(f"发布版本 {folder.name} 缺少 {MANIFEST}。请运行 portal build 重新发布。") from None
    except ValidationError:
        raise PublicationError(f"发布版本 {folder.name} 的 {MANIFEST} 已损坏。请运行 portal build 重新发布。") from None
    for file in manifest.files:
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

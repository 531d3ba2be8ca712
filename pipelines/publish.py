"""Write a version beside the others and switch to it in one atomic step."""

import contextlib
import datetime
import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from portal.publication import (
    CURRENT,
    MANIFEST,
    Manifest,
    PublicationError,
    PublishedFile,
    current_version,
    read_manifest,
    sha256,
    versions,
)

_STAGING = ".building-"
# DuckDB's own size of a row group: a download of a million rows takes half the memory and two thirds of the time it takes from one group.
_ROW_GROUP = 122_880


def version_id(inputs: Mapping[str, str], updated: datetime.date) -> str:
    """The id of what these inputs make: the data's date and a digest, e.g. `2026.11.22-1a2b3c4d5e`.

    Args:
        inputs: a hash for every input, by name, the pipelines' own code and the model included.
        updated: the latest date a dataset states.
    """
    digest = hashlib.sha256("\n".join(f"{k} {v}" for k, v in sorted(inputs.items())).encode()).hexdigest()
    return f"{updated:%Y.%m.%d}-{digest[:10]}"


@contextlib.contextmanager
def exclusive(published: Path) -> Iterator[None]:
    """Hold the only right to publish, and clear away what a killed build left."""
    published.mkdir(parents=True, exist_ok=True)
    with (published / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in published.glob(f"{_STAGING}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield


def is_published(published: Path, version: str) -> bool:
    """Whether the version is on disk, whole and with the right checksums."""
    try:
        read_manifest(published / version)
    except PublicationError:
        return False
    return True


def write_version(published: Path, manifest: Manifest, tables: Mapping[str, pa.Table]) -> Manifest:
    """Write the tables (zstd Parquet, one file each) and the manifest into the version's folder, whole or not at all.

    Args:
        published: folder of the versions.
        manifest: the manifest without its files.
        tables: by table name.
    Returns:
        the manifest as written.
    """
    staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=published))
    staging.chmod(0o755)
    files = []
    for name, table in tables.items():
        path = staging / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd", row_group_size=_ROW_GROUP)
        columns = {field.name: str(field.type) for field in table.schema}
        files.append(
            PublishedFile(
                table=name,
                path=path.name,
                rows=table.num_rows,
                bytes=path.stat().st_size,
                sha256=sha256(path),
                columns=columns,
            )
        )
    manifest = manifest.model_copy(update={"files": tuple(files)})
    (staging / MANIFEST).write_text(manifest.model_dump_json(indent=1), "utf-8")
    for path in (*staging.iterdir(), staging):
        _flush(path)
    target = published / manifest.version
    if target.exists():
        target.rename(published / f"{_STAGING}damaged-{manifest.version}")
    staging.rename(target)
    return manifest


def switch(published: Path, version: str) -> None:
    """Make a version the current one; readers see the old or the new, never neither.

    The pointer is a new file even where it names the same version as before: that is how readers learn of a mended one.
    """
    pointer = published / f".{CURRENT}.new"
    pointer.write_text(version + "\n", "utf-8")
    _flush(pointer)
    pointer.replace(published / CURRENT)
    _flush(published)


def prune(published: Path, keep: int) -> list[str]:
    """Delete all but the newest versions; the current one is kept always and counts among them.

    Args:
        published: folder of the versions.
        keep: versions to be left, at least 1.
    Returns:
        the versions deleted, newest first.
    """
    with exclusive(published):
        current = current_version(published)
        order = sorted(versions(published), key=lambda v: v != current)
        doomed = order[max(keep, 1) :]
        for version in doomed:
            # Out of sight first: no reader may open half a version.
            hidden = published / f"{_STAGING}pruned-{version}"
            (published / version).rename(hidden)
            shutil.rmtree(hidden)
        return doomed


def git_revision(folder: Path) -> str | None:
    """The checkout's commit, or None outside one."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        run = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, timeout=5, check=True
        )
        return run.stdout.strip()
    return None


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

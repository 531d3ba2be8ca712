"""Write a version beside the others and switch to it in one atomic step."""

import contextlib
import datetime
import fcntl
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from pipelines.parquet_files import write_table
from pipelines.sources.problems import BuildError
from portal.publication.manifest import (
    CURRENT,
    MANIFEST,
    Manifest,
    PublicationError,
    current_version,
    flush,
    read_manifest,
    switch,
    versions,
)
from portal.publication.object_storage import ObjectStorage

STAGING = ".building-"
"""How the names of folders begin that no reader looks into."""


def version_id(inputs: Mapping[str, str], updated: datetime.date) -> str:
    """The id of what these inputs make: the data's date and a digest, e.g. `2026.11.22-1a2b3c4d5e`.

    Args:
        inputs: a hash for every input, by name, the pipelines' own code and the model included.
        updated: the latest date a dataset states.
    """
    digest = hashlib.sha256("\n".join(f"{k} {v}" for k, v in sorted(inputs.items())).encode()).hexdigest()
    return f"{updated:%Y.%m.%d}-{digest[:10]}"


@contextlib.contextmanager
def exclusive(published: Path | str) -> Iterator[Path]:
    """Hold the only right to publish, and clear away what a killed build left.

    Args:
        published: where the versions are.
    Returns:
        their folder.
    Raises:
        BuildError: they are in object storage, where nothing is built.
    """
    if isinstance(published, str):
        raise BuildError(
            [
                f"PORTAL_PUBLISHED 是对象存储 {published}，只能读取。请改为文件夹，构建后用 portal versions push {published} 上传。"
            ]
        )
    published.mkdir(parents=True, exist_ok=True)
    with (published / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for leftover in published.glob(f"{STAGING}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        yield published


def is_published(published: Path, version: str) -> bool:
    """Whether the version is on disk, whole and with the right checksums."""
    try:
        read_manifest(published / version)
    except PublicationError:
        return False
    return True


def write_version(published: Path, manifest: Manifest, tables: Mapping[str, pa.Table]) -> Manifest:
    """Write the tables (zstd Parquet, one file each, or one a partition where the dataset says so) and the manifest into the version's folder, whole or not at all.

    Args:
        published: folder of the versions.
        manifest: the manifest without its files.
        tables: by table name.
    Returns:
        the manifest as written.
    """
    staging = Path(tempfile.mkdtemp(prefix=STAGING, dir=published))
    try:
        return _write_into(staging, published, manifest, tables)
    except BaseException:
        # On a full disk what was written half would keep the room until the next build.
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _write_into(staging: Path, published: Path, manifest: Manifest, tables: Mapping[str, pa.Table]) -> Manifest:
    """Write a version into a folder of its own, then give that its name."""
    staging.chmod(0o755)
    partitions = {d.table: d.partition for d in manifest.datasets}
    files = [write_table(staging, name, table, partitions.get(name, "")) for name, table in tables.items()]
    manifest = manifest.model_copy(update={"files": tuple(files)})
    (staging / MANIFEST).write_text(manifest.model_dump_json(indent=1), "utf-8")
    for path in (*staging.rglob("*"), staging):
        flush(path)
    target = published / manifest.version
    if target.exists():
        target.rename(published / f"{STAGING}damaged-{manifest.version}")
    staging.rename(target)
    return manifest


def push(published: Path | str, storage: ObjectStorage, report: Callable[[int, int], None] = lambda *_: None) -> str:
    """Copy the current version into object storage and make it the current one there.

    The manifest follows its files and CURRENT comes last: a reader never finds a version named that is not whole. Files that are
    there already are written again, which mends a damaged one.

    Args:
        published: where the versions are.
        storage: where to.
        report: called as (files done, files in all).
    Returns:
        the version.
    Raises:
        BuildError: they are in object storage already.
        PublicationError: there is no whole version, or the storage does not take it.
    """
    with exclusive(published) as source:
        version = current_version(source)
        if version is None:
            raise PublicationError(f"{source} 里还没有发布版本。请先运行 portal build。")
        folder = source / version
        names = [*(stored.path for f in read_manifest(folder).files for stored in f.stored), MANIFEST]
        for done, name in enumerate(names):
            report(done, len(names))
            storage.write(f"{version}/{name}", (folder / name).read_bytes())
        storage.write(CURRENT, f"{version}\n".encode())
        report(len(names), len(names))
        return version


def use(published: Path | str, version: str, storage: ObjectStorage | None = None) -> None:
    """Make a version that is there the current one: the way back from a publication, and forward again.

    Args:
        published: where the versions are.
        version: its id.
        storage: the object storage, where they are there.
    Raises:
        PublicationError: there is no such version, or it is not whole.
    """
    if storage is not None:
        _there(version, storage.versions(), storage.url)
        storage.write(CURRENT, f"{version}\n".encode())
        return
    with exclusive(published) as folder:
        _there(version, versions(folder), str(folder))
        read_manifest(folder / version)
        switch(folder, version)


def _there(version: str, known: list[str], where: str) -> None:
    if version not in known:
        raise PublicationError(f"{where} 里没有版本 {version}。有：{'、'.join(known) or '无'}。")


def git_revision(folder: Path) -> str | None:
    """The checkout's commit, or None outside one."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        run = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, timeout=5, check=True
        )
        return run.stdout.strip()
    return None

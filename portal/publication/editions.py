"""What lists of versions tell of each: a small part of its manifest, read from disk once, as a year of versions would take seconds."""

import datetime
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from portal.publication.catalogue import Change
from portal.publication.manifest import MANIFEST, PublishedFile, versions

# A few kilobytes each.
_REMEMBERED = 2000


class _Listed(BaseModel):
    """What lists tell of a dataset."""

    model_config = ConfigDict(frozen=True)

    id: str
    title_zh: str
    title_en: str
    changelog: tuple[Change, ...] = ()

    @property
    def table(self) -> str:
        """The name of the published table."""
        return self.id.replace("-", "_")


class Edition(BaseModel):
    """A published version as lists need it; fields as in `Manifest`."""

    model_config = ConfigDict(frozen=True)

    version: str
    created: datetime.datetime
    git_revision: str | None
    files: tuple[PublishedFile, ...]
    datasets: tuple[_Listed, ...]


def editions(published: Path) -> list[Edition]:
    """The versions on disk, newest first; those whose manifest cannot be read are left out."""
    return sorted(_readable(published), key=lambda e: e.created, reverse=True)


def _readable(published: Path) -> Iterator[Edition]:
    for version in versions(published):
        try:
            path = published / version / MANIFEST
            yield _edition(path, path.stat().st_mtime_ns)
        except (OSError, ValidationError):
            continue


@lru_cache(_REMEMBERED)
def _edition(path: Path, _changed: int) -> Edition:
    """A version's edition, read again where its manifest has changed."""
    return Edition.model_validate_json(path.read_bytes())

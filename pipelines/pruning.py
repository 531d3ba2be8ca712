"""Which published versions may go: a policy by number, age and month, and their deletion."""

import contextlib
import datetime
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.publish import STAGING, exclusive
from portal.publication.editions import editions
from portal.publication.manifest import MANIFEST, PublicationError, current_version, versions
from portal.publication.object_removal import StoredVersions
from portal.publication.object_storage import ObjectStorage


@dataclass(frozen=True)
class Policy:
    """What is left; a version stays that any of them keeps, and the current one always.

    Args:
        keep: the newest versions; the current one counts among them.
        days: all that were published within so many days.
        months: of each of so many calendar months, this one included, the last version published in it.
    """

    keep: int
    days: int = 0
    months: int = 0

    def doomed(
        self, created: Mapping[str, datetime.datetime], current: str | None, now: datetime.datetime
    ) -> list[str]:
        """The versions that are not kept, newest first.

        Args:
            created: when each was published, with its time zone.
            current: the one that is served.
            now: the moment, with its time zone.
        """
        newest = sorted(created, key=lambda v: (v == current, created[v]), reverse=True)
        kept = {*newest[: max(self.keep, 1)], *([current] if current else [])}
        kept |= {v for v in newest if created[v] >= now - datetime.timedelta(days=self.days)}
        kept |= self._of_months(created, now)
        return [v for v in newest if v not in kept]

    def _of_months(self, created: Mapping[str, datetime.datetime], now: datetime.datetime) -> set[str]:
        """The last version of each of the months; a month in which nothing was published keeps none."""
        last: dict[int, str] = {}
        for version in sorted(created, key=lambda v: created[v]):
            last[_month(created[version])] = version
        return {version for month, version in last.items() if month > _month(now) - self.months}


def _month(moment: datetime.datetime) -> int:
    there = moment.astimezone(datetime.UTC)
    return there.year * 12 + there.month


def prune(published: Path | str, policy: Policy, now: datetime.datetime, only_tell: bool = False) -> list[str]:
    """Delete the versions a policy does not keep.

    Args:
        published: where the versions are.
        policy: what is kept.
        now: the moment, with its time zone.
        only_tell: delete nothing.
    Returns:
        the versions deleted, or that would be, newest first.
    Raises:
        BuildError: the versions are in object storage.
    """
    with exclusive(published) as folder:
        doomed = policy.doomed(_created(folder), current_version(folder), now)
        for version in [] if only_tell else doomed:
            # Out of sight first: no reader may open half a version.
            hidden = folder / f"{STAGING}pruned-{version}"
            (folder / version).rename(hidden)
            shutil.rmtree(hidden)
        return doomed


def prune_stored(
    storage: ObjectStorage, stored: StoredVersions, policy: Policy, now: datetime.datetime, only_tell: bool = False
) -> list[str]:
    """Delete the versions in object storage that a policy does not keep. Portals that are running keep the copies they have.

    Args:
        storage: where they are read.
        stored: the same place, where they are listed and deleted.
        policy: what is kept.
        now: the moment, with its time zone.
        only_tell: delete nothing.
    Returns:
        the versions deleted, or that would be, newest first.
    Raises:
        PublicationError: the storage does not tell which is the current one, or does not list or delete.
    """
    created = {v: _said(storage, v) or moment for v, moment in stored.written().items()}
    doomed = policy.doomed(created, storage.current(), now)
    if only_tell:
        return doomed
    deleted = []
    for version in doomed:
        # Somebody may just have gone back to it.
        if version != storage.current():
            stored.remove(version)
            deleted.append(version)
    return deleted


def _said(storage: ObjectStorage, version: str) -> datetime.datetime | None:
    """When a version was published, as its manifest says; None where it cannot be read."""
    with contextlib.suppress(PublicationError, ValueError, KeyError, TypeError):
        told = datetime.datetime.fromisoformat(json.loads(storage.read(f"{version}/{MANIFEST}"))["created"])
        return told if told.tzinfo else None
    return None


def _created(folder: Path) -> dict[str, datetime.datetime]:
    """When each version was published; of one whose manifest cannot be read, when that was written."""
    told = {e.version: e.created for e in editions(folder)}
    written = {v: (folder / v / MANIFEST).stat().st_mtime for v in versions(folder) if v not in told}
    return told | {v: datetime.datetime.fromtimestamp(moment, datetime.UTC) for v, moment in written.items()}

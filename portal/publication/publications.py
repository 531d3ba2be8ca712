"""The versions that are published: the current one, older ones while they are asked for, the switch to the next."""

import logging
import threading
from collections import OrderedDict
from pathlib import Path

import duckdb

from portal.publication.manifest import CURRENT, PublicationError, current_version, versions
from portal.publication.mirror import Mirror
from portal.publication.store import Store
from portal.settings import Settings

_log = logging.getLogger(__name__)


class Publications:
    """Hands out the current version's store; takes up a new version when CURRENT changes, keeps the old one when it is broken.

    Where they are in object storage, a copy in a temporary folder is read (`portal.publication.mirror`).
    Older versions stay open while they are asked for, a few at a time. Readers keep the store they were given until they are done with it.

    Args:
        settings: where versions are published.
        kept: older versions open at most; the one not asked for the longest is closed first.
    """

    def __init__(self, settings: Settings, kept: int = 4) -> None:
        self._settings = settings
        self._kept = kept
        self._older: OrderedDict[str, Store] = OrderedDict()
        self._lock = threading.Lock()
        self._seen: int | None = None
        self._store: Store | None = None
        self._problem: str | None = None
        place = settings.published
        self._mirror = Mirror(place, settings) if isinstance(place, str) else None
        self._follows = False
        self.published = self._mirror.folder if self._mirror else Path(place)

    @property
    def is_elsewhere(self) -> bool:
        """Whether versions come from object storage, and may come later."""
        return self._mirror is not None

    @property
    def problem(self) -> str | None:
        """What keeps the newest version from being served, and what to do; None where nothing does."""
        return (self._mirror.problem if self._mirror else None) or self._problem

    def refresh(self) -> None:
        """Take up what is published in object storage by now."""
        if self._mirror:
            self._mirror.refresh()

    def close(self) -> None:
        """Delete the copy of what is in object storage."""
        if self._mirror:
            self._mirror.close()

    def follow(self) -> None:
        """Take up what is published in object storage from now on; a folder is looked at by every request anyway."""
        if self._mirror and not self._follows:
            self._follows = True
            self._mirror.follow()

    def current(self) -> Store:
        """The store of the current version, or of the last good one; `problem` then says what is wrong.

        Raises:
            PublicationError: no version can be opened.
        """
        if self._store is None and not self._follows:
            self.refresh()
        changed = _mtime(self.published / CURRENT)
        if self._store is None or changed != self._seen:
            with self._lock:
                if self._store is None or changed != self._seen:
                    self._store = self._open()
                    self._seen = changed
        return self._store

    def version(self, version: str) -> Store:
        """The store of any version on disk, the current one included.

        Raises:
            KeyError: there is no such version.
            PublicationError: it is damaged, or no version can be opened.
        """
        current = self.current()
        if version == current.version:
            return current
        with self._lock:
            if version not in self.versions():
                self._older.pop(version, None)
                raise KeyError(version)
            store = self._older.pop(version, None) or Store(self.published / version, self._settings)
            self._older[version] = store
            while len(self._older) > self._kept:
                self._older.popitem(last=False)
        return store

    def versions(self) -> list[str]:
        """The versions on disk, newest first."""
        return versions(self.published)

    def _open(self) -> Store:
        published = self.published
        named = current_version(published)
        if named is None and self._store is None and not versions(published):
            raise PublicationError(self.problem or f"{published} 里还没有发布版本。请先运行 portal build。")
        self._problem = (
            None if named else f"{published / CURRENT} 缺失，正在使用最近一次的发布版本。请运行 portal build。"
        )
        for version in dict.fromkeys([*([named] if named else []), *versions(published)]):
            if self._store is not None and self._store.version == version != named:
                return self._store
            try:
                return Store(published / version, self._settings)
            except (PublicationError, duckdb.Error) as error:
                self._problem = self._problem or str(error)
                _log.error("%s", error)
        if self._store is not None:
            return self._store
        raise PublicationError(self.problem or f"{published} 里没有可用的发布版本。请运行 portal build。")


def _mtime(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0

"""Whether what the database says of change sets is what the files say: after an older backup was put back it may not be."""

from functools import lru_cache
from pathlib import Path

from portal.desk.changes import Change, ChangeError, Changes, Set, State
from portal.desk.database import Database
from portal.desk.maintained import Maintained
from portal.publication.manifest import current_version
from portal.settings import Settings

Key = tuple[str, ...]
_LOOKED_AT = 200


def differences(database: Database, settings: Settings) -> list[str]:
    """A sentence for each of the newest change sets that the files contradict, and one where another version is published.

    Args:
        database: with the change sets.
        settings: where files and versions are.

    Raises:
        DatabaseUnavailableError: it cannot be read.
    """
    changes, files = Changes(database, settings), _Files(Maintained(settings))
    told = []
    _, found = changes.of_states(list(State), _LOOKED_AT)
    settled: set[tuple[str, Key]] = set()
    for made in found:
        named = [(row, (row.dataset, files.key(row))) for row in changes.open_one(made.number)[1]]
        # A row that a later set changed says nothing of an earlier one.
        rows = [row for row, name in named if name not in settled]
        stand = all(files.stands(row) for row in rows)
        told += _told(made, bool(rows), stand)
        if made.state in {State.PUBLISHED, State.UNDONE} or stand:
            settled |= {name for _, name in named}
    return told + _of_version(found, settings)


class _Files:
    """The maintained files, each read once."""

    def __init__(self, maintained: Maintained) -> None:
        self._file = lru_cache(lambda dataset: maintained.file(maintained.dataset(dataset)))

    def key(self, row: Change) -> Key:
        """What names a row; nothing where its file cannot be read."""
        try:
            return tuple(self._file(row.dataset).key_of(row.after or row.before or {}))
        except ChangeError:
            return ()

    def stands(self, row: Change) -> bool:
        """Whether the file says what a change makes of its row."""
        try:
            return bool(self._file(row.dataset).find(self.key(row)) == row.after)
        except ChangeError:
            return False


def _told(made: Set, any_rows: bool, stand: bool) -> list[str]:
    named = f"第 {made.number} 组修改（{made.reason}）在数据库里"
    if made.state in {State.OPEN, State.READY} and any_rows and stand:
        return [f"{named}还没有发布，而文件里已经是改过的样子；请作废它。"]
    if made.state is State.PUBLISHED and not stand:
        return [f"{named}已经发布，而文件里不是它写的样子；请看过文件再决定要不要重做。"]
    return []


def _of_version(found: list[Set], settings: Settings) -> list[str]:
    published = [m for m in found if m.state is State.PUBLISHED and m.published]
    if not published or isinstance(settings.published, str):
        return []
    newest = max(published, key=lambda m: str(m.published))
    now = current_version(Path(settings.published))
    if newest.version == now:
        return []
    return [f"数据库里最近一次发布的是 {newest.version}，现在发布的版本是 {now}；之后的发布数据库里没有。"]

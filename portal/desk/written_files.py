"""The files of a publication on the disk: written in one step each, committed, put back; what somebody else wrote meanwhile stays."""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from portal.desk import texts, work_tree
from portal.desk.changes import ChangeError, Set
from portal.desk.maintained import Written
from portal.publication.manifest import flush
from portal.settings import Settings
from portal.texts.errors import sentence


class Files:
    """The files people maintain, as a publication writes them.

    Args:
        settings: where they are, and whether what is written is committed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def write(self, files: Sequence[Written]) -> None:
        """Put each file in the place of what it was.

        Raises:
            ChangeError: one is neither as before nor as meant: somebody else changed it; nothing is written.
            OSError: one cannot be written.
        """
        for file in files:
            if self._now(file) not in {file.before, file.after}:
                raise ChangeError(sentence("change.by_hand", file=file.path))
        for file in files:
            _replace(texts.place(self._settings, file.path), file.after)

    def take_back(self, files: Sequence[Written]) -> None:
        """Put back what each file was, where it is as it was meant.

        Raises:
            OSError: one cannot be written.
        """
        for file in files:
            if self._now(file) == file.after:
                _replace(texts.place(self._settings, file.path), file.before)

    def commit(self, files: Sequence[Written], made: Set) -> bool:
        """Whether what is written is committed, or need not be."""
        if not self._settings.desk_commits:
            return True
        places = [texts.place(self._settings, f.path) for f in files]
        return work_tree.commit(places, made.reason, made.editor, made.publisher)

    def _now(self, file: Written) -> bytes:
        with contextlib.suppress(FileNotFoundError):
            return texts.place(self._settings, file.path).read_bytes()
        return b""


def _replace(path: Path, content: bytes) -> None:
    """Write a file in one step that outlives a loss of power."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(path)
    flush(path.parent)

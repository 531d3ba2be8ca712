"""Rows of a data file changed, added or taken away; every other line stays byte for byte what it was."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cells = dict[str, str]
Key = tuple[str, ...]
_BOM = "\ufeff"


class EditError(Exception):
    """An edit that cannot be made as the file stands; `why` is `gone`, `taken`, `different` or `unreadable`."""

    def __init__(self, why: str, key: Key = ()) -> None:
        super().__init__(f"{why} {key}")
        self.why, self.key = why, key


@dataclass(frozen=True)
class Edit:
    """One row before and after, as text by column; no row before is one to be added, none after one to be taken away.

    Args:
        before: what the file must hold now.
        after: what it is to hold.
        line: how the row was written when it stood in the file before, kept where that says the same as `after`.
        follows: key of the row an added one comes after; the last one where that is no more. `()` is the file's beginning.
    """

    before: Cells | None
    after: Cells | None
    line: str = ""
    follows: Key | None = None


@dataclass(frozen=True)
class Edited:
    """The file's text with the edits; with each edit undone, in the order in which they undo it."""

    text: str
    undo: list[Edit]


class DataFile:
    """A data file's text as records that know how they were written.

    Args:
        text: the file, its line endings as they are.
        key: the columns that name a row.
    Raises:
        EditError: it cannot be read, or lacks a column of the key.
    """

    def __init__(self, text: str, key: Sequence[str]) -> None:
        self._mark = _BOM if text.startswith(_BOM) else ""
        self._records = _records(text.removeprefix(_BOM))
        self.columns = _cells_of(self._records[0]) if self._records else []
        self._key = tuple(key)
        if not set(key) <= set(self.columns):
            raise EditError("unreadable")
        self._end = next((e for r in self._records if (e := _ending(r))), "\n")

    def rows(self) -> list[Cells]:
        """Every row as text by column."""
        return [self._named(r) for r in self._records[1:]]

    def find(self, key: Key) -> Cells | None:
        """The row of a key."""
        index = self._index(key)
        return None if index is None else self._named(self._records[index])

    def line_of(self, key: Key) -> int | None:
        """The line of the file a row begins on, from 1."""
        index = self._index(key)
        return None if index is None else 1 + sum(len(list(io.StringIO(r, newline=""))) for r in self._records[:index])

    def edit(self, edits: Sequence[Edit]) -> Edited:
        """Make edits one after another.

        Raises:
            EditError: the row is gone or says something else than before, or one to be added is there already.
        """
        undo = [self._edit(e) for e in edits]
        return Edited(self._mark + "".join(self._records), undo[::-1])

    def _edit(self, edit: Edit) -> Edit:
        if edit.before is None:
            return self._add(edit)
        key = self.key_of(edit.before)
        index = self._index(key)
        if index is None:
            raise EditError("gone", key)
        if self._named(self._records[index]) != edit.before:
            raise EditError("different", key)
        return self._take_away(edit, index) if edit.after is None else self._change(edit, index)

    def _add(self, edit: Edit) -> Edit:
        after = edit.after or {}
        key = self.key_of(after)
        if self._index(key) is not None:
            raise EditError("taken", key)
        place = self._after(edit.follows)
        line = self._written(edit)
        if place == len(self._records):
            # The file may end without a line's ending, and goes on to.
            last = self._records[-1]
            if not _ending(last):
                self._records[-1], line = last + self._end, line.removesuffix(_ending(line))
        self._records.insert(place, line)
        return Edit(after, None)

    def _take_away(self, edit: Edit, index: int) -> Edit:
        before = self._records[index - 1]
        line = self._records.pop(index)
        if index == len(self._records) and not _ending(line):
            self._records[-1] = before.removesuffix(_ending(before))
        return Edit(None, edit.before, line, self.key_of(self._named(before)) if index > 1 else ())

    def _change(self, edit: Edit, index: int) -> Edit:
        key = self.key_of(edit.after or {})
        if self._index(key) not in {None, index}:
            raise EditError("taken", key)
        line = self._records[index]
        body = self._written(edit)
        self._records[index] = body.removesuffix(_ending(body)) + _ending(line)
        return Edit(edit.after, edit.before, line)

    def key_of(self, cells: Mapping[str, str]) -> Key:
        """What names a row."""
        return tuple(cells.get(k, "") for k in self._key)

    def _after(self, follows: Key | None) -> int:
        if follows == ():
            return 1
        index = self._index(follows) if follows else None
        return len(self._records) if index is None else index + 1

    def _index(self, key: Key) -> int | None:
        for index, record in enumerate(self._records[1:], 1):
            if self.key_of(self._named(record)) == key:
                return index
        return None

    def _named(self, record: str) -> Cells:
        return dict(zip(self.columns, _cells_of(record), strict=False))

    def _written(self, edit: Edit) -> str:
        """A row as the file writes it: as it stood before where that is known and the same, else with as few quotes as it needs."""
        after = edit.after or {}
        if edit.line and self._named(edit.line) == after:
            return edit.line if _ending(edit.line) else edit.line + self._end
        return ",".join(_quoted(after.get(c, "")) for c in self.columns) + self._end


def _records(text: str) -> list[str]:
    """The text cut into records, each with its line's ending; together they are the text."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(iter(lines), strict=True)
    found, start = [], 0
    try:
        for _ in reader:
            found.append("".join(lines[start : reader.line_num]))
            start = reader.line_num
    except csv.Error:
        raise EditError("unreadable") from None
    return found


def _cells_of(record: str) -> list[str]:
    return next(csv.reader(io.StringIO(record, newline="")), [])


def _ending(record: str) -> str:
    return next((e for e in ("\r\n", "\n", "\r") if record.endswith(e)), "")


def _quoted(cell: str) -> str:
    """A cell in quotes where it needs them; Python's writer leaves a lone carriage return without."""
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\r\n') else cell

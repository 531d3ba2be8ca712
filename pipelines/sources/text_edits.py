"""Words and articles in files of texts (TOML) as rows that are changed, added or taken away; all else stays as it is written."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any, Protocol

import tomlkit
from tomlkit.exceptions import TOMLKitError

from pipelines.sources.row_edits import Cells, Edit, Edited, EditError, Key

SEPARATOR = "|"
"""Between the parts of a list in a cell."""


class Layout(Protocol):
    """How a file's texts are rows."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Of a row."""

    @property
    def key(self) -> str:
        """The column that names a row."""

    def read(self, file: Any) -> list[Cells]:
        """Every row, in the file's order."""

    def put(self, file: Any, row: Cells, before: Cells | None, once: Any) -> None:
        """Write a row, a new one after the last; what it has in common with the one before stays as it is written.

        Args:
            file: the parsed file.
            row: as it is to be.
            before: as it is; None for a new one.
            once: the parsed file in which it stood before it was taken away; None where it never did.
        """

    def take(self, file: Any, key: str) -> None:
        """Take a row away."""


class Synonyms:
    """A vocabulary's words, and how people say each."""

    columns = ("word", "said")
    key = "word"

    def read(self, file: Any) -> list[Cells]:
        """Every word with what people say for it."""
        return [{"word": str(w), "said": SEPARATOR.join(said)} for w, said in file.get("synonyms", {}).items()]

    def put(self, file: Any, row: Cells, before: Cells | None, _: Any) -> None:
        """Write what people say for a word."""
        if "synonyms" not in file:
            file["synonyms"] = tomlkit.table()
        words = file["synonyms"]
        if before is not None and row["word"] in words:
            _relist(words[row["word"]], _parts(row["said"]))
            return
        if before is not None:
            words.remove(before["word"])
        # What stands between the last word and the next heading belongs to that heading.
        body = words.value.body
        between: list[Any] = []
        while body and body[-1][0] is None:
            between.insert(0, body.pop())
        words.add(row["word"], _parts(row["said"]))
        body.extend(between)

    def take(self, file: Any, key: str) -> None:
        """Take a word away."""
        file["synonyms"].remove(key)


class Articles:
    """The articles of a guide; what has no column here (links, what an article needs) stays."""

    columns = ("id", "title_zh", "title_en", "text_zh", "text_en", "asked_zh", "asked_en")
    key = "id"
    _LISTS = ("asked_zh", "asked_en")

    def read(self, file: Any) -> list[Cells]:
        """Every article."""
        return [{c: self._cell(article, c) for c in self.columns} for article in file.get("articles", [])]

    def _cell(self, article: Any, column: str) -> str:
        found = article.get(column, "")
        return SEPARATOR.join(found) if column in self._LISTS else str(found).strip()

    def put(self, file: Any, row: Cells, before: Cells | None, once: Any) -> None:
        """Write an article."""
        if before is None:
            self._add(file, row, once)
            return
        article = next(a for a in file["articles"] if a["id"] == before["id"])
        for column in (c for c in self.columns if row[c] != self._cell(article, c)):
            if column not in self._LISTS:
                article[column] = _text(row[column])
            elif column in article:
                _relist(article[column], _parts(row[column]))
            else:
                article[column] = _parts(row[column])

    def _add(self, file: Any, row: Cells, once: Any) -> None:
        article = next((a for a in once["articles"] if a["id"] == row["id"]), None) if once else None
        if article is None:
            article = tomlkit.table()
            for column in self.columns:
                article[column] = _parts(row[column]) if column in self._LISTS else _text(row[column])
        if "articles" not in file:
            file["articles"] = tomlkit.aot()
        elif len(file["articles"]):
            file["articles"][-1].add(tomlkit.nl())
        file["articles"].append(article)

    def take(self, file: Any, key: str) -> None:
        """Take an article away."""
        articles = file["articles"]
        del articles[next(n for n, a in enumerate(articles) if a["id"] == key)]


class TextFile:
    """A file of texts, as a `DataFile` is one of data.

    Args:
        text: the file, its line endings as they are.
        layout: which of its texts are rows.
    Raises:
        EditError: it cannot be read.
    """

    def __init__(self, text: str, layout: Layout) -> None:
        self._text, self._layout = text, layout
        try:
            self._rows = layout.read(tomlkit.parse(text).unwrap())
        except (TOMLKitError, AttributeError, TypeError, ValueError):
            raise EditError("unreadable") from None
        self.columns = list(layout.columns)

    def rows(self) -> list[Cells]:
        """Every row as text by column."""
        return [dict(row) for row in self._rows]

    def find(self, key: Key) -> Cells | None:
        """The row of a key."""
        return next((row for row in self.rows() if self.key_of(row) == key), None)

    def line_of(self, _: Key) -> int | None:
        """None: a build names the article or the word, and no line."""
        return None

    def key_of(self, cells: Cells) -> Key:
        """What names a row."""
        return (cells.get(self._layout.key, ""),)

    def edit(self, edits: Sequence[Edit]) -> Edited:
        """Make edits one after another; of each undone, `line` is the whole file as it was, which stands again where nothing else changed.

        Raises:
            EditError: the row is gone or says something else than before, or one to be added is there already.
        """
        text, undo = self._text, []
        for edit in edits:
            undo.append(Edit(edit.after, edit.before, text))
            text = TextFile(text, self._layout)._edited(edit)
        return Edited(text, undo[::-1])

    def _edited(self, edit: Edit) -> str:
        self._check(edit)
        if edit.line and TextFile(edit.line, self._layout)._makes(edit) == self._text:
            return edit.line
        # Read anew: what the parser keeps of a change must not be in what the next one is made of.
        file = tomlkit.parse(self._text)
        if edit.after is None:
            self._layout.take(file, self.key_of(edit.before or {})[0])
        else:
            once = tomlkit.parse(edit.line) if edit.line else None
            self._layout.put(file, {c: edit.after.get(c, "") for c in self.columns}, edit.before, once)
        return tomlkit.dumps(file)

    def _check(self, edit: Edit) -> None:
        """That an edit can be made of the text as it stands."""
        before, after = edit.before, edit.after
        if before is not None and (found := self.find(self.key_of(before))) != before:
            raise EditError("different" if found else "gone", self.key_of(before))
        if after is None or (before is not None and self.key_of(after) == self.key_of(before)):
            return
        if self.find(self.key_of(after)):
            raise EditError("taken", self.key_of(after))

    def _makes(self, undone: Edit) -> str:
        """The text with what is undone, where it can be."""
        try:
            return self._edited(Edit(undone.after, undone.before))
        except EditError:
            return ""


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(SEPARATOR) if part.strip()]


def _text(cell: str) -> Any:
    """A text of several lines as one reads it, a short one on its line."""
    if "\n" not in cell:
        return tomlkit.string(cell)
    escaped = cell.replace("\\", "\\\\").replace('"', '\\"')
    return tomlkit.value(f'"""\n{escaped}\n"""')


def _relist(there: Any, wanted: list[str]) -> None:
    """Make a list the one that is wanted, what it begins with as it is written."""
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(there, wanted, strict=False))))
    while len(there) > same:
        there.pop()
    for part in wanted[same:]:
        there.append(part)

"""The files people maintain, data and texts, as the desk reads and changes them: never without the checks a build makes."""

import contextlib
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from portal.desk import texts
from portal.desk.changes import Cells, Change, ChangeError
from portal.publication.catalogue import Dataset
from portal.settings import Settings
from portal.texts.errors import sentence

if TYPE_CHECKING:
    from pipelines.sources.row_edits import DataFile, Edit, EditError
    from pipelines.sources.text_edits import TextFile

_FILES = ("data.csv", "dataset.toml")
_ID = re.compile(r"[a-z][a-z0-9-]{0,99}")
_AFTER = (" ", "\uff1a")


@dataclass(frozen=True)
class Written:
    """A file before and after, byte for byte; `texts.place` says where its `path` is."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True)
class Plan:
    """What a change set makes of the files, and how each of its rows is undone, by the row's number."""

    files: list[Written]
    undo: dict[int, "Edit"]


@dataclass(frozen=True)
class Trial:
    """What a build says of the files with a change: problems of each row by its number, other problems, what becomes of targets."""

    of_rows: dict[int, list[str]]
    others: list[str]
    statuses: dict[str, str]

    @property
    def count(self) -> int:
        """How many problems there are."""
        return len(self.others) + sum(len(p) for p in self.of_rows.values())


class Maintained:
    """The folder of data files.

    Args:
        settings: where it is, and the corpus its rows quote.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.folder = settings.datasets

    def datasets(self) -> list[Dataset]:
        """What is maintained here.

        Raises:
            ChangeError: the folder cannot be read.
        """
        from pipelines.sources.datasets import read_descriptions
        from pipelines.sources.problems import BuildError

        try:
            data = [d for d in read_descriptions(self.folder) if not d.derived]
            return data + [texts.described(id) for id in texts.files(self._settings)]
        except (BuildError, OSError) as problem:
            raise ChangeError(sentence("change.unreadable", file=self.folder.name)) from problem

    def described(self, ids: Collection[str]) -> dict[str, Dataset]:
        """Those of them that are maintained here, by id: none on a machine that only reads versions."""
        with contextlib.suppress(ChangeError):
            return {d.id: d for d in self.datasets() if d.id in ids}
        return {}

    def dataset(self, id: str) -> Dataset:
        """One of them.

        Raises:
            ChangeError: there is none, or the folder cannot be read.
        """
        from pipelines.sources.problems import BuildError, read_toml

        if id in texts.files(self._settings):
            return texts.described(id)
        path = self.folder / id / "dataset.toml"
        if not _ID.fullmatch(id) or not path.is_file():
            raise ChangeError(sentence("change.no_dataset"))
        try:
            found = read_toml(path, Dataset)
        except BuildError as problem:
            raise ChangeError(sentence("change.unreadable", file=f"{id}/dataset.toml")) from problem
        if found.derived:
            raise ChangeError(sentence("change.no_dataset"))
        return found

    def file(self, dataset: Dataset) -> "DataFile | TextFile":
        """Its rows.

        Raises:
            ChangeError: it cannot be read.
        """
        return self._opened(dataset, self._text(_path_of(dataset.id)))

    def place(self, path: str) -> Path:
        """Where a file lies that a plan names."""
        return texts.place(self._settings, path)

    def rows(self, dataset: Dataset, words: str, most: int) -> list[Cells]:
        """Its rows that hold all of the words, at most so many.

        Raises:
            ChangeError: it cannot be read.
        """
        wanted = words.casefold().split()
        found = (
            r for r in self.file(dataset).rows() if all(any(w in c.casefold() for c in r.values()) for w in wanted)
        )
        return [row for row, _ in zip(found, range(most), strict=False)]

    def plan(
        self, changes: Sequence[Change], reason: str, reason_en: str, again: Mapping[int, "Edit"] | None = None
    ) -> Plan:
        """What the changes make of the files as they are now, the reason in each changelog included.

        Args:
            changes: the rows.
            reason: for everybody to read.
            reason_en: in English; may be empty.
            again: how a row is written and where it stands, where that is known, by the row's number.

        Raises:
            ChangeError: a row no longer stands as it was, is there already, or a file cannot be read.
        """
        from pipelines.sources.changes import logged
        from pipelines.sources.row_edits import Edit, EditError

        files: list[Written] = []
        undo: dict[int, Edit] = {}
        for id in sorted({c.dataset for c in changes}):
            dataset, own = self.dataset(id), [c for c in changes if c.dataset == id]
            edits = [(again or {}).get(c.number) or Edit(c.before, c.after) for c in own]
            path = _path_of(id)
            text = self._text(path)
            try:
                edited = self._opened(dataset, text).edit(edits)
            except EditError as problem:
                raise _told(problem, dataset) from problem
            undo |= dict(zip((c.number for c in reversed(own)), edited.undo, strict=True))
            files.append(Written(path, text.encode(), edited.text.encode()))
            if not (self.folder / id / "dataset.toml").is_file():
                continue
            description = self._text(f"{id}/dataset.toml")
            after = logged(description, reason, reason_en)
            files.append(Written(f"{id}/dataset.toml", description.encode(), after.encode()))
        return Plan(files, undo)

    def tried(self, plan: Plan, changes: Sequence[Change]) -> Trial:
        """What a build would say of a copy of the folder with the change.

        Args:
            plan: the files with the changes.
            changes: its rows, to tell whose problems are whose.
        """
        from pipelines.build import check

        with tempfile.TemporaryDirectory(prefix="change-") as made:
            copy = self.copied(plan, Path(made))
            checked = check(copy)
        problems = [
            p.replace(str(copy.datasets), self.folder.name).replace(str(copy.corpus), self._settings.corpus.name)
            for p in checked.problems
        ]
        of_rows: dict[int, list[str]] = {}
        for number, begins in self._begins(plan, changes):
            of_rows[number] = [p for p in problems if p.startswith(begins)]
            problems = [p for p in problems if not p.startswith(begins)]
        return Trial(of_rows, problems, checked.statuses)

    def copied(self, plan: Plan, folder: Path) -> Settings:
        """The settings of a copy of what is maintained, with the change.

        Args:
            plan: the files with the changes.
            folder: an empty one, for the copy.
        """
        copy = self._settings.model_copy(update={"datasets": folder / "datasets", "corpus": folder / "corpus"})
        copy.corpus.mkdir()
        for path in self._settings.corpus.iterdir():
            (copy.corpus / path.name).symlink_to(path.resolve())
        for name in self._files():
            (copy.datasets / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.folder / name, copy.datasets / name)
        for file in plan.files:
            # A link would lead to the file that is maintained.
            (there := texts.place(copy, file.path)).unlink(missing_ok=True)
            there.write_bytes(file.after)
        return copy

    def _begins(self, plan: Plan, changes: Sequence[Change]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """How problems of each changed row begin, by the row's number."""
        from pipelines.sources.checked_table import line_named

        after = {f.path: f.after.decode() for f in plan.files}
        for change in changes:
            dataset = self.dataset(change.dataset)
            path = _path_of(dataset.id)
            file = self._opened(dataset, after[path])
            line = file.line_of(file.key_of(change.after)) if change.after else None
            if line is not None:
                where = line_named(Path(self.folder.name) / path, line)
                yield change.number, tuple(where + sign for sign in _AFTER)

    def _files(self) -> list[str]:
        return [str(p.relative_to(self.folder)) for name in _FILES for p in self.folder.glob(f"*/{name}")]

    def _opened(self, dataset: Dataset, text: str) -> "DataFile | TextFile":
        from pipelines.sources.row_edits import DataFile, EditError
        from pipelines.sources.text_edits import TextFile

        try:
            if texts.is_text(dataset.id):
                return TextFile(text, texts.layout(dataset.id))
            return DataFile(text, dataset.primary_key)
        except EditError as problem:
            raise _told(problem, dataset) from problem

    def _text(self, path: str) -> str:
        try:
            return self.place(path).read_bytes().decode()
        except (OSError, UnicodeDecodeError) as problem:
            raise ChangeError(sentence("change.unreadable", file=path)) from problem


def _path_of(id: str) -> str:
    """The file a dataset's rows are in, as a publication names it."""
    return texts.path_of(id) if texts.is_text(id) else f"{id}/data.csv"


def _told(problem: "EditError", dataset: Dataset) -> ChangeError:
    if problem.why == "unreadable":
        return ChangeError(sentence("change.unreadable", file=_path_of(dataset.id)))
    return ChangeError(sentence(f"change.row_{problem.why}", dataset=dataset.id, key="+".join(problem.key)))

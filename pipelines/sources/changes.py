"""A change of maintained data files by an import: whole or not at all, only after the checks a build makes, its reason in the changelog."""

import contextlib
import csv
import datetime
import io
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from pipelines.sources.datasets import read_descriptions, read_tables
from pipelines.sources.problems import BuildError
from pipelines.tables.errors import FileError
from portal.publication.store import Row

Cells = dict[str, str]


@dataclass(frozen=True)
class Change:
    """What a data file is to hold, and the reason its changelog gives."""

    header: list[str]
    rows: list[Cells]
    reason: str
    reason_en: str


def read_data(path: Path) -> tuple[list[str], list[Cells]]:
    """A data file's header and rows as text.

    Raises:
        FileError: it is missing or cannot be read.
    """
    try:
        reader = csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""))
        rows = [{k: v or "" for k, v in row.items()} for row in reader]
        return list(reader.fieldnames or []), rows
    except FileNotFoundError:
        raise FileError(f"{path} 不存在；请先建好这个数据集。") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"{path} 读不出（{error}）。请先修好再导入。") from None


def _write(file: Path, change: Change) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, change.header, restval="", extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(change.rows)
        out.flush()
        os.fsync(out.fileno())


def write_changes(
    datasets: Path,
    tables: Sequence[str],
    changes: Mapping[str, Change],
    derived: Mapping[str, list[Row]],
    only_changed: bool = False,
) -> None:
    """Replace data files and tell why in their descriptions, after the whole passed the checks a build makes.

    Args:
        datasets: the datasets' folder.
        tables: the datasets the checks concern, those that refer to one another.
        changes: by dataset.
        derived: rows of the tables the pipelines make that these refer to, by table.
        only_changed: whether problems of tables that are not changed are left to the build, as where they refer to tables that
            are not at hand.
    Raises:
        FileError: a check fails; nothing is changed.
    """
    with _staged(datasets, tables) as staging:
        for name, change in changes.items():
            _write(staging / name / "data.csv", change)
        try:
            read_descriptions(staging)
            for name, change in changes.items():
                _log_change(staging / name / "dataset.toml", change)
            read_tables(staging, read_descriptions(staging), derived)
        except BuildError as error:
            own = tuple(str(staging / name) for name in (changes if only_changed else tables))
            problems = [p.replace(str(staging), str(datasets)) for p in error.problems if p.startswith(own)]
            if problems:
                raise FileError("导入后的数据通不过检查，没有写入：\n" + "\n".join(problems[:10])) from None
        # Sources first: should this be cut short between the two, no row names a source that is not there.
        for name in sorted(changes, reverse=True):
            for part in ("data.csv", "dataset.toml"):
                (staging / name / part).replace(datasets / name / part)


def logged(description: str, reason: str, reason_en: str) -> str:
    """A description that passed its checks, dated, with an entry in its changelog; all else in it stays as it is written.

    Args:
        description: the text of a `dataset.toml`.
        reason: why its data changed, for readers.
        reason_en: the same in English; may be empty.
    """
    described = tomlkit.parse(description)
    changelog = described.setdefault("changelog", tomlkit.array())
    # A clock behind the data's own dates must not make them run backwards.
    day = max(datetime.date.today(), described["updated"], *(c["date"] for c in changelog))
    reasons = (tomlkit.string(text).as_string() for text in (reason, reason_en))
    entry = "{{ date = {}, reason = {}, reason_en = {} }}".format(day, *reasons)
    described["updated"] = day
    changelog.append(tomlkit.value(entry))
    return tomlkit.dumps(described)


def _log_change(file: Path, change: Change) -> None:
    file.write_text(logged(file.read_text("utf-8"), change.reason, change.reason_en), "utf-8")


@contextlib.contextmanager
def _staged(datasets: Path, tables: Sequence[str]) -> Iterator[Path]:
    staging = Path(tempfile.mkdtemp(prefix=".importing-", dir=datasets))
    try:
        for name in tables:
            (staging / name).mkdir()
            for part in ("dataset.toml", "data.csv"):
                if (datasets / name / part).is_file():
                    shutil.copy(datasets / name / part, staging / name / part)
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)

"""What commands share: the settings, progress bars, a sentence to fail with, the published version and the question pipeline."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from portal.settings import settings
from portal.texts.errors import BilingualError, OperatorError

if TYPE_CHECKING:
    from pathlib import Path

    from portal.answering.service import AnswerService
    from portal.publication.publications import Publications
    from portal.publication.store import Store

notes = Console(stderr=True)


@contextlib.contextmanager
def bars() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar a step, on standard error; takes (step, done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=notes) as bars:
        tasks: dict[str, TaskID] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield report


def answers() -> "AnswerService":
    """The question pipeline of the current version, its model loaded."""
    from portal.services import services

    shared = services()
    with telling():
        shared.publications.current()
    try:
        shared.encoder.get()
    except ValueError as error:
        fail(str(error))
    return shared.answers


def current_store() -> "Store":
    """The store of the current version; ends the command with a sentence where there is none."""
    return publications().current()


def publications() -> "Publications":
    """The published versions, the current one open."""
    from portal.publication.publications import Publications

    opened = Publications(settings())
    with telling():
        opened.current()
    return opened


@contextlib.contextmanager
def telling(file: "Path | str" = "") -> Iterator[None]:
    """End the command with a sentence where something within cannot be done; `file` is what an error without a name is about."""
    try:
        yield
    except (OperatorError, BilingualError) as error:
        fail(str(error))
    except OSError as error:
        fail(unusable(error, file))


def unusable(error: OSError, file: "Path | str" = "") -> str:
    """The sentence for a file that cannot be read or written; `file` is what an error without a name is about."""
    return f"{error.filename or file} 读写不了（{error.strerror or error}）。请检查文件夹是否存在、是否有权限和空间。".lstrip()


@contextlib.contextmanager
def written(output: "Path") -> "Iterator[Path]":
    """A file to write into that takes the place of `output` at the end; where it cannot be written, the command ends with a sentence."""
    import duckdb

    partial = output.with_name(f".{output.name}.partial")
    try:
        partial.touch()
        yield partial
        partial.replace(output)
    except (OperatorError, BilingualError) as error:
        fail(str(error))
    except (OSError, duckdb.IOException) as error:
        reason = getattr(error, "strerror", None) or str(error)
        fail(f"{output} 写不了（{reason}）。请检查文件夹是否存在、是否有权限和空间。")
    finally:
        partial.unlink(missing_ok=True)


def fail(sentence: str) -> NoReturn:
    """End the command with 1 and a sentence on standard error."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1) from None

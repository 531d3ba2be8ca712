"""What commands share: the settings, progress bars, a sentence to fail with, the published version and the question pipeline."""

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from portal.settings import settings

if TYPE_CHECKING:
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
    from portal.publication.manifest import PublicationError
    from portal.services import services

    shared = services()
    try:
        shared.publications.current()
        shared.encoder.get()
    except (PublicationError, ValueError) as error:
        fail(str(error))
    return shared.answers


def current_store() -> "Store":
    """The store of the current version; ends the command with a sentence where there is none."""
    return publications().current()


def publications() -> "Publications":
    """The published versions, the current one open."""
    from portal.publication.manifest import PublicationError
    from portal.publication.publications import Publications

    opened = Publications(settings())
    try:
        opened.current()
    except PublicationError as error:
        fail(str(error))
    return opened


def fail(sentence: str) -> NoReturn:
    """End the command with 1 and a sentence on standard error."""
    typer.echo(sentence, err=True)
    raise typer.Exit(1) from None

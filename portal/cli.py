"""The `portal` command: build, serve, ask, evaluate, export."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from portal.settings import settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
_notes = Console(stderr=True)


@app.command()
def build() -> None:
    """把 corpus 和 datasets 检查、计算、建索引，发布成一个新版本。"""
    from pipelines.build import build as run
    from pipelines.errors import BuildError

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_notes) as bars:
        tasks: dict[str, int] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(bars.task_ids[tasks[step]], completed=done, total=total)

        try:
            built = run(settings(), report)
        except BuildError as error:
            bars.stop()
            for problem in error.problems:
                _notes.print(problem, markup=False, highlight=False, soft_wrap=True)
            _notes.print(f"共 {len(error.problems)} 处问题，没有发布；原来的版本不变。", markup=False)
            raise typer.Exit(1) from None
    typer.echo(f"{built.version} {'已发布' if built.changed else '没有变化'}")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口")] = None,
) -> None:
    """启动网站、接口和问答。"""
    import uvicorn

    from portal.publication import PublicationError
    from portal.store import Publications

    try:
        Publications(settings()).current()
    except PublicationError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    uvicorn.run("portal.asgi:app", host=host or settings().host, port=port or settings().port, log_level="warning")


def main() -> None:
    """Run the command; what is not UTF-8 on standard output would break Chinese texts."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    app()

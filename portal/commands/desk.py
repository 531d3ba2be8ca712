"""`portal desk …`: what people brought in, as a file and back."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portal.commands import common

if TYPE_CHECKING:
    from sqlalchemy import Engine


def backup(file: Annotated[Path, typer.Argument(help="写到这个文件；已有的会被换掉")]) -> None:
    """把评价、投稿、账号等写成一个文件；门户可以照常运行。"""
    from portal.desk.backup import backup as run

    with _database(file) as engine:
        rows = run(engine, file)
    typer.echo(f"{rows} 行已写入 {file}。登录状态不在里面；文件里有账号和联系方式，请妥善保管。")


def restore(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="portal desk backup 写出的文件")],
) -> None:
    """用备份换掉数据库里的全部内容，一次换完，换不成就什么也不变；门户可以照常运行。"""
    from portal.desk.backup import restore as run

    with _database(file) as engine:
        rows = run(engine, file)
    typer.echo(f"{rows} 行已从 {file} 放回。工作人员需要重新登录。")


@contextlib.contextmanager
def _database(file: Path) -> "Iterator[Engine]":
    """The database, up to date; ends the command with a sentence where it cannot be used."""
    from sqlalchemy.exc import SQLAlchemyError

    from portal.desk.database import Database

    try:
        with common.telling(file):
            yield Database(common.settings()).engine()
    except (SQLAlchemyError, ImportError) as problem:
        common.fail(f"数据库用不了（{str(problem).partition(chr(10))[0]}）。请检查 PORTAL_DATABASE_URL 或 PORTAL_VAR。")

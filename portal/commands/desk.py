"""`portal desk …`: what people brought in, as a file and back."""

import contextlib
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from portal.commands import common
from portal.desk.accounts import Accounts, Role
from portal.desk.database import Database

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
    from portal.desk.agreement import differences
    from portal.desk.backup import restore as run

    with _database(file) as engine:
        rows = run(engine, file)
    typer.echo(f"{rows} 行已从 {file} 放回。工作人员需要重新登录。")
    with _database():
        told = differences(Database(common.settings()), common.settings())
    for line in told:
        common.notes.print(line, markup=False, highlight=False, soft_wrap=True)


def add_account(
    name: Annotated[str, typer.Argument(help="登录用的名字")],
    role: Annotated[Role, typer.Option(help="clerk 咨询员、editor 编辑、publisher 发布人、administrator 管理员")],
    identity: Annotated[
        str, typer.Option(help="用单位账号登录的人在那里的编号（sub），登录时会告诉本人；这样的账号没有密码")
    ] = "",
) -> None:
    """建一个工作台的账号，或者给已有的换角色和密码（会问密码，写在屏幕上看不见）。"""
    now = datetime.datetime.now(datetime.UTC)
    password = "" if identity else typer.prompt("密码", hide_input=True, confirmation_prompt="再输一次")
    with _database():
        if identity:
            _accounts().add_known_elsewhere(name, role, identity, "portal desk", now)
        else:
            _accounts().add(name, role, password, "portal desk", now)
    typer.echo(
        f"{name}（{role}）可以登录了。"
        + ("" if common.settings().desk else "工作台现在关着，设 PORTAL_DESK=true 打开。")
    )


def remove_account(name: Annotated[str, typer.Argument(help="登录用的名字")]) -> None:
    """删去一个账号；正在用它的立刻退出。"""
    with _database():
        _accounts().remove(name, "portal desk", datetime.datetime.now(datetime.UTC))
    typer.echo(f"{name} 已删去。")


def list_accounts() -> None:
    """列出账号和角色。"""
    with _database():
        for name, role in _accounts().names():
            typer.echo(f"{name}\t{role}")


def _accounts() -> Accounts:
    return Accounts(Database(common.settings()), common.settings())


@contextlib.contextmanager
def _database(file: Path = Path()) -> "Iterator[Engine]":
    """The database, up to date; ends the command with a sentence where it cannot be used."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with common.telling(file):
            yield Database(common.settings()).engine()
    except (SQLAlchemyError, ImportError) as problem:
        common.fail(f"数据库用不了（{str(problem).partition(chr(10))[0]}）。请检查 PORTAL_DATABASE_URL 或 PORTAL_VAR。")

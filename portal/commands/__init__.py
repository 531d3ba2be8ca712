"""The `portal` command, a module a group of commands; this is the list of them."""

import sys

import typer
from pydantic import ValidationError

from portal.commands import common
from portal.commands.answers import ask, evaluate, retrieve
from portal.commands.build import build
from portal.commands.datasets import datasets, export
from portal.commands.desk import add_account, backup, list_accounts, remove_account, restore
from portal.commands.documents import import_document, new_city
from portal.commands.imports import import_figures, import_map, import_places, new_dataset
from portal.commands.mcp_stdio import mcp
from portal.commands.report import report
from portal.commands.serve import serve
from portal.commands.versions import list_versions, prune, push, use

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
desk = typer.Typer(no_args_is_help=True, help="大家送来的内容和工作台：备份、恢复。")
versions = typer.Typer(no_args_is_help=True, help="列出、换用、清理发布版本。")

app.command()(build)
app.command()(import_document)
app.command()(new_city)
app.command()(import_places)
app.command()(import_figures)
app.command()(import_map)
app.command()(new_dataset)
app.command()(serve)
app.command()(mcp)
app.command()(datasets)
app.command()(export)
app.command()(report)
app.command()(ask)
app.command()(evaluate)
app.command()(retrieve)
versions.command("list")(list_versions)
versions.command()(use)
versions.command()(prune)
versions.command()(push)
app.add_typer(versions, name="versions")
desk.command()(backup)
desk.command()(restore)
account = typer.Typer(no_args_is_help=True, help="工作台的账号。")
account.command("add")(add_account)
account.command("remove")(remove_account)
account.command("list")(list_accounts)
desk.add_typer(account, name="account")
app.add_typer(desk, name="desk")


def main() -> None:
    """Run the command; what is not UTF-8 on standard output would break Chinese texts."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        common.settings()
    except ValidationError as error:
        wrong = [
            f"设置 PORTAL_{'_'.join(map(str, e['loc'])).upper()}：{e['msg']}，现为 {e['input']!r}。"
            for e in error.errors()
        ]
        typer.echo("\n".join(wrong) + "\n各项设置见 README.md。", err=True)
        sys.exit(1)
    try:
        app()
    except OSError as error:
        # Whatever the command: of a disk that is full, read-only or away the operator gets a sentence.
        typer.echo(common.unusable(error), err=True)
        sys.exit(1)

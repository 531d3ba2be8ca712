"""`portal versions …`: list, use, prune and push published versions."""

import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from portal.commands import common

if TYPE_CHECKING:
    from pipelines.pruning import Policy


def list_versions() -> None:
    """列出发布版本，新的在前：发布时间、代码版本、变了哪些数据集。"""
    from rich import box
    from rich.table import Table

    from portal.publication.editions import editions
    from portal.publication.versions import history

    publications = common.publications()
    store = publications.current()
    table = Table("版本", "发布时间", "代码", "有变化的数据集", box=box.SIMPLE)
    table.columns[0].no_wrap = True
    for entry in history(editions(publications.published), store.version):
        changed = "、".join(c.dataset for c in entry.changed) or "无"
        name = f"{entry.version}（当前）" if entry.current else entry.version
        table.add_row(name, entry.created[:16].replace("T", " "), (entry.git_revision or "")[:10], changed)
    Console().print(table)


def use(
    version: Annotated[str, typer.Argument(help="版本，如 2026.11.22-1a2b3c4d5e；portal versions list 列出")],
) -> None:
    """换用一个已有的发布版本：发布错了就退回去，也可以再换回来；正在运行的门户自动换用。"""
    from pipelines.publish import use as run
    from portal.publication.object_storage import ObjectStorage

    published = common.settings().published
    with common.telling(published):
        run(published, version, ObjectStorage(published, common.settings()) if isinstance(published, str) else None)
    typer.echo(f"{version} 已换用。下一次 portal build 照文件发布：文件里的错还要改。")


def prune(
    keep: Annotated[int, typer.Option(min=1, help="留下最新的几个；当前版本总会留下，也算在内")],
    days: Annotated[int, typer.Option(min=0, help="另外留下这么多天以内发布的")] = 0,
    months: Annotated[int, typer.Option(min=0, help="另外在最近这么多个月里每月留下最后一个")] = 0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说会删去哪些，什么也不删")] = False,
) -> None:
    """删去旧的发布版本，在磁盘上或对象存储里。"""
    from pipelines.pruning import Policy

    policy, now = Policy(keep, days, months), datetime.datetime.now(datetime.UTC)
    with common.telling(common.settings().published):
        for version in _pruned(policy, now, dry_run):
            typer.echo(f"{version} {'会删去' if dry_run else '已删去'}")


def _pruned(policy: "Policy", now: datetime.datetime, dry_run: bool) -> list[str]:
    from pipelines import pruning
    from portal.publication.object_removal import StoredVersions
    from portal.publication.object_storage import ObjectStorage

    published, settings = common.settings().published, common.settings()
    if not isinstance(published, str):
        return pruning.prune(published, policy, now, dry_run)
    there = ObjectStorage(published, settings), StoredVersions(published, settings)
    return pruning.prune_stored(*there, policy, now, dry_run)


def push(
    url: Annotated[str, typer.Argument(help="对象存储的地址：s3://桶名/前缀；密钥等见 PORTAL_S3_… 各项设置")],
) -> None:
    """把当前发布版本复制到对象存储，读那里的门户随后换用它。"""
    from pipelines.publish import push as run
    from portal.publication.object_storage import ObjectStorage

    with common.telling(common.settings().published):
        storage = ObjectStorage(url, common.settings())
        with common.bars() as report:
            version = run(common.settings().published, storage, lambda done, total: report("上传", done, total))
    typer.echo(f"{version} 已上传到 {storage.url}")

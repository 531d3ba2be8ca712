"""`portal versions …`: list, prune and push published versions."""

from typing import Annotated

import typer
from rich.console import Console

from portal.commands import common


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


def prune(keep: Annotated[int, typer.Option(min=1, help="留下最新的几个；当前版本总会留下，也算在内")]) -> None:
    """删去旧的发布版本。"""
    from pipelines.publish import prune as run

    with common.telling(common.settings().published):
        for version in run(common.settings().published, keep):
            typer.echo(f"{version} 已删去")


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

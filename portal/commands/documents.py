"""`portal import-document`: a file of others becomes a document to be looked at."""

from pathlib import Path
from typing import Annotated

import typer

from portal.commands import common


def import_document(
    file: Annotated[Path, typer.Argument(help=".docx、.pdf（扫描件要装 ocr）、.html、.md 或 .txt（UTF-8、GBK）")],
    name: Annotated[str | None, typer.Option("--id", help="文件编号，小写字母、数字和 -；不写则取标题的拼音")] = None,
    title: Annotated[str | None, typer.Option(help="标题；不写则从文件里读")] = None,
    source: Annotated[str, typer.Option(help="从哪里来的，如网址")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不写入")] = False,
) -> None:
    """把一份文件变成 corpus 里的文字和说明，等人看过再发布。"""
    from pipelines.documents.importing import described
    from pipelines.documents.importing import import_document as run

    with common.telling(file), common.bars() as report:
        imported = run(file, common.settings().corpus, name, title, source, report, write=not dry_run)
    typer.echo(described(imported, dry_run))


def new_city(
    name: Annotated[str, typer.Argument(help="城市的全名")],
    folder: Annotated[Path, typer.Option("--folder", help="写到哪个空文件夹")] = Path("city"),
    year: Annotated[int, typer.Option(help="方案的年份，写进 site.toml，之后再改")] = 2025,
) -> None:
    """给另一座城市写好最少的文件：说明带注释，表只有表头。"""
    from pipelines.new_city import new_city as run

    with common.telling(folder):
        held = common.settings()
        files = run(folder, name, held.datasets, year, neighbour=held.corpus)
    typer.echo("\n".join(str(f) for f in files))
    typer.echo(f"把方案原文存成 {folder / 'corpus' / 'plan.txt'}，改好 site.toml，然后：")
    typer.echo(
        f"PORTAL_CORPUS={folder / 'corpus'} PORTAL_DATASETS={folder / 'datasets'} PORTAL_PUBLISHED={folder / 'published'} portal build"
    )

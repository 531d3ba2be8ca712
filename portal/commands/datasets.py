"""`portal datasets` and `portal export`: what is published, and as files."""

import contextlib
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from portal.commands import common


def datasets(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，每个数据集含数据字典")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="检查文字和数据：哪些会阻断发布（与 portal build 说的一样），哪些只是提醒")
    ] = False,
) -> None:
    """列出已发布的数据集，或检查现在的文字和数据能不能发布、目录写得全不全。"""
    if check:
        _check_catalogue()
        return
    store = common.current_store()
    rows = {f.table: f.rows for f in store.manifest.files}
    entries = [(d, rows[d.table]) for d in store.manifest.datasets]
    if as_json:
        import orjson

        described = [{**d.model_dump(mode="json"), "version": store.version, "rows": n} for d, n in entries]
        typer.echo(orjson.dumps(described, option=orjson.OPT_INDENT_2).decode())
        return
    from rich import box
    from rich.table import Table

    table = Table("标识", "数据集名称", "行数", "许可", "更新日期", box=box.SIMPLE, caption=f"发布版本 {store.version}")
    table.columns[1].overflow = "fold"
    table.columns[2].justify = "right"
    for dataset, count in entries:
        table.add_row(dataset.id, dataset.title_zh, str(count), dataset.license, dataset.updated.isoformat())
    Console().print(table)


def _check_catalogue() -> None:
    """Print what a build would refuse, and what readers would miss; ends with 1 where nothing would be published."""
    from pipelines.build import check
    from pipelines.sources.catalogue import lacking
    from pipelines.sources.problems import BuildError, read_toml
    from pipelines.sources.translations import English
    from portal.publication.manifest import PublicationError
    from portal.publication.publications import Publications

    settings = common.settings()
    published = None
    with contextlib.suppress(PublicationError):
        published = Publications(settings).current().manifest
    english: dict[str, str] = {}
    with contextlib.suppress(BuildError):
        english = read_toml(settings.corpus / "english.toml", English).flat()
    checked = check(settings)
    warnings = lacking(settings.datasets, published, checked.quality, english)
    for title, sentences in (("阻断", checked.problems), ("提醒", warnings)):
        for sentence in sentences:
            typer.echo(f"{title}  {sentence}")
    typer.echo(f"阻断 {len(checked.problems)} 处，提醒 {len(warnings)} 处。")
    if checked.problems:
        raise typer.Exit(1)


def export(
    dataset: Annotated[str, typer.Argument(help="数据集标识，见 portal datasets")],
    output: Annotated[Path, typer.Option("--output", "-o", help="写到这个文件")],
    kind: Annotated[
        str | None, typer.Option("--format", help="csv、xlsx、parquet、json、geojson 或 zip；不写则看文件后缀")
    ] = None,
    bom: Annotated[bool, typer.Option("--bom", help="CSV 以 BOM 开头，Excel 才认得中文")] = False,
) -> None:
    """把一个数据集整张导出成文件。"""
    from typing import cast

    from portal.datasets.export import export as write
    from portal.datasets.formats import Format, formats
    from portal.datasets.row_query import whole_table

    store = common.current_store()
    known = {d.id: d for d in store.manifest.datasets}
    if dataset not in known:
        common.fail(f"没有数据集“{dataset}”。现有：{'、'.join(known)}。")
    wanted = kind or output.suffix.removeprefix(".")
    if wanted not in formats(known[dataset]):
        common.fail(f"数据集 {dataset} 没有“{wanted}”格式。可用的格式：{'、'.join(formats(known[dataset]))}。")
    with common.written(output) as partial:
        write(store, whole_table(known[dataset]), cast(Format, wanted), partial, bom=bom)
    common.notes.print(f"{dataset} {store.version} → {output}", markup=False, highlight=False)

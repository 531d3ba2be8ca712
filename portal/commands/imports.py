"""`portal import-…`: what is taken from files of others."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from portal.commands import common


def import_places(
    file: Annotated[Path, typer.Argument(help="表格（.xlsx、.xls、.ods、.csv）、GeoJSON 或 OpenStreetMap 的 .osm.pbf")],
    kind: Annotated[str | None, typer.Option(help="文件没有写类别时，都算这一类，如 car_park")] = None,
    crs: Annotated[
        str | None,
        typer.Option(help="文件的坐标系：wgs84、cgcs2000、gcj02（高德、腾讯）、bd09（百度）或 EPSG:4547 一类"),
    ] = None,
    column: Annotated[list[str] | None, typer.Option(help="指定哪一列是什么，如 name=停车场名称；可多次")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="指定一列的单位，如 area_m2=亩；可多次")] = None,
    sheet: Annotated[str | None, typer.Option(help="读哪一张表；不写则读第一张")] = None,
    header_row: Annotated[int | None, typer.Option(min=1, help="表头在第几行；不写则自己找")] = None,
    latitude_first: Annotated[bool, typer.Option("--latitude-first", help="坐标先写纬度、后写经度")] = False,
    source: Annotated[str | None, typer.Option(help="来源编号，见 datasets/sources；没有的会新登记")] = None,
    publisher: Annotated[str, typer.Option(help="新登记的来源：发布单位")] = "",
    title: Annotated[str, typer.Option(help="新登记的来源：标题")] = "",
    url: Annotated[str, typer.Option(help="新登记的来源：网址")] = "",
    licence: Annotated[str, typer.Option(help="新登记的来源：许可")] = "",
    reliability: Annotated[str, typer.Option(help="新登记的来源：可靠程度 high、medium 或 low")] = "low",
    as_of: Annotated[str | None, typer.Option(help="资料的时间，如 2025-06")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不写入")] = False,
    refused: Annotated[Path | None, typer.Option(help="把没有收的行和原因写到这个 CSV 文件")] = None,
) -> None:
    """把一个文件里的公园、停车场等场所收进 datasets/places，同一个地方合并成一行。"""
    from pipelines.places.candidates import Defaults
    from pipelines.places.importing import import_places as run
    from pipelines.places.report import describe, write_refused
    from pipelines.sources.origin import SourceOfFile
    from pipelines.tables.systems import system_of

    columns = _assigned(column, "--column", "列=文件里的列名")
    units = _assigned(unit, "--unit", "列=单位")
    with common.telling(file):
        system = system_of(crs) if crs else None
        defaults = Defaults(kind, system, as_of, columns, units, sheet, header_row, latitude_first)
        origin = SourceOfFile(source, publisher, title, url, "", licence, reliability)
        with common.bars() as report:
            imported = run(common.settings(), file, defaults, origin, report, write=not dry_run)
        if refused is not None:
            write_refused(imported, refused)
    typer.echo(describe(imported, dry_run))
    if imported.refused and not (imported.taken or imported.merged or imported.refreshed):
        raise typer.Exit(1)


def import_figures(
    file: Annotated[Path, typer.Argument(help="部门的指标表：.xlsx、.xls、.ods 或 .csv")],
    scope: Annotated[str, typer.Option(help="文件没有写范围时，都算这一范围，如 全市")] = "",
    kind: Annotated[str, typer.Option(help="actual 实际数、annual_plan 当年任务或 later_target 后来的目标")] = "",
    period: Annotated[str, typer.Option(help="文件没有写时期时，都算这一时期，如 2023")] = "",
    indicator: Annotated[list[str] | None, typer.Option(help="表里的名称是哪个指标：名称=指标编号；可多次")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="表里的名称用什么单位，如 绿地率=%；可多次")] = None,
    column: Annotated[list[str] | None, typer.Option(help="指定哪一列是什么，如 indicator=项目；可多次")] = None,
    comparable: Annotated[str, typer.Option(help="核对过口径、可以与目标比较的，写明理由")] = "",
    sheet: Annotated[str | None, typer.Option(help="读哪一张表；不写则读第一张")] = None,
    header_row: Annotated[int | None, typer.Option(min=1, help="表头在第几行；不写则自己找")] = None,
    source: Annotated[str | None, typer.Option(help="来源编号，见 datasets/sources；没有的会新登记")] = None,
    publisher: Annotated[str, typer.Option(help="新登记的来源：发布单位")] = "",
    title: Annotated[str, typer.Option(help="新登记的来源：标题")] = "",
    url: Annotated[str, typer.Option(help="新登记的来源：网址")] = "",
    licence: Annotated[str, typer.Option(help="新登记的来源：许可")] = "",
    reliability: Annotated[str, typer.Option(help="可靠程度 high、medium 或 low")] = "low",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会怎样，不写入")] = False,
) -> None:
    """把部门的指标表（按年、按区县，宽表或长表）收进 datasets/observations，每个数记下单元格。"""
    from pipelines.figures.importing import import_figures as run
    from pipelines.figures.outcome import Choices
    from pipelines.figures.report import describe
    from pipelines.sources.origin import SourceOfFile

    names = _assigned(indicator, "--indicator", "名称=指标编号")
    units = _assigned(unit, "--unit", "名称=单位")
    columns = _assigned(column, "--column", "列=文件里的列名")
    choices = Choices(scope, kind, period, names, units, comparable, sheet, header_row, columns)
    origin = SourceOfFile(source, publisher, title, url, "", licence, reliability)
    ask = (lambda question: str(typer.prompt(question))) if sys.stdin.isatty() else None
    with common.telling(file), common.bars() as report:
        done = run(common.settings(), file, choices, origin, ask, report, write=not dry_run)
    typer.echo(describe(done, dry_run))
    if done.refused and not (done.added or done.altered or done.unchanged or done.renoted):
        raise typer.Exit(1)


def import_map(
    file: Annotated[Path, typer.Argument(help="OpenStreetMap 的 .osm.pbf")],
    as_of: Annotated[str | None, typer.Option(help="资料的时间，如 2025-06")] = None,
) -> None:
    """由一份 OpenStreetMap 数据生成地图页的底图：水面、绿地、道路、铁路、地名。"""
    from pipelines.places.base_map import describe
    from pipelines.places.base_map import import_map as run

    with common.telling(file), common.bars() as report:
        done = run(common.settings(), file, as_of, report)
    typer.echo(describe(done))


def new_dataset(
    file: Annotated[Path, typer.Argument(help="一张表：.xlsx、.xls、.ods 或 .csv，多长都行")],
    identity: Annotated[str | None, typer.Option("--id", help="数据集编号；不写则由文件名来")] = None,
    answer: Annotated[list[str] | None, typer.Option(help="先答好的项，如 provider=某某局、title_zh=…；可多次")] = None,
    sheet: Annotated[str | None, typer.Option(help="读哪一张表；不写则读第一张")] = None,
    header_row: Annotated[int | None, typer.Option(min=1, help="表头在第几行；不写则自己找")] = None,
) -> None:
    """由一张表起草一个数据集：data.csv、写好类型和单位的 dataset.toml，和要人来答的问题。"""
    from pipelines.drafts.draft import Answers
    from pipelines.drafts.drafting import describe
    from pipelines.drafts.drafting import new_dataset as run

    answers = Answers(identity, _assigned(answer, "--answer", "项=内容"), sheet, header_row)
    with common.telling(file), common.bars() as report:
        draft = run(common.settings(), file, answers, report)
    typer.echo(describe(draft))


def _assigned(given: list[str] | None, option: str, form: str) -> dict[str, str]:
    """Options of the form name=value; ends the command with a sentence where one is not."""
    if wrong := [text for text in given or () if "=" not in text]:
        common.fail(f"{option} 应写成 {form}，现为“{wrong[0]}”。")
    return dict(text.split("=", 1) for text in given or ())

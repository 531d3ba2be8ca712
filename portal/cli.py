"""The `portal` command: build, serve, ask, evaluate, export, import."""

import contextlib
import errno
import json
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from portal.settings import settings

if TYPE_CHECKING:
    from portal.answering.service import AnswerService
    from portal.publication.publications import Publications
    from portal.publication.store import Store

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
versions = typer.Typer(no_args_is_help=True, help="列出、清理发布版本。")
app.add_typer(versions, name="versions")
_notes = Console(stderr=True)


@app.command()
def build() -> None:
    """把 corpus 和 datasets 检查、计算、建索引，发布成一个新版本。"""
    from pipelines.build import build as run
    from pipelines.sources.problems import BuildError

    try:
        with _bars() as report:
            built = run(settings(), report)
    except BuildError as error:
        for problem in error.problems:
            _notes.print(problem, markup=False, highlight=False, soft_wrap=True)
        _notes.print(f"共 {len(error.problems)} 处问题，没有发布；原来的版本不变。", markup=False)
        raise typer.Exit(1) from None
    typer.echo(f"{built.version} {'已发布' if built.changed else '没有变化'}")


@app.command("import-places")
def import_places(
    file: Annotated[Path, typer.Argument(help="GeoJSON、CSV 或 OpenStreetMap 的 .osm.pbf")],
    kind: Annotated[str | None, typer.Option(help="文件没有写类别时，都算这一类，如 car_park")] = None,
    crs: Annotated[str | None, typer.Option(help="文件的坐标系：wgs84、gcj02（高德、腾讯）或 bd09（百度）")] = None,
    column: Annotated[list[str] | None, typer.Option(help="指定哪一列是什么，如 name=停车场名称；可多次")] = None,
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
    from pipelines.places.candidates import Defaults, FileError, RowError, crs_of
    from pipelines.places.importing import SourceOfFile
    from pipelines.places.importing import import_places as run
    from pipelines.places.report import describe, write_refused
    from pipelines.sources.problems import BuildError

    if wrong := [c for c in column or () if "=" not in c]:
        _fail(f"--column 应写成 列=文件里的列名，现为“{wrong[0]}”。")
    try:
        defaults = Defaults(kind, crs_of(crs) if crs else None, as_of, dict(c.split("=", 1) for c in column or ()))
        origin = SourceOfFile(source, publisher, title, url, "", licence, reliability)
        with _bars() as report:
            imported = run(settings(), file, defaults, origin, report, write=not dry_run)
        if refused is not None:
            write_refused(imported, refused)
    except (BuildError, FileError, RowError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or file} 读写不了（{error.strerror}）。请检查文件夹是否存在、是否有权限和空间。")
    typer.echo(describe(imported, dry_run))
    if imported.refused and not (imported.taken or imported.merged or imported.refreshed):
        raise typer.Exit(1)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口")] = None,
) -> None:
    """启动网站、接口和问答。"""
    import uvicorn

    from portal.publication.manifest import PublicationError
    from portal.services import services

    host, port = host or settings().host, port or settings().port
    # Taken before anything is loaded: a port in use is told at once.
    listening = _listen(host, port)
    try:
        # The process's own: what is opened here is what is served.
        services().publications.current()
    except PublicationError as error:
        _fail(str(error))
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("portal").setLevel(logging.INFO)
    # Streamlit gives uvicorn's loggers handlers of its own: without this, each request writes two lines.
    config = uvicorn.Config("portal.asgi:app", log_level="warning", access_log=False)
    _notes.print(f"http://{'localhost' if host == '127.0.0.1' else host}:{port}  按 Ctrl+C 停止", highlight=False)
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    if {t.name for t in threading.enumerate()} & {"warm-up", "load-encoder"}:
        # The model's libraries are still coming in: Python would abort winding up around that.
        os._exit(0 if server.started else 1)
    if not server.started:
        raise typer.Exit(1)


@app.command()
def datasets(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，每个数据集含数据字典")] = False,
    check: Annotated[bool, typer.Option("--check", help="检查目录：哪些会阻断发布，哪些只是提醒")] = False,
) -> None:
    """列出已发布的数据集，或检查目录写得全不全。"""
    if check:
        _check_catalogue()
        return
    store = _current_store()
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
    """Print what is wrong with the maintained descriptions; ends with 1 where something keeps them from being published."""
    from pipelines.sources.catalogue import Finding, check_catalogue
    from pipelines.sources.problems import BuildError, read_toml
    from pipelines.sources.translations import English
    from portal.publication.manifest import PublicationError
    from portal.publication.publications import Publications

    published = None
    with contextlib.suppress(PublicationError):
        published = Publications(settings()).current().manifest
    found: list[Finding] = []
    english: dict[str, str] = {}
    try:
        english = read_toml(settings().corpus / "english.toml", English).flat()
    except BuildError as error:
        found = [Finding("blocker", p) for p in error.problems]
    found += check_catalogue(settings().datasets, published, english)
    blockers = [f.sentence for f in found if f.level == "blocker"]
    warnings = [f.sentence for f in found if f.level == "warning"]
    for title, sentences in (("阻断", blockers), ("提醒", warnings)):
        for sentence in sentences:
            typer.echo(f"{title}  {sentence}")
    typer.echo(f"阻断 {len(blockers)} 处，提醒 {len(warnings)} 处。")
    if blockers:
        raise typer.Exit(1)


@versions.command("list")
def list_versions() -> None:
    """列出发布版本，新的在前：发布时间、代码版本、变了哪些数据集。"""
    from rich import box
    from rich.table import Table

    from portal.publication.versions import history, manifests

    publications = _publications()
    store = publications.current()
    table = Table("版本", "发布时间", "代码", "有变化的数据集", box=box.SIMPLE)
    table.columns[0].no_wrap = True
    for entry in history(manifests(publications.published), store.version):
        changed = "、".join(c.dataset for c in entry.changed) or "无"
        name = f"{entry.version}（当前）" if entry.current else entry.version
        table.add_row(name, entry.created[:16].replace("T", " "), (entry.git_revision or "")[:10], changed)
    Console().print(table)


@versions.command()
def prune(keep: Annotated[int, typer.Option(min=1, help="留下最新的几个；当前版本总会留下，也算在内")]) -> None:
    """删去旧的发布版本。"""
    from pipelines.publish import prune as run
    from pipelines.sources.problems import BuildError

    try:
        for version in run(settings().published, keep):
            typer.echo(f"{version} 已删去")
    except BuildError as error:
        _fail(str(error))


@versions.command()
def push(
    url: Annotated[str, typer.Argument(help="对象存储的地址：s3://桶名/前缀；密钥等见 PORTAL_S3_… 各项设置")],
) -> None:
    """把当前发布版本复制到对象存储，读那里的门户随后换用它。"""
    from pipelines.publish import push as run
    from pipelines.sources.problems import BuildError
    from portal.publication.manifest import PublicationError
    from portal.publication.object_storage import ObjectStorage

    try:
        storage = ObjectStorage(url, settings())
        with _bars() as report:
            version = run(settings().published, storage, lambda done, total: report("上传", done, total))
    except (BuildError, PublicationError) as error:
        _fail(str(error))
    typer.echo(f"{version} 已上传到 {storage.url}")


@app.command()
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

    import duckdb

    from portal.datasets.export import export as write
    from portal.datasets.formats import ExportError, Format, formats
    from portal.datasets.row_query import whole_table

    store = _current_store()
    known = {d.id: d for d in store.manifest.datasets}
    if dataset not in known:
        _fail(f"没有数据集“{dataset}”。现有：{'、'.join(known)}。")
    wanted = kind or output.suffix.removeprefix(".")
    if wanted not in formats(known[dataset]):
        _fail(f"数据集 {dataset} 没有“{wanted}”格式。可用的格式：{'、'.join(formats(known[dataset]))}。")
    partial = output.with_name(f".{output.name}.partial")
    try:
        partial.touch()
        write(store, whole_table(known[dataset]), cast(Format, wanted), partial, bom=bom)
        partial.replace(output)
    except ExportError as error:
        _fail(error.zh)
    except (OSError, duckdb.IOException) as error:
        _fail(f"{output} 写不了（{error}）。请检查文件夹是否存在、是否有权限和空间。")
    finally:
        partial.unlink(missing_ok=True)
    _notes.print(f"{dataset} {store.version} → {output}", markup=False, highlight=False)


@app.command()
def report(
    theme: Annotated[str | None, typer.Option(help="只报告方案的一个主题，如总览页所列")] = None,
    district: Annotated[str | None, typer.Option(help="只报告一个区县，写名称或代码")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="写到这个文件")] = Path("progress-report.pdf"),
) -> None:
    """写一份可以打印的进展报告（PDF，A4）。"""
    from portal.plan.report import UnknownSubjectError
    from portal.plan.report import report as gather
    from portal.ui import report_pdf

    store = _current_store()
    partial = output.with_name(f".{output.name}.partial")
    try:
        partial.write_bytes(report_pdf.pdf(gather(store, theme, district)))
        partial.replace(output)
    except UnknownSubjectError as error:
        _fail(report_pdf.unknown(error))
    except OSError as error:
        _fail(f"{output} 写不了（{error.strerror}）。请检查文件夹是否存在、是否有权限和空间。")
    finally:
        partial.unlink(missing_ok=True)
    _notes.print(f"{store.version} → {output}", markup=False, highlight=False)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="问题")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出完整的答案对象")] = False,
    jsonl: Annotated[
        Path | None, typer.Option(help="一行一个 {id, question, history} 的文件；每行输出一个答案对象")
    ] = None,
) -> None:
    """提问，或批量回答一个 JSONL 文件。"""
    from portal.answering.evaluate import QuestionsError, read_questions
    from portal.answering.models import Ask

    answers = _answers()
    if jsonl is not None:
        try:
            for row in read_questions(jsonl):
                given = answers.answer(Ask(question=row["question"], history=row.get("history") or []))
                typer.echo(given.model_copy(update={"id": str(row.get("id", given.id))}).model_dump_json())
        except QuestionsError as error:
            _fail(str(error))
    elif question is not None:
        given = answers.answer(Ask(question=question))
        typer.echo(given.model_dump_json(indent=2) if as_json else given.answer)
    else:
        _fail("请写出问题，或用 --jsonl 给出问题文件。")


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="带 clauses、must、refuse 的 JSONL 问题文件")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    minimum: Annotated[float, typer.Option("--min", min=0, max=1, help="低于这个总分时以 1 退出")] = 0.0,
) -> None:
    """给一个问题文件打分，列出没通过的问题。"""
    from rich.table import Table

    from portal.answering.evaluate import QuestionsError, read_questions, score, summary

    try:
        result = summary(score(read_questions(file), _answers().answer))
    except QuestionsError as error:
        _fail(str(error))
    if as_json:
        typer.echo(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        table = Table("类型", "通过", "共")
        for name, counts in result["types"].items():
            table.add_row(name, str(counts["passed"]), str(counts["of"]))
        table.add_row("总计", str(result["passed"]), str(result["of"]), style="bold")
        console = Console()
        console.print(table)
        for label, key in (
            ("总分", "score"),
            ("引用准确率", "citation_precision"),
            ("首条引用正确率", "first_citation"),
        ):
            console.print(f"{label}：{'—' if result[key] is None else format(result[key], '.3f')}")
        if result["of"]:
            console.print(f"用时：p50 {result['p50_ms']:.0f} ms，p95 {result['p95_ms']:.0f} ms")
        for failed in result["failures"]:
            console.print(f"{failed['id']} {failed['question']} —— {failed['reason']}", markup=False, highlight=False)
    if result["score"] < minimum:
        raise typer.Exit(1)


@app.command()
def retrieve(
    corpus: Annotated[Path, typer.Option(help='JSONL，一行一个 {"id", "text"}')],
    queries: Annotated[Path, typer.Option(help='JSONL，一行一个 {"id", "text"}')],
    top: Annotated[int, typer.Option(min=1, help="每个问题给出几条")] = 10,
) -> None:
    """用问答所用的检索器检索任意语料，输出 TSV：query、id、rank、score。"""
    from portal.retrieval.evaluate import retrieve_corpus
    from portal.retrieval.retriever import LazyEncoder

    encoder = LazyEncoder(settings().embedding_model)
    try:
        for ranked in retrieve_corpus(corpus, queries, top, encoder, settings().dense_weight):
            typer.echo(ranked.line)
    except (OSError, ValueError) as error:
        _fail(str(error))


@contextlib.contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar a step, on standard error; takes (step, done, total)."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_notes) as bars:
        tasks: dict[str, TaskID] = {}

        def report(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield report


def _listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; ends the command with a sentence where that cannot be."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            _fail(f"{host}:{port} 已被占用。请停掉占用它的程序，或用 --port 换一个端口。")
        _fail(f"无法在 {host}:{port} 上监听（{error.strerror}）。请用 --host 和 --port 换一个地址。")
    return listening


def _answers() -> "AnswerService":
    """The question pipeline of the current version, its model loaded."""
    from portal.publication.manifest import PublicationError
    from portal.services import services

    shared = services()
    try:
        shared.publications.current()
        shared.encoder.get()
    except (PublicationError, ValueError) as error:
        _fail(str(error))
    return shared.answers


def _current_store() -> "Store":
    return _publications().current()


def _publications() -> "Publications":
    """The published versions, the current one open."""
    from portal.publication.manifest import PublicationError
    from portal.publication.publications import Publications

    publications = Publications(settings())
    try:
        publications.current()
    except PublicationError as error:
        _fail(str(error))
    return publications


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1) from None


def main() -> None:
    """Run the command; what is not UTF-8 on standard output would break Chinese texts."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        settings()
    except ValidationError as error:
        wrong = [
            f"设置 PORTAL_{'_'.join(map(str, e['loc'])).upper()}：{e['msg']}，现为 {e['input']!r}。"
            for e in error.errors()
        ]
        typer.echo("\n".join(wrong) + "\n各项设置见 README.md。", err=True)
        sys.exit(1)
    app()

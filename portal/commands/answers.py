"""`portal ask`, `evaluate` and `retrieve`: questions, one or many, and the retriever alone."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from portal.commands import common


def ask(
    question: Annotated[str | None, typer.Argument(help="问题")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出完整的答案对象")] = False,
    jsonl: Annotated[
        Path | None,
        typer.Option(
            help="一行一个 {id, question, history} 的文件；每行输出一个答案对象，不是问题的行输出一个 error 对象"
        ),
    ] = None,
) -> None:
    """提问，或批量回答一个 JSONL 文件。"""
    from portal.answering.models import Ask

    if jsonl is not None:
        _ask_all(jsonl)
    elif question is not None:
        given = common.answers().answer(Ask(question=question))
        typer.echo(given.model_dump_json(indent=2) if as_json else given.answer)
    else:
        common.fail("请写出问题，或用 --jsonl 给出问题文件。")


def _ask_all(file: Path) -> None:
    """Answer the questions of a file, each as soon as it is answered; a line that is none gets an error object in its place."""
    from portal.answering.batch import LineError, read_lines

    answers, wrong = common.answers(), 0
    with common.telling(file):
        for name, asked in read_lines(file):
            if isinstance(asked, LineError):
                wrong += 1
                typer.echo(asked.model_dump_json())
            else:
                given = answers.answer(asked)
                typer.echo(given.model_copy(update={"id": given.id if name is None else name}).model_dump_json())
    if wrong:
        common.notes.print(f"{wrong} 行不是问题，没有回答；原因写在各行的 error 里。", markup=False, highlight=False)


def evaluate(
    file: Annotated[Path, typer.Argument(help="带 clauses、must、refuse 的 JSONL 问题文件")],
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
    minimum: Annotated[float, typer.Option("--min", min=0, max=1, help="低于这个总分时以 1 退出")] = 0.0,
) -> None:
    """给一个问题文件打分，列出没通过的问题。"""
    from rich.table import Table

    from portal.answering.evaluate import read_questions, score, summary

    with common.telling(file):
        result = summary(score(read_questions(file), common.answers().answer))
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


def retrieve(
    corpus: Annotated[Path, typer.Option(help='JSONL，一行一个 {"id", "text"}')],
    queries: Annotated[Path, typer.Option(help='JSONL，一行一个 {"id", "text"}')],
    top: Annotated[int, typer.Option(min=1, help="每个问题给出几条")] = 10,
) -> None:
    """用问答所用的检索器检索任意语料，输出 TSV：query、id、rank、score。"""
    from portal.retrieval.evaluate import retrieve_corpus
    from portal.retrieval.retriever import LazyEncoder

    encoder = LazyEncoder(common.settings().embedding_model)
    try:
        for ranked in retrieve_corpus(corpus, queries, top, encoder, common.settings().dense_weight):
            typer.echo(ranked.line)
    except (OSError, ValueError) as error:
        common.fail(str(error))

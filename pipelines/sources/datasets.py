"""Datasets people maintain → checked Arrow tables. Nothing is published while one rule is broken, and all broken ones are told."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
from pydantic import BaseModel, ValidationError

from pipelines.sources.cells import parts_of, row_model, rule_broken
from pipelines.sources.checked_table import CheckedTable, line_named, problem_of
from pipelines.sources.problems import BuildError, read_toml
from pipelines.sources.quality import broken_texts
from portal.publication.catalogue import Column, Dataset
from portal.publication.store import Row

# A quotation that stands in more clauses than this is said to stand in none.
_PLACES_TOLD = 3
_ARROW: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "geojson": pa.string(),
}


def read_descriptions(folder: Path) -> list[Dataset]:
    """Read every `<id>/dataset.toml` below a folder, ordered by id.

    Raises:
        BuildError: a description that cannot be read or breaks a rule; all problems at once.
    """
    problems: list[str] = []
    datasets: list[Dataset] = []
    for path in sorted(folder.glob("*/dataset.toml")):
        try:
            dataset = read_toml(path, Dataset)
        except BuildError as error:
            problems += error.problems
        else:
            if dataset.id != path.parent.name:
                problems.append(f"{path}：id “{dataset.id}” 与所在文件夹 “{path.parent.name}” 不同。")
            datasets.append(dataset)
    if not datasets and not problems:
        problems.append(f"{folder}：没有找到任何 dataset.toml。")
    if problems:
        raise BuildError(problems)
    return datasets


def read_tables(
    folder: Path, datasets: Iterable[Dataset], derived: Mapping[str, list[Row]], plan: str = ""
) -> list[CheckedTable]:
    """Read the data file of every dataset that has one and check every table, the pipelines' own included.

    Args:
        folder: the datasets' folder.
        datasets: their descriptions.
        derived: rows of the tables the pipelines make, by table name; `clauses` must be among them for quotes to be checked.
        plan: the document that clauses belong to where a row names none.
    Returns:
        one checked table a dataset, in the order given.
    Raises:
        BuildError: every broken rule of every table.
    """
    problems: list[str] = []
    tables: list[CheckedTable] = []
    for dataset in datasets:
        if dataset.derived:
            rows = derived.get(dataset.table)
            if rows is None:
                continue
            table = CheckedTable(dataset, folder / dataset.id, rows, list(range(1, len(rows) + 1)))
        else:
            table, found = _read_csv(folder / dataset.id / "data.csv", dataset, plan)
            problems += found
        tables.append(table)
    problems += check_tables(tables, plan)
    if problems:
        raise BuildError(problems)
    return tables


def check_tables(tables: list[CheckedTable], plan: str = "") -> list[str]:
    """The broken rules that need more than one cell: unique keys, references, quotes. One sentence each.

    Args:
        tables: rows that passed their own checks.
        plan: the document that clauses belong to where a row names none.
    """
    problems: list[str] = []
    values = {f"{t.dataset.table}.{c.name}": t.values(c.name) for t in tables for c in t.dataset.columns}
    clauses = {(r["document"], r["clause"]): r["text"] for t in tables if t.dataset.table == "clauses" for r in t.rows}
    for table in tables:
        problems += broken_texts(table)
        problems += _check_unique(table, table.dataset.primary_key)
        for column in table.dataset.columns:
            if column.unique and (column.name,) != table.dataset.primary_key:
                problems += _check_unique(table, (column.name,))
            problems += _check_pointing(table, column, values, clauses, plan)
    return problems


def _check_pointing(
    table: CheckedTable, column: Column, values: dict[str, set[Any]], clauses: dict[tuple[str, str], str], plan: str
) -> Iterator[str]:
    """What is wrong with the cells of a column that name a row or quote a clause."""
    if column.references == "clauses.clause":
        yield from _check_clauses(table, column, clauses.keys(), plan)
    elif column.references is not None:
        yield from _check_references(table, column, values.get(column.references))
    if column.verbatim_in is not None:
        yield from _check_verbatim(table, column, clauses, plan)


def to_arrow(table: CheckedTable) -> pa.Table:
    """The table as Arrow, with the description's column order and types."""
    schema = pa.schema([pa.field(c.name, _ARROW[c.type], nullable=not c.required) for c in table.dataset.columns])
    columns = {c.name: [row.get(c.name) for row in table.rows] for c in table.dataset.columns}
    return pa.table(columns, schema=schema)


def _checked(model: type[BaseModel], row: Row, path: Path, line: int) -> tuple[Row, list[str]]:
    """A row as its columns' types have it, or as it was with what is wrong."""
    try:
        return model.model_validate(row).model_dump(), []
    except ValidationError as error:
        return row, [problem_of(path, line, str(e["loc"][0]), e["input"], rule_broken(e)) for e in error.errors()]


def _read_csv(path: Path, dataset: Dataset, plan: str) -> tuple[CheckedTable, list[str]]:
    empty = CheckedTable(dataset, path, [], [])
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return empty, [f"{path}：缺少数据文件。"]
    except UnicodeDecodeError as error:
        return empty, [f"{path}：不是 UTF-8 文本（第 {error.start + 1} 个字节读不出）。请另存为 UTF-8 后重试。"]
    every = [c.name for c in dataset.columns]
    filled = {c.name: plan for c in dataset.columns if c.fallback}
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    model = row_model(dataset)
    rows: list[Row] = []
    lines: list[int] = []
    problems: list[str] = []
    try:
        header = next(reader, [])
        names = [n for n in every if n in header or n not in filled]
        if header != names:
            return empty, [f"{path} 第 1 行：表头应为 {','.join(names)}；现为 {','.join(header)}。"]
        line = reader.line_num
        for cells in reader:
            line, start = reader.line_num, line + 1
            if len(cells) != len(names):
                problems.append(
                    f"{line_named(path, start)}：应有 {len(names)} 列，现有 {len(cells)} 列。请检查逗号和引号。"
                )
                continue
            row = filled | {n: cell or filled.get(n) for n, cell in zip(names, cells, strict=True)}
            checked, wrong = _checked(model, row, path, start)
            problems += wrong
            rows.append(checked)
            lines.append(start)
    except csv.Error as error:
        problems.append(f"{path} 第 {reader.line_num} 行：不是有效的 CSV（{error}）。请检查引号。")
    return CheckedTable(dataset, path, rows, lines), problems


def _check_unique(table: CheckedTable, key: tuple[str, ...]) -> list[str]:
    seen: dict[tuple[Any, ...], int] = {}
    problems = []
    for index, row in enumerate(table.rows):
        value = tuple(row.get(k) for k in key)
        if None in value:
            continue
        if value in seen:
            first = table.lines[seen[value]]
            problems.append(
                table.problem(index, "+".join(key), f"重复，第 {first} 行已有相同的 {'、'.join(map(str, value))}")
            )
        else:
            seen[value] = index
    return problems


def _check_references(table: CheckedTable, column: Column, known: set[Any] | None) -> list[str]:
    if known is None:
        return [f"{table.file} {column.name} 列：引用的 {column.references} 不存在。"]
    return [
        table.problem(index, column.name, f"在 {column.references} 中找不到“{part}”")
        for index, row in enumerate(table.rows)
        for part in parts_of(column, row.get(column.name))
        if part not in known
    ]


def _check_clauses(table: CheckedTable, column: Column, known: Set[tuple[str, str]], plan: str) -> list[str]:
    return [
        table.problem(index, column.name, f"在 clauses.clause 中找不到“{part}”")
        if (row.get("document") or plan) == plan
        else table.problem(index, column.name, f"文件 {row['document']} 没有条款“{part}”")
        for index, row in enumerate(table.rows)
        for part in parts_of(column, row.get(column.name))
        if (row.get("document") or plan, part) not in known
    ]


def _check_verbatim(
    table: CheckedTable, column: Column, clauses: Mapping[tuple[str, str], str], plan: str
) -> list[str]:
    named_in = cast(str, column.verbatim_in)
    problems = []
    for index, row in enumerate(table.rows):
        quote, clause = row.get(column.name), row.get(named_in)
        if quote is None:
            continue
        if clause is None:
            problems.append(table.problem(index, column.name, f"{named_in} 列没有写条款，无法核对原文"))
        elif quote not in clauses.get((row.get("document") or plan, clause), ""):
            place = _places_of(quote, row.get("document") or plan, clauses)
            problems.append(table.problem(index, column.name, f"不是条款 {clause} 的原文{place}"))
    return problems


def _places_of(quote: str, document: str, clauses: Mapping[tuple[str, str], str]) -> str:
    """Where in its document a quotation stands, for who wrote another clause beside it; empty where nowhere or in many clauses."""
    found = [clause for (of, clause), text in clauses.items() if of == document and quote in text]
    return f"；它在条款 {'、'.join(found)} 里" if 0 < len(found) <= _PLACES_TOLD else ""

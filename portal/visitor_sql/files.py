"""An answer to a visitor's SQL as a file: CSV, Excel or JSON. The same answer gives the same rows in each."""

import contextlib
import csv
import datetime
import io
import json
from dataclasses import asdict
from typing import Any, Literal, get_args

import orjson

from portal.datasets.export_xlsx import LINES_MAX, sheet_name, styles, widest, write_cell
from portal.datasets.formats import MEDIA_TYPES, ExportError, without_formulas
from portal.texts.errors import sentence
from portal.texts.files import told
from portal.texts.interface import LANGUAGES
from portal.visitor_sql.service import QueryResult

FileFormat = Literal["csv", "xlsx", "json"]
FORMATS: tuple[FileFormat, ...] = get_args(FileFormat)
_SHEET_COLUMNS_MAX = 16_384


def written(answer: QueryResult, kind: FileFormat, sql: str, version: str) -> bytes:
    """An answer as a file.

    Args:
        answer: what the query gave.
        kind: which file.
        sql: the query; Excel and JSON hold it, so that the rows can be had again.
        version: of the data it was asked of.
    Raises:
        ExportError: it does not fit into such a file.
    """
    if kind not in fitting(answer):
        raise ExportError(sentence("file.sheet_columns", columns=len(answer.columns), most=_SHEET_COLUMNS_MAX))
    if kind == "csv":
        return as_csv(answer).encode()
    return as_xlsx(answer, sql, version) if kind == "xlsx" else as_json(answer, sql, version)


def fitting(answer: QueryResult) -> tuple[FileFormat, ...]:
    """The files an answer fits into: a sheet has only so many columns."""
    return tuple(f for f in FORMATS if f != "xlsx" or len(answer.columns) <= _SHEET_COLUMNS_MAX)


def media_type(kind: FileFormat) -> str:
    """The media type of a file."""
    return MEDIA_TYPES[kind]


def as_csv(answer: QueryResult) -> str:
    """An answer as CSV for people: a byte order mark, by which Excel reads Chinese, and no cell that it would run as a formula."""
    names = [c["name"] for c in answer.columns]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_harmless(n) for n in names])
    writer.writerows([_harmless(row[n]) for n in names] for row in answer.rows)
    return "\ufeff" + text.getvalue()


def as_json(answer: QueryResult, sql: str, version: str) -> bytes:
    """An answer as one JSON object: what the API answers, with the query and without the time it took."""
    given = asdict(answer)
    given.pop("elapsed_ms")
    return orjson.dumps({"version": version, "sql": sql, **given}, option=orjson.OPT_INDENT_2)


def as_xlsx(answer: QueryResult, sql: str, version: str) -> bytes:
    """An answer as a workbook: its rows, and a sheet in each language that tells query, version and whether rows were cut."""
    import xlsxwriter

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        # A workbook says when it was made; left out, the same answer gives the same bytes.
        book.set_properties({"created": datetime.datetime(2000, 1, 1)})
        style = styles(book)
        sheet = book.add_worksheet(sheet_name(""))
        sheet.freeze_panes(1, 0)
        for position, column in enumerate(answer.columns):
            cells = [_cell(row[column["name"]], column["type"]) for row in answer.rows]
            sheet.write_string(0, position, column["name"], style["header"])
            for line, value in enumerate(cells, 1):
                write_cell(sheet, style, line, position, value)
            sheet.set_column(position, position, widest([column["name"], *cells[:LINES_MAX]]))
        for language in LANGUAGES:
            about = book.add_worksheet(told("workbook.about").told(language))
            facts = {"version": version, "rows": str(len(answer.rows)), "query": sql}
            if answer.truncated:
                facts["caveats"] = told("workbook.rows_cut", rows=len(answer.rows)).told(language)
            for line, (key, text) in enumerate(facts.items()):
                about.write_string(line, 0, told(f"workbook.entry.{key}").told(language), style["label"])
                about.write_string(line, 1, text, style["wrap"])
            about.set_column(0, 0, 24)
            about.set_column(1, 1, 60)
    return file.getvalue()


def _cell(value: Any, kind: str) -> Any:
    """A value of an answer as a sheet holds it: dates as dates, lists and objects as JSON."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if kind == "DATE" and isinstance(value, str):
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(value)
    return value


def _harmless(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return without_formulas(value)

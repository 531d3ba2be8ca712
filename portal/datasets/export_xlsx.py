"""Rows as an Excel workbook, with a sheet in each language that describes them."""

import datetime
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import duckdb

from portal.datasets.file_writing import batches
from portal.datasets.formats import ExportError, is_formula
from portal.datasets.row_query import RowQuery
from portal.datasets.sources import sources
from portal.publication.catalogue import Column
from portal.publication.store import Store
from portal.texts.errors import sentence
from portal.texts.files import told
from portal.texts.interface import LANGUAGES, Language

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_XLSX_ROWS_MAX = 1_048_575
_XLSX_CELL_MAX = 32_767
_XLSX_FIRST_DATE = datetime.date(1900, 3, 1)
_WIDTH_MIN, _WIDTH_MAX = 8, 60
LINES_MAX = 200
"""So many of a column's cells say how wide it has to be."""
_COLUMN_HEADS = ("name", "title", "type", "unit", "description", "allowed", "example")
_SOURCE_HEADS = ("id", "publisher", "title", "url", "published", "reliability", "licence")


class Styles(TypedDict):
    """How cells of a workbook look, by what they hold."""

    header: "Format"
    date: "Format"
    text: "Format"
    wrap: "Format"
    label: "Format"


def write_xlsx(store: Store, query: RowQuery, path: Path) -> None:
    """Write rows as an Excel workbook.

    Raises:
        ExportError: more rows than a sheet holds.
    """
    import xlsxwriter

    sql, parameters = query.sql()
    with store.cursor() as cursor:
        _check_size(cursor, query)
        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
            book.set_properties(
                {"title": query.dataset.title_zh, "created": store.manifest.created.replace(tzinfo=None)}
            )
            style = styles(book)
            sheet = book.add_worksheet(sheet_name(query.dataset.title_zh))
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, [c.name for c in query.columns], style["header"])
            cursor.execute(sql, parameters)
            rows = _write_rows(sheet, style, query.columns, cursor)
            if rows:
                sheet.autofilter(0, 0, rows, len(query.columns) - 1)
            for language in LANGUAGES:
                _describe(book, style, store, query, rows, language)


def _check_size(cursor: duckdb.DuckDBPyConnection, query: RowQuery) -> None:
    counted, bound = query.count_sql()
    rows = cursor.execute(counted, bound).fetchall()[0][0] - query.offset
    rows = rows if query.limit is None else min(rows, query.limit)
    if rows > _XLSX_ROWS_MAX:
        raise ExportError(sentence("file.sheet", rows=rows, most=_XLSX_ROWS_MAX))


def _write_rows(sheet: Any, style: Styles, columns: Sequence[Column], cursor: duckdb.DuckDBPyConnection) -> int:
    """Write what the cursor holds below the header, columns as wide as the first rows need; returns the number of rows."""
    widths = [_width(c.name) for c in columns]
    line = 1
    for batch in batches(cursor):
        cells = [column.to_pylist() for column in batch.columns]
        if line == 1:
            widths = [widest(column[:LINES_MAX], width) for column, width in zip(cells, widths, strict=True)]
        for values in zip(*cells, strict=True):
            for position, (column, value) in enumerate(zip(columns, values, strict=True)):
                write_cell(sheet, style, line, position, value, is_shape=column.type == "geojson")
            line += 1
    for position, width in enumerate(widths):
        sheet.set_column(position, position, width)
    return line - 1


def styles(book: Any) -> Styles:
    """The looks of a workbook's cells."""
    return {
        "header": book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF1F5"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        # Excel's own mark for "this is text": the value stays as it is and is never run, not even after an edit.
        "text": book.add_format({"quote_prefix": True}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "label": book.add_format({"bold": True, "valign": "top"}),
    }


def write_cell(sheet: Any, style: Styles, line: int, position: int, value: Any, is_shape: bool = False) -> None:
    """Write a value as what it is; text too long for a cell is cut and says so, a shape is then left out."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, position, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, position, value)
    elif isinstance(value, datetime.date) and value >= _XLSX_FIRST_DATE:
        sheet.write_datetime(line, position, value, style["date"])
    else:
        text = str(value)
        if len(text) > _XLSX_CELL_MAX:
            note = told("workbook.cut", length=len(text)).zh
            text = note if is_shape else text[: _XLSX_CELL_MAX - len(note)] + note
        sheet.write_string(line, position, text, style["text"] if is_formula(text) else None)


def _describe(book: Any, style: Styles, store: Store, query: RowQuery, rows: int, language: Language) -> None:
    """A sheet in a language: what the table is, what its columns mean, where its figures come from and under which licence."""
    sheet = book.add_worksheet(told("workbook.about").told(language))
    line = 0
    for key, text in _entry(store, query, rows, language):
        sheet.write_string(line, 0, told(f"workbook.entry.{key}").told(language), style["label"])
        sheet.write_string(line, 1, text, style["wrap"])
        line += 1
    columns = [_column_cells(c, language) for c in query.columns]
    line = _table(sheet, style, line + 1, [told(f"workbook.column.{k}").told(language) for k in _COLUMN_HEADS], columns)
    if named := sources(store, query):
        cells = [[str(source.get(key) or "") for key in _SOURCE_HEADS] for source in named]
        heads = [told(f"workbook.source.{k}").told(language) for k in _SOURCE_HEADS]
        _table(sheet, style, line + 1, heads, cells)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 6, 24)


def _entry(store: Store, query: RowQuery, rows: int, language: Language) -> list[tuple[str, str]]:
    """What is told of a dataset, by key of `workbook.entry`."""
    dataset = query.dataset
    joined = "；".join(f"{name}={value}" for name, value in query.pairs())
    caveats = _in(language, dataset.caveats_zh, dataset.caveats_en)
    return [
        ("title", _in(language, dataset.title_zh, dataset.title_en)),
        ("id", dataset.id),
        ("summary", _in(language, dataset.summary_zh, dataset.summary_en)),
        ("provider", dataset.provider),
        ("theme", dataset.theme),
        ("openness", dataset.openness),
        ("licence", f"{dataset.license} {dataset.license_url}".strip()),
        ("frequency", dataset.update_frequency),
        ("first_published", dataset.first_published.isoformat()),
        ("updated", dataset.updated.isoformat()),
        ("version", store.version),
        ("rows", str(rows)),
        ("filters", joined or told("workbook.whole").told(language)),
        ("contact", dataset.contact),
        ("caveats", "\n".join(text for text in (caveats, told("workbook.empty").told(language)) if text)),
    ]


def _column_cells(column: Column, language: Language) -> list[str]:
    title = _in(language, column.title_zh, column.title_en)
    described = _in(language, column.description_zh, column.description_en)
    return [column.name, title, column.type, column.unit, described, "、".join(column.allowed), column.example]


def _table(sheet: Any, style: Styles, line: int, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Write a small table from a line on; returns the first line below it."""
    sheet.write_row(line, 0, heads, style["header"])
    for row in rows:
        line += 1
        for position, text in enumerate(row):
            sheet.write_string(line, position, text, style["wrap"])
    return line + 1


def _in(language: Language, chinese: str, english: str) -> str:
    """The text of a language, the Chinese one where nobody has written the English."""
    return english if language == "en" and english else chinese


def sheet_name(title: str) -> str:
    """A title as a sheet may be called; a sheet without one is called what holds data."""
    return "".join("·" if c in "[]:*?/\\'" else c for c in title)[:31] or told("workbook.data").zh


def _width(text: str) -> int:
    """How many Latin letters wide a text is; a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text[:_WIDTH_MAX])


def widest(cells: Sequence[Any], start: int = 0) -> int:
    """How wide a column has to be for its cells."""
    width = max((_width(str(v)) for v in cells if v is not None), default=0)
    return max(_WIDTH_MIN, min(_WIDTH_MAX, max(width, start) + 2))

"""Rows as an Excel workbook, with a sheet that describes them."""

import datetime
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from portal.datasets.file_writing import batches
from portal.datasets.formats import ExportError, is_formula
from portal.datasets.row_query import RowQuery
from portal.datasets.sources import sources
from portal.publication.catalogue import Column
from portal.publication.store import Store
from portal.texts.errors import sentence

_XLSX_ROWS_MAX = 1_048_575
_XLSX_CELL_MAX = 32_767
_XLSX_FIRST_DATE = datetime.date(1900, 3, 1)
_WIDTH_MIN, _WIDTH_MAX = 8, 60
_OPENNESS_NOTE = "数值与网页、接口相同；空单元格表示没有公布，不表示零。"


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
            style = _styles(book)
            sheet = book.add_worksheet(_sheet_name(query.dataset.title_zh))
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, [c.name for c in query.columns], style["header"])
            cursor.execute(sql, parameters)
            rows = _write_rows(sheet, style, query.columns, cursor)
            if rows:
                sheet.autofilter(0, 0, rows, len(query.columns) - 1)
            _describe(book, style, store, query, rows)


def _check_size(cursor: duckdb.DuckDBPyConnection, query: RowQuery) -> None:
    counted, bound = query.count_sql()
    rows = cursor.execute(counted, bound).fetchall()[0][0] - query.offset
    rows = rows if query.limit is None else min(rows, query.limit)
    if rows > _XLSX_ROWS_MAX:
        raise ExportError(sentence("file.sheet", rows=rows, most=_XLSX_ROWS_MAX))


def _write_rows(sheet: Any, style: dict[str, Any], columns: Sequence[Column], cursor: duckdb.DuckDBPyConnection) -> int:
    """Write what the cursor holds below the header, columns as wide as the first rows need; returns the number of rows."""
    widths = [_width(c.name) for c in columns]
    line = 1
    for batch in batches(cursor):
        cells = [column.to_pylist() for column in batch.columns]
        if line == 1:
            widths = [_widest(column[:200], width) for column, width in zip(cells, widths, strict=True)]
        for values in zip(*cells, strict=True):
            for position, (column, value) in enumerate(zip(columns, values, strict=True)):
                _write_cell(sheet, style, line, position, column, value)
            line += 1
    for position, width in enumerate(widths):
        sheet.set_column(position, position, width)
    return line - 1


def _styles(book: Any) -> dict[str, Any]:
    return {
        "header": book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF1F5"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        # Excel's own mark for "this is text": the value stays as it is and is never run, not even after an edit.
        "text": book.add_format({"quote_prefix": True}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "label": book.add_format({"bold": True, "valign": "top"}),
    }


def _write_cell(sheet: Any, style: dict[str, Any], line: int, position: int, column: Column, value: Any) -> None:
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
            note = f"（共 {len(text)} 字，超过 Excel 单元格的上限；全文见 CSV、JSON 或 GeoJSON）"
            text = note if column.type == "geojson" else text[: _XLSX_CELL_MAX - len(note)] + note
        sheet.write_string(line, position, text, style["text"] if is_formula(text) else None)


def _describe(book: Any, style: dict[str, Any], store: Store, query: RowQuery, rows: int) -> None:
    """The second sheet: what the table is, what its columns mean, where its figures come from and under which licence."""
    dataset = query.dataset
    sheet = book.add_worksheet("说明")
    filters = "；".join(f"{name}={value}" for name, value in query.pairs()) or "无（整张表）"
    entry = [
        ("数据集名称", dataset.title_zh),
        ("标识", dataset.id),
        ("摘要", dataset.summary_zh),
        ("数据提供单位", dataset.provider),
        ("数据领域", dataset.theme),
        ("开放类型", dataset.openness),
        ("许可", f"{dataset.license} {dataset.license_url}".strip()),
        ("更新频率", dataset.update_frequency),
        ("首次发布日期", dataset.first_published.isoformat()),
        ("更新日期", dataset.updated.isoformat()),
        ("发布版本", store.version),
        ("行数", str(rows)),
        ("筛选条件", filters),
        ("联系方式", dataset.contact),
        ("注意", "\n".join(t for t in (dataset.caveats_zh, _OPENNESS_NOTE) if t)),
    ]
    line = 0
    for label, text in entry:
        sheet.write_string(line, 0, label, style["label"])
        sheet.write_string(line, 1, text, style["wrap"])
        line += 1
    line += 1
    sheet.write_row(line, 0, ["字段", "名称", "类型", "单位", "说明", "允许的值", "示例"], style["header"])
    for column in query.columns:
        line += 1
        cells = [column.name, column.title_zh, column.type, column.unit, column.description_zh]
        cells += ["、".join(column.allowed), column.example]
        for position, text in enumerate(cells):
            sheet.write_string(line, position, text, style["wrap"])
    named = sources(store, query)
    if named:
        line += 2
        names = ["来源", "发布单位", "标题", "网址", "发布日期", "可靠程度", "许可"]
        sheet.write_row(line, 0, names, style["header"])
        for source in named:
            line += 1
            keys = ("id", "publisher", "title", "url", "published", "reliability", "licence")
            for position, key in enumerate(keys):
                sheet.write_string(line, position, str(source.get(key) or ""), style["wrap"])
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 6, 24)


def _sheet_name(title: str) -> str:
    return "".join("·" if c in "[]:*?/\\'" else c for c in title)[:31] or "数据"


def _width(text: str) -> int:
    """How many Latin letters wide a text is; a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text[:_WIDTH_MAX])


def _widest(cells: list[Any], start: int) -> int:
    width = max((_width(str(v)) for v in cells if v is not None), default=0)
    return max(_WIDTH_MIN, min(_WIDTH_MAX, max(width, start) + 2))

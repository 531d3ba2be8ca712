"""A dataset, whole or filtered, as a file: CSV, Excel, Parquet, JSON, GeoJSON, or CSV with its papers as a zip.

Every format is written from DuckDB or from Arrow batches straight to the file; no table is ever held as Python rows.
"""

import datetime
import json
import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args

import duckdb
import pyarrow as pa

from portal.publication.catalogue import Column, Dataset
from portal.publication.sql_text import literal, quoted
from portal.publication.store import Row, Store
from portal.rows import RowQuery

Format = Literal["csv", "xlsx", "parquet", "json", "geojson", "zip"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "geojson": "application/geo+json",
    "zip": "application/zip",
}

# First characters that make a spreadsheet run a text cell as a formula (OWASP "CSV Injection"), the full-width ones included.
FORMULA_STARTS = "=+-@\t\r\n＝＋－＠"
_BATCH_ROWS = 20_000
_XLSX_ROWS_MAX = 1_048_575
_XLSX_CELL_MAX = 32_767
_XLSX_FIRST_DATE = datetime.date(1900, 3, 1)
_WIDTH_MIN, _WIDTH_MAX = 8, 60
_OPENNESS_NOTE = "数值与网页、接口相同；空单元格表示没有公布，不表示零。"


class ExportError(Exception):
    """The rows cannot be had in this format; `zh` and `en` say why and what to do instead."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


def formats(dataset: Dataset) -> tuple[Format, ...]:
    """The formats a dataset can be had in; GeoJSON only where rows have a place."""
    return tuple(f for f in FORMATS if f != "geojson" or dataset.has_geometry)


def export(store: Store, query: RowQuery, kind: Format, path: Path, bom: bool = False) -> None:
    """Write the rows of a query to a file.

    Args:
        store: the published version.
        query: which rows and columns.
        kind: the format.
        path: the file to write; replaced where it exists.
        bom: for CSV, start with a byte order mark, which Excel needs to read Chinese and programs do not.
    Raises:
        ExportError: the dataset or the number of rows does not fit the format.
    """
    _WRITERS[kind](store, query, path, bom)


def _csv(store: Store, query: RowQuery, path: Path, bom: bool) -> None:
    # DuckDB writes no byte order mark of its own: it goes before the first column's name.
    names = [c.name for c in query.columns]
    names[0] = "\ufeff" * bom + names[0]
    cells = ", ".join(f"{_csv_cell(c)} AS {quoted(n)}" for c, n in zip(query.columns, names, strict=True))
    source, parameters = query.source()
    _copy(store, f"SELECT {cells}{source}", parameters, path, "FORMAT csv, HEADER true")


def _csv_cell(column: Column) -> str:
    name = quoted(column.name)
    if column.type == "string":
        codes = ", ".join(str(ord(c)) for c in FORMULA_STARTS)
        return f"CASE WHEN ascii({name}) IN ({codes}) THEN '''' || {name} ELSE {name} END"
    if column.type == "number":
        # 45000, not 45000.0: a count is a count.
        whole = f"abs({name}) < 1e15 AND {name} = trunc({name})"
        return f"CASE WHEN {whole} THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END"
    return name


def _json(store: Store, query: RowQuery, path: Path, bom: bool) -> None:
    cells = ", ".join(f"{_json_cell(c)} AS {quoted(c.name)}" for c in query.columns)
    source, parameters = query.source()
    _copy(store, f"SELECT {cells}{source}", parameters, path, "FORMAT json, ARRAY true")


def _json_cell(column: Column) -> str:
    name = quoted(column.name)
    if column.type == "geojson":
        return f"CAST({name} AS JSON)"
    if column.type == "number":
        return f"CASE WHEN isfinite({name}) THEN {name} END"
    return name


def _parquet(store: Store, query: RowQuery, path: Path, bom: bool) -> None:
    if query.is_whole_table:
        shutil.copyfile(published_parquet(store, query.dataset), path)
        return
    sql, parameters = query.sql()
    _copy(store, sql, parameters, path, "FORMAT parquet, COMPRESSION zstd")


def published_parquet(store: Store, dataset: Dataset) -> Path:
    """The published file of a whole dataset."""
    return store.folder / next(f.path for f in store.manifest.files if f.table == dataset.table)


def _copy(store: Store, sql: str, parameters: list[Any], path: Path, options: str) -> None:
    with store.cursor() as cursor:
        cursor.execute(f"COPY ({sql}) TO {literal(path)} ({options})", parameters)


def _geojson(store: Store, query: RowQuery, path: Path, bom: bool) -> None:
    dataset = query.dataset
    if "geojson" not in formats(dataset):
        raise ExportError(
            f"数据集 {dataset.id} 没有位置，不能下载为 GeoJSON。可用的格式：{'、'.join(formats(dataset))}。",
            f"Dataset {dataset.id} has no positions, so there is no GeoJSON of it. Formats: {', '.join(formats(dataset))}.",
        )
    shape = next((c for c in dataset.columns if c.type == "geojson"), None)
    if shape is not None:
        geometry = f"CAST({quoted(shape.name)} AS JSON)"
    else:
        point = "json_object('type', 'Point', 'coordinates', json_array(lon, lat))"
        geometry = f"CASE WHEN lon IS NOT NULL AND lat IS NOT NULL THEN {point} END"
    columns = [c for c in query.columns if c.type != "geojson"]
    properties = ", ".join(f"'{c.name}', {_json_cell(c)}" for c in columns)
    feature = f"json_object('type', 'Feature', 'geometry', {geometry}, 'properties', json_object({properties}))"
    source, parameters = query.source()
    with store.cursor() as cursor, path.open("w", encoding="utf-8") as file:
        file.write('{"type":"FeatureCollection","name":' + json.dumps(dataset.id) + ',"features":[\n')
        separator = ""
        cursor.execute(f"SELECT CAST({feature} AS VARCHAR) AS feature{source}", parameters)
        for batch in _batches(cursor):
            file.write(separator + ",\n".join(batch.column(0).to_pylist()))
            separator = ",\n"
        file.write("\n]}\n")


def _batches(cursor: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    return (b for b in cursor.to_arrow_reader(_BATCH_ROWS) if b.num_rows)


def _xlsx(store: Store, query: RowQuery, path: Path, bom: bool) -> None:
    import xlsxwriter

    sql, parameters = query.sql()
    with store.cursor() as cursor:
        counted, bound = query.count_sql()
        rows = cursor.execute(counted, bound).fetchall()[0][0] - query.offset
        rows = rows if query.limit is None else min(rows, query.limit)
        if rows > _XLSX_ROWS_MAX:
            raise ExportError(
                f"共 {rows} 行，Excel 一张表最多 {_XLSX_ROWS_MAX} 行。请加筛选条件，或下载 CSV、Parquet。",
                f"{rows} rows, and an Excel sheet holds {_XLSX_ROWS_MAX}. Filter the rows, or take CSV or Parquet.",
            )
        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
            book.set_properties(
                {"title": query.dataset.title_zh, "created": store.manifest.created.replace(tzinfo=None)}
            )
            style = _styles(book)
            sheet = book.add_worksheet(_sheet_name(query.dataset.title_zh))
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, [c.name for c in query.columns], style["header"])
            widths = [_width(c.name) for c in query.columns]
            line = 1
            cursor.execute(sql, parameters)
            for batch in _batches(cursor):
                cells = [column.to_pylist() for column in batch.columns]
                if line == 1:
                    widths = [_widest(column[:200], width) for column, width in zip(cells, widths, strict=True)]
                for values in zip(*cells, strict=True):
                    for position, (column, value) in enumerate(zip(query.columns, values, strict=True)):
                        _write_cell(sheet, style, line, position, column, value)
                    line += 1
            for position, width in enumerate(widths):
                sheet.set_column(position, position, width)
            if line > 1:
                sheet.autofilter(0, 0, line - 1, len(query.columns) - 1)
            _describe(book, style, store, query, line - 1)


def _zip(store: Store, query: RowQuery, path: Path, bom: bool) -> None:
    from portal.package import write_zip

    write_zip(store, query, path)


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
        sheet.write_string(line, position, text, style["text"] if text[:1] in tuple(FORMULA_STARTS) else None)


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


def sources(store: Store, query: RowQuery) -> list[Row]:
    """The sources a query's rows name, in the order of their table; none where rows name no source."""
    column = next((c for c in query.dataset.columns if c.references == "sources.id"), None)
    if column is None or "sources" not in {f.table for f in store.manifest.files}:
        return []
    where, parameters = query.where()
    name, separator = quoted(column.name), column.separator
    cell = f"unnest(string_split({name}, '{separator}'))" if separator else name
    named = f"SELECT {cell} FROM {quoted(query.dataset.table)}{where}"
    return store.rows(f"SELECT * FROM sources WHERE id IN ({named})", parameters)


def _sheet_name(title: str) -> str:
    return "".join("·" if c in "[]:*?/\\'" else c for c in title)[:31] or "数据"


def _width(text: str) -> int:
    """How many Latin letters wide a text is; a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text[:_WIDTH_MAX])


def _widest(cells: list[Any], start: int) -> int:
    width = max((_width(str(v)) for v in cells if v is not None), default=0)
    return max(_WIDTH_MIN, min(_WIDTH_MAX, max(width, start) + 2))


_WRITERS: dict[Format, Callable[[Store, RowQuery, Path, bool], None]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "parquet": _parquet,
    "json": _json,
    "geojson": _geojson,
    "zip": _zip,
}

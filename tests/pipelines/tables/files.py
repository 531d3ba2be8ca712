"""Synthetic spreadsheets of the kinds departments send, made for the tests of the reader of tables."""

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlwt

Rows = Sequence[Sequence[Any]]


def xlsx(
    file: Path, rows: Rows, merged: Iterable[str] = (), percents: Iterable[str] = (), title: str = "合成表"
) -> Path:
    """An .xlsx of one sheet; `merged` ranges and cells shown as `percents` by their names (A1:C1, B3)."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    for cell in percents:
        sheet[cell].number_format = "0.0%"
    book.save(file)
    return file


def xls(file: Path, rows: Rows) -> Path:
    """An .xls (BIFF8) of one sheet."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("合成表")
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if value not in (None, ""):
                sheet.write(y, x, value)
    book.save(str(file))
    return file


def ods(file: Path, rows: Rows) -> Path:
    """An .ods of one sheet, as little of the format as a reader needs."""
    lines = []
    for row in rows:
        cells = []
        for value in row:
            if value in (None, ""):
                cells.append("<table:table-cell/>")
            elif isinstance(value, str):
                cells.append(
                    f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
                )
            else:
                cells.append(
                    f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
                )
        lines.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="合成表">{"".join(lines)}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return file


def with_part(file: Path, name: str, content: bytes) -> Path:
    """The same archive with one part replaced or added, packed as tightly as can be."""
    with zipfile.ZipFile(file) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    parts[name] = content
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for part, held in parts.items():
            archive.writestr(part, held)
    return file

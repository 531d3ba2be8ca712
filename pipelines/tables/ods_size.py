"""How far an .ods reaches: it says of a cell or row how often it is repeated, and calamine writes every one of them out."""

import re
import zipfile
from pathlib import Path

_ROW = re.compile(rb"<table:table-row\b([^>]*?)(?:/>|>(.*?)</table:table-row>)", re.S)
_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(?:/>|>(.*?)</table:(?:covered-)?table-cell>)", re.S)
_ROWS = re.compile(rb'table:number-rows-repeated="([0-9]{1,9})"')
_COLUMNS = re.compile(rb'table:number-columns-repeated="([0-9]{1,9})"')
_READ_MAX = 256 * 1024 * 1024


def ods_size(file: Path) -> tuple[int, int]:
    """Rows up to the last filled one and columns up to the last filled one, of all sheets together.

    Args:
        file: a sound archive whose sizes were checked.
    """
    with zipfile.ZipFile(file) as archive:
        if "content.xml" not in archive.namelist():
            return 0, 0
        with archive.open("content.xml") as part:
            content = part.read(_READ_MAX)
    height = width = rows = 0
    for row in _ROW.finditer(content):
        repeated = _ROWS.search(row[1])
        rows += int(repeated[1]) if repeated else 1
        filled = _filled(row[2] or b"")
        if filled:
            height, width = rows, max(width, filled)
    return height, width


def _filled(row: bytes) -> int:
    """Columns up to the last cell that holds something."""
    columns = last = 0
    for cell in _CELL.finditer(row):
        repeated = _COLUMNS.search(cell[1])
        columns += int(repeated[1]) if repeated else 1
        if cell[2] or b"office:value" in cell[1]:
            last = columns
    return last

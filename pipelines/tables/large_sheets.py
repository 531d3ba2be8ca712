"""A sheet of an .xlsx too large to lie in memory as a whole: handed to calamine so many rows at a time."""

import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import python_calamine as calamine

from pipelines.tables.errors import FileError
from pipelines.tables.numbers import Value
from pipelines.tables.sheets import RawRow
from pipelines.tables.xlsx_parts import Parts, pieces_of

# Calamine takes a hundred bytes a cell while it reads a sheet, and a text's own length.
PIECE_CELLS = 1_500_000
_BEGIN = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*>")
# What calamine needs of a workbook to read a sheet of it.
_KEPT = ("[content_types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_KEPT_ENDS = ("styles.xml", "sharedstrings.xml")


def rows_in_pieces(file: Path, name: str, part: Parts) -> Iterator[RawRow]:
    """The rows of a sheet from its first, blank ones too, never more than `PIECE_CELLS` cells of them in memory.

    Args:
        file: a sound .xlsx.
        name: of the sheet.
        part: what is known of it.
    Raises:
        FileError: its rows are not in order.
    """
    last = 0
    with tempfile.TemporaryDirectory(prefix="portal-sheet-") as folder:
        for piece in _workbooks(file, part, Path(folder)):
            sheet = calamine.load_workbook(str(piece)).get_sheet_by_name(name)
            if sheet.start is None or sheet.end is None:
                continue
            if sheet.start[0] < last:
                raise FileError(f"{file} 的表“{name}”里行的次序是乱的。请用表格软件打开、另存为 .xlsx 后重试。")
            left: list[Value] = [""] * sheet.start[1]
            for number, cells in enumerate(islice(sheet.iter_rows(), last, None), last + 1):
                yield number, [*left, *cells]
            last = sheet.end[0] + 1


def _workbooks(file: Path, part: Parts, folder: Path) -> Iterator[Path]:
    """Workbooks that each hold some rows of the sheet, every one made when it is asked for and gone with the next."""
    piece = folder / "piece.xlsx"
    with zipfile.ZipFile(file) as archive:
        pieces = pieces_of(archive, part.path)
        first = next(pieces, b"")
        begin = _BEGIN.search(first)
        if begin is None:
            return
        head, rows = first[: begin.end()], first[begin.end() :]
        foot = b"</" + begin[1] + b"sheetData></" + begin[1] + b"worksheet>"
        while rows:
            with zipfile.ZipFile(piece, "w") as made:
                _copy_parts(archive, made)
                with made.open(part.path, "w", force_zip64=True) as sheet:
                    sheet.write(head)
                    room = max(1, PIECE_CELLS // max(1, part.width))
                    while rows and room > 0:
                        sheet.write(rows.partition(foot[: foot.index(b">") + 1])[0])
                        room -= rows.count(b"row>")
                        rows = next(pieces, b"")
                    sheet.write(foot)
            yield piece


def _copy_parts(archive: zipfile.ZipFile, made: zipfile.ZipFile) -> None:
    for info in archive.infolist():
        name = info.filename.lower()
        if name in _KEPT or name.endswith(_KEPT_ENDS):
            with archive.open(info) as source, made.open(info.filename, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target)

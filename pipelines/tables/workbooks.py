"""Spreadsheets (.xlsx, .xls, .ods) by calamine, after it is sure that opening them is safe."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import python_calamine as calamine

from pipelines.tables.errors import FileError
from pipelines.tables.large_sheets import PIECE_CELLS, rows_in_pieces
from pipelines.tables.numbers import Value
from pipelines.tables.ods_size import ods_size
from pipelines.tables.sheets import Merged, RawRow, Sheet
from pipelines.tables.xlsx_parts import Parts, read_parts

EXTENSIONS = (".xlsx", ".xls", ".ods")
_MB = 1024 * 1024
FILE_MAX = 128 * _MB
# Unpacked, a full sheet of a million rows of ten numbers is some 600 MB of XML; what is far beyond is made to harm.
_UNPACKED_MAX = 1_536 * _MB
_SHARED_MAX = 256 * _MB
_RATIO_MAX, _RATIO_FROM = 200, 16 * _MB
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Of an .xlsx no more cells lie in memory than are read at a time; of an .ods all do, some hundred bytes each, and of an .xlsx
# whose cells do not say where they are.
_CELLS_MAX, _WHOLE_MAX, _UNPLACED_MAX = 12_000_000, 8_000_000, 3_000_000


def open_workbook(file: Path) -> tuple[list[Sheet], list[str]]:
    """The visible sheets of a workbook that hold anything, and the names of those that are hidden.

    Raises:
        FileError: it is damaged, encrypted, holds macros, or would take more memory than a table does.
    """
    _check(file)
    try:
        book = calamine.load_workbook(str(file))
        kinds = {m.name: (str(m.typ), str(m.visible)) for m in book.sheets_metadata}
        if any("Macro" in typ or "Vba" in typ for typ, _ in kinds.values()):
            raise FileError(_macros(file))
        parts = _parts(file)
        hidden = [
            name for name, (_, visible) in kinds.items() if "Hidden" in visible or not visible.endswith("Visible")
        ]
        shown = [name for name, (typ, _) in kinds.items() if typ.endswith("WorkSheet") and name not in hidden]
        return list(_sheets(file, book, shown, parts)), hidden
    except calamine.PasswordError:
        raise FileError(f"{file} 有密码，打不开。请取消密码后重新保存。") from None
    except (calamine.CalamineError, zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
        raise FileError(
            f"{file} 不是完整的表格文件（{_short(error)}）。请重新下载，或用表格软件打开、另存为 .xlsx 后重试。"
        ) from None


def _check(file: Path) -> None:
    """Refuse what would do harm before any of it is unpacked."""
    size = file.stat().st_size
    if size > FILE_MAX:
        raise FileError(
            f"{file} 有 {size / _MB:.0f} MB，超过 {FILE_MAX // _MB} MB 的上限。请拆成几个文件，或另存为 CSV。"
        )
    with file.open("rb") as opened:
        start = opened.read(8)
    if start == _OLE:
        if file.suffix.lower() != ".xls":
            raise FileError(f"{file} 有密码，或其实是旧的 .xls 文件。请取消密码，或把后缀改为 .xls 后重试。")
        return
    if start.startswith(b"PK"):
        _check_zip(file)
        return
    raise FileError(f"{file} {_other_kind(file)}")


def _other_kind(file: Path) -> str:
    """What a file is that has a workbook's name and is none, and what to do."""
    with file.open("rb") as opened:
        start = opened.read(4096).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<style")):
        return "其实是网页，不是表格文件。请用表格软件打开、另存为 .xlsx 后重试。"
    if (b"\0" not in start and b"," in start) or b"\t" in start:
        return "其实是文本，不是表格文件。如是 CSV，请把后缀改为 .csv 后重试。"
    return "不是完整的表格文件。请重新下载，或用表格软件打开、另存为 .xlsx 后重试。"


def _check_zip(file: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
            parts = [i for i in infos if i.filename.lower().endswith((".xml", ".rels"))]
            doubtful = next((i.filename for i in parts if _has_entities(archive, i)), None)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise FileError(f"{file} 不是完整的表格文件（{_short(error)}）。请重新下载或另存为 .xlsx 后重试。") from None
    _check_unpacked(file, infos)
    names = [i.filename.lower() for i in infos]
    if any("vbaproject" in n or "/macrosheets/" in n or n.startswith(("basic/", "scripts/")) for n in names):
        raise FileError(_macros(file))
    if file.suffix.lower() == ".ods":
        height, width = ods_size(file)
        _check_size(file, "（全部）", Parts(height=height, width=width, cells=height * width), _WHOLE_MAX)
    if doubtful is not None:
        raise FileError(
            f"{file} 的 {doubtful} 里定义了 XML 实体，正常的表格没有，没有打开。请用表格软件另存为 .xlsx 后重试。"
        )


def _check_unpacked(file: Path, infos: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive by what it says it unpacks to."""
    unpacked = sum(i.file_size for i in infos)
    packed = sum(i.compress_size for i in infos) or 1
    if unpacked > _UNPACKED_MAX or (unpacked > _RATIO_FROM and unpacked / packed > _RATIO_MAX):
        raise FileError(
            f"{file} 解开后有 {unpacked / _MB:,.0f} MB，是压缩包的 {unpacked // packed} 倍，不像正常的表格，没有打开。请核对文件，或另存为 CSV。"
        )
    shared = sum(i.file_size for i in infos if i.filename.lower().endswith("sharedstrings.xml"))
    if shared > _SHARED_MAX:
        raise FileError(f"{file} 里的文字解开后有 {shared / _MB:,.0f} MB，超过 {_SHARED_MAX // _MB} MB。请另存为 CSV。")


def _has_entities(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Whether a part declares entities, which must come before its first element."""
    with archive.open(info) as part:
        start = part.read(4096)
    return (
        b"<!DOCTYPE" in start
        or b"<!ENTITY" in start
        or "<!DOCTYPE".encode("utf-16-le") in start
        or "<!DOCTYPE".encode("utf-16-be") in start
    )


def _parts(file: Path) -> dict[str, Parts]:
    """What calamine does not tell of an .xlsx, and that none of its sheets reaches too far."""
    parts = read_parts(file) if file.suffix.lower() == ".xlsx" else {}
    for name, part in parts.items():
        _check_size(file, name, part, _CELLS_MAX if part.height else _UNPLACED_MAX)
    return parts


def _check_size(file: Path, name: str, part: Parts, most: int) -> None:
    if part.cells > most:
        reach = f"{part.height:,} 行、{part.width:,} 列" if part.height else f"{part.cells:,} 格"
        raise FileError(f"{file} 的表“{name}”有 {reach}，超过 {most:,} 格。请删去空白的行列，或另存为 CSV。")


def _sheets(
    file: Path, book: calamine.CalamineWorkbook, names: Sequence[str], parts: Mapping[str, Parts]
) -> Iterator[Sheet]:
    """The sheets that hold anything; those that together would not fit in memory are read in pieces."""
    room = PIECE_CELLS
    for name in names:
        part = parts.get(name, Parts())
        room -= part.cells
        if room < 0 and part.height and part.width:
            scan = partial(rows_in_pieces, file, name, part)
            yield Sheet(name, scan, part.merged, part.flaws, part.percents)
        elif (sheet := _sheet(book, name, part)) is not None:
            yield sheet


def _sheet(book: calamine.CalamineWorkbook, name: str, parts: Parts) -> Sheet | None:
    sheet = book.get_sheet_by_name(name)
    if sheet.start is None or sheet.end is None:
        return None
    merged = tuple(Merged(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ())
    return Sheet(name, partial(_rows, sheet), merged, parts.flaws, parts.percents)


def _rows(sheet: calamine.CalamineSheet) -> Iterator[RawRow]:
    """The rows from the sheet's first, blank ones too. Calamine counts cells from the first column that is filled."""
    left: list[Value] = [""] * (sheet.start[1] if sheet.start else 0)
    for number, cells in enumerate(sheet.iter_rows(), 1):
        yield number, [*left, *cells]


def _macros(file: Path) -> str:
    return f"{file} 里有宏。宏可能有害，没有打开。请另存为不含宏的 .xlsx 后重试。"


def _short(error: Exception) -> str:
    """What is wrong with a file, in a word: what the libraries say is for programmers."""
    packed = isinstance(error, zipfile.BadZipFile | calamine.ZipError | EOFError | NotImplementedError)
    return "压缩包不完整，多半没有下载完" if packed else "内容缺了或坏了"

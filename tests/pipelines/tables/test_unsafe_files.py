"""Files made to harm, locked or broken ones: refused with a sentence, before they are unpacked. All are synthetic.

What a refusal may cost is bounded by the system, not by a clock: each file is read in a process of its own that may use so much
memory and so many seconds of a processor and no more; a bomb that goes off meets the bound, however slow the machine.
"""

import io
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pipelines.tables.files import ods, with_part, xls, xlsx

ROWS = [["名称", "数"], ["合成", 1]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def bomb(folder: Path) -> Path:
    sheet = (
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>'
        + b"1" * (200 * 1024 * 1024)
        + b"</v></c></row></sheetData></worksheet>"
    )
    return with_part(xlsx(folder / "bomb.xlsx", ROWS), "xl/worksheets/sheet1.xml", sheet)


def nested(folder: Path) -> Path:
    """A part that says it is small and unpacks to much."""
    file = bomb(folder)
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        size = next(i.file_size for i in archive.infolist() if i.filename == "xl/worksheets/sheet1.xml")
    lying = bytes(content).replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != bytes(content)
    file.write_bytes(lying)
    return file


def entities(folder: Path) -> Path:
    lines = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
    sheet = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e0 "合成">{lines}]><worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&e9;</v></c></row></sheetData></worksheet>'
    return with_part(xlsx(folder / "entities.xlsx", ROWS), "xl/worksheets/sheet1.xml", sheet.encode())


def entities_ods(folder: Path) -> Path:
    return with_part(
        ods(folder / "entities.ods", ROWS),
        "content.xml",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    )


def macro(folder: Path) -> Path:
    return with_part(xlsx(folder / "macro.xlsx", ROWS), "xl/vbaProject.bin", b"synthetic")


def macro_sheet(folder: Path) -> Path:
    return with_part(xlsx(folder / "macrosheet.xlsx", ROWS), "xl/macrosheets/sheet2.xml", b"<macrosheet/>")


def locked(folder: Path) -> Path:
    """An encrypted .xlsx is an OLE file around the packed one."""
    file = folder / "locked.xlsx"
    file.write_bytes(OLE + bytes(4096))
    return file


def cut(folder: Path) -> Path:
    file = xlsx(folder / "cut.xlsx", [["名称", "数"], *([f"合成{i}号", i] for i in range(500))])
    file.write_bytes(file.read_bytes()[:-300])
    return file


def cut_xls(folder: Path) -> Path:
    file = xls(folder / "cut.xls", [["名称", "数"], *([f"合成{i}号", i] for i in range(500))])
    file.write_bytes(file.read_bytes()[:1500])
    return file


def damaged(folder: Path) -> Path:
    return with_part(xlsx(folder / "damaged.xlsx", ROWS), "xl/workbook.xml", b"<workbook><sheets><sheet name=")


def noise(folder: Path) -> Path:
    file = folder / "noise.xlsx"
    file.write_bytes(b"synthetic noise " * 100)
    return file


def wide(folder: Path) -> Path:
    """One cell at the far corner: a sheet of 17 thousand million cells."""
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    return with_part(xlsx(folder / "wide.xlsx", ROWS), "xl/worksheets/sheet1.xml", sheet)


def unplaced(folder: Path) -> Path:
    """Four million cells that do not say where they are."""
    row = b"<row>" + b"<c><v>1</v></c>" * 1_000 + b"</row>"
    return with_part(
        xlsx(folder / "unplaced.xlsx", ROWS),
        "xl/worksheets/sheet1.xml",
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + row * 1_000
        + os.urandom(500_000).hex().encode()
        + row * 3_000
        + b"</sheetData></worksheet>",
    )


def endless(folder: Path) -> Path:
    """A row of a hundred megabytes."""
    cells = b"".join(b"<c><v>%d</v></c>" % (n * 7919 % 10_007) for n in range(100_000))
    return with_part(
        xlsx(folder / "endless.xlsx", ROWS),
        "xl/worksheets/sheet1.xml",
        b"<worksheet><sheetData><row>" + cells * 60 + b"</row></sheetData></worksheet>",
    )


def repeated(folder: Path) -> Path:
    """A cell that says it is there a million times, in a row that says so too."""
    file = ods(folder / "repeated.ods", ROWS)
    with zipfile.ZipFile(file) as archive:
        content = archive.read("content.xml")
    content = content.replace(b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1000000">')
    content = content.replace(b"<table:table-cell ", b'<table:table-cell table:number-columns-repeated="16000" ')
    return with_part(file, "content.xml", content)


def binary(folder: Path) -> Path:
    file = folder / "binary.csv"
    file.write_bytes(b"\xff\xfe\x00\x80\xff")
    return file


def unclosed(folder: Path) -> Path:
    file = folder / "unclosed.csv"
    file.write_text('名称,数\n"合成,1\n' + "合成,1\n" * 100)
    return file


def huge_cell(folder: Path) -> Path:
    file = folder / "huge-cell.csv"
    file.write_text('名称,数\n"' + "合" * 300_000 + '",1\n')
    return file


def web_page(folder: Path) -> Path:
    """What many systems call an export to Excel."""
    file = folder / "export.xls"
    file.write_text("<html><table><tr><td>名称</td><td>合成</td></tr></table></html>")
    return file


def text_named_so(folder: Path) -> Path:
    file = folder / "text.xlsx"
    file.write_text("名称,数\n合成,1\n")
    return file


def workbook_named_csv(folder: Path) -> Path:
    return xlsx(folder / "workbook.xlsx", ROWS).rename(folder / "workbook.csv")


def too_large(folder: Path) -> Path:
    file = folder / "large.xlsx"
    with file.open("wb") as out:
        out.truncate(200 * 1024 * 1024)
    return file


# Reads a file as any import does; another reader in the process may have left csv's limit anywhere.
READ = """
import csv, pathlib, sys
from pipelines.tables.errors import FileError
from pipelines.tables.reader import read_table
csv.field_size_limit(10**9)
try:
    list(read_table(pathlib.Path(sys.argv[1])).rows())
except FileError as error:
    print(error)
else:
    sys.exit("the file was read")
"""
MEMORY, PROCESSOR_SECONDS = 1536 * 1024 * 1024, 20


def bounded() -> None:
    """Bound a process; with the interpreter and its libraries a refusal takes some 0.3 GB of addresses and 2 seconds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (bomb, "倍，不像正常的表格，没有打开。请核对文件，或另存为 CSV。"),
        (nested, "不是完整的表格文件（"),
        (entities, "里定义了 XML 实体，正常的表格没有，没有打开。"),
        (entities_ods, "里定义了 XML 实体，正常的表格没有，没有打开。"),
        (macro, "里有宏。宏可能有害，没有打开。请另存为不含宏的 .xlsx 后重试。"),
        (macro_sheet, "里有宏。宏可能有害，没有打开。请另存为不含宏的 .xlsx 后重试。"),
        (locked, "有密码，或其实是旧的 .xls 文件。请取消密码，或把后缀改为 .xls 后重试。"),
        (cut, "不是完整的表格文件（压缩包不完整，多半没有下载完）。"),
        (cut_xls, "不是完整的表格文件（内容缺了或坏了）。"),
        (damaged, "不是完整的表格文件（"),
        (noise, "不是完整的表格文件。请重新下载，或用表格软件打开、另存为 .xlsx 后重试。"),
        (wide, "行、16,384 列，超过 12,000,000 格。请删去空白的行列，或另存为 CSV。"),
        (unplaced, "格，超过 3,000,000 格。请删去空白的行列，或另存为 CSV。"),
        (endless, "不是完整的表格文件（"),
        (repeated, "超过 8,000,000 格。请删去空白的行列，或另存为 CSV。"),
        (binary, "不是 UTF-8、UTF-16、GB18030 或 Big5 文本。请另存为 UTF-8 后重试。"),
        (unclosed, "不是有效的 CSV（有引号没有配对，直到文件末尾）。请检查引号。"),
        (huge_cell, "有一格超过 131,072 个字，多半是引号没有配对"),
        (web_page, "其实是网页，不是表格文件。请用表格软件打开、另存为 .xlsx 后重试。"),
        (text_named_so, "其实是文本，不是表格文件。如是 CSV，请把后缀改为 .csv 后重试。"),
        (workbook_named_csv, "其实是表格文件，不是文本。请把后缀改为 .xlsx 或 .xls 后重试。"),
        (too_large, "有 200 MB，超过 128 MB 的上限。请拆成几个文件，或另存为 CSV。"),
    ],
)
def test_a_file_made_to_harm_or_broken_is_refused_before_it_costs_anything(
    tmp_path: Path, made: Callable[[Path], Path], sentence: str
) -> None:
    file = made(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(file)], capture_output=True, text=True, preexec_fn=bounded, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert sentence in done.stdout
    assert str(file) in done.stdout


def test_the_bound_ends_what_is_not_refused(tmp_path: Path) -> None:
    grow = "x = []\nwhile True: x.append(bytes(10**8))"
    done = subprocess.run([sys.executable, "-c", grow], capture_output=True, text=True, preexec_fn=bounded, check=False)
    assert "MemoryError" in done.stderr

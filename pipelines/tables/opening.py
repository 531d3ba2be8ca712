"""Which sheet of a file is read: by its kind, by name, or the first that can be seen."""

from pathlib import Path

from pipelines.tables.delimited import open_delimited
from pipelines.tables.errors import FileError
from pipelines.tables.sheets import Sheet
from pipelines.tables.workbooks import EXTENSIONS, open_workbook

DELIMITED = (".csv", ".tsv", ".txt")


def open_sheet(file: Path, name: str | None = None) -> tuple[Sheet, list[str]]:
    """The sheet to be read, and what is to be told of the others.

    Args:
        file: `.xlsx`, `.xls`, `.ods`, `.csv`, `.tsv` or `.txt`.
        name: of the sheet; without one, the first visible sheet that has a table.
    Raises:
        FileError: the file cannot be read, or has no such sheet.
    """
    if not file.is_file():
        raise FileError(f"{file} 不存在，或不是文件。")
    if file.stat().st_size == 0:
        raise FileError(f"{file} 是空的。")
    suffix = file.suffix.lower()
    if suffix in DELIMITED:
        return open_delimited(file), ["文本文件只有一张表，--sheet 没有用到"] if name is not None else []
    if suffix not in EXTENSIONS:
        raise FileError(f"{file} 的格式不认识。能读的表格是 {'、'.join((*EXTENSIONS, '.csv', '.tsv'))}。")
    sheets, hidden = open_workbook(file)
    if name is not None:
        return _named(file, name, sheets, hidden), []
    if not sheets:
        raise FileError(f"{file} 里没有能读的表。" + (f"隐藏的表：{'、'.join(hidden)}。" if hidden else ""))
    return sheets[0], _told(suffix, sheets, hidden)


def _named(file: Path, name: str, sheets: list[Sheet], hidden: list[str]) -> Sheet:
    found = next((s for s in sheets if s.name == name), None)
    if found is None:
        why = "是隐藏的表；请先取消隐藏" if name in hidden else "没有这张表"
        names = "、".join(str(s.name) for s in sheets)
        raise FileError(f"{file}：“{name}”{why}。能读的表：{names or '（没有）'}。")
    return found


def _told(suffix: str, sheets: list[Sheet], hidden: list[str]) -> list[str]:
    """What the person should know of the sheets that are not read, and of the kind of file."""
    told = [f"隐藏的表没有读：{'、'.join(hidden)}"] if hidden else []
    if suffix == ".xls":
        told.append("旧的 .xls 里，错误值和没有算出的公式读作空格；如有，请另存为 .xlsx 再导入")
    if len(sheets) > 1:
        rest = "、".join(str(s.name) for s in sheets[1:])
        told.append(f"读的是表“{sheets[0].name}”；另有{rest}没有读，可用 --sheet 指定")
    return told

"""Rows of text as an Excel workbook: what was typed stays text and is no formula."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

# What Excel holds in a cell.
_CELL_MOST = 32_767


def write(
    file: Path, title: str, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Mapping[int, int]
) -> None:
    """Write a workbook of one sheet, row by row.

    Args:
        file: where to.
        title: of the sheet.
        heads: of the columns.
        rows: cells as text.
        widths: of columns that are not as wide as the others, in characters.
    """
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(file), options) as book:
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 12)
        for column, width in widths.items():
            sheet.set_column(column, column, width)
        sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
        for line, cells in enumerate(rows, 1):
            for column, cell in enumerate(cells):
                sheet.write_string(line, column, cell[:_CELL_MOST])

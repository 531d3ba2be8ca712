"""PDF files: their text put together again into paragraphs; scanned pages through OCR where it is installed."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from pipelines.documents.extracted_text import DocumentFileError, Taken, row_line
from pipelines.documents.pdf_lines import CELL, page_lines
from pipelines.sources.number_markers import read_marker

Report = Callable[[str, int, int], None]
_PAGES_MAX = 1000
_PAGE_NUMBER = re.compile(r"[\s\-–—_·•第]*\d{1,4}\s*(?:[/／]\s*\d{1,4})?[\s\-–—_·•页]*")
_ENDS = re.compile(r"[。；：！？;:!?”』」）)]$")
# A line this much of the usual length goes on in the next one.
_FULL = 0.85
# A line that stands at the edge of this share of the pages belongs to the pages, not to the text.
_RUNNING = 0.5
_EDGE = 2
_OCR_SCALE = 2.5
_SURE = 0.5


def from_pdf(file: Path, report: Report = lambda *_: None) -> Taken:
    """The text of a PDF.

    Raises:
        DocumentFileError: it is encrypted, damaged, has too many pages, or is scanned and there is no OCR here.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(file)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        why = "有密码，请先去掉密码" if "assword" in str(error) else "读不出，可能已损坏，请重新导出"
        raise DocumentFileError(f"{file}：这个 PDF {why}。") from None
    if count > _PAGES_MAX:
        raise DocumentFileError(f"{file}：有 {count} 页，最多读 {_PAGES_MAX} 页。请拆成几份。")
    taken = Taken("pdf", pages=count)
    pages: list[list[str]] = []
    images: list[int] = []
    for number in range(count):
        report("读取页面", number, count)
        lines, notes, pictured = _page(document[number])
        pages.append(lines)
        taken.notes += [f"第 {number + 1} 页：{note}" for note in notes]
        images.append(pictured)
    scanned = [n for n in range(count) if images[n] and not pages[n]]
    pictures = sum(images[n] for n in range(count) if pages[n])
    report("读取页面", count, count)
    if scanned:
        _read_scanned(document, scanned, pages, taken, file, report)
    document.close()
    taken.paragraphs = _paragraphs(_without_edges(pages, taken), taken)
    if taken.tables:
        taken.told.append(f"{taken.tables} 张表格按行写成了文字，列由间隔认出，请对照原件。")
    if pictures:
        taken.told.append(f"{pictures} 处图片没有收，是图片的表格也没有收，请对照原件。")
    return taken


def _page(page: Any) -> tuple[list[str], list[str], int]:
    """A page's lines that are not blank, its footnotes, and how many pictures it has."""
    import pypdfium2

    images = sum(1 for _ in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))
    found = page_lines(page)
    page.close()
    return found.lines, found.notes, images


def _read_scanned(
    document: Any, scanned: Sequence[int], pages: list[list[str]], taken: Taken, file: Path, report: Report
) -> None:
    """Read pages that are pictures of text."""
    named = "、".join(str(n + 1) for n in scanned[:20]) + ("等" if len(scanned) > 20 else "")
    try:
        from rapidocr import RapidOCR
    except ImportError:
        sentence = f"第 {named} 页是扫描的图片，没有文字。要识别请先安装：pip install '.[ocr]'。"
        if len(scanned) == len(pages):
            raise DocumentFileError(f"{file}：{sentence}") from None
        taken.told.append(f"{sentence}这些页没有收。")
        return
    # It would tell where each of its files lies.
    engine: Any = RapidOCR(params={"Global.log_level": "warning"})
    unsure = 0
    for done, number in enumerate(scanned):
        report("识别扫描页", done, len(scanned))
        found = engine(document[number].render(scale=_OCR_SCALE).to_numpy())
        texts = list(found.txts or ())
        unsure += sum(score < 0.9 for score in found.scores or ())
        pages[number] = [t for t, score in zip(texts, found.scores or (), strict=True) if score >= _SURE and t.strip()]
    report("识别扫描页", len(scanned), len(scanned))
    doubt = f"，其中 {unsure} 行把握不大" if unsure else ""
    taken.told.append(f"第 {named} 页是扫描的图片，文字由识别得来{doubt}。请逐字对照原件，尤其是数字和标点。")


def _without_edges(pages: list[list[str]], taken: Taken) -> list[list[str]]:
    """The pages without running heads and feet and page numbers."""
    edges = Counter(re.sub(r"\d+", "#", line) for page in pages for line in _edge(page))
    running = {line for line, times in edges.items() if times >= max(3, _RUNNING * len(pages))}
    if len(pages) == 2:
        running |= {re.sub(r"\d+", "#", line) for line in _edge(pages[0]) & _edge(pages[1])}
    kept, removed = [], 0
    for page in pages:
        last = len(page) - _EDGE
        lines = [
            line
            for at, line in enumerate(page)
            if not (
                (at < _EDGE or at >= last)
                and (re.sub(r"\d+", "#", line) in running or _PAGE_NUMBER.fullmatch(line))
                and len(page) > 1
            )
        ]
        removed += len(page) - len(lines)
        kept.append(lines)
    if removed:
        taken.told.append(f"{removed} 行页眉、页脚和页码没有收。")
    return kept


def _edge(page: list[str]) -> set[str]:
    return {*page[:_EDGE], *page[-_EDGE:]} if len(page) > _EDGE else set()


def _paragraphs(pages: list[list[str]], taken: Taken) -> list[str]:
    """The lines put together: one that fills the page's width and does not end a sentence goes on in the next; lines of as many
    cells, one below the other, are a table."""
    lines = [line for page in pages for line in page]
    usual = _usual_width(lines)
    found: list[str] = []
    goes_on = False
    for cells, rows in groupby(lines, key=lambda line: line.count(CELL)):
        group = list(rows)
        if cells and len(group) > 1:
            taken.tables += 1
            found += [row_line(row.split(CELL)) for row in group]
            goes_on = False
            continue
        for row in group:
            line = row.replace(CELL, "\u3000")
            _add_line(found, line, goes_on)
            goes_on = _width(line) >= _FULL * usual and not _ENDS.search(line)
    return found


def _add_line(found: list[str], line: str, goes_on: bool) -> None:
    """Add a line to the paragraphs: to the last one where that goes on and the line begins no clause."""
    if found and goes_on and read_marker(line) is None:
        found[-1] += (" " if found[-1][-1:].isascii() and line[:1].isascii() else "") + line
    else:
        found.append(line)


def _usual_width(lines: list[str]) -> float:
    """The width that most full lines have."""
    widths = sorted(map(_width, lines))
    return widths[int(len(widths) * 0.9)] if widths else 0.0


def _width(line: str) -> float:
    """How broad a line is, in Chinese characters: others are half as broad."""
    return sum(0.5 if c.isascii() else 1.0 for c in line)

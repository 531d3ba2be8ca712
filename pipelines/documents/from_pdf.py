"""PDF files: their text put together again into paragraphs; scanned pages through OCR where it is installed."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipelines.documents.extracted_text import DocumentFileError, Taken
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
        lines, pictured = _page(document[number])
        pages.append(lines)
        images.append(pictured)
    scanned = [n for n in range(count) if images[n] and not pages[n]]
    pictures = sum(images[n] for n in range(count) if pages[n])
    report("读取页面", count, count)
    if scanned:
        _read_scanned(document, scanned, pages, taken, file, report)
    document.close()
    taken.paragraphs = _paragraphs(_without_edges(pages, taken))
    if pictures:
        taken.told.append(f"{pictures} 处图片没有收；表格的格线读不出，表格里的文字请对照原件。")
    return taken


def _page(page: Any) -> tuple[list[str], int]:
    """A page's lines that are not blank, and how many pictures it has."""
    import pypdfium2

    images = sum(1 for _ in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))
    lines = [line.strip() for line in page.get_textpage().get_text_range().splitlines() if line.strip()]
    page.close()
    return lines, images


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
    taken.told.append(
        f"第 {named} 页是扫描的图片，文字由识别得来，其中 {unsure} 行把握不大。请逐字对照原件，尤其是数字和标点。"
    )


def _without_edges(pages: list[list[str]], taken: Taken) -> list[list[str]]:
    """The pages without running heads and feet and page numbers."""
    edges = Counter(
        re.sub(r"\d+", "#", line) for page in pages for line in {*page[:_EDGE], *page[-_EDGE:]} if len(page) > _EDGE
    )
    running = {line for line, times in edges.items() if times >= max(3, _RUNNING * len(pages))}
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


def _paragraphs(pages: list[list[str]]) -> list[str]:
    """The lines put together: one that fills the page's width and does not end a sentence goes on in the next."""
    lines = [line for page in pages for line in page]
    lengths = sorted(len(line) for line in lines)
    usual = lengths[int(len(lengths) * 0.9)] if lengths else 0
    found: list[str] = []
    goes_on = False
    for line in lines:
        if found and goes_on and read_marker(line) is None:
            found[-1] += (" " if found[-1][-1:].isascii() and line[:1].isascii() else "") + line
        else:
            found.append(line)
        goes_on = len(line) >= _FULL * usual and not _ENDS.search(line)
    return found

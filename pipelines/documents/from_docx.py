"""Word files: paragraphs and tables in their order, as they read with all changes accepted."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.documents.embedded_pages import embedded_page
from pipelines.documents.extracted_text import DocumentFileError, Taken, row_line

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNPACKED_MAX = 300 * 1024 * 1024


def from_docx(file: Path) -> Taken:
    """The text of a .docx.

    Raises:
        DocumentFileError: it is encrypted, damaged or unpacks to more than a document does.
    """
    from docx import Document as open_docx
    from docx.opc.exceptions import PackageNotFoundError

    _check_archive(file)
    try:
        document = open_docx(str(file))
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, SyntaxError) as error:
        raise DocumentFileError(f"{file}：不是完好的 .docx（{error}）。请用 Word 打开后另存一次。") from None
    taken = Taken("docx")
    body = document.element.body
    for block in body.iterchildren():
        if block.tag == f"{_W}p":
            taken.paragraphs += _text(block).split("\n")
        elif block.tag == f"{_W}tbl":
            taken.tables += 1
            taken.paragraphs += [row_line(cells) for cells in _rows(block)]
        elif block.tag == f"{_W}sdt":
            taken.paragraphs += [_text(p) for p in block.iter(f"{_W}p")]
        elif block.tag == f"{_W}altChunk":
            _take_embedded(block, document.part, taken, file)
    _take_notes(document.part, taken)
    _tell(taken, body, document)
    return taken


def _check_archive(file: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(i.file_size for i in archive.infolist())
    except zipfile.BadZipFile:
        raise DocumentFileError(f"{file}：不是完好的 .docx，压缩包读不出。请用 Word 打开后另存一次。") from None
    if unpacked > _UNPACKED_MAX:
        raise DocumentFileError(f"{file}：解开后有 {unpacked // 1024 // 1024} MB，不像一份文件，没有读。")


def _text(paragraph: Any) -> str:
    """A paragraph's words: insertions in, deletions out, a line break for a break."""
    parts = []
    for node in _nodes(paragraph):
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag == f"{_W}tab":
            parts.append("\u3000")
        elif node.tag in {f"{_W}br", f"{_W}cr"}:
            parts.append("\n")
    return "".join(parts)


def _nodes(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag in {f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", _FALLBACK}:
            continue
        yield child
        yield from _nodes(child)


def _take_embedded(block: Any, part: Any, taken: Taken, file: Path) -> None:
    """A file within the file that Word shows in its place."""
    related = part.rels.get(block.get(f"{_R}id"))
    page = embedded_page(related.target_part, file) if related is not None and not related.is_external else None
    if page is None:
        taken.told.append("有一份嵌入的文件读不出，没有收。")
        return
    taken.paragraphs += page.paragraphs
    taken.told += page.told
    taken.notes += page.notes
    taken.tables += page.tables


def _take_notes(part: Any, taken: Taken) -> None:
    """The footnotes and endnotes, which stand in files of their own."""
    from lxml import etree

    for related in part.rels.values():
        kind = related.reltype.rsplit("/", 1)[-1]
        if related.is_external or kind not in {"footnotes", "endnotes"}:
            continue
        root = etree.fromstring(related.target_part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
        for note in root:
            words = "".join(_text(p) for p in note.iter(f"{_W}p")).strip()
            if note.get(f"{_W}type") is None and words:
                taken.notes.append(f"{note.get(f'{_W}id')} {words}")


def _rows(table: Any) -> Iterator[list[str]]:
    for row in table.iter(f"{_W}tr"):
        yield [" ".join(_text(p) for p in cell.iter(f"{_W}p")) for cell in row.iterchildren(f"{_W}tc")]


def _tell(taken: Taken, body: Any, document: Any) -> None:
    numbered = sum(1 for _ in body.iter(f"{_W}numPr"))
    pictures = sum(1 for _ in body.iter(f"{_W}drawing")) + sum(1 for _ in body.iter(f"{_W}pict"))
    changes = sum(1 for _ in body.iter(f"{_W}ins")) + sum(1 for _ in body.iter(f"{_W}del"))
    edges = any(
        part.paragraphs and any(p.text.strip() for p in part.paragraphs)
        for section in document.sections
        for part in (section.header, section.footer)
        if not part.is_linked_to_previous
    )
    if taken.tables:
        taken.told.append(f"{taken.tables} 张表格按行写成了文字，合并的单元格可能错位，请对照原件。")
    if numbered:
        taken.told.append(f"{numbered} 段用了 Word 的自动编号，编号不在文字里，请补上（第X条、一、（一）等）。")
    if pictures:
        taken.told.append(f"{pictures} 处图片或图形没有收。")
    if changes:
        taken.told.append(f"{changes} 处修订按接受修订后的文字收录。")
    if edges:
        taken.told.append("页眉、页脚没有收。")

"""A letter to send on, as text and as .docx: title, headed sections, closing lines."""

import datetime
import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any, Literal

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

Run = tuple[str, bool]
# What XML 1.0 cannot hold; Word would not open a file with one of them.
_UNPRINTABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STYLES = {"paragraph": "Normal", "item": "List Bullet", "quote": "Quote"}
_LINK = RGBColor(0x0B, 0x57, 0xD0)
_LATIN, _BODY, _HEADING = "Times New Roman", "宋体", "黑体"


@dataclass(frozen=True)
class Block:
    """A paragraph, a list item or a quotation of a letter; each run is a text and whether it is bold, `href` where it leads."""

    kind: Literal["paragraph", "item", "quote"]
    runs: tuple[Run, ...]
    href: str = ""

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(text for text, _ in self.runs)


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Letter:
    """A letter ready to be set in type."""

    title: str
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    author: str
    date: datetime.date


def text(letter: Letter) -> str:
    """The letter as plain text, to paste anywhere."""
    parts = [letter.title]
    for section in letter.sections:
        parts.append(section.heading)
        place = 0
        for block in section.blocks:
            place = place + 1 if block.kind == "item" else 0
            start = {"paragraph": "", "item": f"{place}. ", "quote": "    "}[block.kind]
            link = f" {block.href}" if block.href and block.href != block.text else ""
            parts.append(start + block.text.replace("\n", "\n" + " " * len(start)) + link)
    return "\n\n".join([*parts, "\n".join(letter.closing)]) + "\n"


def docx(letter: Letter) -> bytes:
    """The letter as a Word document on A4; the same letter gives the same bytes."""
    document = Document()
    _lay_out(document, letter)
    title = document.add_paragraph(style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.add_run(_printable(letter.title))
    for section in letter.sections:
        document.add_paragraph(_printable(section.heading), style="Heading 1")
        for block in section.blocks:
            paragraph = document.add_paragraph(style=_STYLES[block.kind])
            for words, bold in block.runs:
                paragraph.add_run(_printable(words)).bold = bold or None
            if block.href:
                _lead(paragraph, block.href)
    for line in letter.closing:
        document.add_paragraph(_printable(line)).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return _saved(document, letter.date)


def paragraph(words: str) -> Block:
    """A paragraph of plain words."""
    return Block("paragraph", ((words, False),))


def item(words: str, href: str = "") -> Block:
    """A list item of plain words, and where it leads."""
    return Block("item", ((words, False),), href)


def _printable(words: str) -> str:
    return _UNPRINTABLE.sub("", words)


def _lead(paragraph: Any, href: str) -> None:
    """Let the words of a paragraph lead to an address."""
    leading = OxmlElement("w:hyperlink")
    leading.set(qn("r:id"), paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    for run in list(paragraph.runs):
        run.font.underline, run.font.color.rgb = True, _LINK
        leading.append(run._r)
    paragraph._p.append(leading)


def _lay_out(document: DocumentObject, letter: Letter) -> None:
    """Page, fonts and properties; East Asian fonts are named, or Word falls back to a Latin one."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = Mm(30)
    page.left_margin = page.right_margin = Mm(27)
    (language,) = document.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    for name, font, points in (
        ("Normal", _BODY, 12),
        ("List Bullet", _BODY, 12),
        ("Quote", _BODY, 12),
        ("Title", _HEADING, 20),
        ("Heading 1", _HEADING, 14),
    ):
        _set_font(document.styles[name], font, points)
    document.styles["Quote"].paragraph_format.left_indent = Mm(8)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = letter.title, letter.author, ""
    properties.created = properties.modified = datetime.datetime.combine(letter.date, datetime.time())


def _set_font(style: Any, east_asian: str, points: int) -> None:
    """Fonts by name: those the template takes from its theme would win over them."""
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:rFonts")):
        properties.remove(old)
    style.font.name = _LATIN
    properties.rFonts.set(qn("w:eastAsia"), east_asian)
    style.font.size, style.font.italic, style.font.color.rgb = Pt(points), False, RGBColor(0, 0, 0)


def _saved(document: DocumentObject, date: datetime.date) -> bytes:
    """The document's file, every part of it dated alike."""
    written, dated = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(dated, "w", zipfile.ZIP_DEFLATED) as file:
        for part in parts.namelist():
            stamp = zipfile.ZipInfo(part, (date.year, date.month, date.day, 0, 0, 0))
            file.writestr(stamp, parts.read(part), zipfile.ZIP_DEFLATED)
    return dated.getvalue()

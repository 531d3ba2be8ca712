"""An answer as a reply to send on: question, answer, quotations with their clauses, sources, version and date. As text and as .docx."""

import datetime
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from markdown_it import MarkdownIt

from portal.answering.models import Answer, Figure
from portal.answering.normalise import normalise, shown
from portal.publication.manifest import Manifest
from portal.publication.store import Row
from portal.texts.interface import speaking, t
from portal.texts.numbers import number

Run = tuple[str, bool]

_MARKDOWN = MarkdownIt("commonmark", {"html": False})
# What XML 1.0 cannot hold; Word would not open a file with one of them.
_UNPRINTABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STYLES = {"paragraph": "Normal", "item": "List Bullet", "quote": "Quote"}
_LATIN, _BODY, _HEADING = "Times New Roman", "宋体", "黑体"


@dataclass(frozen=True)
class Block:
    """A paragraph, a list item or a quotation of an answer; each run is a text and whether it is bold."""

    kind: Literal["paragraph", "item", "quote"]
    runs: tuple[Run, ...]

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
class Reply:
    """A reply ready to be set in type; holds nothing that the answer and its sources do not say."""

    title: str
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    author: str
    date: datetime.date


def compose(
    answer: Answer, question: str, manifest: Manifest, sources: Mapping[str, Row], date: datetime.date
) -> Reply:
    """Arrange an answer as a reply, headed in the answer's language.

    Args:
        answer: the answer or refusal.
        question: as it was asked; personal data in it is masked.
        manifest: names the documents and the portal.
        sources: rows of the table `sources` by id.
        date: the date of the reply.
    """
    with speaking(answer.language):
        documents = {d["id"]: d["title"] for d in manifest.documents}
        site = manifest.site
        portal = site.title_en if answer.language == "en" else site.title
        asked = [_paragraph(shown(question))]
        if normalise(question).text != answer.question:
            asked.append(_paragraph(t("chat.understood", question=answer.question)))
        sections = (
            Section(t("reply.question"), tuple(asked)),
            Section(t("reply.answer"), tuple(_blocks(answer.answer))),
            Section(t("reply.citations"), tuple(_citations(answer, documents))),
            Section(
                t("reply.figures"), tuple(_item(_figure(f, sources)) for f in answer.figures if f.kind != "target")
            ),
        )
        closing = (t("reply.version", portal=portal, version=answer.version), t("reply.date", date=date.isoformat()))
        return Reply(t("reply.title"), tuple(s for s in sections if s.blocks), closing, portal, date)


def text(reply: Reply) -> str:
    """The reply as plain text, to paste anywhere."""
    parts = [reply.title]
    for section in reply.sections:
        parts.append(section.heading)
        place = 0
        for block in section.blocks:
            place = place + 1 if block.kind == "item" else 0
            start = {"paragraph": "", "item": f"{place}. ", "quote": "    "}[block.kind]
            parts.append(start + block.text.replace("\n", "\n" + " " * len(start)))
    return "\n\n".join([*parts, "\n".join(reply.closing)]) + "\n"


def docx(reply: Reply) -> bytes:
    """The reply as a Word document on A4; the same reply gives the same bytes."""
    document = Document()
    _lay_out(document, reply)
    title = document.add_paragraph(style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.add_run(_printable(reply.title))
    for section in reply.sections:
        document.add_paragraph(_printable(section.heading), style="Heading 1")
        for block in section.blocks:
            paragraph = document.add_paragraph(style=_STYLES[block.kind])
            for words, bold in block.runs:
                paragraph.add_run(_printable(words)).bold = bold or None
    for line in reply.closing:
        document.add_paragraph(_printable(line)).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    return _saved(document, reply.date)


def _blocks(markdown: str) -> Iterator[Block]:
    """The blocks of an answer's Markdown; of links and pictures only the words are left."""
    quoted = listed = 0
    for token in _MARKDOWN.parse(markdown):
        quoted += token.nesting if token.type.startswith("blockquote") else 0
        listed += token.nesting if token.type.startswith("list_item") else 0
        kind: Literal["paragraph", "item", "quote"] = "quote" if quoted else "item" if listed else "paragraph"
        if token.type == "inline":
            yield Block(kind, tuple(_runs(token.children or [])))
        elif token.content:
            yield Block(kind, ((token.content.rstrip("\n"), False),))


def _runs(tokens: list[Any]) -> Iterator[Run]:
    bold = 0
    for token in tokens:
        bold += token.nesting if token.type.startswith("strong") else 0
        words = "\n" if token.type in {"softbreak", "hardbreak"} else token.content
        if words:
            yield words, bold > 0


def _citations(answer: Answer, documents: Mapping[str, str]) -> Iterator[Block]:
    """The clauses the answer speaks from, once each; with its quotation where the answer does not show it."""
    told = set()
    for citation in answer.citations:
        line = t(
            "reply.citation",
            document=documents.get(citation.document, citation.document),
            clause=t("clause.named", clause=citation.clause, title=citation.title),
        )
        if citation.quote not in answer.answer:
            line = t("reply.quoted", citation=line, quote=citation.quote)
        if line not in told:
            told.add(line)
            yield _item(line)


def _figure(figure: Figure, sources: Mapping[str, Row]) -> str:
    """A published figure with its kind, period, scope and source."""
    source = sources.get(figure.source, {})
    value = "" if figure.unit == "done" else f"{number(figure.value)} {figure.unit}".strip()
    facts = [value, t(f"kind.{figure.kind}"), figure.period, figure.scope]
    origin = [source.get("publisher"), source.get("title") or figure.source, source.get("published"), source.get("url")]
    return t(
        "reply.figure",
        facts=t("list.dot").join(f for f in facts if f),
        source=t("list.dot").join(o for o in origin if o),
    )


def _paragraph(words: str) -> Block:
    return Block("paragraph", ((words, False),))


def _item(words: str) -> Block:
    return Block("item", ((words, False),))


def _printable(words: str) -> str:
    return _UNPRINTABLE.sub("", words)


def _lay_out(document: DocumentObject, reply: Reply) -> None:
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
    properties.title, properties.author, properties.comments = reply.title, reply.author, ""
    properties.created = properties.modified = datetime.datetime.combine(reply.date, datetime.time())


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

"""Plain text, Markdown and web pages."""

import re
from pathlib import Path
from typing import Any

from pipelines.documents.extracted_text import DocumentFileError, Taken, row_line
from pipelines.tables.delimited import encoding_of
from pipelines.tables.errors import FileError

_ASIDE = (
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "header",
    "footer",
    "aside",
    "form",
    "iframe",
    "svg",
    "button",
)
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "main",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "tr",
        "table",
        "tbody",
        "thead",
        "dl",
        "dt",
        "dd",
        "center",
        "figure",
    ]
)
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
# The part of a page that holds this much of its words is its content.
_MAIN = 0.6


def from_text(file: Path) -> Taken:
    """A .txt or .md as it is, in UTF-8, UTF-16, GB18030 or Big5.

    Raises:
        DocumentFileError: it is in none of these.
    """
    encoding = _encoding(file)
    text = file.read_bytes().decode(encoding).removeprefix("\ufeff")
    taken = Taken(file.suffix.removeprefix(".") or "txt", text.splitlines())
    if not encoding.startswith("utf-8"):
        taken.told.append(f"按 {encoding.upper()} 编码读，已转成 UTF-8。")
    if pictures := len(re.findall(r"!\[[^\]]*\]\([^)]*\)", text)):
        taken.told.append(f"{pictures} 处图片没有收。")
        taken.paragraphs = [re.sub(r"!\[[^\]]*\]\([^)]*\)", "", p) for p in taken.paragraphs]
    return taken


def from_html(file: Path) -> Taken:
    """The content of a web page: the part that holds most of the words, without menus, scripts and the like.

    Raises:
        DocumentFileError: it has no text, or no encoding that is known.
    """
    from lxml import etree, html

    raw = file.read_bytes()
    declared = _DECLARED.search(raw[:4096])
    encoding = declared.group(1).decode("ascii") if declared else _encoding(file)
    encoding = "gb18030" if encoding.lower() in {"gbk", "gb2312", "gb_2312-80"} else encoding
    try:
        text = raw.decode(encoding, "replace")
    except LookupError:
        text = raw.decode(_encoding(file), "replace")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.removeprefix("\ufeff"))
    try:
        page = html.document_fromstring(text, parser=html.HTMLParser(no_network=True, huge_tree=False))
    except etree.ParserError:
        raise DocumentFileError(f"{file}：里面没有文字。") from None
    except (ValueError, SyntaxError) as error:
        raise DocumentFileError(f"{file}：网页读不出（{error}）。") from None
    taken = Taken("html")
    pictures = len(page.findall(".//img"))
    for element in list(page.iter(*_ASIDE)):
        element.drop_tree()
    main = _main(page)
    _write(main, taken)
    taken.paragraphs = [p for p in ("".join(x.split("\r")).strip() for x in taken.paragraphs) if p]
    if main is not page.find("body"):
        taken.told.append("只收了网页的正文部分，栏目、菜单和页脚没有收，请对照原页。")
    if pictures:
        taken.told.append(f"{pictures} 处图片没有收。")
    if taken.tables:
        taken.told.append(f"{taken.tables} 张表格按行写成了文字，请对照原页。")
    return taken


def _main(page: Any) -> Any:
    """The smallest part of a page that holds most of its words."""
    body = page.find("body")
    body = page if body is None else body
    whole = _length(body)
    best = body
    while True:
        within = [c for c in best if isinstance(c.tag, str) and _length(c) >= _MAIN * whole]
        # A paragraph alone is no part of a page, however long.
        if not within or within[0].tag not in _BLOCKS - {"p", "li", "tr", "h1", "h2", "h3", "pre"}:
            return best
        best = within[0]


def _length(element: Any) -> int:
    return len("".join("".join(element.itertext()).split()))


def _write(element: Any, taken: Taken) -> None:
    """The element's text into lines: a block begins one, a break ends one, a row of a table is one."""
    if element.tag == "table" and _is_data(element):
        taken.tables += 1
        for row in element.iter("tr"):
            taken.paragraphs.append(row_line(["".join(c.itertext()) for c in row.iter("td", "th")]))
        return
    if element.tag in _BLOCKS or not taken.paragraphs:
        taken.paragraphs.append("")
    taken.paragraphs[-1] += " ".join((element.text or "").split())
    for child in element:
        _write_child(child, taken)
        taken.paragraphs[-1] += " ".join((child.tail or "").split())


def _write_child(child: Any, taken: Taken) -> None:
    """What stands within an element; what follows a block or a break begins a line of its own. Comments are passed over."""
    if not isinstance(child.tag, str):
        return
    if child.tag != "br":
        _write(child, taken)
    if child.tag == "br" or child.tag in _BLOCKS:
        taken.paragraphs.append("")


def _is_data(table: Any) -> bool:
    """Whether a table holds data: one that lays a page out has one column, or blocks of text in its cells."""
    rows = list(table.iter("tr"))
    return len(rows) > 1 and max(len(list(r.iter("td", "th"))) for r in rows) > 1


def _encoding(file: Path) -> str:
    try:
        return encoding_of(file)
    except FileError as error:
        raise DocumentFileError(str(error)) from None

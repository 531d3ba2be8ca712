"""Web pages: the document on the page, without the page around it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipelines.documents.extracted_text import DocumentFileError, Taken, row_line
from pipelines.documents.from_text import encoding_of_document
from pipelines.documents.page_card import named_in_head, stated_on

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
# Parts that pages name for what is not their text.
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:share|bdshare\w*|related?|xiangguan|breadcrumbs?|crumbs?|position|location|menu|nav\w*|toolbar|tools|"
    r"foot\w*|copyright|print\w*|qrcode|ewm)(?:$|[\s_-])",
    re.IGNORECASE,
)
# A line under the title with two of these is the page's: when it went online, how often it was read.
_LINE_OF_THE_PAGE = re.compile(r"发布时间|发布日期|来源[：:]|浏览|阅读|点击|访问量|字体|字号[：:]|打印|分享|关闭")
_NOTE_MARK = re.compile(r"[\[［〔(（]?\s*(?:注\s*)?(?:\d{1,3}|[①-⑳*※])\s*[\]］〕)）]?")
# The part of a page that holds this much of its words is its content.
_MAIN = 0.6
_HEAD = 12


def from_html(file: Path) -> Taken:
    """The document of a web page: the part that holds most of the words, without menus, scripts and the like.

    Raises:
        DocumentFileError: it has no text, or no encoding that is known.
    """
    raw = file.read_bytes()
    declared = _DECLARED.search(raw[:4096])
    encoding = declared.group(1).decode("ascii") if declared else encoding_of_document(file)
    encoding = "gb18030" if encoding.lower() in {"gbk", "gb2312", "gb_2312-80"} else encoding
    try:
        text = raw.decode(encoding, "replace")
    except LookupError:
        text = raw.decode(encoding_of_document(file), "replace")
    return from_page(text, file)


def from_page(text: str, file: Path) -> Taken:
    """The document of a web page's text.

    Args:
        text: its HTML.
        file: what to name where it cannot be read.
    Raises:
        DocumentFileError: it has no text or cannot be read.
    """
    from lxml import etree, html

    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.removeprefix("\ufeff"))
    try:
        page = html.document_fromstring(text, parser=html.HTMLParser(no_network=True, huge_tree=False))
    except etree.ParserError:
        raise DocumentFileError(f"{file}：里面没有文字。") from None
    except (ValueError, SyntaxError) as error:
        raise DocumentFileError(f"{file}：网页读不出（{error}）。") from None
    taken = Taken("html", stated={**stated_on(page), **named_in_head(page)})
    pictures = len(page.findall(".//img"))
    body = page.find("body")
    for element in [*page.iter(*_ASIDE), *_around(page)]:
        if element.getparent() is not None and element is not body:
            element.drop_tree()
    _take_notes(page, taken)
    main = _main(page)
    _write(main, taken)
    taken.paragraphs = [p for p in ("".join(x.split("\r")).strip() for x in taken.paragraphs) if p]
    _without_page(taken, _heading(page, main))
    if main is not body:
        taken.told.append("只收了网页的正文部分，栏目、菜单和页脚没有收，请对照原页。")
    if pictures:
        taken.told.append(f"{pictures} 处图片没有收。")
    if taken.tables:
        taken.told.append(f"{taken.tables} 张表格按行写成了文字，请对照原页。")
    return taken


def _around(page: Any) -> list[Any]:
    """The parts that their class or id says are not the text; none that holds much of the page's words."""
    whole = _length(page)
    return [
        e
        for e in page.iter()
        if isinstance(e.tag, str)
        and _AROUND.search(f"{e.get('class') or ''} {e.get('id') or ''}")
        and _length(e) < (1 - _MAIN) * whole
    ]


def _take_notes(page: Any, taken: Taken) -> None:
    """Take out footnotes that a mark in the text leads to, and the marks."""
    named = {name: e for e in page.iter() if isinstance(e.tag, str) for name in (e.get("name"), e.get("id")) if name}
    for mark in [a for a in page.iter("a") if (a.get("href") or "").startswith("#")]:
        words = "".join(mark.itertext()).strip()
        note = _note_of(named, mark) if _NOTE_MARK.fullmatch(words) else None
        text = " ".join("".join(note.itertext()).split()) if note is not None else ""
        if note is None or not text.startswith(words):
            continue
        taken.notes.append(text)
        note.drop_tree()
        parent = mark.getparent()
        alone = parent.tag == "sup" and "".join(parent.itertext()).strip() == words
        (parent if alone else mark).drop_tree()


def _note_of(named: Mapping[str, Any], mark: Any) -> Any:
    """The block a mark leads to, or None; of what was taken out already nothing."""
    note = named.get(mark.get("href")[1:])
    if note is None or note is mark or note.getparent() is None:
        return None
    return note if note.tag in _BLOCKS else note.getparent()


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


def _heading(page: Any, main: Any) -> str:
    """The page's title where it stands outside the part that was taken."""
    headings = [h for h in page.iter("h1") if main not in h.iterdescendants()]
    return " ".join("".join(headings[0].itertext()).split()) if len(headings) == 1 else ""


def _without_page(taken: Taken, heading: str) -> None:
    """Leave out what the page says before the document begins and under its title."""
    named = [x for x in (heading, taken.stated.get("title", "")) if x]
    at = next((i for i, p in enumerate(taken.paragraphs[:_HEAD]) if p in named), None)
    if at is None and named and not any(n in p for n in named for p in taken.paragraphs[:_HEAD]):
        taken.paragraphs.insert(0, named[0])
        taken.told.append("标题在正文部分之外，放到了正文前面。")
        at = 0
    before = taken.paragraphs[: at or 0]
    kept = taken.paragraphs[at or 0 :]
    under = [p for p in kept[1:3] if len(_LINE_OF_THE_PAGE.findall(p)) >= 2] if at is not None else []
    taken.paragraphs = [p for p in kept if p not in under]
    if gone := [*before, *under]:
        taken.told.append(f"标题前后属于网页的 {len(gone)} 行没有收：{'；'.join(gone)[:200]}")


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
    taken.paragraphs[-1] += _spaced(element.text)
    for child in element:
        _write_child(child, taken)
        taken.paragraphs[-1] += _spaced(child.tail)


def _spaced(text: str | None) -> str:
    """Text with one space for any run of them: a broad one where there was one."""
    return re.sub(r"\s+", lambda run: "\u3000" if "\u3000" in run.group() else " ", text or "")


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

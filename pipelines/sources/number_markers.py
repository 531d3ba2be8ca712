"""The number a line of a document starts with, and the node it begins: 一、 （二） 3. 第十九条 附件1."""

import re
from dataclasses import dataclass

from portal.texts.numerals import chinese_number

_NUMERAL = "[零〇一二三四五六七八九十百千两]+"
_AFTER = rf"(?:之({_NUMERAL}))?"

# Outermost first: a marker closes every open node of its own or an inner kind.
_MARKERS = [
    # 附件：1.…  with text after it only lists what is annexed.
    ("annex", re.compile(rf"(?:附件|附表|附录)[ \t\u3000]*(?:(\d{{1,2}}|{_NUMERAL})(?![、\d])|[：:]?(?=\s*$))")),
    ("part", re.compile(rf"第({_NUMERAL})[编篇]{_AFTER}")),
    ("chapter", re.compile(rf"第({_NUMERAL})章{_AFTER}")),
    ("section", re.compile(rf"第({_NUMERAL})节{_AFTER}")),
    ("article", re.compile(rf"第({_NUMERAL})条{_AFTER}")),
    ("numeral", re.compile(rf"({_NUMERAL})、")),
    ("bracketed", re.compile(rf"[（(]({_NUMERAL})[）)]")),
    ("arabic", re.compile(r"(\d{1,3})(?:[.．](?!\d)|、)")),
    ("bracketed_arabic", re.compile(r"[（(](\d{1,3})[）)]")),
]
RANK = {kind: rank for rank, (kind, _) in enumerate(_MARKERS)}
LEAD = re.compile(r"[ \t\u3000\ufeff]*(?:#{1,6}[ \t]*)?(?:\*\*)?")
_LONGEST_TITLE = 40


@dataclass(frozen=True)
class Marker:
    """The number a line starts with: its kind, its value with what stands after 之 (0 for nothing), how it is written, where its
    text begins."""

    kind: str
    number: int
    after: int
    written: str
    body: int


@dataclass
class Node:
    """A numbered node: where its text starts in the source, its id, the node above, the label people write, its own heading."""

    start: int
    clause: str
    parent: str | None
    label: str
    title: str
    path: str
    kind: str
    number: int = 0
    after: int = 0


def read_marker(line: str) -> Marker | None:
    """The number a line starts with, if it does."""
    lead = LEAD.match(line)
    start = lead.end() if lead else 0
    for kind, pattern in _MARKERS:
        if found := pattern.match(line, start):
            digits = found.group(1) or "1"
            after = found.group(2) if found.re.groups > 1 else None
            value = int(digits) if digits.isdigit() else chinese_number(digits)
            written = found.group().strip()
            return Marker(kind, value, chinese_number(after) if after else 0, written, found.end())
    return None


def title_of(marker: Marker, line: str) -> str:
    """A node's title: its heading line, the short sentence it opens with, or its number."""
    number = line[: marker.body].strip(" \t\u3000\ufeff#*")
    first = re.split(r"[。！？：]", line[marker.body :], maxsplit=1)[0].strip().strip("*").strip()
    return first if first and len(first) <= _LONGEST_TITLE else number


def heading_of(line: str, title: str) -> str:
    """The heading line with its number, up to the end of the title."""
    line = line.strip()
    written = line[: line.find(title) + len(title)] if title in line else title
    return written.replace("*", "").lstrip("# ")

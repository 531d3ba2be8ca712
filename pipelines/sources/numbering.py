"""How documents number what they say: lines → the numbered nodes they begin, for plans, notices, lists and regulations.

Plans, notices and lists nest: 一、→ `1`, （二）→ `1.2`, 3. → `1.2.3`. Regulations number their articles on through all chapters:
第十九条 → `19`, its second paragraph `19.2`, the third item of that `19.2.3`, 第十九条之一 → `19-1`; chapters are `c1`, sections
`c1.s2`. What an annex numbers goes under the annex: 附件1 → `a1`, `a1.2`. Text before the first number is `0`.
"""

from pipelines.sources.article_numbering import Articles
from pipelines.sources.nested_numbering import Nested
from pipelines.sources.number_markers import Node, read_marker


def is_regulation(source: str) -> bool:
    """Whether a text is written in articles: a line opens with 第一条 and one after it with 第二条."""
    first = False
    for line in source.splitlines():
        marker = read_marker(line)
        if marker and marker.kind == "article":
            if first and marker.number == 2:
                return True
            first = first or marker.number == 1
    return False


def nodes(source: str, title: str) -> list[Node]:
    """The nodes of a document in order, the first being `0`, the text before the first number.

    Args:
        source: the whole text.
        title: the document's title, which its opening goes by.
    """
    opening = "题注" if is_regulation(source) else "前言"
    numbering = Articles() if is_regulation(source) else Nested()
    found = [Node(0, "0", None, opening, title, title, "opening")]
    lines = source.splitlines(keepends=True)
    offset = 0
    for number, line in enumerate(lines):
        found += numbering.take(offset, line, lines[number + 1 :])
        offset += len(line)
    numbering.finish(found)
    return found

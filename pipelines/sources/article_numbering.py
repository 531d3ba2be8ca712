"""Articles numbered on through all chapters, as regulations have them: 第十九条 → `19`, its second paragraph's third item → `19.2.3`."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.sources.nested_numbering import Nested
from pipelines.sources.number_markers import LEAD, RANK, Marker, Node, heading_of, read_marker, title_of

_LETTERS = {"annex": "a", "part": "p", "chapter": "c", "section": "s"}
_ITEMS = ("bracketed", "arabic", "bracketed_arabic")
_PUNCTUATION = re.compile(r"[，。；：！？、|,;:!?]")
_LONGEST_HEADING = 15


@dataclass
class Articles:
    """Articles numbered through all chapters, with paragraphs (款), items (项) and sub-items (目) inside."""

    headings: list[Node] = field(default_factory=list)
    article: Node | None = None
    paragraph: int = 0
    item: Node | None = None
    sub: Node | None = None
    annex: Nested | None = None
    ended: str = ""
    chapters: Counter[str] = field(default_factory=Counter)

    def take(self, offset: int, line: str, rest: list[str]) -> Iterator[Node]:
        if not line.strip():
            return
        marker = read_marker(line)
        if marker and marker.kind == "annex":
            self.annex = self.annex or Nested()
        if self.annex:
            yield from self.annex.take(offset, line, rest)
        elif marker and marker.kind in _LETTERS:
            yield self._chapter(offset, line, marker, marker.kind)
        elif marker and marker.kind == "article" and self._goes_on(marker):
            yield self._article(offset, marker)
        elif heading := self._bare_heading(line, rest):
            yield self._chapter(offset, line, heading, "chapter")
        elif self.article:
            yield from self._inside(offset, line, marker, rest)
        self.ended = line.strip()[-1:] or self.ended

    def finish(self, found: list[Node]) -> None:
        """Say the paragraph in the label of items only where their article has more than one."""
        several = {n.parent for n in found if n.kind == "paragraph"}
        for node in found:
            if node.kind in _ITEMS and node.clause.split(".")[0] not in several:
                for name in ("label", "title", "path"):
                    setattr(node, name, getattr(node, name).replace("第一款", "", 1))

    def _goes_on(self, marker: Marker) -> bool:
        last = (self.article.number, self.article.after) if self.article else (0, 0)
        return (marker.number, marker.after) > last

    def _bare_heading(self, line: str, rest: list[str]) -> Marker | None:
        """A short line without punctuation right before an article: a chapter whose number was lost."""
        text = line.strip(" \t\u3000\ufeff#*\r\n")
        if not self.article or len(text) > _LONGEST_HEADING or _PUNCTUATION.search(text) or not text:
            return None
        following = next((read_marker(after) for after in rest if after.strip()), None)
        if following is None or following.kind != "article" or not self._goes_on(following):
            return None
        return Marker("chapter", self.chapters[self._above("chapter")] + 1, 0, "", line.index(text))

    def _above(self, kind: str) -> str:
        enclosing = [h for h in self.headings if RANK[h.kind] < RANK[kind]]
        return enclosing[-1].clause if enclosing else ""

    def _chapter(self, offset: int, line: str, marker: Marker, kind: str) -> Node:
        self.headings = [h for h in self.headings if RANK[h.kind] < RANK[kind]]
        parent = self.headings[-1] if self.headings else None
        above = parent.clause if parent else ""
        # A number doubled by mistake keeps its label and takes the next free id.
        number = max(marker.number, self.chapters[above] + 1) if not marker.after else marker.number
        self.chapters[above] = max(number, self.chapters[above])
        own = f"{_LETTERS[kind]}{number}" + (f"-{marker.after}" if marker.after else "")
        title = title_of(marker, line) if marker.written else line.strip(" \t\u3000\ufeff#*\r\n")
        path = " › ".join([*([parent.path] if parent else []), heading_of(line, title)])
        label = (parent.label if parent else "") + (marker.written or title)
        node = Node(offset, f"{above}.{own}" if above else own, above or None, label, title, path, kind, number)
        self.headings.append(node)
        self.item = self.sub = None
        self.paragraph = 0
        return node

    def _article(self, offset: int, marker: Marker) -> Node:
        parent = self.headings[-1] if self.headings else None
        clause = f"{marker.number}-{marker.after}" if marker.after else str(marker.number)
        path = " › ".join([*([parent.path] if parent else []), marker.written])
        above = parent.clause if parent else None
        self.article = Node(
            offset, clause, above, marker.written, marker.written, path, "article", marker.number, marker.after
        )
        self.paragraph, self.item, self.sub = 1, None, None
        return self.article

    def _inside(self, offset: int, line: str, marker: Marker | None, rest: list[str]) -> Iterator[Node]:
        """A line within an article: an item, a sub-item, the row of a table, or the next paragraph."""
        marker = marker or self._lost_item(line, rest)
        if marker and marker.kind in _ITEMS:
            if self._is_next(marker, self.item, self.article):
                yield self._item(offset, marker)
                return
            if self.item and marker.kind != self.item.kind and self._is_next(marker, self.sub, self.item):
                yield self._sub_item(offset, marker)
                return
        if line.lstrip().startswith("|") or self.paragraph == 0:
            return
        self.paragraph += 1
        self.item = self.sub = None
        yield self._paragraph(offset)

    def _is_next(self, marker: Marker, last: Node | None, within: Node | None) -> bool:
        if last is None:
            return marker.number == 1 and within is not None
        return marker.kind == last.kind and marker.number > last.number

    def _lost_item(self, line: str, rest: list[str]) -> Marker | None:
        """An item that lost its number: it ends as items do, and the one after it counts it."""
        if line.strip()[-1:] not in "；;" or not (self.item or self.ended in "：:"):
            return None
        following = next((read_marker(after) for after in rest if after.strip()), None)
        number = self.item.number + 1 if self.item else 1
        if following is None or following.kind not in _ITEMS or following.number != number + 1:
            return None
        kind = self.item.kind if self.item else following.kind
        lead = LEAD.match(line)
        return Marker(kind, number, 0, "", lead.end() if lead else 0)

    def _paragraph(self, offset: int) -> Node:
        assert self.article is not None
        label = f"{self.article.label}第{_chinese(self.paragraph)}款"
        clause = f"{self.article.clause}.{self.paragraph}"
        return Node(offset, clause, self.article.clause, label, label, self._path(label), "paragraph")

    def _item(self, offset: int, marker: Marker) -> Node:
        assert self.article is not None
        article = self.article
        label = f"{article.label}第{_chinese(self.paragraph)}款第{_written(marker)}项"
        clause = f"{article.clause}.{self.paragraph}.{marker.number}"
        above = article.clause if self.paragraph == 1 else f"{article.clause}.{self.paragraph}"
        path = self._path(label)
        self.item = Node(offset, clause, above, label, label, path, marker.kind, marker.number)
        self.sub = None
        return self.item

    def _sub_item(self, offset: int, marker: Marker) -> Node:
        assert self.item is not None
        label = f"{self.item.label}第{_written(marker)}目"
        clause = f"{self.item.clause}.{marker.number}"
        path = self._path(label)
        self.sub = Node(offset, clause, self.item.clause, label, label, path, marker.kind, marker.number)
        return self.sub

    def _path(self, label: str) -> str:
        return " › ".join([*(h.path for h in self.headings[-1:]), label])


def _written(marker: Marker) -> str:
    """An item's number as laws cite it: （三）, 2."""
    return f"（{_chinese(marker.number)}）" if marker.kind == "bracketed" else str(marker.number)


def _chinese(number: int) -> str:
    """A number below a hundred in Chinese: 2 → 二, 12 → 十二, 20 → 二十."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if not tens:
        return digits[ones]
    return ("" if tens == 1 else digits[tens % 10]) + "十" + (digits[ones] if ones else "")

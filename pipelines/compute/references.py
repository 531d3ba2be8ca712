"""Who cites whom: the articles and documents that clauses name, and whether they punish, repeal, amend or only refer."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipelines.sources.document_facts import titles
from pipelines.sources.documents import Clause
from portal.publication.store import Row
from portal.texts.numerals import chinese_number

_NUMERAL = "[零〇一二三四五六七八九十百]+"
_ITEM = rf"(?:第\s*)?[（(]?({_NUMERAL})[）)]?"
# 第三十九条第一款第一项、第四项至七项; 第十七条第一款，第二十一条第二款; 第十九条第（六）、（九）项
_ARTICLE = re.compile(rf"第({_NUMERAL})条(?:之({_NUMERAL}))?(?![》>])")
_PARAGRAPH = re.compile(rf"第({_NUMERAL})款")
_ITEMS = re.compile(rf"{_ITEM}((?:\s*(?:项[至到]|[、,，和至到及])\s*{_ITEM})*)\s*项")
_WRONG_ITEMS = re.compile(rf"违反(?:本条例)?({_ITEMS.pattern})")
_NUMBERS = re.compile(rf"({_NUMERAL})")
_JOINT = re.compile(r"[、，,和或及至到\s]*(?:本条)?")
_NAMED = re.compile(r"[《＜〈<]([^《》＜＞〈〉<>\n]{2,80})[》＞〉>]")
_PUNISHES = re.compile(r"罚款|责令|没收|警告|处分|吊销|处以|刑事责任|暂扣|拘留")
_WRONG = re.compile(r"违反|行为|不履行|未按|未经|拒不")
_SENTENCE = re.compile(r"[^。\n]+[。\n]?")


@dataclass(frozen=True)
class _Target:
    article: str
    paragraph: int
    item: int

    def ids(self, known: Mapping[str, Clause]) -> Iterator[str]:
        """The ids it may have, the closest first: an item of an article's only paragraph is `19.1.3`, its first paragraph `19`.
        Items named without a paragraph are those of the only one that has so many."""
        if self.item and self.paragraph:
            yield f"{self.article}.{self.paragraph}.{self.item}"
        elif self.item:
            pattern = re.compile(rf"{re.escape(self.article)}\.\d+\.{self.item}")
            having = [i for i in known if pattern.fullmatch(i)]
            yield from having if len(having) == 1 else ()
        if self.paragraph:
            yield f"{self.article}.{self.paragraph}"
        yield self.article


def references(clauses: Iterable[Clause], held: Mapping[str, str]) -> Iterator[Row]:
    """The rows of who cites whom, in the documents' order.

    Args:
        clauses: of all documents.
        held: document id by title, of the documents held or known.
    Yields:
        document, clause, label; `start`/`end` (offsets in the clause) and `quote`, the words that name the target; kind
        (`punishes`, `repeals`, `amends`, `based_on`, `refers`); target_document and target_clause (None where it is not held),
        target_label, target_title.
    """
    every = list(clauses)
    known: dict[str, dict[str, Clause]] = {}
    for c in every:
        known.setdefault(c.document, {})[c.clause] = c
    whole: dict[tuple[str, str], str] = {}
    for c in every:
        key = (c.document, c.clause.split(".")[0])
        whole[key] = whole.get(key, "") + c.text
    number = 0
    for c in every:
        for row in (*_articles(c, known[c.document], whole[c.document, c.clause.split(".")[0]]), *_documents(c, held)):
            number += 1
            yield {"id": f"{c.document}/{c.clause}/{number}", **row}


def _articles(clause: Clause, known: Mapping[str, Clause], article_text: str) -> Iterator[Row]:
    """The articles of its own document that a clause names; an article after 《…》 is another document's."""
    if "1" not in known or not known["1"].label.startswith("第"):
        return
    named = [*_named_articles(clause.text, _own_number(clause)), *_items_of_introduction(clause, known)]
    for start, end, target in named:
        found = next((i for i in target.ids(known) if i in known), None)
        if found is None or clause.clause.split(".")[0] == found.split(".")[0]:
            continue
        sentence = _around(clause.text, start)
        punishes = _PUNISHES.search(article_text) and _WRONG.search(sentence + article_text[:80])
        yield {
            "document": clause.document,
            "clause": clause.clause,
            "label": clause.label,
            "start": start,
            "end": end,
            "quote": clause.text[start:end],
            "kind": "punishes" if punishes else "refers",
            "target_document": clause.document,
            "target_clause": found,
            "target_label": known[found].label,
            "target_title": None,
        }


def _items_of_introduction(clause: Clause, known: Mapping[str, Clause]) -> Iterator[tuple[int, int, _Target]]:
    """违反第三项规定的 in an item, of the article that the items are introduced by: 违反本条例第三十条规定，有下列行为的："""
    parent = known.get(clause.parent or "")
    if parent is None or "." not in clause.clause:
        return
    introduced = [t for _, _, t in _named_articles(parent.text, _own_number(parent))]
    for match in _WRONG_ITEMS.finditer(clause.text) if introduced else ():
        for item in _counted(match.group(1)):
            yield match.start(1), match.end(1), _Target(introduced[-1].article, introduced[-1].paragraph, item)


def _own_number(clause: Clause) -> int:
    """Where the clause's own number ends: 第十九条 at its start names itself."""
    match = re.match(rf"[ \t\u3000#*]*第{_NUMERAL}条(?:之{_NUMERAL})?", clause.text)
    return match.end() if match else 0


def _named_articles(text: str, at: int) -> Iterator[tuple[int, int, _Target]]:
    """The articles named from an offset on, each with its span; paragraphs and items that follow belong to the last article."""
    while match := _ARTICLE.search(text, at):
        at = match.end()
        if text[: match.start()].rstrip()[-1:] in "》＞〉>":
            continue
        article = str(chinese_number(match.group(1))) + (f"-{chinese_number(match.group(2))}" if match.group(2) else "")
        parts, at = _parts(text, match, article)
        yield from parts or [(match.start(), match.end(), _Target(article, 0, 0))]


def _parts(text: str, named: re.Match[str], article: str) -> tuple[list[tuple[int, int, _Target]], int]:
    """The paragraphs and items named right after an article, and where they end."""
    found: list[tuple[int, int, _Target]] = []
    paragraph, start, at = 0, named.start(), named.end()
    while True:
        joint = _JOINT.match(text, at)
        ahead = joint.end() if joint else at
        start = start if at == named.end() else ahead
        if one := _PARAGRAPH.match(text, ahead):
            paragraph, at = chinese_number(one.group(1)), one.end()
            found += [] if _ITEMS.match(text, at) else [(start, at, _Target(article, paragraph, 0))]
        elif items := _ITEMS.match(text, ahead):
            at = items.end()
            found += [(start, at, _Target(article, paragraph, item)) for item in _counted(items.group())]
        else:
            return found, at


def _counted(items: str) -> list[int]:
    """The numbers of a list of items, ranges filled in: 第四项至七项 → 4, 5, 6, 7."""
    numbers = [(m.start(), chinese_number(m.group(1))) for m in _NUMBERS.finditer(items)]
    found: list[int] = []
    for (before, first), (here, second) in zip([(0, 0), *numbers], numbers, strict=False):
        joined = re.search(r"[至到]", items[before:here]) and first
        found += range(first + 1, second + 1) if joined else [second]
    return found


def _documents(clause: Clause, held: Mapping[str, str]) -> Iterator[Row]:
    """The documents a clause names by title or number; its own title in its heading is no citation."""
    for match in _NAMED.finditer(clause.text):
        title = re.sub(r"\s+", "", match.group(1))
        target = held.get(title)
        kind = _kind(_around(clause.text, match.start()))
        if target == clause.document and kind != "repeals":
            continue
        yield {
            "document": clause.document,
            "clause": clause.clause,
            "label": clause.label,
            "start": match.start(),
            "end": match.end(),
            "quote": match.group(),
            "kind": kind,
            "target_document": None if target == clause.document else target,
            "target_clause": None,
            "target_label": None,
            "target_title": title,
        }


def _kind(sentence: str) -> str:
    if "废止" in sentence and titles(sentence):
        return "repeals"
    if re.search(r"修改|修正|修订", sentence):
        return "amends"
    return "based_on" if re.search(r"(?:根据|依据|按照|为贯彻|为落实|贯彻落实)", sentence) else "refers"


def _around(text: str, at: int) -> str:
    """The sentence an offset stands in."""
    for match in _SENTENCE.finditer(text):
        if match.start() <= at < match.end():
            return match.group()
    return ""

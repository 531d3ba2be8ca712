"""What the index holds: every sentence under its heading, and the parts of long enumerations on their own."""

import re
from collections.abc import Iterable, Iterator, Mapping

from pipelines.sources.documents import Clause, Sentence
from portal.publication.store import Row

# A sentence longer than this that lists several things is also indexed by its parts.
_LONG = 60
# Parts shorter than this join the next one: "重点抓好" says nothing alone.
_SHORTEST_PART = 10
_ARTICLE = re.compile(r"第[^章节编篇]+条")
# What a list of items is introduced by, without the article's number: 公园内禁止下列行为：
_INTRODUCTION = re.compile(r"(?:第[^\s\u3000]+条[\s\u3000]*)?([^。！？\n]*：)\s*$")
_PART = re.compile(r"[^，；,;]+[，；,;]?")


def passages(
    clauses: Iterable[Clause], sentences: Iterable[Sentence], titles: Mapping[str, str] | None = None
) -> Iterator[Row]:
    """The passages of documents in order.

    Args:
        clauses, sentences: of all documents.
        titles: by document, what is to be read before each of its texts; the site's plan needs none.
    Yields:
        rows with `id` (`{document}/3.4.1#2`, its parts `…#2/1` …), document, clause, sentence, `start`/`end` (offsets in the clause),
        text, `heading` (the clause's title, for an item what it is one of; to be read before the text) and `is_heading`.
    """
    titles = titles or {}
    by_id = {(c.document, c.clause): c for c in clauses}
    for sentence in sentences:
        clause = by_id[sentence.document, sentence.clause]
        base = {
            "document": sentence.document,
            "clause": sentence.clause,
            "sentence": sentence.sentence,
            "heading": f"{titles.get(clause.document, '')} {_heading(clause, by_id)}".strip(),
            "is_heading": sentence.heading,
        }
        name = f"{sentence.document}/{sentence.clause}#{sentence.sentence}"
        yield {"id": name, **base, "start": sentence.start, "end": sentence.end, "text": sentence.text}
        for number, (start, end) in enumerate(parts(sentence.text), 1):
            text = sentence.text[start:end]
            yield {
                "id": f"{name}/{number}",
                **base,
                "start": sentence.start + start,
                "end": sentence.start + end,
                "text": text,
            }


def _heading(clause: Clause, by_id: Mapping[tuple[str, str], Clause]) -> str:
    """A clause's title; within an article, whose own is a number, the chapter's title and what the items are introduced by."""
    if not _ARTICLE.match(clause.label):
        return clause.title
    above, introduced = clause, ""
    while above.parent is not None and _ARTICLE.match(above.label):
        above = by_id[above.document, above.parent]
        if _ARTICLE.match(above.label) and (found := _INTRODUCTION.search(above.text)):
            introduced = found.group(1) + introduced
    chapter = "" if _ARTICLE.match(above.label) else above.title
    return f"{chapter} {introduced}".strip()


def parts(text: str) -> list[tuple[int, int]]:
    """The spans of a long sentence's parts, cut at commas and semicolons; none for a sentence that is short or has one part."""
    if len(text) < _LONG:
        return []
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _PART.finditer(text):
        if match.end() - start >= _SHORTEST_PART or match.end() == len(text):
            spans.append((start, match.end()))
            start = match.end()
    return [(s, e - 1 if text[e - 1] in "，；,;" else e) for s, e in spans] if len(spans) > 1 else []

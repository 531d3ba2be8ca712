"""What the index holds: every sentence under its heading, and the parts of long enumerations on their own."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pipelines.sources.documents import Clause, Sentence

# A sentence longer than this that lists several things is also indexed by its parts.
_LONG = 60
# Parts shorter than this join the next one: "重点抓好" says nothing alone.
_SHORTEST_PART = 10
_PART = re.compile(r"[^，；,;]+[，；,;]?")


def passages(clauses: Iterable[Clause], sentences: Iterable[Sentence]) -> Iterator[dict[str, Any]]:
    """The passages of documents in order.

    Yields:
        rows with `id` (`3.4.1#2`, its parts `3.4.1#2/1` …), document, clause, sentence, `start`/`end` (offsets in the clause),
        text, `heading` (the clause's title, to be read before the text) and `is_heading`.
    """
    by_id = {(c.document, c.clause): c for c in clauses}
    for sentence in sentences:
        clause = by_id[sentence.document, sentence.clause]
        base = {
            "document": sentence.document,
            "clause": sentence.clause,
            "sentence": sentence.sentence,
            "heading": clause.title,
            "is_heading": sentence.heading,
        }
        name = f"{sentence.clause}#{sentence.sentence}"
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

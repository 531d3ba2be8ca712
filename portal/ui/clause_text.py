"""A clause as it is read: its words with its headings as headings, what they say in English, and its words to take along."""

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from portal.plan.clauses import parse_span, pieces
from portal.plan.rows import PlacedClauseRow
from portal.publication.store import Row
from portal.texts.interface import t
from portal.texts.marks import PARAGRAPH
from portal.ui import clause_tables, shell
from portal.ui import sentences as named
from portal.ui.html import copy, join

# Below the document's own name, which is the page's first heading.
_DEEPEST = 6
MARK = "#"
"""What leads to a clause whose text begins with its number."""


def words(clause: PlacedClauseRow, sentences: Sequence[Row], span: str | None, focus: str | None) -> Markup:
    """The clause word for word, a span of it highlighted.

    Args:
        clause: a row of `portal.plan.clauses.clauses`.
        sentences: its sentences; those that are headings are set as such, one that the text goes on behind in its line.
        span: offsets as in an address (`12-40`), or None.
        focus: what the page's script scrolls to, once.
    """
    whole = clause["text"]
    marked = parse_span(span, len(whole))
    text = without_blank_end(whole)
    headings = [(s["start"], _line_end(text, s["end"])) for s in sentences if s["heading"]]
    tables = clause_tables.spans(text)
    cuts = sorted({0, len(text), *(offset for pair in headings + tables for offset in pair)})
    parts = []
    for start, end in pairwise(cuts):
        if (start, end) in tables:
            parts.append(clause_tables.drawn(text, start, end, marked, focus))
            continue
        piece = _marked(text, start, end, marked, focus)
        parts.append(_heading(piece, text[start:end], clause["depth"]) if (start, end) in headings else piece)
    return join(parts)


def plain(text: str) -> Markup:
    """Words as they stand, with their tables as tables."""
    text = without_blank_end(text)
    tables = clause_tables.spans(text)
    cuts = sorted({0, len(text), *(offset for pair in tables for offset in pair)})
    return join(
        clause_tables.drawn(text, start, end, None, None)
        if (start, end) in tables
        else Markup("{}").format(text[start:end])
        for start, end in pairwise(cuts)
    )


def without_blank_end(text: str) -> str:
    """A clause's text without the blank lines behind it, which part it from the next one in its file."""
    return text.rstrip() + ("\n" if text.endswith("\n") else "")


def number(clause: PlacedClauseRow) -> tuple[str, str]:
    """What leads to a clause beside its text, and what it is called: its number in the plan's own counting; of an article's parts
    what the text itself does not say (第二款), a mark where it begins with its number."""
    label = named.article_label(dict(clause))
    if not label:
        shown = named.clause_number(clause["clause"])
        return shown, shown
    paragraph = PARAGRAPH.search(label)
    return (paragraph.group() if paragraph else MARK), label


def english(sentences: Sequence[Row]) -> Markup:
    """What the clause says in English, where somebody has written it down; nothing otherwise."""
    told = " ".join(s["text_en"] for s in sentences if s.get("text_en"))
    return Markup('<p class="clause-english" lang="en">{}</p>').format(told) if told else Markup("")


def to_copy(clause: PlacedClauseRow, title: str, href: str) -> Markup:
    """A button that copies the clause's words with where they stand.

    Args:
        clause: a row of `portal.plan.clauses.clauses`.
        title: of the document.
        href: of the clause on this portal.
    """
    where = t("policy.copied_from", title=title, label=clause["label"], href=shell.origin() + href)
    return copy(f"{clause['text'].strip()}\n{where}", t("policy.copy"), t("policy.copy_text"))


def _line_end(text: str, end: int) -> int:
    """The end of a heading with the line break behind it, if that is all there is."""
    return end + 1 if text[end : end + 1] == "\n" else end


def _heading(piece: Markup, text: str, depth: int) -> Markup:
    level = min(depth + 2, _DEEPEST)
    css = "" if text.endswith("\n") else "run-in"
    return Markup('<h{} class="{}">{}</h{}>').format(level, css, piece, level)


def _marked(text: str, start: int, end: int, span: tuple[int, int] | None, focus: str | None) -> Markup:
    """A part of the text, with what of it lies in the span highlighted."""
    own = (max(span[0], start) - start, min(span[1], end) - start) if span else None
    within = own if own and own[0] < own[1] else None
    return join(
        Markup('<mark data-focus="{}">{}</mark>').format(focus, piece) if marked else Markup("{}").format(piece)
        for piece, marked in pieces(text[start:end], within)
    )

"""The tables within a clause: rows that its text writes as `| a | b |`, drawn as a table, a quoted one highlighted."""

import re

from markupsafe import Markup

from portal.texts.interface import t
from portal.ui.html import join

_ROWS = re.compile(r"(?:^[ \t]*\|.*\|[ \t]*(?:\n|\Z)){2,}", re.MULTILINE)


def spans(text: str) -> list[tuple[int, int]]:
    """Where the tables of a text stand: offsets of their first character and behind their last line."""
    return [match.span() for match in _ROWS.finditer(text)]


def drawn(text: str, start: int, end: int, marked: tuple[int, int] | None, focus: str | None) -> Markup:
    """A table, its first row as its head.

    Args:
        text: the clause's.
        start: where the table begins in it.
        end: where it ends.
        marked: the span of the clause that is highlighted: the rows it touches.
        focus: what the page's script scrolls to, once.
    """
    rows: list[Markup] = []
    at = start
    for line in text[start:end].splitlines(keepends=True):
        touched = bool(marked and at < marked[1] and marked[0] < at + len(line.rstrip()))
        rows.append(_row(line.strip().strip("|").split("|"), "td" if rows else "th", touched, focus))
        at += len(line)
    return Markup(
        '<div class="clause-table" role="region" tabindex="0" aria-label="{}"><table>{}</table></div>'
    ).format(t("policy.table"), join(rows))


def _row(cells: list[str], tag: str, touched: bool, focus: str | None) -> Markup:
    opening = Markup('<mark data-focus="{}">').format(focus) if touched else Markup("")
    closing = Markup("</mark>") if touched else Markup("")
    return Markup("<tr>{}</tr>").format(
        join(
            Markup("<{}>{}{}{}</{}>").format(Markup(tag), opening, cell.strip(), closing, Markup(tag)) for cell in cells
        )
    )

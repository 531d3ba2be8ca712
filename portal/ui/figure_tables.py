"""Published figures in tables, each with what must be said beside it."""

from markupsafe import Markup

from portal.plan.rows import ObservedRow, RelatedRow
from portal.publication.statuses import FigureKind
from portal.publication.store import Row
from portal.texts.interface import either, t
from portal.ui import sentences
from portal.ui.html import heading, join, source_line, table


def results(seen: list[ObservedRow], caption: str) -> Markup:
    """The comparable results, latest first."""
    body = [[either(o, "period"), sentences.value(o), source_line(o), told(o)] for o in reversed(seen)]
    return table([t(f"column.{c}") for c in ("period", "value", "source", "note")], body, caption)


def other_scope(seen: list[ObservedRow]) -> Markup:
    """Results that cannot be compared, latest first, each with why not; nothing where there is none."""
    rows = [o for o in seen if o["kind"] == FigureKind.ACTUAL and not o["comparable"]]
    return _section("other_scope", [_cells(o, either(o, "comparable_reason")) for o in reversed(rows)])


def not_results(seen: list[ObservedRow]) -> Markup:
    """Annual tasks and targets of other documents; nothing where there is none."""
    body = [
        [
            t(f"kind.{o['kind']}"),
            either(o, "period"),
            sentences.value(o),
            either(o, "scope"),
            told(o, either(o, "comparable_reason")),
            source_line(o),
        ]
        for o in seen
        if o["kind"] != FigureKind.ACTUAL
    ]
    return _section("not_results", body, ("kind", "period", "task", "scope", "note", "source"), "is-plan")


def related(near: list[RelatedRow]) -> Markup:
    """Background figures about the same subject, each with why it is no result; nothing where there is none.

    Args:
        near: rows of `portal.plan.progress.related`.
    """
    body = [[either(b, "measure"), *_cells(b, either(b, "reason"))] for b in near]
    return _section("related_figures", body, ("measure", "period", "value", "scope", "why_not", "source"))


def told(row: Row, *words: str) -> Markup:
    """What is to be said of a figure: the words given, what must be said beside it, its note, each on a line of its own."""
    said = [w for w in (*words, either(row, "caveat"), either(row, "note")) if w]
    return join(said, Markup("<br>"))


def _cells(row: Row, why_not: str) -> list[Markup | str]:
    return [either(row, "period"), sentences.value(row), either(row, "scope"), told(row, why_not), source_line(row)]


def _section(
    key: str,
    body: list[list[Markup | str]],
    columns: tuple[str, ...] = ("period", "value", "scope", "why_not", "source"),
    css: str = "is-other",
) -> Markup:
    if not body:
        return Markup("")
    title = t(f"indicator.{key}")
    headers = [t(f"column.{c}") for c in columns]
    return heading(title, 2, t(f"indicator.{key}_note")) + table(headers, body, title, css)

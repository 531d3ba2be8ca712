"""The policy documents as pages read them: clauses in order, a clause's targets and projects, spans of its text."""

from typing import cast

from portal.plan.rows import PlacedClauseRow, ProgressRow
from portal.publication.store import Row, Store


def clauses(store: Store, document: str) -> list[PlacedClauseRow]:
    """The clauses of a document in order, each with `depth` (0 at the top)."""
    rows = _of(store, document)
    depths: dict[str, int] = {}
    for row in rows:
        depths[row["clause"]] = 0 if row["parent"] is None else depths.get(row["parent"], 0) + 1
    return cast("list[PlacedClauseRow]", [{**row, "depth": depths[row["clause"]]} for row in rows])


def clause(store: Store, document: str, name: str) -> Row | None:
    """A clause by its id, with `label` and `whole`: its words and those of everything below it, as the document writes them.

    An article's first paragraph goes by `19.1` too, though it stands in `19`.

    Args:
        store: the version; one published before clauses had labels gives their ids.
        document: its id.
        name: the clause's.
    """
    rows = _of(store, document)
    found = next((r for r in rows if r["clause"] == name), None)
    if found is None and name.endswith(".1"):
        found = next((r for r in rows if r["clause"] == name[:-2] and r.get("label", "").endswith("条")), None)
    if found is None:
        return None
    below = {found["clause"]}
    for row in rows:
        if row["parent"] in below:
            below.add(row["clause"])
    whole = "".join(r["text"] for r in rows if r["clause"] in below)
    return {"label": found["clause"], **found, "whole": whole}


def sentences(store: Store, document: str) -> dict[str, list[Row]]:
    """The sentences of a document by clause, in order: offsets into the clause's text, whether one is a heading, its English."""
    found: dict[str, list[Row]] = {}
    for row in store.rows("SELECT * FROM sentences WHERE document = ? ORDER BY clause, sentence", [document]):
        found.setdefault(row["clause"], []).append(row)
    return found


def children(store: Store, document: str, name: str) -> list[Row]:
    """The clauses right below one: id and title, in order."""
    return [{"clause": r["clause"], "title": r["title"]} for r in _of(store, document) if r["parent"] == name]


def _of(store: Store, document: str) -> list[Row]:
    return store.remembered('SELECT * FROM clauses WHERE document = ? ORDER BY "order"', document)


def targets(rows: list[ProgressRow]) -> dict[str, list[ProgressRow]]:
    """Progress rows by the clause that states them; a target two clauses state is listed under both."""
    found: dict[str, list[ProgressRow]] = {}
    for row in rows:
        for clause in (row["clause"], *(c for c in (row["also_in"] or "").split("|") if c)):
            found.setdefault(clause, []).append(row)
    return found


def parse_span(span: str | None, length: int) -> tuple[int, int] | None:
    """The offsets of a span written `12-40`, or None where it is not one within a text of that length."""
    start, dash, end = (span or "").partition("-")
    if not (dash and start.isascii() and start.isdigit() and end.isascii() and end.isdigit()) or len(span or "") > 20:
        return None
    first, last = int(start), int(end)
    return (first, last) if first < last <= length else None


def pieces(text: str, span: tuple[int, int] | None) -> list[tuple[str, bool]]:
    """A text cut at a span: (piece, whether it is the span), empty pieces left out."""
    if span is None:
        return [(text, False)] if text else []
    start, end = span
    return [(p, marked) for p, marked in ((text[:start], False), (text[start:end], True), (text[end:], False)) if p]

"""Documents as rows: what each says of itself, what a person wrote of it, and whether another one repeals it."""

from collections.abc import Sequence

from pipelines.sources.document_facts import Facts, read_facts
from pipelines.sources.documents import Document, DocumentDescription
from portal.publication.statuses import DocumentStatus
from portal.publication.store import NewRow, Row


def document_rows(documents: Sequence[Document]) -> list[Row]:
    """One row a document, in the order given; cards included.

    A document is `repealed` where one held here of a later day says so of its title, or its description does; else `amended` or
    `in_force` by its own text, which cannot know what came after it; else `unknown`.
    """
    rows = [_row(d) for d in documents]
    for row in rows:
        later = [r for r in rows if r is not row and row["title"] in r["repeals"] and _day(r) > _day(row)]
        if later and row["status_basis"] != "description":
            row["status"], row["status_basis"] = DocumentStatus.REPEALED, later[0]["id"]
    return [{**r, "repeals": "|".join(r["repeals"]) or None} for r in rows]


def _row(document: Document) -> NewRow:
    told = document.description
    text = "".join(c.text for c in document.clauses)
    read = read_facts(document.clauses[0].text, text) if document.clauses else Facts()
    amended = told.amended or list(read.amended)
    effective = told.effective or read.effective
    row = {
        "id": told.id,
        "title": told.title,
        "title_en": told.title_en,
        "short_titles": "|".join(told.short_titles),
        "kind": _kind(document),
        "number": told.number or read.number,
        "issuer": told.issuer or read.issuer,
        "issued": told.issued or read.issued or told.date,
        "adopted": told.adopted or read.adopted,
        "approved": told.approved or read.approved,
        "effective": effective,
        "amended": "|".join(amended),
        "repeals": list(told.repeals or read.repeals),
        **_status(told, amended, effective),
        "full_text": bool(document.clauses),
        "clauses": len(document.clauses),
        "articles": sum(_is_article(c.label) for c in document.clauses),
        "characters": len(text),
        "source": told.source,
        "licence": told.licence,
        "note": told.note,
    }
    return {name: None if value == "" else value for name, value in row.items()}


def _is_article(label: str) -> bool:
    return label.endswith("条") or "条之" in label.split("第")[-1]


def _status(told: DocumentDescription, amended: list[str], effective: str) -> dict[str, str]:
    if told.status:
        return {"status": told.status, "status_basis": "description"}
    if amended:
        return {"status": DocumentStatus.AMENDED, "status_basis": "text"}
    return {"status": DocumentStatus.IN_FORCE if effective else DocumentStatus.UNKNOWN, "status_basis": "text"}


def _kind(document: Document) -> str:
    """How it is written: in articles, in numbered parts, or in neither; `card` where only known of."""
    if not document.clauses:
        return "card"
    if any(c.label == "第一条" for c in document.clauses):
        return "regulation"
    return "numbered" if len(document.clauses) > 1 else "plain"


def _day(row: Row) -> str:
    """The day a document is as old as: in force, adopted or issued."""
    return str(row["effective"] or row["approved"] or row["adopted"] or row["issued"] or "")

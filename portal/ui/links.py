"""Addresses of pages and downloads; the language travels with every link."""

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from portal.ui.texts import language


def page(path: str = "", **parameters: object) -> str:
    """The address of a page, e.g. `page("policy", clause="3.4.1", span="12-40")`; parameters that are None are left out."""
    query = {k: str(v) for k, v in parameters.items() if v is not None}
    if language() != "zh":
        query["lang"] = language()
    return f"/{path}{'?' if query else ''}{urlencode(query, quote_via=quote)}"


def localized(url: str) -> str:
    """An answer's own link to a page, in the language of this run."""
    parts = urlsplit(url)
    return page(parts.path.lstrip("/"), **dict(parse_qsl(parts.query)))


def clause(clause_id: str, start: int | None = None, end: int | None = None, document: str | None = None) -> str:
    """The address of a clause, with a span of its text (offsets) to highlight."""
    span = f"{start}-{end}" if start is not None and end is not None and start >= 0 else None
    return page("policy", document=document, clause=clause_id, span=span)


def download(dataset: str, extension: str, **filters: str) -> str:
    """The address of a table in a format, whole or filtered by columns; a CSV for people carries the mark Excel reads Chinese by."""
    query = {f"filter.{k}": v for k, v in filters.items()}
    if extension == "csv":
        query["bom"] = "1"
    return f"/api/v1/datasets/{dataset}.{extension}{'?' if query else ''}{urlencode(query, quote_via=quote)}"

"""Addresses of pages and downloads; the language travels with every link."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from portal.texts.interface import language

if TYPE_CHECKING:
    from portal.publication.store import Store


def page(path: str = "", /, *pairs: tuple[str, str], **parameters: object) -> str:
    """The address of a page, e.g. `page("policy", clause="3.4.1", span="12-40")`; parameters that are None are left out.

    Args:
        path: the page's url path.
        pairs: further parameters whose names are no identifiers or that are repeated, such as a query's filters.
        parameters: by name.
    """
    query = [*((k, str(v)) for k, v in parameters.items() if v is not None), *pairs]
    if language() != "zh":
        query.append(("lang", language()))
    return f"/{path}{'?' if query else ''}{urlencode(query, quote_via=quote)}"


def localized(url: str) -> str:
    """An answer's own link to a page, in the language of this run."""
    parts = urlsplit(url)
    return page(parts.path.lstrip("/"), **dict(parse_qsl(parts.query)))


def clause(clause_id: str, start: int | None = None, end: int | None = None, document: str | None = None) -> str:
    """The address of a clause, with a span of its text (offsets) to highlight."""
    span = f"{start}-{end}" if start is not None and end is not None and start >= 0 else None
    return page("policy", document=document, clause=clause_id, span=span)


def clause_of(store: "Store", document: str, clause_id: str, start: int | None = None, end: int | None = None) -> str:
    """The address of a clause of any document; the plan's go without its name, as they always did."""
    return clause(clause_id, start, end, None if document == store.manifest.site.plan else document)


def download(dataset: str, extension: str, **filters: str) -> str:
    """The address of a table in a format, whole or filtered by columns; a CSV for people carries the mark Excel reads Chinese by."""
    query = {f"filter.{k}": v for k, v in filters.items()}
    if extension == "csv":
        query["bom"] = "1"
    return f"/api/v1/datasets/{dataset}.{extension}{'?' if query else ''}{urlencode(query, quote_via=quote)}"


def export(dataset: str, extension: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The address of the rows of a query (its pairs, and a version where one is meant) in a format."""
    query = [*pairs, *([("bom", "1")] if extension == "csv" else [])]
    return f"/api/v1/datasets/{dataset}.{extension}{'?' if query else ''}{urlencode(query, quote_via=quote)}"

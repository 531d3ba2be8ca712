"""The documents held or registered: their list, and one with what it cites and what cites it."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from portal.api.http import json_response
from portal.api.problems import not_found
from portal.api.shared import PREFIX, Version, base_url, known_parameters_only, store_of
from portal.plan import documents
from portal.publication.statuses import DocumentStatus
from portal.publication.store import Row
from portal.texts.errors import sentence

router = APIRouter(prefix=PREFIX, dependencies=[Depends(known_parameters_only)])


class DocumentList(BaseModel):
    """Documents, the site's plan first, with dates and status as they state them; cards have no text here."""

    version: str
    total: int
    documents: list[Row]


class DocumentEntry(BaseModel):
    """A document with the documents it names (`cites`) and the clauses of others that name it (`cited_by`)."""

    version: str
    document: Row
    cites: list[Row]
    cited_by: list[Row]


@router.get("/documents", summary="文件目录", tags=["方案"], response_model=DocumentList)
def list_documents(
    request: Request,
    status: Annotated[
        Literal[DocumentStatus.IN_FORCE, DocumentStatus.AMENDED, DocumentStatus.REPEALED, DocumentStatus.UNKNOWN]
        | None,
        Query(),
    ] = None,
    version: Version = None,
) -> Response:
    """Every document held or registered, with number, issuer, dates and status."""
    store = store_of(request, version)
    rows = [d for d in documents.documents(store) if status in (None, d["status"])]
    base = base_url(request)
    listed = [{**d, "page_url": _address(base, d)} for d in rows]
    return json_response(request, {"version": store.version, "total": len(rows), "documents": listed}, store)


@router.get("/documents/{document}", summary="一份文件", tags=["方案"], response_model=DocumentEntry)
def show_document(
    request: Request, document: Annotated[str, Path(description="document id")], version: Version = None
) -> Response:
    """A document, what it cites and what cites it; its text is under /api/v1/clauses/{document}/{clause}."""
    store = store_of(request, version)
    found = documents.document(store, document)
    if found is None:
        known = (d["id"] for d in documents.documents(store))
        raise not_found(sentence("missing.document", name=document[:80]), known)
    content = {
        "version": store.version,
        "document": {**found, "page_url": _address(base_url(request), found)},
        "cites": documents.cites(store, document),
        "cited_by": documents.cited_by(store, document),
    }
    return json_response(request, content, store)


def _address(base: str, document: Row) -> str | None:
    return f"{base}/policy?document={quote(document['id'])}" if document["full_text"] else document.get("source")

"""Which requests cost enough to need a slot (`portal.traffic`), and what those are told for whom there is none."""

import re

from fastapi import Request
from starlette.types import ASGIApp, Scope

from portal.api.problems import Problem, respond
from portal.api.shared import PREFIX
from portal.traffic.slots import BusyError

_KINDS = (
    (re.compile(rf"{PREFIX}/ask"), "question"),
    (re.compile(rf"{PREFIX}/query"), "sql"),
    (re.compile(rf"{PREFIX}/search|/api/(3/)?action/package_search"), "search"),
    (re.compile(rf"{PREFIX}/datasets/[^/]+\.[a-z]+"), "export"),
    (
        re.compile(
            rf"/api/(3/)?action/datastore_search|{PREFIX}/versions(/[^/]+/diff/[^/]+)?|{PREFIX}/measures/query"
            r"|/feed\.atom|/catalog(\.(jsonld|ttl|rdf))?|/datapackage\.json|/sitemap\.xml"
        ),
        "read",
    ),
)
_ROWS = re.compile(rf"{PREFIX}/datasets/[^/]+/rows")
_CONDITION = re.compile(rb"(^|&)(q|order|filter\.[^=]*|limit=[0-9]{4,})=?")


def kind_of(scope: Scope) -> str | None:
    """The kind of a request to the API; None for what is short: health, the catalogue, rows as they come."""
    path = scope["path"]
    if path == f"{PREFIX}/contributions" and scope["method"] == "POST":
        return "contribution"
    for pattern, kind in _KINDS:
        if pattern.fullmatch(path):
            return kind
    return "read" if _ROWS.fullmatch(path) and _CONDITION.search(scope.get("query_string", b"")) else None


def refuse(scope: Scope, busy: BusyError) -> ASGIApp:
    """429 or 503 with the seconds to wait."""
    return respond(Request(scope), Problem(busy.status, busy.sentence, {"Retry-After": str(busy.retry_after)}))

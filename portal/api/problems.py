"""Errors as RFC 9457 problem+json: a sentence a person can act on, never a trace."""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import duckdb
import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from portal.datasets.row_parameters import BadParameterError
from portal.desk.database import DatabaseUnavailableError
from portal.publication.json_object import JsonObject
from portal.publication.manifest import DamagedError, PublicationError
from portal.publication.remote_tables import AwayError
from portal.publication.time_limit import TooSlowError
from portal.texts.errors import BilingualError, Sentence, is_known, sentence
from portal.texts.interface import HTML_LANG, Language, preferred
from portal.traffic import methods

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)


class ProblemBody(BaseModel):
    """An error (RFC 9457). `detail` is a sentence in the language the request accepts, Chinese by default."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = Field(description="what is wrong and what to do")
    instance: str = Field(description="the path that was asked for")
    parameter: str | None = Field(None, description="the parameter that is wrong, where one is")
    value: str | None = Field(None, description="its value as given")
    allowed: list[str] | None = Field(None, description="what could stand there, where that can be listed")
    near: str | None = Field(None, description="the place in an SQL statement that is wrong")
    engine: str | None = Field(None, description="the SQL engine's own words, in English; for details only")


class Problem(BilingualError):
    """An error to answer a request with.

    Args:
        status: the HTTP status.
        why: what is wrong and what to do.
        headers: to send with the answer.
        extra: further members of the problem object.
    """

    def __init__(self, status: int, why: Sentence, headers: Mapping[str, str] | None = None, **extra: object) -> None:
        super().__init__(why)
        self.status, self.headers, self.extra = status, dict(headers or {}), extra


def language_of(request: Request) -> Language:
    """The language a request is answered in."""
    return preferred(request.headers.get("accept-language", ""))


def respond(request: Request, problem: Problem) -> Response:
    """The problem as an answer to a request."""
    language, status = language_of(request), problem.status
    body = {
        "type": "about:blank",
        "title": title(status).told(language),
        "status": status,
        "detail": problem.told(language),
        "instance": request.url.path,
        **problem.extra,
    }
    headers = {**problem.headers, "Content-Language": HTML_LANG[language], "Cache-Control": "no-store"}
    return Response(orjson.dumps(_whole(body)), status, headers, MEDIA_TYPE)


def title(status: int) -> Sentence:
    """What an HTTP status is called."""
    if is_known(f"status.{status}"):
        return sentence(f"status.{status}")
    phrase = HTTPStatus(status).phrase
    return Sentence(phrase, phrase)


def _whole(body: JsonObject) -> JsonObject:
    """Without halves of characters, which JSON has no bytes for."""
    return {k: v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for k, v in body.items()}


def bad_parameter(error: BadParameterError, status: int = 400) -> Problem:
    """The problem of a parameter that cannot be used."""
    problem = Problem(status, error.sentence, parameter=error.parameter, value=error.value)
    if error.allowed:
        problem.extra["allowed"] = list(error.allowed)
    return problem


def not_found(what: Sentence, allowed: Iterable[str] = ()) -> Problem:
    """The problem of a thing that is not there; `allowed` names those that are."""
    names = list(allowed)
    if not names:
        return Problem(404, what)
    return Problem(404, sentence("missing.known", what=what, known=names), allowed=names)


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""

    async def problem(request: Request, error: Exception) -> Response:
        return respond(request, _as_problem(request, error))

    for kind in (HTTPException, RequestValidationError, BilingualError, PublicationError, duckdb.Error):
        app.add_exception_handler(kind, problem)
    app.add_exception_handler(Exception, problem)


def _as_problem(request: Request, error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case BadParameterError():
            return bad_parameter(error)
        case AwayError():
            return Problem(503, error.sentence, {"Retry-After": "60"})
        case TooSlowError():
            return Problem(503, error.sentence, {"Retry-After": "10"})
        case DatabaseUnavailableError():
            return Problem(503, error.sentence, {"Retry-After": "60"})
        case BilingualError():
            return Problem(400, error.sentence)
        case DamagedError():
            _log.error("%s", error)
            return Problem(503, sentence("file.damaged"), {"Retry-After": "600"})
        case PublicationError():
            # The error names folders and addresses of this machine: they are for the log and for /readyz.
            return Problem(503, sentence("server.unpublished"), {"Retry-After": "30"})
        case RequestValidationError():
            return _invalid(error)
        case HTTPException():
            return _http(request, error)
        case duckdb.OutOfMemoryException():
            return Problem(503, sentence("busy.memory"))
    _log.error("A request failed", exc_info=error)
    return Problem(500, sentence("server.failed"))


def _http(request: Request, error: HTTPException) -> Problem:
    if error.status_code == 405:
        taken = methods.allowed(request.app.routes, request.scope)
        return Problem(405, sentence("request.method", allowed=taken), {"Allow": taken})
    if error.status_code == 404:
        return Problem(404, sentence("missing.address"), error.headers)
    if error.status_code == 400:
        return Problem(400, sentence("request.unreadable"), error.headers)
    detail = str(error.detail)
    return Problem(error.status_code, Sentence(detail, detail), error.headers)


def _invalid(error: RequestValidationError) -> Problem:
    first: Mapping[str, Any] = error.errors()[0]
    name = ".".join(str(p) for p in first["loc"] if p not in {"query", "path", "body"}) or "body"
    if first["type"] == "json_invalid":
        name = "body"
    kind = first["type"] if is_known(f"rule.{first['type']}") else "other"
    why = sentence(f"rule.{kind}", **first.get("ctx", {}))
    value = first.get("input")
    given = "" if first["type"] == "missing" or not isinstance(value, str | int | float) else str(value)
    return bad_parameter(BadParameterError(name, given, why))

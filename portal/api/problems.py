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

from portal.datasets.row_query import BadParameterError
from portal.publication.json_object import JsonObject
from portal.publication.manifest import DamagedError, PublicationError
from portal.publication.time_limit import TooSlowError
from portal.texts.errors import BilingualError

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger(__name__)

_TITLES = {
    400: ("请求有误", "Bad request"),
    404: ("没有找到", "Not found"),
    405: ("不支持这种请求方法", "Method not allowed"),
    406: ("没有这种格式", "Not acceptable"),
    408: ("请求发得太慢", "Request timeout"),
    413: ("请求太大", "Request too large"),
    414: ("网址太长", "Address too long"),
    415: ("不支持这种内容类型", "Unsupported media type"),
    416: ("要的字节范围不存在", "Range not satisfiable"),
    429: ("请求太频繁", "Too many requests"),
    500: ("服务器出错", "Server error"),
    503: ("暂时不能服务", "Service unavailable"),
}


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


class Problem(HTTPException):
    """An error to answer a request with.

    Args:
        status: the HTTP status.
        zh: what is wrong and what to do, in Chinese.
        en: the same in English.
        headers: to send with the answer.
        extra: further members of the problem object.
    """

    def __init__(
        self, status: int, zh: str, en: str, headers: Mapping[str, str] | None = None, **extra: object
    ) -> None:
        super().__init__(status, zh, dict(headers or {}))
        self.zh, self.en, self.extra = zh, en, extra


def speaks_english(request: Request) -> bool:
    """Whether the request prefers English to Chinese (`Accept-Language`)."""
    best: dict[str, float] = {}
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, weight = part.partition(";")
        try:
            quality = float(weight.partition("=")[2]) if weight else 1.0
        except ValueError:
            quality = 0.0
        language = tag.strip().lower().partition("-")[0]
        best[language] = max(quality, best.get(language, 0.0))
    return best.get("en", 0.0) > best.get("zh", 0.0)


def respond(request: Request, problem: Problem) -> Response:
    """The problem as an answer to a request."""
    english = speaks_english(request)
    status = problem.status_code
    fallback = HTTPStatus(status).phrase
    body = {
        "type": "about:blank",
        "title": _TITLES.get(status, (fallback, fallback))[english],
        "status": status,
        "detail": problem.en if english else problem.zh,
        "instance": request.url.path,
        **problem.extra,
    }
    headers = {**(problem.headers or {}), "Content-Language": "en" if english else "zh-CN", "Cache-Control": "no-store"}
    return Response(orjson.dumps(_whole(body)), status, headers, MEDIA_TYPE)


def _whole(body: JsonObject) -> JsonObject:
    """Without halves of characters, which JSON has no bytes for."""
    return {k: v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for k, v in body.items()}


def bad_parameter(error: BadParameterError, status: int = 400) -> Problem:
    """The problem of a parameter that cannot be used."""
    problem = Problem(status, error.zh, error.en, parameter=error.parameter, value=error.value)
    if error.allowed:
        problem.extra["allowed"] = list(error.allowed)
    return problem


def not_found(zh: str, en: str, allowed: Iterable[str] = ()) -> Problem:
    """The problem of a thing that is not there; `allowed` names those that are."""
    names = list(allowed)
    if not names:
        return Problem(404, zh, en)
    return Problem(404, f"{zh}现有：{'、'.join(names)}。", f"{en} There are: {', '.join(names)}.", allowed=names)


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""

    async def problem(request: Request, error: Exception) -> Response:
        return respond(request, _as_problem(error))

    for kind in (HTTPException, RequestValidationError, BilingualError, PublicationError, duckdb.Error):
        app.add_exception_handler(kind, problem)
    app.add_exception_handler(Exception, problem)


def _as_problem(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case BadParameterError():
            return bad_parameter(error)
        case TooSlowError():
            return Problem(503, error.zh, error.en, {"Retry-After": "10"})
        case BilingualError():
            return Problem(400, error.zh, error.en)
        case DamagedError():
            _log.error("%s", error)
            en = "This file is damaged on the server and is not sent. Take another format meanwhile; the administrator is told."
            return Problem(
                503, "这个文件在服务器上损坏了，没有发出。请先下载其他格式；已经记录。", en, {"Retry-After": "600"}
            )
        case PublicationError():
            # The error names folders and addresses of this machine: they are for the log and for /readyz.
            zh = "还没有可以用的发布版本。请管理员运行 portal build，原因见 /readyz。"
            en = "Nothing is published that can be opened. The administrator finds the reason at /readyz."
            return Problem(503, zh, en, {"Retry-After": "30"})
        case RequestValidationError():
            return _invalid(error)
        case HTTPException():
            return _http(error)
        case duckdb.OutOfMemoryException():
            zh = "这个请求要用的内存超过了上限。请加筛选条件、少选字段，或下载整张表后在本地计算。"
            return Problem(
                503,
                zh,
                "The request needs more memory than allowed. Filter it, select fewer columns, or download the table.",
            )
    _log.error("A request failed", exc_info=error)
    return Problem(
        500,
        "服务器处理这个请求时出错，已经记录。请稍后再试；若仍然出错，请告诉我们这个网址。",
        "The server failed on this request and has logged it. Please try again later, or tell us this address.",
    )


def _http(error: HTTPException) -> Problem:
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", (error.headers or {}).get("allow", ""))
        zh, en = f"这个网址只接受 {allowed}。", f"This address takes {allowed} only."
        return Problem(405, zh, en, error.headers)
    if error.status_code == 404:
        zh = "没有这个网址。接口说明见 /api/v1/docs。"
        return Problem(404, zh, "There is nothing at this address. See /api/v1/docs.", error.headers)
    if error.status_code == 400:
        zh = "请求的内容读不出来。请发送 UTF-8 编码的 JSON。"
        return Problem(400, zh, "The request's body cannot be read. Send JSON in UTF-8.", error.headers)
    return Problem(error.status_code, str(error.detail), str(error.detail), error.headers)


# Pydantic's kinds of error → what to do, in Chinese and English; the error's own context fills the braces.
_RULES: dict[str, tuple[str, str]] = {
    "missing": ("必须给出。", "it is required."),
    "extra_forbidden": ("没有这一项。", "there is no such field."),
    "json_invalid": ("请求的内容不是有效的 JSON。", "the body is not valid JSON."),
    "model_attributes_type": ("请求的内容应是一个 JSON 对象，并带 Content-Type: application/json。", "the body must be a JSON object, sent as application/json."),
    "dict_type": ("应是一个 JSON 对象。", "it must be a JSON object."),
    "string_type": ("应是文字。", "it must be a text."),
    "list_type": ("应是列表。", "it must be a list."),
    "bool_parsing": ("应为 true 或 false。", "it takes true or false."),
    "float_parsing": ("应是数字。", "it takes a number."),
    "int_parsing": ("应是整数。", "it takes a whole number."),
    "int_from_float": ("应是整数。", "it takes a whole number."),
    "finite_number": ("应是有限的数字。", "it takes a finite number."),
    "greater_than": ("应大于 {gt}。", "it must be above {gt}."),
    "greater_than_equal": ("不得小于 {ge}。", "it must be at least {ge}."),
    "less_than_equal": ("不得大于 {le}。", "it must be at most {le}."),
    "string_too_short": ("至少 {min_length} 个字。", "it needs at least {min_length} characters."),
    "string_too_long": ("最多 {max_length} 个字。", "it holds at most {max_length} characters."),
    "too_long": ("最多 {max_length} 项。", "it holds at most {max_length} items."),
    "literal_error": ("只能是 {expected}。", "it must be {expected}."),
    "years_reversed": ("from（{first}）晚于 to（{last}），请把两个年份对调。", "from ({first}) is after to ({last}); swap them."),
    "enum": ("只能是 {expected}。", "it must be {expected}."),
}  # fmt: skip


def _invalid(error: RequestValidationError) -> Problem:
    first: Mapping[str, Any] = error.errors()[0]
    name = ".".join(str(p) for p in first["loc"] if p not in {"query", "path", "body"}) or "body"
    if first["type"] == "json_invalid":
        name = "body"
    rules = _RULES.get(first["type"], ("不符合要求。", "it is not valid."))
    zh, en = (r.format(**first.get("ctx", {})) for r in rules)
    value = first.get("input")
    given = "" if first["type"] == "missing" or not isinstance(value, str | int | float) else str(value)
    return bad_parameter(BadParameterError(name, given, zh, en))

"""The CKAN Action API (v3), so that the clients written for CKAN portals read this one.

Replies have CKAN's own shape, errors included: `{"success": false, "error": {"__type", "message"}}`.
"""

import json
from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from portal.api.ckan.actions import ACTIONS, Call
from portal.api.ckan.found import NotFoundError
from portal.api.ckan.parameters import InvalidError, Parameters
from portal.api.json_bodies import fault
from portal.api.problems import language_of
from portal.api.shared import base_url, store_of
from portal.publication.json_object import JsonObject
from portal.publication.manifest import PublicationError
from portal.texts.errors import Sentence, sentence

PREFIX = "/api/3"
router = APIRouter(tags=["CKAN"])

_OK: dict[int | str, JsonObject] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "`success` and `result`"}
}

Action = Annotated[str, Path(description="what to do", json_schema_extra={"enum": list(ACTIONS)})]


# Clients that name no version, ckanapi among them, leave out the 3.
@router.get("/api/action/{action}", include_in_schema=False)
@router.get(
    f"{PREFIX}/action/{{action}}",
    summary="CKAN 接口",
    response_class=Response,
    responses=_OK,
    operation_id="ckan_action_get",
)
def action_get(request: Request, action: Action) -> Response:
    """CKAN's actions, parameters in the URL; `help_show?name=…` tells what an action takes."""
    return _act(request, action, _from_url(request))


@router.post("/api/action/{action}", include_in_schema=False)
@router.post(
    f"{PREFIX}/action/{{action}}",
    summary="CKAN 接口（POST）",
    response_class=Response,
    responses=_OK,
    operation_id="ckan_action_post",
)
async def action_post(request: Request, action: Action) -> Response:
    """The same with the parameters as a JSON object in the body, in the URL or in both."""
    from starlette.concurrency import run_in_threadpool

    body = await request.body()
    if told := fault(body):
        return _failed(request, action, 400, "Bad Request", told)
    try:
        given = json.loads(body) if body.strip() else {}
    except ValueError:
        given = None
    if not isinstance(given, dict):
        return _failed(request, action, 400, "Bad Request", sentence("ckan.body"))
    return await run_in_threadpool(_act, request, action, {**_from_url(request), **given})


def _from_url(request: Request) -> dict[str, str | list[str]]:
    """The parameters of the URL; one that is repeated is a list."""
    given: dict[str, str | list[str]] = {}
    for name in request.query_params:
        values = request.query_params.getlist(name)
        given[name] = values if len(values) > 1 else values[0]
    return given


def _act(request: Request, name: str, given: Parameters) -> Response:
    if name not in ACTIONS:
        why = sentence("ckan.action", name=name[:80], known=list(ACTIONS))
        return _failed(request, name, 400, "Bad Request", why)
    action = ACTIONS[name]
    try:
        for parameter in given:
            if not action.takes(parameter):
                why = sentence("ckan.parameter", action=name, known=sorted(action.parameters))
                raise InvalidError(parameter, why)
        result = action.answer(Call(store_of(request), given, base_url(request)))
    except NotFoundError as error:
        return _failed(request, name, 404, "Not Found Error", error.sentence)
    except InvalidError as error:
        return _failed(request, name, 409, "Validation Error", error.sentence, error.field)
    except PublicationError:
        return _failed(request, name, 503, "Internal Server Error", sentence("server.unpublished"))
    return _reply(request, name, 200, {"success": True, "result": result})


def _failed(request: Request, action: str, status: int, kind: str, why: Sentence, field: str = "") -> Response:
    """What CKAN's clients read of a failure; `field` is the parameter that cannot be used."""
    told = why.told(language_of(request))
    error: JsonObject = {"__type": kind, "message": told}
    if field:
        named = sentence("ckan.field", field=field, why=why).told(language_of(request))
        error = {"__type": kind, field: [told], "message": named}
    return _reply(request, action, status, {"success": False, "error": error})


def _reply(request: Request, action: str, status: int, content: JsonObject) -> Response:
    known = f"{PREFIX}/action/help_show?name={action}" if action in ACTIONS else "/api/v1/docs#/CKAN"
    body = {"help": base_url(request) + known, **content}
    return Response(orjson.dumps(body), status, {"Cache-Control": "no-cache"}, "application/json")

"""Questions over HTTP: the same pipeline as the chat's, whole or step by step as server-sent events."""

import logging
from collections.abc import Iterator

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.sse import EventSourceResponse, format_sse_event
from starlette.responses import Response

from portal.answering.models import Answer, Ask, Step
from portal.api.problems import language_of, title
from portal.api.shared import PREFIX, known_parameters_only, services_of
from portal.chat import asking
from portal.texts.errors import sentence
from portal.texts.interface import Language

router = APIRouter(prefix=PREFIX, tags=["问答"], dependencies=[Depends(known_parameters_only)])
_log = logging.getLogger(__name__)

_STREAM = "text/event-stream"


@router.post(
    "/ask",
    summary="提问",
    response_model=Answer,
    responses={200: {"content": {_STREAM: {}}, "description": "the answer object, or its making as events"}},
)
def ask(request: Request, question: Ask) -> Response:
    """Answer a question from the published documents and data, or refuse and say what the portal does cover.

    With `Accept: text/event-stream`, events `step` (`{"name","detail"}`) come while the answer is made, then one `answer`
    with the answer object, or one `problem`.
    """
    services = services_of(request)
    services.publications.current()
    if _STREAM in request.headers.get("accept", ""):
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return EventSourceResponse(
            _events(asking.steps(services.answers, question), language_of(request)), headers=headers
        )
    answer = asking.answer(services.answers, question)
    return Response(answer.model_dump_json(), headers={"Cache-Control": "no-store"}, media_type="application/json")


def _events(steps: Iterator[Step | Answer], language: Language) -> Iterator[bytes]:
    """Server-sent events; the reply has begun, so a failure is an event too."""
    try:
        for step in steps:
            name = "answer" if isinstance(step, Answer) else "step"
            yield format_sse_event(event=name, data_str=step.model_dump_json())
    except Exception:
        _log.exception("A question failed")
        told = {"title": title(500), "detail": sentence("server.question")}
        problem = {"status": 500, **{name: said.told(language) for name, said in told.items()}}
        yield format_sse_event(event="problem", data_str=orjson.dumps(problem).decode())

"""What the desk's pages answer with, beside a page: a way on, and what an address asked for."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.convertors import IntegerConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.desk.accounts import Role, Signed
from portal.staff import drawing
from portal.texts.interface import LANGUAGES, use


class EntryConvertor(IntegerConvertor):
    """The number of an entry in an address: of more digits than any has, the address is none."""

    regex = "[0-9]{1,9}"


register_url_convertor("entry", EntryConvertor())
PATH = "/desk"
PAGE = 50
# A row of the data with long cells, every sign of which travels as nine.
_BODY_MAX = 60 * 1024
_FIELDS_MAX = 80
_LANGUAGE = "desk-language"
_REMEMBERED_SECONDS = 365 * 24 * 3600
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Form = dict[str, str]
Page = Callable[[Request, Signed, Form], Response]


@dataclass(frozen=True)
class Place:
    """An address of the desk below its path: who may open it, and with POST who may act there."""

    path: str
    page: Page
    roles: frozenset[Role]
    methods: tuple[str, ...] = ("GET",)


def to(path: str) -> RedirectResponse:
    """On to another page."""
    return RedirectResponse(path, 303, drawing.HEADERS)


def offset(request: Request) -> int:
    """From which entry of a list on."""
    asked = request.query_params.get("from", "0")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 0


def number(text: str) -> int | None:
    """A number as addresses and forms write it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def now() -> datetime.datetime:
    """This moment."""
    return datetime.datetime.now(datetime.UTC)


async def read_form(request: Request) -> Form | None:
    """What a form sent; None where that is more than any of the desk's forms holds."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _BODY_MAX:
            return None
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_FIELDS_MAX))
    except ValueError:
        return {}


def from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another website's page sent this."""
    return request.headers.get("sec-fetch-site", "") in {"cross-site", "same-site"}


def speak(request: Request) -> None:
    """Speak the language an address asks for, or the one that was asked for last."""
    use(request.query_params.get("lang") or request.cookies.get(_LANGUAGE))


def spoken(request: Request, reply: Response) -> Response:
    """A reply that has the browser remember the language its address asked for."""
    if (asked := request.query_params.get("lang")) in LANGUAGES:
        reply.set_cookie(_LANGUAGE, asked, _REMEMBERED_SECONDS, path=PATH, httponly=True, samesite="strict")
    return reply

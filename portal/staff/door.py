"""The desk's door: signing in with a password, or with what a service elsewhere has proved."""

import hmac

from anyio import to_thread
from markupsafe import Markup
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal import services
from portal.desk.accounts import AccountError
from portal.desk.database import DatabaseUnavailableError
from portal.settings import Settings
from portal.staff import drawing
from portal.staff.answering import PATH, from_elsewhere, now, read_form, speak, spoken, to
from portal.staff.provider import Provider, ProviderError
from portal.texts.interface import t
from portal.traffic.admission import shared
from portal.traffic.own_address import own_address
from portal.traffic.slots import BusyError

COOKIE = "desk"
_ELSEWHERE = f"{PATH}/sign-in/elsewhere"
_BACK = f"{_ELSEWHERE}/back"
_STATE = "desk-sign-in"
_STATE_SECONDS = 600


def routes(secure: bool, settings: Settings) -> list[Route]:
    """The addresses that need no session.

    Args:
        secure: whether browsers come by HTTPS, so that the cookies travel by nothing else.
        settings: whether a service elsewhere proves who somebody is, and which.
    """
    provider = Provider(settings) if settings.desk_oidc_issuer else None
    door = _Door(secure, provider, settings.public_url)
    with_password = [
        Route(f"{PATH}/sign-in", door.show, methods=["GET"]),
        Route(f"{PATH}/sign-in", door.enter, methods=["POST"]),
    ]
    if provider is None:
        return with_password
    # What was asked there is kept by the browser that asked, signed, and the browser brings it along from another website's page: Lax.
    # The key is the same for every machine that serves this portal.
    key = hmac.new(settings.desk_oidc_client_secret.get_secret_value().encode(), b"desk sign-in", "sha256").hexdigest()
    state = Middleware(
        SessionMiddleware,
        secret_key=key,
        session_cookie=_STATE,
        max_age=_STATE_SECONDS,
        path=_ELSEWHERE,
        same_site="lax",
        https_only=secure,
    )
    return [
        *with_password,
        Route(_ELSEWHERE, door.lead, methods=["GET"], middleware=[state]),
        Route(_BACK, door.enter_proved, methods=["GET"], middleware=[state]),
    ]


class _Door:
    """Signing in."""

    def __init__(self, secure: bool, provider: Provider | None, public_url: str) -> None:
        self._secure, self._provider, self._public_url = secure, provider, public_url

    async def show(self, request: Request) -> Response:
        """The form."""
        speak(request)
        return spoken(request, self._refused("", 200))

    async def enter(self, request: Request) -> Response:
        """Begin a session with a new token, whatever token the browser brought."""
        speak(request)
        if from_elsewhere(request):
            return self._refused(t("desk.form_elsewhere"), 403)
        form = await read_form(request)
        name = (form or {}).get("name", "")
        try:
            async with shared().held_async("sign_in", shared().client(request.scope)):
                token = await to_thread.run_sync(
                    services.services().accounts.sign_in, name, (form or {}).get("password", ""), now()
                )
        except BusyError as busy:
            return self._refused(busy.told(), busy.status, name)
        except AccountError as wrong:
            return self._refused(wrong.told(), 403, name)
        except DatabaseUnavailableError as away:
            return self._refused(away.told(), 503, name)
        return self._entered(to(PATH), token)

    async def lead(self, request: Request) -> Response:
        """On to the service elsewhere, with what its answer must know."""
        speak(request)
        assert self._provider is not None
        try:
            async with shared().held_async("sign_in_elsewhere", shared().client(request.scope)):
                leading = await self._provider.leading(request, own_address(request.scope, self._public_url) + _BACK)
        except BusyError as busy:
            return self._refused(busy.told(), busy.status)
        except ProviderError as away:
            return self._refused(away.told(), away.status)
        leading.headers.update(drawing.HEADERS)
        return leading

    async def enter_proved(self, request: Request) -> Response:
        """Begin a session of the account of whom the service has proved its visitor to be."""
        speak(request)
        assert self._provider is not None
        try:
            async with shared().held_async("sign_in_elsewhere", shared().client(request.scope)):
                subject = await self._provider.subject(request)
            token = await to_thread.run_sync(services.services().accounts.sign_in_known_elsewhere, subject, now())
        except BusyError as busy:
            return self._refused(busy.told(), busy.status)
        except ProviderError as unproved:
            return self._refused(unproved.told(), unproved.status)
        except AccountError as unknown:
            return self._refused(unknown.told(), 403)
        except DatabaseUnavailableError as away:
            return self._refused(away.told(), 503)
        # A redirect would still be part of the way here from another website, on which a strict cookie is not sent: a page leads on.
        onward = Markup('<h1>{}</h1><p><a href="{}">{}</a></p>').format(t("desk.signed_in"), PATH, t("desk.onward"))
        return self._entered(drawing.document(onward, onward=PATH), token)

    def _refused(self, wrong: str, status: int, name: str = "") -> Response:
        """The form, with what went wrong above it."""
        form = drawing.sign_in(name, _ELSEWHERE if self._provider else "")
        return drawing.document(form, status=status, wrong=wrong)

    def _entered(self, reply: Response, token: str) -> Response:
        reply.set_cookie(COOKIE, token, path=PATH, httponly=True, secure=self._secure, samesite="strict")
        return reply

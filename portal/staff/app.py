"""The desk as an application: who has no session is led to the sign-in, whatever they ask for; who has one does what the role allows."""

import hmac
from collections.abc import Callable

from anyio import to_thread
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from portal import services
from portal.desk.accounts import Role, Signed
from portal.desk.contributions import State
from portal.desk.database import DatabaseUnavailableError
from portal.desk.offers import ContributionError
from portal.settings import settings
from portal.staff import asked, changes, door, drawing, enquiries, review
from portal.staff.answering import (
    PAGE,
    PATH,
    Form,
    Page,
    Place,
    from_elsewhere,
    now,
    offset,
    read_form,
    speak,
    spoken,
    to,
)
from portal.staff.door import COOKIE
from portal.texts.interface import t
from portal.traffic import methods
from portal.ui.html import join


def is_desk(path: str) -> bool:
    """Whether an address is the desk's."""
    return path == PATH or path.startswith(f"{PATH}/")


def create_desk(secure: bool) -> ASGIApp:
    """The desk's application.

    Args:
        secure: whether browsers come by HTTPS, so that the session's cookie travels by nothing else.
    """
    return Starlette(
        routes=[
            *door.routes(secure, settings()),
            Route(f"{PATH}/sign-out", _guarded(_sign_out, set(Role)), methods=["POST"]),
            Route(PATH, _guarded(_home, set(Role)), methods=["GET"]),
            *(Route(PATH + p.path, _guarded(p.page, set(p.roles)), methods=list(p.methods)) for p in _PLACES),
            Route(f"{PATH}/{{rest:path}}", _guarded(_nowhere, set(Role)), methods=["GET", "POST"]),
        ],
        exception_handlers={405: _other_method},
    )


def _other_method(request: Request, _: Exception) -> Response:
    """The answer to a method an address does not take."""
    taken = methods.allowed(request.app.routes, request.scope)
    return PlainTextResponse("Method Not Allowed", 405, {"Allow": taken})


def _guarded(page: Page, roles: set[Role]) -> Callable[[Request], "object"]:
    """An endpoint for those roles: without a session it leads to the sign-in, without the page's word nothing is done."""

    async def endpoint(request: Request) -> Response:
        speak(request)
        form = await read_form(request) if request.method == "POST" else {}
        return spoken(request, await to_thread.run_sync(_answer, page, roles, request, form))

    return endpoint


def _answer(page: Page, roles: set[Role], request: Request, form: Form | None) -> Response:
    try:
        signed = services.services().accounts.signed(request.cookies.get(COOKIE), now())
        if signed is None:
            return to(f"{PATH}/sign-in")
        if signed.role not in roles:
            told = t("desk.not_yours", role=t(f"desk.role_{signed.role}"))
            return drawing.document(Markup(""), signed, 403, told)
        if form is None:
            return drawing.document(Markup(""), signed, 413, t("desk.form_large"))
        if request.method == "POST" and from_elsewhere(request):
            return drawing.document(Markup(""), signed, 403, t("desk.form_elsewhere"))
        if request.method == "POST" and not hmac.compare_digest(form.get("csrf", "").encode(), signed.csrf.encode()):
            return drawing.document(Markup(""), signed, 403, t("desk.form_old"))
        return page(request, signed, form)
    except DatabaseUnavailableError as away:
        return drawing.document(Markup(""), status=503, wrong=away.told())


def _home(_: Request, signed: Signed, __: Form) -> Response:
    if signed.role in {Role.EDITOR, Role.PUBLISHER}:
        return to(f"{PATH}/contributions")
    if signed.role is Role.ADMINISTRATOR:
        return to(f"{PATH}/audit")
    return to(f"{PATH}/enquiries")


def _sign_out(request: Request, _: Signed, __: Form) -> Response:
    services.services().accounts.sign_out(request.cookies[COOKIE], now())
    reply = to(f"{PATH}/sign-in")
    reply.delete_cookie(COOKIE, path=PATH)
    return reply


def _contributions(request: Request, signed: Signed, _: Form) -> Response:
    start = offset(request)
    # An editor decides what came in and changes the data; a publisher says what has become part of a version.
    deciding = signed.role is Role.EDITOR and request.query_params.get("state") != "accepted"
    state = State.RECEIVED if deciding else State.ACCEPTED
    title, none = ("waiting", "none") if deciding else ("accepted", "accepted_none")
    count, found = services.services().contributions.of_state(state, PAGE, start)
    items = join(
        Markup('<li>{}<a href="{}/contributions/{}">{}</a></li>').format(
            drawing.contribution(told), PATH, number, t("desk.open", number=number)
        )
        for number, told in found
    )
    more = (
        Markup('<p><a href="?from={}{}">{}</a></p>').format(
            start + PAGE, "" if deciding else "&state=accepted", t("desk.next")
        )
        if start + PAGE < count
        else ""
    )
    other = _other_list(deciding) if signed.role is Role.EDITOR else ""
    shown = Markup("<ul>{}</ul>").format(items) if found else t(f"desk.{none}")
    body = Markup("<h1>{}</h1>{}{}{}").format(t(f"desk.{title}", count=count), other, shown, more)
    return drawing.document(body, signed)


def _other_list(deciding: bool) -> Markup:
    state, name = ("accepted", "accepted_list") if deciding else ("received", "waiting_list")
    return Markup('<p><a href="{}/contributions?state={}">{}</a></p>').format(PATH, state, t(f"desk.{name}"))


def _contribution(request: Request, signed: Signed, _: Form, wrong: str = "") -> Response:
    number = request.path_params["number"]
    try:
        told, contact = services.services().contributions.open_one(number)
    except ContributionError as unknown:
        return drawing.document(Markup(""), signed, 404, unknown.told())
    buttons = _buttons(signed.role, told.state)
    body = Markup("<h1>{}</h1>{}{}{}{}{}<p><a href='{}/contributions'>{}</a></p>").format(
        t(f"contributions.state_{told.state}"),
        drawing.contribution(told),
        Markup("<p>{}</p>").format(t("desk.contact", contact=contact)) if contact else "",
        Markup("<p>{}</p>").format(t("contributions.reason", reason=told.reason)) if told.reason else "",
        drawing.form(f"{PATH}/contributions/{number}", signed.csrf, buttons) if buttons else "",
        changes.led_to(signed, number, told),
        PATH,
        t("desk.back"),
    )
    return drawing.document(body, signed, 400 if wrong else 200, wrong)


def _buttons(role: Role, state: State) -> Markup:
    """What a role may do with a contribution as it stands."""
    if role is Role.EDITOR and state is State.RECEIVED:
        return Markup(
            '<label>{}<textarea name="reason" required maxlength="500"></textarea></label>'
            '<button name="decision" value="accept">{}</button><button name="decision" value="refuse">{}</button>'
        ).format(t("desk.reason"), t("desk.accept"), t("desk.refuse"))
    if role is Role.PUBLISHER and state is State.ACCEPTED:
        version = services.services().publications.current().version
        return Markup('<p>{}</p><button name="decision" value="publish">{}</button>').format(
            t("desk.publish_note"), t("desk.publish", version=version)
        )
    return Markup("")


def _act(request: Request, signed: Signed, form: Form) -> Response:
    return (_decide if signed.role is Role.EDITOR else _publish)(request, signed, form)


def _publish(request: Request, signed: Signed, form: Form) -> Response:
    if form.get("decision") != "publish":
        return _contribution(request, signed, form, t("desk.form_old"))
    store = services.services().publications.current()
    number, created = request.path_params["number"], store.manifest.created
    try:
        services.services().contributions.publish(number, store.version, created, signed.name, now())
    except ContributionError as refused:
        return _contribution(request, signed, form, refused.told())
    return to(f"{PATH}/contributions")


def _decide(request: Request, signed: Signed, form: Form) -> Response:
    accept = {"accept": True, "refuse": False}.get(form.get("decision", ""))
    if accept is None:
        return _contribution(request, signed, form, t("desk.form_old"))
    number = request.path_params["number"]
    try:
        services.services().contributions.decide(number, accept, form.get("reason", ""), signed.name, now())
    except ContributionError as refused:
        return _contribution(request, signed, form, refused.told())
    return to(f"{PATH}/contributions")


def _audit(request: Request, signed: Signed, _: Form) -> Response:
    start = offset(request)
    lines = services.services().accounts.audit(PAGE + 1, start)
    shown = [(line.moment.isoformat(" ", "seconds")[:19], line.account, line.act, line.about) for line in lines[:PAGE]]
    names = [t(f"desk.{name}") for name in ("moment", "account", "act", "about")]
    more = Markup('<p><a href="?from={}">{}</a></p>').format(start + PAGE, t("desk.next")) if len(lines) > PAGE else ""
    return drawing.document(
        Markup("<h1>{}</h1>{}{}").format(t("desk.audit"), drawing.table(names, shown), more), signed
    )


def _nowhere(_: Request, signed: Signed, __: Form) -> Response:
    return drawing.document(Markup("<h1>{}</h1>").format(t("error.no_page")), signed, 404)


_BOTH = frozenset({Role.EDITOR, Role.PUBLISHER})
_PLACES = (
    Place("/contributions", _contributions, _BOTH),
    Place("/contributions/{number:entry}", _contribution, _BOTH),
    Place("/contributions/{number:entry}", _act, _BOTH, ("POST",)),
    Place("/audit", _audit, frozenset({Role.ADMINISTRATOR})),
    *changes.PLACES,
    *asked.PLACES,
    *enquiries.PLACES,
    *review.PLACES,
)

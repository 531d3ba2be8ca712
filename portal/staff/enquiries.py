"""The desk's pages of enquiries: a question, the reply to read out, send or print, and what came of it; the keyboard is enough."""

import datetime
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from portal import services
from portal.answering.models import Ask
from portal.chat import asking, reply
from portal.chat.brief import short_reply
from portal.desk import kept_answers
from portal.desk.accounts import Role, Signed
from portal.desk.enquiries import FOLLOW_UP_MOST, Channel, EnquiryError, Entry, Outcome
from portal.desk.meanings import NotReadyError
from portal.letters import letter
from portal.plan import progress
from portal.publication.manifest import PublicationError
from portal.settings import settings
from portal.staff import drawing
from portal.staff.answering import PAGE, PATH, XLSX, Form, Place, now, offset, to
from portal.texts.errors import sentence
from portal.texts.interface import t
from portal.traffic.own_address import own_address
from portal.ui.html import join

ENQUIRIES = f"{PATH}/enquiries"
_QUESTION_MOST = 300
_BRIEF = 80
_ALIKE = 10
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _list(request: Request, signed: Signed, form: Form, wrong: str = "") -> Response:
    words = request.query_params.get("q", "")
    start = offset(request)
    count, found = services.services().enquiries.search(words, PAGE, start)
    ask = Markup(
        '<label>{}<input name="question" required autofocus maxlength="{}" value="{}"></label><button>{}</button>'
    ).format(t("desk.enquiry_ask"), _QUESTION_MOST, form.get("question", ""), t("desk.enquiry_answer"))
    find = Markup(
        '<form method="get" action="{}"><label>{}<input name="q" value="{}"></label><button>{}</button></form>'
    ).format(ENQUIRIES, t("desk.enquiry_find"), words, t("desk.change_search"))
    more = Markup("")
    if start + PAGE < count:
        more = Markup('<p><a href="?{}">{}</a></p>').format(
            urlencode({"q": words, "from": start + PAGE} if words else {"from": start + PAGE}), t("desk.next")
        )
    body = Markup('<h1>{}</h1>{}{}{}<p>{}</p><ul>{}</ul>{}<p><a href="{}.xlsx">{}</a></p>').format(
        t("desk.enquiries"),
        drawing.form(ENQUIRIES, signed.csrf, ask),
        find,
        _alike(words) if words.strip() and not start else "",
        t("desk.enquiry_found" if words else "desk.enquiry_all", count=count),
        join(_line(entry) for entry in found),
        more,
        ENQUIRIES,
        t("desk.enquiry_export"),
    )
    return drawing.document(body, signed, 400 if wrong else 200, wrong)


def _alike(words: str) -> Markup:
    """The enquiries that mean most nearly what is looked for, however they are worded."""
    try:
        found = services.services().meanings.nearest(words, _ALIKE)
    except NotReadyError as waits:
        return Markup("<p>{}</p>").format(waits.told())
    entries = services.services().enquiries.numbered(found)
    if not entries:
        return Markup("")
    return Markup("<h2>{}</h2><ul>{}</ul>").format(t("desk.enquiry_alike"), join(_line(e) for e in entries))


def _line(entry: Entry) -> Markup:
    told = entry.kept.text
    return Markup('<li>{} · {} · {} · {}<br><a href="{}/{}">{}</a><br>{}</li>').format(
        entry.asked.isoformat(" ", "minutes")[:16],
        entry.clerk,
        t(f"desk.channel_{entry.channel}"),
        t(f"desk.outcome_{entry.outcome}"),
        ENQUIRIES,
        entry.number,
        entry.kept.question,
        told if len(told) <= _BRIEF else f"{told[:_BRIEF]}…",
    )


def _ask(request: Request, signed: Signed, form: Form) -> Response:
    """Answer a question and take it down, the reply as it is to be sent included."""
    question = form.get("question", "")
    if not question.strip():
        return _list(request, signed, form, sentence("enquiry.empty").told())
    shared, moment = services.services(), now()
    try:
        store = shared.publications.current()
        answer = asking.answer(shared.answers, Ask(question=question))
    except PublicationError:
        return drawing.document(Markup(""), signed, 503, t("error.unpublished"))
    base, id = _base(request), kept_answers.new_id()
    made = reply.compose(
        answer,
        question,
        store.manifest,
        progress.sources(store),
        _day(moment),
        base,
        kept_answers.address(base, id),
    )
    number = shared.enquiries.take_down(id, answer, made, signed.name, moment)
    shared.meanings.catch_up()
    return to(f"{ENQUIRIES}/{number}")


def _one(request: Request, signed: Signed, _: Form, wrong: str = "") -> Response:
    try:
        entry = services.services().enquiries.find(request.path_params["number"])
    except EnquiryError as unknown:
        return drawing.document(Markup(""), signed, 404, unknown.told())
    url = kept_answers.address(_base(request), entry.kept.id)
    short = short_reply(entry.kept.text, url, entry.kept.language)
    fields = Markup(
        '<label>{}<select name="channel" autofocus>{}</select></label><label>{}<select name="outcome">{}</select></label>'
        '<label>{}<input name="follow_up" maxlength="{}" value="{}"></label><button>{}</button>'
    ).format(
        t("desk.enquiry_channel"),
        _options("channel", Channel, entry.channel),
        t("desk.enquiry_outcome"),
        # Whoever was told something has been answered, until the clerk says otherwise.
        _options("outcome", Outcome, Outcome.ANSWERED if entry.outcome is Outcome.OPEN else entry.outcome),
        t("desk.enquiry_follow_up"),
        FOLLOW_UP_MOST,
        entry.follow_up,
        t("desk.enquiry_save"),
    )
    body = Markup(
        '<h1>{}</h1><p>{} · {} · {}</p><label>{}<textarea readonly rows="4">{}</textarea></label>{}'
        '<label>{}<textarea readonly rows="14">{}</textarea></label>'
        '<p><a href="{}/{}.docx">{}</a> · <a href="{}">{}</a></p><p><a href="{}">{}</a></p>'
    ).format(
        entry.kept.question,
        entry.asked.isoformat(" ", "minutes")[:16],
        entry.clerk,
        t(f"desk.outcome_{entry.outcome}"),
        t("desk.enquiry_short", count=len(short)),
        short,
        drawing.form(f"{ENQUIRIES}/{entry.number}", signed.csrf, fields),
        t("desk.enquiry_full"),
        letter.text(entry.kept.letter),
        ENQUIRIES,
        entry.number,
        t("desk.enquiry_docx"),
        url,
        t("desk.enquiry_kept"),
        ENQUIRIES,
        t("desk.enquiry_another"),
    )
    return drawing.document(body, signed, 400 if wrong else 200, wrong)


def _options(group: str, kinds: type[Channel] | type[Outcome], chosen: str) -> Markup:
    return join(
        Markup('<option value="{}"{}>{}</option>').format(
            kind, Markup(" selected") if kind == chosen else "", t(f"desk.{group}_{kind}")
        )
        for kind in kinds
    )


def _settle(request: Request, signed: Signed, form: Form) -> Response:
    number = request.path_params["number"]
    said = [form.get(name, "") for name in ("channel", "outcome", "follow_up")]
    try:
        services.services().enquiries.settle(number, said[0], said[1], said[2], signed.name, now())
    except EnquiryError as wrong:
        return _one(request, signed, form, wrong.told())
    return to(ENQUIRIES)


def _docx(request: Request, signed: Signed, _: Form) -> Response:
    try:
        entry = services.services().enquiries.find(request.path_params["number"])
    except EnquiryError as unknown:
        return drawing.document(Markup(""), signed, 404, unknown.told())
    name = f'attachment; filename="reply-{entry.number}.docx"'
    content = letter.docx(entry.kept.letter)
    return Response(content, media_type=_DOCX, headers=drawing.HEADERS | {"Content-Disposition": name})


def _export(request: Request, _: Signed, __: Form) -> Response:
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as made:
        file = Path(made.name)
    try:
        services.services().enquiries.export(file, _base(request))
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    name = f"enquiries-{_day(now())}.xlsx"
    return FileResponse(file, 200, drawing.HEADERS, XLSX, BackgroundTask(file.unlink, missing_ok=True), name)


def _base(request: Request) -> str:
    return own_address(request.scope, settings().public_url)


def _day(moment: datetime.datetime) -> datetime.date:
    return moment.astimezone().date()


_CLERK = frozenset({Role.CLERK})
PLACES = (
    Place("/enquiries", _list, _CLERK),
    Place("/enquiries", _ask, _CLERK, ("POST",)),
    Place("/enquiries.xlsx", _export, _CLERK),
    Place("/enquiries/{number:entry}", _one, _CLERK),
    Place("/enquiries/{number:entry}", _settle, _CLERK, ("POST",)),
    Place("/enquiries/{number:entry}.docx", _docx, _CLERK),
)

"""The desk's page of what was asked most and what had no answer, in a time one chooses."""

import datetime
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from portal import services
from portal.desk.accounts import Role, Signed
from portal.desk.most_asked import Asked
from portal.publication.manifest import PublicationError
from portal.staff import drawing
from portal.staff.answering import PATH, XLSX, Form, Place, now
from portal.texts.interface import t
from portal.ui.html import join

ASKED = f"{PATH}/asked"
_DAYS = 30
_GROUPS = 100


def _show(request: Request, signed: Signed, _: Form) -> Response:
    first, last, unanswered = _chosen(request)
    try:
        found = services.services().most_asked.groups(first, last, unanswered)
    except PublicationError:
        return drawing.document(Markup(""), signed, 503, t("error.unpublished"))
    query = urlencode({"first": first, "last": last, **({"unanswered": 1} if unanswered else {})})
    body = Markup('<h1>{}</h1>{}<p>{}</p><ul>{}</ul><p><a href="{}.xlsx?{}">{}</a></p>').format(
        t("desk.asked"),
        _form(first, last, unanswered),
        t("desk.asked_found", groups=len(found), count=sum(g.count for g in found)),
        join(_line(group) for group in found[:_GROUPS]),
        ASKED,
        query,
        t("desk.enquiry_export"),
    )
    return drawing.document(body, signed)


def _form(first: datetime.date, last: datetime.date, unanswered: bool) -> Markup:
    options = join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if unanswered == bool(value) else "", t(f"desk.asked_{name}")
        )
        for value, name in (("", "all"), ("1", "none"))
    )
    return Markup(
        '<form method="get" action="{}"><label>{}<input type="date" name="first" value="{}"></label>'
        '<label>{}<input type="date" name="last" value="{}"></label><label>{}<select name="unanswered">{}</select></label>'
        "<button>{}</button></form>"
    ).format(
        ASKED,
        t("desk.asked_first"),
        first,
        t("desk.asked_last"),
        last,
        t("desk.asked_which"),
        options,
        t("desk.asked_look"),
    )


def _line(group: Asked) -> Markup:
    told = t(
        "desk.asked_line",
        count=group.count,
        unanswered=group.unanswered,
        newest=f"{group.newest.astimezone():%Y-%m-%d %H:%M}",
    )
    others = join(Markup("<br>{}").format(wording) for wording in group.wordings[1:])
    return Markup("<li><b>{}</b>{}<br>{}</li>").format(group.wordings[0], others, told)


def _export(request: Request, _: Signed, __: Form) -> Response:
    first, last, unanswered = _chosen(request)
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as made:
        file = Path(made.name)
    try:
        services.services().most_asked.export(file, first, last, unanswered)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    gone = BackgroundTask(file.unlink, missing_ok=True)
    return FileResponse(file, 200, drawing.HEADERS, XLSX, gone, f"asked-{first}-{last}.xlsx")


def _chosen(request: Request) -> tuple[datetime.date, datetime.date, bool]:
    """The days an address names, the last thirty where it names none; and whether only what had no answer."""
    today = now().astimezone().date()
    last = min(_day(request.query_params.get("last", ""), today), today)
    first = _day(request.query_params.get("first", ""), last - datetime.timedelta(days=_DAYS - 1))
    return min(first, last), last, request.query_params.get("unanswered") == "1"


def _day(text: str, instead: datetime.date) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return instead
    # No calendar of a database begins before.
    return day if day.year > 1970 else instead


_BOTH = frozenset({Role.CLERK, Role.EDITOR})
PLACES = (Place("/asked", _show, _BOTH), Place("/asked.xlsx", _export, _BOTH))

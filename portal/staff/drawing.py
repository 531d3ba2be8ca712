"""How the desk's pages are drawn: documents of their own, with the style in them and nothing to fetch."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from markupsafe import Markup
from starlette.responses import HTMLResponse

from portal.desk.accounts import Role, Signed
from portal.desk.contributions import Told
from portal.texts.interface import HTML_LANG, Language, language, t
from portal.ui import contributing
from portal.ui.html import failure, join, outside

_STYLE = (Path(__file__).parent / "desk.css").read_text("utf-8")
HEADERS = {
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}
_SEEN_BY = {
    "/desk/enquiries": {Role.CLERK},
    "/desk/asked": {Role.CLERK, Role.EDITOR},
    "/desk/contributions": {Role.EDITOR, Role.PUBLISHER},
    "/desk/changes": {Role.EDITOR, Role.PUBLISHER},
    "/desk/review": {Role.EDITOR},
    "/desk/audit": {Role.ADMINISTRATOR},
}
_NAMES = {
    "/desk/enquiries": "desk.enquiries",
    "/desk/asked": "desk.asked",
    "/desk/contributions": "nav.contributions",
    "/desk/changes": "desk.changes",
    "/desk/review": "desk.review",
    "/desk/audit": "desk.audit",
}


def document(
    body: Markup, signed: Signed | None = None, status: int = 200, wrong: str = "", onward: str = ""
) -> HTMLResponse:
    """A page; with who is signed in, what their role has to do, what went wrong above it, and where it leads by itself."""
    page = Markup(
        '<!DOCTYPE html>\n<html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{}</title>{}'
        "<style>{}</style><header>{}{}</header><main>{}{}</main></html>"
    ).format(
        HTML_LANG[language()],
        t("desk.title"),
        Markup('<meta http-equiv="refresh" content="0;url={}">').format(onward) if onward else "",
        Markup(_STYLE),
        Markup("<b>{}</b>").format(t("desk.title")),
        (_bar(signed) if signed else Markup("")) + _other_language(),
        failure(wrong) if wrong else Markup(""),
        body,
    )
    return HTMLResponse(str(page), status, HEADERS)


def _other_language() -> Markup:
    """The same page in the other language."""
    other: Language = "zh" if language() == "en" else "en"
    return Markup('<a href="?lang={}" lang="{}">{}</a>').format(other, HTML_LANG[other], t("nav.other_language"))


def _bar(signed: Signed) -> Markup:
    items = join(
        Markup('<a href="{}">{}</a>').format(path, t(_NAMES[path]))
        for path, roles in _SEEN_BY.items()
        if signed.role in roles
    )
    out = form("/desk/sign-out", signed.csrf, Markup("<button>{}</button>").format(t("desk.sign_out")))
    who = t("desk.who", name=signed.name, role=t(f"desk.role_{signed.role}"))
    return Markup("<nav>{}</nav><span>{}</span>{}").format(items, who, out)


def form(action: str, csrf: str, fields: Markup) -> Markup:
    """A form that posts, with the word only its page knows."""
    return Markup('<form method="post" action="{}"><input type="hidden" name="csrf" value="{}">{}</form>').format(
        action, csrf, fields
    )


def sign_in(name: str = "", elsewhere: str = "") -> Markup:
    """The form to sign in with, and the way to a service elsewhere where there is one."""
    other = Markup('<p><a href="{}">{}</a></p>').format(elsewhere, t("desk.sign_in_elsewhere")) if elsewhere else ""
    return Markup(
        '<h1>{}</h1><form method="post" action="/desk/sign-in"><label>{}<input name="name" autocomplete="username" required '
        'value="{}"></label><label>{}<input name="password" type="password" autocomplete="current-password" required></label>'
        "<button>{}</button></form>{}"
    ).format(t("desk.sign_in"), t("desk.name"), name, t("desk.password"), t("desk.sign_in"), other)


def contribution(entry: Told) -> Markup:
    """What somebody wrote, about what."""
    href = contributing.page_of(entry.about_kind, entry.about_id)
    figure = " ".join(part for part in (entry.period, entry.value, entry.unit) if part)
    return Markup("<p>{} · {} · {}</p>{}{}{}").format(
        Markup('<a href="{}">{}</a>').format(href, entry.about_name) if href else entry.about_name,
        t(f"contribute.kind_{entry.kind}"),
        entry.received.isoformat(" ", "minutes")[:16],
        Markup("<p><b>{}</b></p>").format(figure) if figure else "",
        Markup("<p>{}</p>").format(entry.text) if entry.text else "",
        Markup("<p>{}</p>").format(outside(entry.source_url, entry.source_url)) if entry.source_url else "",
    )


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Markup:
    """A table; on a phone each row is a block whose cells say what they are. The roles stay with what the style draws as no table."""
    head = join(Markup('<th role="columnheader">{}</th>').format(h) for h in headers)
    body = join(
        Markup('<tr role="row">{}</tr>').format(
            join(Markup('<td role="cell" data-of="{}">{}</td>').format(h, c) for h, c in zip(headers, row, strict=True))
        )
        for row in rows
    )
    return Markup(
        '<table role="table"><thead role="rowgroup"><tr role="row">{}</tr></thead><tbody role="rowgroup">{}</tbody></table>'
    ).format(head, body)

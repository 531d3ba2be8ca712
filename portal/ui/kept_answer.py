"""A kept answer as a page of its own: plain HTML that fetches and runs nothing, the same whatever is published later."""

import re

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from portal import services
from portal.desk import kept_answers
from portal.desk.database import DatabaseUnavailableError
from portal.desk.kept_answers import Kept, NotKeptError
from portal.letters.letter import Block, Letter
from portal.texts.interface import HTML_LANG, speaking, t, use
from portal.ui import html_document, links
from portal.ui.html import join

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-cache",
}
_TAGS = {
    "paragraph": Markup("<p>{}</p>"),
    "item": Markup('<p class="item">{}</p>'),
    "quote": Markup("<blockquote>{}</blockquote>"),
}
_PAGE = Markup(
    '<!DOCTYPE html>\n<html lang="{}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{}</title>'
    "<style>:root {{ color-scheme: light dark; background: Canvas; color: CanvasText }} "
    "body {{ font: 1.05rem/1.75 system-ui, sans-serif; max-width: 40em; margin: 0 auto; padding: 1.2em; "
    "overflow-wrap: anywhere }} h1 {{ font-size: 1.5rem }} h2 {{ font-size: 1.1rem; margin: 1.6em 0 .3em }} "
    "blockquote {{ margin: .6em 0; padding-left: 1em; border-left: 3px solid GrayText; white-space: pre-line }} "
    ".item {{ display: list-item; margin: .3em 0 .3em 1.3em }} footer {{ margin-top: 2em; font-size: .9rem }}</style></head>"
    '<body><main><h1>{}</h1>{}</main><footer><p>{}</p><p>{}</p><p><a href="{}">{}</a></p></footer></body></html>'
)


def routes() -> list[Route]:
    """The address of every kept answer, to be put before the pages' own."""
    return [Route(f"{kept_answers.PATH}/{{id}}", _serve, methods=["GET", "HEAD"])]


def _serve(request: Request) -> HTMLResponse:
    use(request.query_params.get("lang"))
    try:
        kept = services.services().kept_answers.find(request.path_params["id"])
    except NotKeptError as missing:
        return html_document.refusal(missing.told())
    except DatabaseUnavailableError as away:
        return html_document.refusal(away.told(), 503)
    return HTMLResponse(page(kept), headers=_HEADERS)


def page(kept: Kept) -> str:
    """The page of a kept answer, in the answer's language."""
    with speaking(kept.language):
        letter = kept.letter
        return str(
            _PAGE.format(
                HTML_LANG[kept.language],
                f"{kept.question[:60]} · {letter.author}",
                letter.title,
                body(letter),
                t("list.dot").join(letter.closing),
                t("reply.kept"),
                links.page(),
                t("nav.home"),
            )
        )


def body(letter: Letter) -> Markup:
    """The sections of a letter."""
    return join(
        Markup("<section><h2>{}</h2>{}</section>").format(s.heading, join(_block(b) for b in s.blocks))
        for s in letter.sections
    )


def _block(block: Block) -> Markup:
    words = join(Markup("<strong>{}</strong>" if bold else "{}").format(text) for text, bold in block.runs)
    # Of the portal's own, by itself or with its address; anything else would be words.
    if re.match(r"https?://|/(?!/)", block.href):
        words = Markup('<a href="{}">{}</a>').format(block.href, words)
    return _TAGS[block.kind].format(words)

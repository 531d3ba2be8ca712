"""大家告诉我们的: one contribution by its code, or the log of all that was decided."""

import streamlit as st
from markupsafe import Markup

from portal import services
from portal.desk.contributions import Told
from portal.desk.offers import ContributionError
from portal.desk.subjects import ContributionSubject
from portal.texts.dates import day
from portal.texts.interface import language, t
from portal.ui import contributing, links, page_data, visitor
from portal.ui.html import actions, draw, empty, heading, join, link, outside

_PAGE = 50


def page() -> None:
    """Draw the contribution that `code` of the address names, and the log from `from` on."""
    page_data.store()
    draw(
        Markup('<div class="lead" id="p-main"><h1>{}</h1><p>{}</p></div>').format(
            t("nav.contributions"), t("contributions.lead")
        ),
        actions([link(links.page("contribute"), t("nav.contribute"), "action")]),
    )
    code = st.query_params.get("code")
    st.text_input(t("contributions.find"), value=code or "", key="contribution_code", max_chars=40, on_change=_follow)
    if code:
        _one(code)
        draw(actions([link(links.page("contributions"), t("contributions.all"), "action")]))
        return
    _log()


def _follow() -> None:
    st.query_params["code"] = str(st.session_state["contribution_code"])


def _one(code: str) -> None:
    try:
        with visitor.held("read"):
            found = services.services().contributions.find(code)
    except ContributionError as unknown:
        draw(empty(unknown.told()))
        return
    draw(heading(t("contributions.one", code=code[:40])), Markup('<ul class="projects">{}</ul>').format(_entry(found)))


def _log() -> None:
    asked = st.query_params.get("from", "0")
    offset = min(int(asked), 1_000_000) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 0
    with visitor.held("read"):
        found = services.services().contributions.log(_PAGE, offset)
    if not found.entries:
        draw(empty(t("contributions.none")))
        return
    draw(Markup('<ul class="projects">{}</ul>').format(join(_entry(e) for e in found.entries)))
    if offset + _PAGE < found.total:
        draw(
            actions(
                [link(links.page("contributions", **{"from": offset + _PAGE}), t("contributions.earlier"), "action")]
            )
        )


def _entry(entry: Told) -> Markup:
    """What it is about, what was said and what became of it."""
    href = contributing.page_of(entry.about_kind, entry.about_id)
    kind = t(f"contribute.kind_{entry.kind}")
    # A place that is missing is about nothing the portal has.
    name = kind if entry.about_kind is ContributionSubject.PORTAL else entry.about_name
    figure = " ".join(part for part in (entry.period, entry.value, entry.unit) if part)
    dates = [t("contributions.received", date=day(entry.received.date(), language()))]
    if entry.decided:
        dates.append(t("contributions.decided", date=day(entry.decided.date(), language())))
    if entry.version:
        dates.append(t("contributions.version", version=entry.version))
    told = [
        Markup("<p><b>{}</b></p>").format(figure) if figure else "",
        Markup("<p>{}</p>").format(entry.text) if entry.text else "",
        Markup("<p>{}</p>").format(outside(entry.source_url, t("contributions.link"))) if entry.source_url else "",
        Markup("<p>{}</p>").format(t("contributions.reason", reason=entry.reason)) if entry.reason else "",
    ]
    return Markup(
        '<li class="project"><div class="project-head"><h2>{}</h2><span class="badge is-{}">{}</span></div>'
        '<p class="also">{}</p>{}<p class="facts">{}</p></li>'
    ).format(
        link(href, name) if href else name,
        entry.state.value,
        t(f"contributions.state_{entry.state}"),
        "" if name == kind else kind,
        join(told),
        t("list.dot").join(dates),
    )

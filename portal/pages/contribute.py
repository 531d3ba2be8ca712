"""告诉我们: one short form for a figure, a missing place, a correction; made for a phone."""

import datetime

import streamlit as st
from markupsafe import Markup

from portal import services
from portal.answering.normalise import normalise
from portal.desk import subjects
from portal.desk.contributions import grouped
from portal.desk.database import DatabaseUnavailableError
from portal.desk.offers import MOST, About, ContributionError, Kind, Offer
from portal.desk.subjects import ContributionSubject
from portal.publication.store import Store
from portal.publication.translations import phrases
from portal.texts.interface import either, language, t
from portal.traffic.slots import BusyError
from portal.ui import contributing, links, page_data, sentences, visitor
from portal.ui.html import actions, chips, draw, empty, failure, link

_DONE, _WRONG = "contribute_done", "contribute_wrong"


def page() -> None:
    """Draw the form for what `about` and `id` of the address name; `kind` says what is brought in."""
    store = page_data.store()
    draw(
        Markup('<div class="lead" id="p-main"><h1>{}</h1><p>{}</p></div>').format(
            t("nav.contribute"), t("contribute.lead")
        )
    )
    if not services.services().contributions.open:
        draw(empty(t("contribute.off")))
        return
    about = _about()
    name = subjects.name_of(store, about.kind, about.id)
    if name is None:
        draw(empty(t("contribute.unknown"), links.page(), t("nav.home")))
        return
    kinds = _kinds(about)
    kind = next((k for k in kinds if k == st.query_params.get("kind")), kinds[0])
    missing = kind is Kind.PLACE and about.kind is ContributionSubject.PORTAL
    draw(
        Markup("<p>{}</p>").format(
            t("contribute.about_place")
            if missing
            else t("contribute.about", name=normalise(about.question).text or _called(store, about, name))
        )
    )
    done = st.session_state.pop(_DONE, None)
    if done:
        _thank(done, about, kind)
        return
    found = [
        (contributing.address(about.kind, about.id, k, about.question), t(f"contribute.kind_{k}"), k is kind)
        for k in kinds
    ]
    draw(chips(t("contribute.what"), found))
    _form(about, kind, store)


def _about() -> About:
    """What the address names; the portal as a whole where that is nothing known."""
    asked = st.query_params.get("about", "")
    if asked not in set(ContributionSubject):
        return About()
    question = st.query_params.get("question", "") if asked in {ContributionSubject.ANSWER} else ""
    return About(kind=ContributionSubject(asked), id=st.query_params.get("id", "")[:200], question=question[:2000])


def _called(store: Store, about: About, name: str) -> str:
    """What the thing is called in the language of this run; its own name where nobody has put it into that."""
    if language() == "zh":
        return name
    match about.kind:
        case ContributionSubject.INDICATOR:
            rows = page_data.targets(store.version, store)
            return next((either(r, "name") for r in rows if r["id"] == about.id), name)
        case ContributionSubject.DATASET:
            return either(store.dataset(about.id), "title")
        case ContributionSubject.PORTAL:
            return store.manifest.site.title_en
        case ContributionSubject.CLAUSE:
            document, _, clause = about.id.rpartition("/")
            clauses = page_data.clauses(store.version, store, document or store.manifest.site.plan)
            return sentences.clause_named(clauses, clause, name)
    return sentences.named({"name": name, "name_en": phrases(store).get(name)})


def _kinds(about: About) -> list[Kind]:
    """What can be said of a thing, the likeliest first."""
    if about.kind is ContributionSubject.INDICATOR:
        return [Kind.FIGURE, Kind.CORRECTION, Kind.OTHER]
    if about.kind is ContributionSubject.PORTAL:
        return [Kind.PLACE, Kind.OTHER]
    return [Kind.CORRECTION, Kind.OTHER]


def _form(about: About, kind: Kind, store: Store) -> None:
    fields = (*(("value", "unit", "period") if kind is Kind.FIGURE else ()), "text", "source_url", "contact")
    with st.form(key="contribute", border=False):
        for name in fields:
            label = t(f"contribute.text_{kind}") if name == "text" else t(f"contribute.{name}")
            typed = st.text_area if name == "text" else st.text_input
            typed(label, key=f"contribute_{name}", max_chars=MOST[name])
        draw(Markup('<p class="section-note">{}</p>').format(t("contribute.privacy")))
        wrong = st.session_state.pop(_WRONG, None)
        if wrong:
            draw(failure(wrong.told()))
        st.form_submit_button(
            t("contribute.send"),
            type="primary",
            on_click=_send,
            args=(about, kind, fields, store),
            key="contribute_send",
        )


def _send(about: About, kind: Kind, fields: tuple[str, ...], store: Store) -> None:
    typed = {name: str(st.session_state.get(f"contribute_{name}") or "") for name in fields}
    now = datetime.datetime.now(datetime.UTC)
    try:
        with visitor.held("contribution"):
            code = services.services().contributions.receive(Offer(about=about, kind=kind, **typed), store, now)
    except (ContributionError, DatabaseUnavailableError, BusyError) as refused:
        # Said when the page is drawn: what a press sets off runs before the page has a language.
        st.session_state[_WRONG] = refused.sentence
        return
    st.session_state[_DONE] = grouped(code)
    for name in fields:
        del st.session_state[f"contribute_{name}"]


def _thank(code: str, about: About, kind: Kind) -> None:
    draw(
        Markup('<div class="received" role="status"><p><b>{}</b></p><p>{}</p></div>').format(
            t("contribute.done"), t("contribute.code", code=code)
        ),
        actions(
            [
                link(links.page("contributions", code=code), t("contribute.follow"), "action"),
                link(
                    contributing.address(about.kind, about.id, kind, about.question), t("contribute.another"), "action"
                ),
            ]
        ),
    )

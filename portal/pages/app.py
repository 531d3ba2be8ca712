"""The portal's Streamlit script: header, the page of the address, and the chat beside it.

It stands here, not in `portal/`: Streamlit takes a `pages` folder beside its script for a list of page scripts, and puts the script's
folder first on the import path while it runs.
"""

import contextlib

import streamlit as st

from portal.pages import (
    about,
    compare,
    contribute,
    contributions,
    data,
    documents,
    gaps,
    indicator,
    nearby,
    overview,
    policy,
    projects,
    sql,
    versions,
    years,
)
from portal.publication.manifest import PublicationError
from portal.publication.site import Site
from portal.texts import interface
from portal.ui import chat, run_record, shell
from portal.ui.page_data import store

interface.use(st.query_params.get("lang"))
PAGES = {
    "overview": st.Page(overview.page, title=interface.t("nav.overview"), url_path="", default=True),
    "indicator": st.Page(indicator.page, title=interface.t("nav.indicator"), url_path="indicator"),
    "policy": st.Page(policy.page, title=interface.t("nav.policy"), url_path="policy"),
    "documents": st.Page(documents.page, title=interface.t("nav.documents"), url_path="documents"),
    "projects": st.Page(projects.page, title=interface.t("nav.projects"), url_path="projects"),
    "nearby": st.Page(nearby.page, title=interface.t("nav.nearby"), url_path="nearby"),
    "compare": st.Page(compare.page, title=interface.t("nav.compare"), url_path="compare"),
    "data": st.Page(data.page, title=interface.t("nav.data"), url_path="data"),
    "sql": st.Page(sql.page, title=interface.t("nav.sql"), url_path="sql"),
    "gaps": st.Page(gaps.page, title=interface.t("nav.gaps"), url_path="gaps"),
    "versions": st.Page(versions.page, title=interface.t("nav.versions"), url_path="versions"),
    "years": st.Page(years.page, title=interface.t("nav.years"), url_path="years"),
    "about": st.Page(about.page, title=interface.t("nav.about"), url_path="about"),
    "contribute": st.Page(contribute.page, title=interface.t("nav.contribute"), url_path="contribute"),
    "contributions": st.Page(contributions.page, title=interface.t("nav.contributions"), url_path="contributions"),
}
current = st.navigation(list(PAGES.values()), position="hidden")

site: Site | None = None
with contextlib.suppress(PublicationError):
    site = store().manifest.site

shell.start(current.title, current.url_path, site)
frame = st.container(key="frame")
with run_record.recorded(current.url_path) as run:
    with frame.container(key="page"):
        run.went_well(shell.guarded(current.run))
        shell.footer(site)
    with frame.container(key="dock"):
        run.went_well(shell.guarded(lambda: chat.dock(current.url_path)))

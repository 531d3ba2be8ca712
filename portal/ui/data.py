"""What pages read, kept by published version: a rerun costs no query."""

from typing import Any

import streamlit as st

from portal import policy, progress, projects, services
from portal.store import Row, Store


def store() -> Store:
    """The published version of this run.

    Raises:
        PublicationError: nothing is published; the message says what to do.
    """
    return services.services().publications.current()


@st.cache_data(max_entries=4, show_spinner=False)
def targets(version: str, _store: Store) -> list[Row]:
    """Every target with its status (`portal.progress.progress`)."""
    return progress.progress(_store)


@st.cache_data(max_entries=256, show_spinner=False)
def observations(version: str, _store: Store, indicator: str) -> list[Row]:
    """What was published for one target."""
    return progress.observations(_store, indicator)


@st.cache_data(max_entries=4, show_spinner=False)
def sources(version: str, _store: Store) -> dict[str, Row]:
    """The sources by id."""
    return progress.sources(_store)


@st.cache_data(max_entries=8, show_spinner=False)
def clauses(version: str, _store: Store, document: str) -> list[Row]:
    """The clauses of a document."""
    return policy.clauses(_store, document)


@st.cache_data(max_entries=4, show_spinner=False)
def project_list(version: str, _store: Store) -> list[Row]:
    """Every project with its source."""
    return projects.projects(_store)


@st.cache_data(max_entries=64, show_spinner=False)
def preview(version: str, _store: Store, table: str, rows: int) -> list[dict[str, Any]]:
    """The first rows of a table."""
    return _store.rows(f'SELECT * FROM "{table}" LIMIT {rows:d}')

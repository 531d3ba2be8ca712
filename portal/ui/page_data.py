"""What pages read, kept by published version: a rerun costs no query."""

import streamlit as st

from portal import services
from portal.datasets import profile as profiles
from portal.datasets.row_query import RowQuery
from portal.datasets.sources import SourceRow
from portal.measures.comparison import Comparison, choices
from portal.measures.registry import measures
from portal.plan import documents as held_documents
from portal.plan import progress, projects, years
from portal.plan.clauses import clauses as clauses_of
from portal.plan.clauses import sentences
from portal.plan.gaps import Gap
from portal.plan.gaps import gaps as found_gaps
from portal.plan.peers import Standing, side_by_side, standing
from portal.plan.rows import ObservedRow, PlacedClauseRow, ProgressRow, ProjectRow, RelatedRow
from portal.publication import versions
from portal.publication.catalogue import Column
from portal.publication.editions import editions
from portal.publication.statuses import TargetStatus
from portal.publication.store import Row, Store
from portal.search import literal
from portal.search import similar as close
from portal.search.literal import Hit
from portal.ui import visitor


def store() -> Store:
    """The published version of this run.

    Raises:
        PublicationError: nothing is published; the message says what to do.
    """
    return services.services().publications.current()


@st.cache_data(max_entries=4, show_spinner=False)
def targets(version: str, _store: Store) -> list[ProgressRow]:
    """Every target with its status (`portal.plan.progress.progress`)."""
    return progress.progress(_store)


@st.cache_data(max_entries=4, show_spinner=False)
def standings(version: str, _store: Store) -> dict[str, Standing]:
    """The city's rank by target, of those missed (`portal.plan.peers.standing`)."""
    missed = (row for row in targets(version, _store) if row["status"] == TargetStatus.NOT_MET)
    return {row["id"]: found for row in missed if (found := standing(_store, row)) is not None}


@st.cache_data(max_entries=64, show_spinner=False)
def peers(version: str, _store: Store, indicator: str) -> Comparison | None:
    """Other cities' figures for one target."""
    return side_by_side(_store, indicator)


@st.cache_data(max_entries=256, show_spinner=False)
def observations(version: str, _store: Store, indicator: str) -> list[ObservedRow]:
    """What was published for one target."""
    return progress.observations(_store, indicator)


@st.cache_data(max_entries=256, show_spinner=False)
def related(version: str, _store: Store, indicator: str) -> list[RelatedRow]:
    """Background figures that concern one target."""
    return progress.related(_store, indicator)


@st.cache_data(max_entries=4, show_spinner=False)
def sources(version: str, _store: Store) -> dict[str, SourceRow]:
    """The sources by id."""
    return progress.sources(_store)


@st.cache_data(max_entries=8, show_spinner=False)
def clauses(version: str, _store: Store, document: str) -> list[PlacedClauseRow]:
    """The clauses of a document."""
    return clauses_of(_store, document)


@st.cache_data(max_entries=8, show_spinner=False)
def sentences_of(version: str, _store: Store, document: str) -> dict[str, list[Row]]:
    """The sentences of a document by clause."""
    return sentences(_store, document)


@st.cache_data(max_entries=4, show_spinner=False)
def documents(version: str, _store: Store) -> list[Row]:
    """The documents held or registered."""
    return held_documents.documents(_store)


@st.cache_data(max_entries=64, show_spinner=False)
def citations(version: str, _store: Store, document: str) -> tuple[list[Row], list[Row]]:
    """What a document cites, and where others cite it."""
    return held_documents.cites(_store, document), held_documents.cited_by(_store, document)


@st.cache_data(max_entries=64, show_spinner=False)
def penalties(version: str, _store: Store, document: str) -> list[Row]:
    """Which clause of a document punishes which."""
    return held_documents.penalties(_store, document)


@st.cache_data(max_entries=4, show_spinner=False)
def is_anything_compared(version: str, _store: Store) -> bool:
    """Whether there is a measure to compare besides the counts of the plan's own targets."""
    return any(m.rows and m.dataset != "progress" for m in choices(measures(_store)))


@st.cache_data(max_entries=4, show_spinner=False)
def project_list(version: str, _store: Store) -> list[ProjectRow]:
    """Every project with its source."""
    return projects.projects(_store)


@st.cache_data(max_entries=4, show_spinner=False)
def plan_years(version: str, _store: Store) -> list[years.PlanYear]:
    """Every year of the plan with what was set and published."""
    seen = progress.observations(_store)
    return years.plan_years(_store.manifest.site, targets(version, _store), seen, project_list(version, _store))


@st.cache_data(max_entries=64, show_spinner=False)
def rows(version: str, _store: Store, dataset: str, page: str, _query: RowQuery) -> list[Row]:
    """One page of a query's rows; `dataset` and `page` (the query's own spelling) tell queries apart."""
    with visitor.held("read"):
        return _store.rows(*_query.sql())


@st.cache_data(max_entries=64, show_spinner=False)
def profile(
    version: str, _store: Store, dataset: str, filters: str, _query: RowQuery
) -> tuple[int, list[profiles.Profile], list[str]]:
    """The number of rows a query finds, the profile of its columns, and the units its rows name."""
    with visitor.held("read"):
        return *profiles.profile(_store, _query), profiles.units(_store, _query)


@st.cache_data(max_entries=64, show_spinner=False)
def spread(
    version: str, _store: Store, dataset: str, filters: str, column: str, _query: RowQuery, _column: Column
) -> list[profiles.Bar]:
    """How the numbers of a column are spread over a query's rows."""
    with visitor.held("read"):
        return profiles.spread(_store, _query, _column)


@st.cache_data(max_entries=64, show_spinner=False)
def find(version: str, _store: Store, words: str) -> list[profiles.Found]:
    """The datasets that hold the words of a search."""
    with visitor.held("search"):
        return profiles.find(_store, words)


@st.cache_data(max_entries=64, show_spinner=False)
def found(version: str, _store: Store, words: str) -> list[Hit]:
    """What holds the words of a search as they stand."""
    with visitor.held("search"):
        return literal.found(_store, words)


@st.cache_data(max_entries=64, show_spinner=False)
def similar(version: str, _store: Store, words: str) -> tuple[list[str], list[Hit]]:
    """Targets and other things that come close to the words of a search."""
    with visitor.held("search"):
        return close.similar(_store, services.services(), words)


@st.cache_data(max_entries=4, show_spinner=False)
def history(version: str, count: int, _store: Store) -> list[versions.VersionEntry]:
    """The published versions and what each changed; read again when there are more or fewer of them."""
    return versions.history(editions(_store.folder.parent), _store.version)


@st.cache_data(max_entries=4, show_spinner=False)
def gaps(version: str, _store: Store) -> list[Gap]:
    """The targets without a comparable published result."""
    return found_gaps(_store)

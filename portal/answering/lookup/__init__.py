"""Query → Facts: each kind of thing is looked up where it is kept."""

from collections.abc import Callable

from portal.answering.facts import Facts
from portal.answering.knowledge import Knowledge
from portal.answering.language.lexicon import speaks_of
from portal.answering.lookup.clauses import look_up_clauses
from portal.answering.lookup.counted import counting
from portal.answering.lookup.cue_words import says
from portal.answering.lookup.districts import look_up_districts
from portal.answering.lookup.measures import look_up_measures
from portal.answering.lookup.places import look_up_places
from portal.answering.lookup.portal import look_up_portal
from portal.answering.lookup.projects import look_up_projects
from portal.answering.lookup.target_matters import of_the_matter
from portal.answering.lookup.target_sets import look_up_set
from portal.answering.lookup.targets import look_up_targets
from portal.answering.query import Facet, Operation, Query, Subject, SubjectKind

_OF_TARGETS = {SubjectKind.INDICATOR, SubjectKind.THEME}
_SETS = {Operation.LIST, Operation.COUNT}
_TABLES: dict[SubjectKind, Callable[[Query, Knowledge], Facts]] = {
    SubjectKind.INDICATOR: look_up_targets,
    SubjectKind.MEASURE: look_up_measures,
    SubjectKind.CITY: look_up_measures,
    SubjectKind.PROJECT: look_up_projects,
    SubjectKind.PLACE: look_up_places,
    SubjectKind.DISTRICT: look_up_districts,
    SubjectKind.DATASET: look_up_portal,
    SubjectKind.PORTAL: look_up_portal,
    SubjectKind.CLAUSE: look_up_clauses,
    SubjectKind.DOCUMENT: look_up_clauses,
    SubjectKind.THEME: look_up_set,
}


def look_up(query: Query, knowledge: Knowledge) -> Facts:
    """What the published version holds for a query; `Nothing` where it holds nothing."""
    if query.operation in _SETS and speaks_of("clauses", query.text) and _of_clauses_by_targets(query):
        return look_up_set(query.model_copy(update={"about": SubjectKind.CLAUSE}), knowledge)
    if of_meanings(query):
        return look_up_portal(
            query.model_copy(update={"about": SubjectKind.PORTAL, "facet": Facet.DEFINITION}), knowledge
        )
    if query.about in _OF_TARGETS and (of := of_the_matter(query, knowledge)):
        return _look_up_matter(query, of, knowledge)
    return counting(_TABLES[query.about](query, knowledge), knowledge)


def _look_up_matter(query: Query, targets: list[str], knowledge: Knowledge) -> Facts:
    """How the targets that a question means by a word of their names stand: one by itself, several as a set."""
    subjects = tuple(Subject(kind=SubjectKind.INDICATOR, id=i) for i in targets)
    meant = query.model_copy(update={"about": SubjectKind.INDICATOR, "subjects": subjects})
    if len(targets) > 1:
        return look_up_set(meant, knowledge)
    where = query.where.model_copy(update={"status": ()})
    one = {"where": where, "facet": Facet.STATUS, "operation": Operation.VALUE}
    return look_up_targets(meant.model_copy(update=one), knowledge)


def of_meanings(query: Query) -> bool:
    """Whether one status is asked to be the same as another (未公布是不是等于没完成), of no target."""
    of_all = query.about is SubjectKind.INDICATOR and not query.subjects and len(query.where.status) > 1
    claimed = query.operation is Operation.CHECK or not speaks_of("targets", query.text)
    return of_all and claimed and says(query.question, "equals")


def _of_clauses_by_targets(query: Query) -> bool:
    """Whether clauses are asked for by whether they set targets (哪些条款没有指标)."""
    if query.about is SubjectKind.CLAUSE:
        return query.facet in {Facet.TARGET, Facet.COUNT}
    all_targets = query.about is SubjectKind.INDICATOR and not query.subjects and not query.where.status
    return all_targets and says(query.question, "without") and speaks_of("targets", query.text)

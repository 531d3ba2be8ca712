"""Hand-made queries, looked up and told, each answer checked as the service checks it."""

import portal.answering.telling.districts
import portal.answering.telling.places
import portal.answering.telling.portal
import portal.answering.telling.projects
import portal.answering.telling.refusal  # noqa: F401 - each registers what it tells
from portal.answering.draft import Draft
from portal.answering.facts import Facts
from portal.answering.knowledge import Knowledge
from portal.answering.query import Facet, Operation, Query, Subject, SubjectKind, Where
from portal.answering.telling import tell
from portal.answering.verify import verify


def asked(
    text: str,
    operation: Operation = Operation.SUMMARISE,
    facet: Facet = Facet.TEXT,
    *subjects: tuple[SubjectKind, str],
    en: bool = False,
    unknown: tuple[str, ...] = (),
    where: Where = Where(),  # noqa: B008 - frozen
) -> Query:
    """A query as a reader of questions would make it."""
    return Query(
        text=text,
        question=text,
        language="en" if en else "zh",
        subjects=tuple(Subject(kind=kind, id=name) for kind, name in subjects),
        facet=facet,
        operation=operation,
        unknown=unknown,
        where=where,
    )


def told(facts: Facts, knowledge: Knowledge) -> Draft:
    """The answer, every number and quotation of it checked against its evidence."""
    draft = tell(facts, knowledge)
    verify(draft.text, draft.citations, draft.rows, draft.computed, knowledge)
    return draft

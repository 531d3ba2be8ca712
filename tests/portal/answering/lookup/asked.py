"""Queries written by hand, as the reading of a question would make them, and the answers told of them."""

from typing import Any

from portal.answering.draft import Draft
from portal.answering.facts import Facts, Nothing
from portal.answering.knowledge import Knowledge
from portal.answering.lookup.measures import look_up_measures
from portal.answering.lookup.targets import look_up_targets
from portal.answering.query import Claim, Facet, Operation, Query, Subject, SubjectKind, Where
from portal.answering.telling import measures, target_claims, target_sets, targets, tell
from portal.answering.verify import verify

TELLING = (measures, target_claims, target_sets, targets)
"""The modules that say how facts about figures are told."""


def query(
    operation: str,
    facet: str,
    *subjects: str,
    language: str = "zh",
    text: str = "",
    about: str = "indicator",
    claim: Claim | None = None,
    **where: Any,
) -> Query:
    """A query about indicators, or about measures where `about` says so."""
    kind = SubjectKind.MEASURE if about == "measure" else SubjectKind.INDICATOR
    return Query(
        text=text,
        language=language,  # type: ignore[arg-type]
        operation=Operation(operation),
        facet=Facet(facet),
        about=SubjectKind(about),
        subjects=tuple(Subject(kind=kind, id=s) for s in subjects),
        claim=claim,
        where=Where(**where),
    )


def facts_of(asked: Query, knowledge: Knowledge) -> Facts:
    """What is found."""
    look_up = look_up_measures if asked.about is SubjectKind.MEASURE else look_up_targets
    return look_up(asked, knowledge)


def told(asked: Query, knowledge: Knowledge) -> Draft:
    """The answer told, after the check that every number and quotation of it is in its evidence."""
    facts = facts_of(asked, knowledge)
    assert not isinstance(facts, Nothing), asked
    draft = tell(facts, knowledge)
    verify(draft.text, draft.citations, draft.rows, draft.computed, knowledge)
    return draft


def first_line(asked: Query, knowledge: Knowledge) -> str:
    """The first sentence of the answer."""
    return told(asked, knowledge).text.split("\n")[0]

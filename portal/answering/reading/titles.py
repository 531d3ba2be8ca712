"""The clause of the plan that a question names by its title."""

from portal.answering.knowledge import Knowledge
from portal.answering.language.lexicon import speaks_of
from portal.answering.query import Operation, SubjectKind
from portal.answering.reading.reading import Reading

# Shorter titles (主要目标) are words people use of anything.
_SHORTEST = {"zh": 6, "en": 20}
_OF_SETS = {Operation.LIST, Operation.COUNT}


def clause_titled(reading: Reading, about: SubjectKind, operation: Operation, knowledge: Knowledge) -> str | None:
    """The clause whose targets are asked for, named by its whole title; None where none is.

    Args:
        reading: of the question.
        about: the kind of thing it is taken to be about.
        operation: what is to be done with it.
        knowledge: the published version.
    """
    if about is not SubjectKind.INDICATOR or operation not in _OF_SETS or not speaks_of("targets", reading.folded):
        return None
    titles = knowledge.titles[reading.language]
    return next((c for title, c in titles if len(title) >= _SHORTEST[reading.language] and title in reading.text), None)

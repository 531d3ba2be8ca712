"""The answers to the parts of a question told as one, each checked against its evidence."""

import logging
from collections.abc import Sequence

from portal.answering.draft import Draft
from portal.answering.facts import Facts, Nothing
from portal.answering.kinds import Outcome
from portal.answering.knowledge import Knowledge
from portal.answering.query import Facet, Query
from portal.answering.refusals import Refusal
from portal.answering.telling import tell
from portal.answering.verify import Unverified, verify

_log = logging.getLogger(__name__)
# Readings tried when the one before says something its evidence does not hold.
_TRIED = 3


def joined(found: Sequence[Sequence[Facts]], knowledge: Knowledge) -> Draft:
    """The answer to each part of a question as one; of a part without an answer it is said why, where another has one."""
    drafts = [_verified(facts, knowledge) for facts in found]
    answered = [d for d in drafts if d.outcome is Outcome.ANSWER] or drafts[:1]
    first, *others = answered
    for other in others:
        if other.lines != first.lines and not _told_alike(first, other):
            first.add(other)
    if first.outcome is Outcome.ANSWER:
        for draft in drafts:
            if draft.outcome is not Outcome.ANSWER:
                _say_unanswered(draft, first)
    return first


def _say_unanswered(part: Draft, answer: Draft) -> None:
    """Why a part of a question has no answer, below the answer to the others: nothing that was asked is passed over in silence."""
    answer.rows += part.rows
    answer.computed += part.computed
    answer.gap()
    answer.say("part_unanswered", why=part.lines[0])


def _told_alike(first: Draft, other: Draft) -> bool:
    """Whether a second part of a question is answered by the very things its first part was answered by (到多少了，够了吗)."""
    if first.facts is None or other.facts is None:
        return False
    told, asked = first.facts.query, other.facts.query
    same = (told.subjects, told.where.years, _wanted(told)) == (asked.subjects, asked.where.years, _wanted(asked))
    return bool(told.subjects) and same and {r.get("id") for r in other.rows} <= {r.get("id") for r in first.rows}


def _wanted(query: Query) -> Facet:
    """What is wanted of a thing: what a result is and how it stands are told as one."""
    return Facet.RESULT if query.facet is Facet.STATUS else query.facet


def _verified(found: Sequence[Facts], knowledge: Knowledge) -> Draft:
    """The first telling that passes its check."""
    for facts in found[:_TRIED]:
        draft = tell(facts, knowledge)
        try:
            verify(draft.text, draft.citations, draft.rows, draft.computed, knowledge)
        except Unverified as problem:
            _log.error("An answer failed its check and was not sent: %s", problem)
            continue
        draft.facts = facts
        return draft
    failed = Nothing(found[0].query, why=Refusal.UNVERIFIED)
    draft = tell(failed, knowledge)
    draft.facts = failed
    return draft

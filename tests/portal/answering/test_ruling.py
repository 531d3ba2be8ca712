"""A rule or the plan: what a question for a rule is told by, and what needs more to be taken for one."""

import pytest

from portal.answering.facts import Facts, Nothing
from portal.answering.lookup.clauses import ClauseFacts
from portal.answering.lookup.portal import ArticleFacts
from portal.answering.lookup.rules import RuleFacts
from portal.answering.query import Outside, Query
from portal.answering.ruling import as_likely, hardly_says, plan_is_nearer
from portal.answering.weighing import Candidate

_ASKED = Query(text="合成的问题")


def _other(facts: Facts, accounted: float) -> Candidate:
    return Candidate(facts, {"accounted": accounted})


@pytest.mark.parametrize(
    ("nearer", "named", "found", "accounted", "of_the_plan"),
    [
        (-0.01, False, True, 0.3, True),
        (0.01, False, True, 0.3, False),
        # Who names a document asks for it.
        (-0.01, True, True, 0.3, False),
        # What holds hardly a word of the question is no answer to it.
        (-0.01, False, True, 0.1, False),
        (-0.01, False, False, 0.3, False),
    ],
)
def test_the_plan_answers_where_its_passage_lies_nearer_and_holds_what_is_said(
    nearer: float, named: bool, found: bool, accounted: float, of_the_plan: bool
) -> None:
    rule = RuleFacts(_ASKED, nearer=nearer, named=named)
    other = ClauseFacts(_ASKED) if found else Nothing(_ASKED)
    assert plan_is_nearer(rule, _other(other, accounted)) is of_the_plan


@pytest.mark.parametrize(
    ("asked", "covered", "least"),
    [
        (_ASKED, 0.05, 0.7),
        (Query(text="a made-up question", language="en"), 0.3, 0.7),
        (Query(text="a made-up question", language="en"), 0.05, 0.9),
        (Query(text="合成的问题", outside=Outside.PERSONAL, outside_likelihood=0.95), 0.5, 0.9),
        (Query(text="合成的问题", outside=Outside.PERSONAL, outside_likelihood=0.5), 0.5, 0.7),
        (Query(text="合成的问题", outside=Outside.OFF_TOPIC, outside_likelihood=0.9), 0.5, 0.9),
    ],
)
def test_what_is_no_matter_of_a_document_and_a_foreign_question_that_shares_no_word_need_more(
    asked: Query, covered: float, least: float
) -> None:
    assert as_likely(RuleFacts(asked, covered=covered), None) == least


def test_what_the_portal_tells_of_itself_is_outruled_only_by_what_is_plain() -> None:
    assert as_likely(RuleFacts(_ASKED), _other(ArticleFacts(_ASKED), 0.5)) == 0.9
    assert as_likely(RuleFacts(_ASKED), _other(ClauseFacts(_ASKED), 0.5)) == 0.7


@pytest.mark.parametrize(
    ("told", "covered", "named", "follows", "hardly"),
    [
        (30.0, 0.2, False, False, True),
        (30.0, 0.35, False, False, False),
        # A story in other words than the rule's shares few of them.
        (80.0, 0.05, False, False, False),
        (30.0, 0.2, True, False, False),
        (30.0, 0.2, False, True, False),
    ],
)
def test_a_short_question_is_answered_by_no_rule_that_says_little_of_it(
    told: float, covered: float, named: bool, follows: bool, hardly: bool
) -> None:
    rule = RuleFacts(_ASKED, told=told, covered=covered, named=named, follows=follows)
    assert hardly_says(rule) is hardly

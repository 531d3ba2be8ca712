"""A reader who was misunderstood takes another reading with a tap, and the conversation goes on from that one."""

import pytest
from pydantic import ValidationError

from portal.answering.models import Ask, Earlier
from tests.portal.answering.conftest import Asking


def test_an_answer_offers_what_else_the_question_could_have_meant(asking: Asking) -> None:
    given = asking("公园")
    assert [r.reading for r in given.readings] == [1, 2, 3][: len(given.readings)]
    assert "方案原文" in {r.understood for r in given.readings}
    assert given.understood not in {r.understood for r in given.readings}


def test_a_reading_asked_for_is_the_one_answered(asking: Asking) -> None:
    given = asking("公园")
    for other in given.readings:
        again = asking.service.answer(Ask(question="公园", reading=other.reading))
        assert again.understood == other.understood
        assert again.answer != given.answer


def test_what_follows_goes_on_from_the_reading_that_was_meant(asking: Asking) -> None:
    found = asking("停车位建了多少")
    of_places = next(r for r in found.readings if "地点" in r.understood)
    earlier = Earlier(question="停车位建了多少", reading=of_places.reading)
    after = asking.service.answer(Ask(question="它们在哪里", history=[earlier]))
    assert after.query is not None
    assert after.query.about == "place"


def test_a_number_no_reading_has_gets_the_likeliest(asking: Asking) -> None:
    assert asking.service.answer(Ask(question="今天天气怎么样", reading=3)).kind == "refusal"
    with pytest.raises(ValidationError):
        Ask(question="公园", reading=4)


def test_of_several_questions_in_one_no_other_reading_is_offered(asking: Asking) -> None:
    assert asking("绿地率的目标是多少？供热普及率的目标是多少？").readings == []

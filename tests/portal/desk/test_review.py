"""What was answered badly is seen by meaning and by how often, decided with a word, and comes back when it is asked again."""

import datetime

import pytest

from portal.desk.database import Database
from portal.desk.enquiries import Enquiries
from portal.desk.feedback import Feedback
from portal.desk.kept_answers import new_id
from portal.desk.review import Review, ReviewError
from portal.settings import Settings
from tests.portal.desk.test_enquiries import answer, letter

NOON = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)


def hours(count: int) -> datetime.datetime:
    return NOON + datetime.timedelta(hours=count)


@pytest.fixture
def review(settings: Settings) -> Review:
    """Three questions about parking and one about parks; those are meant alike that begin with the same two signs."""
    database = Database(settings)
    enquiries, feedback = Enquiries(database, settings), Feedback(database, settings)
    enquiries.take_down(new_id(), answer("a1", "停车收费吗?", "refusal"), letter(), "clerk", hours(1))
    enquiries.take_down(new_id(), answer("a2", "公园几点开门?", "refusal"), letter(), "clerk", hours(2))
    enquiries.take_down(new_id(), answer("a3", "停车场在哪?"), letter(), "clerk", hours(2))
    feedback.record("v1", False, "没说多少钱", "停车要多少钱?", "synthetic", hours(3))
    feedback.record("v2", True, "", "停车场有几个?", "synthetic", hours(3))
    feedback.record("v3", False, "", "停车收费吗?", "synthetic", hours(4))
    return Review(database, lambda question: question[:2])


def test_questions_meant_alike_stand_together_the_most_asked_first(review: Review) -> None:
    parking, parks = review.groups()
    assert parking.questions == ("停车收费吗?", "停车要多少钱?")
    assert (parking.refused, parking.disliked, parking.newest) == (1, 2, hours(4))
    assert parking.words == ("没说多少钱",)
    assert (parks.questions, parks.count) == (("公园几点开门?",), 1)


def test_what_was_decided_is_out_of_the_way_until_it_is_asked_again(settings: Settings, review: Review) -> None:
    parking, parks = review.groups()
    review.decide(
        parking.meaning, parking.questions[0], "missing_fact", "缺收费标准，问13800138000", "editor", hours(5)
    )
    assert [g.meaning for g in review.groups()] == [parks.meaning]
    (done,) = review.done(9)
    assert (done.question, done.decision, done.editor) == ("停车收费吗?", "missing_fact", "editor")
    assert done.note == "缺收费标准,问〔手机号已隐去〕"
    Feedback(Database(settings), settings).record("v4", False, "", "停车贵吗?", "synthetic", hours(6))
    again = review.groups()[0]
    assert (again.questions, again.count) == (("停车贵吗?",), 1)


@pytest.mark.parametrize(
    ("decision", "note", "why"),
    [("nothing", "x", "列出的"), ("article", " ", "要怎么办"), ("article", "好" * 301, "300")],
)
def test_a_decision_says_what_is_to_be_done(review: Review, decision: str, note: str, why: str) -> None:
    group = review.groups()[0]
    with pytest.raises(ReviewError, match=why):
        review.decide(group.meaning, "x", decision, note, "editor", NOON)
    with pytest.raises(ReviewError, match="列出的"):
        review.decide("<script>", "x", "article", "x", "editor", NOON)

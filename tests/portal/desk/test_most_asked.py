"""What is asked most in a time is counted by meaning, with how often there was no answer."""

import datetime
from pathlib import Path

import openpyxl
import pytest

from portal.desk.database import Database
from portal.desk.enquiries import Enquiries
from portal.desk.kept_answers import new_id
from portal.desk.most_asked import MostAsked
from portal.settings import Settings
from tests.portal.desk.test_enquiries import answer, letter

DAY = datetime.date(2026, 3, 1)
ASKED = [
    (1, "停车收费吗?", "refusal"),
    (1, "停车收费吗?", "refusal"),
    (2, "停车场在哪?", "answer"),
    (2, "公园几点开门?", "answer"),
    (3, "公园几点开门?", "answer"),
    (9, '=HYPERLINK("http://x")', "refusal"),
]


@pytest.fixture
def most_asked(settings: Settings) -> MostAsked:
    """Those are meant alike that begin with the same two signs."""
    database = Database(settings)
    enquiries = Enquiries(database, settings)
    for number, (day, question, kind) in enumerate(ASKED):
        moment = datetime.datetime.combine(DAY.replace(day=day), datetime.time(23, 59)).astimezone()
        enquiries.take_down(new_id(), answer(f"a{number}", question, kind), letter(), "clerk", moment)
    enquiries.settle(5, "phone", "no_answer", "", "clerk", moment)
    return MostAsked(database, lambda question: question[:2])


def test_it_is_counted_by_meaning_from_one_day_to_another(most_asked: MostAsked) -> None:
    parking, park = most_asked.groups(DAY, DAY.replace(day=3))
    assert (parking.wordings, parking.count, parking.unanswered) == (("停车收费吗?", "停车场在哪?"), 3, 2)
    assert parking.newest.astimezone().date() == DAY.replace(day=2)
    # What the assistant found and the clerk called none had no answer either.
    assert (park.count, park.unanswered) == (2, 1)
    (one,) = most_asked.groups(DAY.replace(day=3), DAY.replace(day=8))
    assert one.count == 1
    without = most_asked.groups(DAY, DAY.replace(day=3), unanswered=True)
    assert [(g.wordings, g.count) for g in without] == [(("停车收费吗?",), 2), (("公园几点开门?",), 1)]
    assert most_asked.groups(DAY.replace(year=2020), DAY.replace(year=2020)) == []


def test_the_workbook_holds_what_was_typed_as_text(most_asked: MostAsked, tmp_path: Path) -> None:
    most_asked.export(tmp_path / "asked.xlsx", DAY, DAY.replace(day=9))
    sheet = openpyxl.load_workbook(tmp_path / "asked.xlsx").active
    assert sheet
    rows = list(sheet.iter_rows())
    assert [c.value for c in rows[1]] == ["停车收费吗?\n停车场在哪?", "3", "2", "2026-03-02 23:59"]
    assert (rows[3][0].value, rows[3][0].data_type) == ('=HYPERLINK("http://x")', "s")

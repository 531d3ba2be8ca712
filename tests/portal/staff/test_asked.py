"""A clerk sees what is asked most, in days they choose; an odd address shows what there is."""

import io

import openpyxl
import pytest

from portal.desk.accounts import Role
from tests.portal.staff.conftest import SCRIPT, Enter, word


def test_what_was_asked_is_seen_together_and_taken_away_as_a_workbook(enter: Enter) -> None:
    clerk = enter(Role.CLERK)
    for question in ("合成率达标了吗？", "请问合成率达标了没有？", f"今天天气怎么样？{SCRIPT}"):
        clerk.post("/desk/enquiries", data={"question": question, "csrf": word(clerk)})
    page = clerk.get("/desk/asked").text
    assert "2 件事，3 次" in page
    assert "2 次，没有答上 0 次" in page
    assert "<script" not in page
    assert "<img" not in page
    without = enter(Role.EDITOR).get("/desk/asked?unanswered=1").text
    assert "1 件事，1 次" in without
    reply = clerk.get("/desk/asked.xlsx?unanswered=1")
    sheet = openpyxl.load_workbook(io.BytesIO(reply.content)).active
    assert sheet
    assert sheet.max_row == 2


@pytest.mark.parametrize(
    "query", ["first=x&last=%00", "first=9999-12-31&last=9999-12-31", "first=0001-01-01", "last=1000-01-01"]
)
def test_days_that_are_none_are_left_out(enter: Enter, query: str) -> None:
    assert enter(Role.CLERK).get(f"/desk/asked?{query}").status_code == 200

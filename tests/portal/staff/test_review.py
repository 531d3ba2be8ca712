"""An editor sees what was answered badly, those meant alike together however they were worded, and says what is to be done."""

import datetime
import re

from portal.desk.accounts import Role
from portal.services import Services
from tests.portal.staff.conftest import NOW, SCRIPT, Enter, word


def test_different_words_for_one_thing_are_one_group_that_an_editor_decides(enter: Enter, desk: Services) -> None:
    asked = ("合成率达标了吗？", "请问合成率达标了没有？", "今天天气怎么样？")
    for minute, question in enumerate(asked):
        moment = NOW - datetime.timedelta(minutes=10 - minute)
        desk.feedback.record(f"v{minute}", False, SCRIPT if minute == 2 else "", question, "synthetic", moment)
    editor = enter(Role.EDITOR)
    page = editor.get("/desk/review").text
    assert "<script" not in page
    groups = re.findall(r"<h2>(.*?)</h2><p>(\d+) 次", page)
    assert groups == [("请问合成率达标了没有?", "2"), ("今天天气怎么样?", "1")]
    meanings = re.findall(r'name="meaning" value="([0-9a-f]{64})"', page)
    data = {"meaning": meanings[1], "question": "今天天气怎么样?", "note": SCRIPT, "csrf": word(editor)}
    wrong = editor.post("/desk/review", data=data | {"decision": "nothing"})
    assert (wrong.status_code, "列出的几种" in wrong.text) == (400, True)
    assert editor.post("/desk/review", data=data | {"decision": "out_of_scope"}).headers["location"] == "/desk/review"
    assert re.findall(r'name="meaning" value="([0-9a-f]{64})"', editor.get("/desk/review").text) == meanings[:1]
    done = editor.get("/desk/review?decided=1").text
    assert "今天天气怎么样" in done
    assert "<script" not in done
    assert "review.decide" in enter(Role.ADMINISTRATOR).get("/desk/audit").text

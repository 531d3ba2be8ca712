"""An editor sees what was answered badly, those meant alike together however they were worded, and says what is to be done."""

import datetime
import html
import re
import threading
import tomllib

import pytest
from starlette.testclient import TestClient

from portal.desk.accounts import Role
from portal.desk.changes import ChangeError, State
from portal.desk.effects import Effects
from portal.services import Services
from tests.portal.staff.conftest import NOW, SCRIPT, Enter, word
from tests.portal.staff.test_changes import fields, press, publishing
from tests.synthetic import CHECKOUT


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


__all__ = ["publishing"]


def decided(editor: TestClient, decision: str, note: str) -> str:
    """Decide the first group; where that leads."""
    (meaning, *_) = re.findall(r'name="meaning" value="([0-9a-f]{64})"', editor.get("/desk/review").text)
    form = {"meaning": meaning, "question": "合成", "decision": decision, "note": note, "csrf": word(editor)}
    return editor.post("/desk/review", data=form).headers["location"]


def test_a_group_leads_in_one_step_to_the_file_to_change_and_its_effect_is_seen_before_it_is_handed_over(
    enter: Enter, publishing: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        publishing.feedback.record(f"v{number}", False, "", f"造作比率{'?' * number}", "synthetic", NOW)
    editor = enter(Role.EDITOR)
    where = decided(editor, "example", SCRIPT)
    assert "dataset=vocabulary" in where
    page = editor.get(where).text
    assert "造作比率" in page
    assert "<script" not in page
    (link,) = re.findall(r'href="(/desk/changes/row[^"]*)"', page)
    row = html.unescape(link)
    measured: list[tuple[str, ...]] = []
    told = {"questions": [], "sets": [{"name": SCRIPT, "problem": SCRIPT}]}

    def tried(_: Effects, __: object, ___: object, questions: tuple[str, ...]) -> dict[str, object]:
        measured.append(questions)
        return told

    monkeypatch.setattr(Effects, "_tried", tried)
    typed = fields(editor.get(row).text) | {"cell-word": "合成率", "cell-said": "造作比率", "reason": "合成叫法"}
    where = press(editor, row, "save", **typed)
    waited()
    assert len(measured[0]) == 10
    page = editor.get(where).text
    assert "&lt;script&gt;" in page.partition("对回答的影响")[2]
    press(editor, where, "measure")
    waited()
    assert len(measured) == 2
    told["problem"] = "合成的问题"
    press(editor, where, "measure")
    waited()
    assert "先量一量" in press(editor, where, "hand_over")
    del told["problem"]
    press(editor, where, "measure")
    waited()
    assert press(editor, where, "hand_over") == where
    assert "对回答的影响" in enter(Role.PUBLISHER).get(where).text


def waited() -> None:
    for thread in threading.enumerate():
        if thread.name == "measure-effect":
            thread.join()


def test_an_article_begins_with_how_people_asked(enter: Enter, publishing: Services) -> None:
    (publishing.maintained.folder / "guide").mkdir()
    described = (CHECKOUT / "datasets" / "guide" / "dataset.toml").read_bytes()
    (publishing.maintained.folder / "guide" / "dataset.toml").write_bytes(described)
    publishing.maintained.place("corpus:guide.toml").write_text("", "utf-8")
    publishing.feedback.record("v1", False, "", "停车一小时多少钱|几块", "synthetic", NOW)
    editor = enter(Role.EDITOR)
    assert decided(editor, "out_of_scope", "收费标准不归本门户") == "/desk/review"
    done = editor.get("/desk/review?decided=1").text
    (link,) = re.findall(r'href="(/desk/changes/new[^"]*)"', done)
    (row,) = re.findall(r'href="(/desk/changes/row[^"]*)"', editor.get(html.unescape(link)).text)
    form = fields(editor.get(html.unescape(row)).text)
    assert (form["cell-asked_zh"], form["cell-text_zh"]) == ("停车一小时多少钱 几块", "收费标准不归本门户")


@pytest.mark.parametrize(
    ("decision", "file", "told"), [("article", "guide", "没有自己的说明"), ("example", "vocabulary", "没有词表")]
)
def test_what_has_no_file_to_change_is_not_noted_and_says_so(
    enter: Enter, publishing: Services, decision: str, file: str, told: str
) -> None:
    publishing.maintained.place(f"corpus:{file}.toml").unlink(missing_ok=True)
    publishing.feedback.record("v1", False, "", "停车一小时多少钱", "synthetic", NOW)
    editor = enter(Role.EDITOR)
    (meaning,) = re.findall(r'name="meaning" value="([0-9a-f]{64})"', editor.get("/desk/review").text)
    form = {"meaning": meaning, "question": "x", "decision": decision, "note": "要写的事", "csrf": word(editor)}
    reply = editor.post("/desk/review", data=form)
    assert (reply.status_code, told in reply.text) == (400, True)
    assert publishing.review.done(9) == []
    assert meaning in editor.get("/desk/review").text


def test_what_is_out_of_scope_is_so_without_a_guide_and_leads_nowhere(enter: Enter, publishing: Services) -> None:
    publishing.feedback.record("v1", False, "", "停车一小时多少钱", "synthetic", NOW)
    editor = enter(Role.EDITOR)
    assert decided(editor, "out_of_scope", "收费标准不归本门户") == "/desk/review"
    done = editor.get("/desk/review?decided=1").text
    assert "收费标准不归本门户" in done
    assert "/desk/changes/new" not in done


@pytest.mark.parametrize("dataset", ["corpus:site.toml", "../corpus", "site", "corpus%3Avocabulary.toml", "guide"])
def test_no_other_file_is_reached(enter: Enter, publishing: Services, dataset: str) -> None:
    editor = enter(Role.EDITOR)
    for page in ("new", "row"):
        assert editor.get(f"/desk/changes/{page}?dataset={dataset}").status_code == 404
    with pytest.raises(ChangeError):
        publishing.maintained.dataset(dataset)


@pytest.mark.parametrize(
    ("word_", "said"),
    [("", "y"), ("\u202e", "y"), ("x", ""), ("x", " | "), ("x", "a\nb"), ("a\nb", "y"), ("|", "\x07")],
)
def test_a_word_that_is_none_is_told_and_not_handed_over(
    enter: Enter, publishing: Services, word_: str, said: str
) -> None:
    editor = enter(Role.EDITOR)
    new = "/desk/changes/row?dataset=vocabulary"
    where = press(editor, new, "save", **{"cell-word": word_, "cell-said": said, "reason": "合成", "stood": ""})
    assert "有 1 处问题" in editor.get(where).text
    assert "1 处不合规则" in press(editor, where, "hand_over")


def test_what_is_typed_into_a_word_stays_a_word(enter: Enter, publishing: Services) -> None:
    editor = enter(Role.EDITOR)
    typed = f'"]\\ [own] """ {SCRIPT}'
    new = "/desk/changes/row?dataset=vocabulary"
    where = press(editor, new, "save", **{"cell-word": "合成率", "cell-said": typed, "reason": "合成", "stood": ""})
    page = editor.get(where).text
    assert "没有问题" in page
    assert "<script" not in page
    publishing.changes.turn(int(where.rpartition("/")[2]), [State.OPEN], State.READY, "editor1", NOW)
    publishing.publishing.publish(int(where.rpartition("/")[2]), "publisher1", NOW)
    text = publishing.maintained.place("corpus:vocabulary.toml").read_text("utf-8")
    assert tomllib.loads(text) == {"synonyms": {"合成率": [typed]}}

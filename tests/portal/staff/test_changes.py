"""From a contributed figure to a changed status by two people and forms alone; what is wrong is told beside its row; back again."""

import html
import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

import portal.services
from portal.desk.accounts import Role
from portal.desk.changes import State
from portal.desk.database import Database
from portal.desk.maintained import Maintained
from portal.desk.offers import About, Kind, Offer
from portal.desk.publishing import Publishing
from portal.desk.subjects import ContributionSubject
from portal.publication.publications import Publications
from portal.services import Services
from portal.settings import Settings
from tests.portal.staff.conftest import NOW, SCRIPT, Enter, word
from tests.synthetic import SyntheticProject

FIGURE = "synthetic_rate-2023"
ROW = f"/desk/changes/row?dataset=observations&key={quote(json.dumps([FIGURE]))}"


@pytest.fixture
def publishing(desk: Services, built: SyntheticProject, monkeypatch: pytest.MonkeyPatch) -> Services:
    """The desk over a small project that is published, and may be again."""
    files = built.settings.model_copy(update={"var": built.root.parent})
    made = replace(
        desk,
        publications=Publications(files),
        maintained=Maintained(files),
        publishing=Publishing(Database(files), files),
    )
    monkeypatch.setattr(portal.services, "services", lambda: made)
    return made


def fields(page: str) -> dict[str, str]:
    """What a form of a row holds."""
    found = dict(re.findall(r'<input (?:type="hidden" )?name="([^"]+)"(?: maxlength="\d+")? value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', page))
    chosen = re.findall(r'<select name="([^"]+)">.*?(?:<option selected>([^<]*)</option>.*?)?</select>', page)
    return {k: html.unescape(v) for k, v in (found | dict(chosen)).items()}


def press(client: TestClient, path: str, decision: str, **more: str) -> str:
    """Press a button; where it leads, or what was wrong."""
    reply = client.post(path, data={"decision": decision, "csrf": word(client), **more})
    return reply.headers["location"] if reply.status_code == 303 else reply.text.partition("<main>")[2]


def test_a_contributed_figure_changes_a_status_by_two_people_and_is_taken_back(
    enter: Enter, publishing: Services
) -> None:
    store = publishing.publications.current()
    about = About(kind=ContributionSubject.INDICATOR, id="synthetic_rate")
    code = publishing.contributions.receive(Offer(about=about, kind=Kind.FIGURE, value="52", unit="%"), store, NOW)
    editor, publisher = enter(Role.EDITOR), enter(Role.PUBLISHER)
    press(editor, "/desk/contributions/2", "accept", reason="公报里查到了")
    page = editor.get("/desk/contributions/2").text
    assert "/desk/changes/new?contribution=2&amp;dataset=observations" in page
    assert "第 2 条" in editor.get("/desk/contributions?state=accepted").text
    new = editor.get("/desk/changes/row?contribution=2&dataset=observations").text
    assert (fields(new)["cell-value"], fields(new)["cell-indicator"]) == ("52", "synthetic_rate")
    assert fields(new)["cell-source"] == ""
    found = editor.get("/desk/changes/new?contribution=2&dataset=observations&q=2023 合成").text
    (link,) = re.findall(r'href="(/desk/changes/row\?[^"]*key[^"]*)"', found)
    path = html.unescape(link)
    typed = fields(editor.get(path).text) | {"cell-value": "52", "cell-value_text": "52", "reason": "公报改了数"}
    where = press(editor, path, "save", **typed)
    page = editor.get(where).text
    assert "没有问题" in page
    assert "“合成率”由“未达标”变为“达标”" in page
    assert press(editor, where, "hand_over") == where
    assert "现在不能这样处理" in press(editor, where, "publish")
    assert press(publisher, where, "publish") == where
    assert publishing.contributions.find(code).state == "published"
    sql = "SELECT status FROM progress WHERE indicator = 'synthetic_rate'"
    assert publishing.publications.current().rows(sql, []) == [{"status": "met"}]
    assert "公报改了数" in publisher.get("/desk/changes?ended=1").text
    assert press(publisher, where, "undo") == where
    assert publishing.publications.current().rows(sql, []) == [{"status": "not_met"}]
    assert publishing.contributions.find(code).state == "accepted"
    audit = enter(Role.ADMINISTRATOR).get("/desk/audit").text
    assert all(f"change.{act}" in audit for act in ("begin", "put", "ready", "publish", "undo"))


def test_what_is_wrong_is_told_beside_its_row_and_handed_to_nobody(enter: Enter, publishing: Services) -> None:
    editor = enter(Role.EDITOR)
    typed = fields(editor.get(ROW).text) | {"cell-value": SCRIPT, "reason": SCRIPT}
    where = press(editor, ROW, "save", **typed)
    page = editor.get(where).text
    assert "不是数字" in page
    assert "有 1 处问题" in page
    assert "1 处不合规则" in press(editor, where, "hand_over")
    assert "<script" not in page
    assert "<img" not in page
    again = press(editor, f"{ROW}&set={where.rpartition('/')[2]}", "save", **typed | {"cell-value": "44"})
    assert again == where
    (number,) = re.findall(r"take_out-(\d+)", editor.get(where).text)
    press(editor, where, f"take_out-{number}")
    assert "还没有要改的行" in editor.get(where).text
    press(editor, where, "drop")
    assert publishing.changes.open_one(int(where.rpartition("/")[2]))[0].state is State.DROPPED


def test_a_set_is_shown_where_the_files_are_not(
    enter: Enter, publishing: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = enter(Role.EDITOR)
    where = press(editor, ROW, "save", **fields(editor.get(ROW).text) | {"cell-value": "52", "reason": "合成理由"})
    nothing = Settings(corpus=tmp_path / "nothing", datasets=tmp_path / "nothing", var=tmp_path)
    elsewhere = replace(publishing, maintained=Maintained(nothing))
    monkeypatch.setattr(portal.services, "services", lambda: elsewhere)
    page = editor.get(where)
    assert page.status_code == 200
    assert "52" in page.text


def test_a_row_that_changed_since_its_form_was_opened_is_not_written_over(enter: Enter, publishing: Services) -> None:
    editor = enter(Role.EDITOR)
    typed = fields(editor.get(ROW).text) | {"cell-value": "52", "reason": "合成理由"}
    file = publishing.maintained.folder / "observations" / "data.csv"
    file.write_text(file.read_text("utf-8").replace(",45,45,", ",46,46,"), "utf-8")
    told = press(editor, ROW, "save", **typed)
    assert "您打开以后这一行变过了" in told
    assert fields(told)["cell-value"] == "52"
    assert fields(told)["reason"] == "合成理由"


def test_a_row_is_added_and_one_taken_away(enter: Enter, publishing: Services) -> None:
    editor = enter(Role.EDITOR)
    new = "/desk/changes/row?dataset=sources"
    typed = fields(editor.get(new).text) | {"cell-id": "new", "cell-publisher": "合成", "cell-title": "合成"}
    assert "请写出为什么改" in press(editor, new, "save", **typed)
    where = press(editor, new, "save", **typed | {"reason": "加来源"})
    into = f"{ROW}&set={where.rpartition('/')[2]}"
    assert 'name="reason"' not in editor.get(into).text
    press(editor, into, "take_away", **fields(editor.get(into).text))
    page = editor.get(where).text
    assert "来源 · 加一行 new" in page
    assert f"删去 {FIGURE}" in page


def test_a_row_that_is_wrong_is_put_right_without_typing_it_anew(enter: Enter, publishing: Services) -> None:
    editor = enter(Role.EDITOR)
    new = "/desk/changes/row?dataset=sources"
    typed = fields(editor.get(new).text) | {"cell-id": "new", "cell-publisher": "合成", "cell-title": SCRIPT}
    where = press(editor, new, "save", **typed | {"cell-reliability": "nothing", "reason": "加来源"})
    for before, after in (("new", "new"), ("new", "newer")):
        page = editor.get(where).text
        (again,) = re.findall(r'href="(/desk/changes/row[^"]*again[^"]*)"', page)
        shown = fields(editor.get(html.unescape(again)).text)
        assert (shown["cell-id"], shown["cell-publisher"]) == (before, "合成")
        right = shown | {"cell-id": after, "cell-reliability": "high"}
        assert press(editor, html.unescape(again), "save", **right) == where
    (row,) = publishing.changes.open_one(int(where.rpartition("/")[2]))[1]
    assert row.after
    assert (row.after["id"], row.after["title"], row.after["reliability"]) == ("newer", SCRIPT, "high")
    changed = press(
        editor, f"{ROW}&set={where.rpartition('/')[2]}", "save", **fields(editor.get(ROW).text) | {"cell-value": "x"}
    )
    (_, again) = re.findall(r'href="(/desk/changes/row[^"]*again[^"]*)"', editor.get(changed).text)
    shown = fields(editor.get(html.unescape(again)).text)
    assert shown["cell-value"] == "x"
    press(editor, html.unescape(again), "save", **shown | {"cell-value": "44"})
    rows = publishing.changes.open_one(int(where.rpartition("/")[2]))[1]
    assert [(r.before or {}).get("value", "") + "→" + (r.after or {}).get("value", "") for r in rows] == ["→", "45→44"]


@pytest.mark.parametrize("again", ["99", "x", "", "9" * 30])
def test_a_row_that_is_in_no_set_is_not_opened_again(enter: Enter, publishing: Services, again: str) -> None:
    editor = enter(Role.EDITOR)
    shown = fields(editor.get(f"/desk/changes/row?dataset=sources&set=1&again={again}").text)
    assert shown["cell-id"] == ""
    assert editor.get(f"/desk/changes/row?dataset=sources&set=99&again={again}").status_code in {200, 404}


@pytest.mark.parametrize(
    "path",
    [
        "/desk/changes/99",
        "/desk/changes/new?dataset=nope",
        "/desk/changes/new?dataset=../corpus",
        "/desk/changes/new?dataset=progress",
        "/desk/changes/row?dataset=sources&key=%5B%22nope%22%5D",
        "/desk/changes/row",
    ],
)
def test_what_is_not_there_is_said(enter: Enter, publishing: Services, path: str) -> None:
    reply = enter(Role.EDITOR).get(path)
    assert reply.status_code == 404
    assert "没有" in reply.text

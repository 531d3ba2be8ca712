"""A clerk answers with the keyboard alone: a question, a short and a full reply and a document, what came of it, the next question."""

import datetime
import html
import io
import re

import docx
import httpx
import openpyxl
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from portal.desk.accounts import Role
from portal.services import Services
from portal.staff import enquiries
from portal.ui import kept_answer
from tests.portal.staff.conftest import SCRIPT, Enter, word

QUESTION = "合成率达标了吗？我的手机13800138000"


def asked(client: TestClient, question: str) -> str:
    reply = client.post("/desk/enquiries", data={"question": question, "csrf": word(client)})
    assert reply.status_code == 303, reply.text
    return reply.headers["location"]


def areas(page: str) -> list[str]:
    return [html.unescape(a) for a in re.findall(r"<textarea readonly[^>]*>([^<]*)</textarea>", page)]


def test_the_next_page_of_a_search_looks_for_the_same_words(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enquiries, "PAGE", 1)
    clerk = enter(Role.CLERK)
    for _ in range(2):
        asked(clerk, "合成率&from=9#1")
    page = clerk.get("/desk/enquiries", params={"q": "合成率&from=9#1"}).text
    (more,) = re.findall(r'<a href="(\?q=[^"]*from=[^"]*)"', page)
    following = httpx.URL(html.unescape(more)).params
    assert dict(following) == {"q": "合成率&from=9#1", "from": "1"}


def test_five_questions_in_a_row_by_the_keyboard(enter: Enter, desk: Services) -> None:
    clerk = enter(Role.CLERK)
    assert clerk.get("/desk").headers["location"] == "/desk/enquiries"
    for number in range(1, 6):
        page = clerk.get("/desk/enquiries").text
        assert re.search(r'<input name="question" required autofocus', page)
        where = asked(clerk, f"{QUESTION} 第{number}次")
        page = clerk.get(where).text
        assert re.search(r'<select name="channel" autofocus>', page)
        data = {"channel": "counter", "outcome": "answered", "follow_up": "", "csrf": word(clerk)}
        assert clerk.post(where, data=data).headers["location"] == "/desk/enquiries"
    count, found = desk.enquiries.search("", 9)
    assert count == 5
    assert {(e.clerk, e.channel, e.outcome) for e in found} == {("clerk1", "counter", "answered")}


def test_the_reply_is_short_full_and_a_document_that_lead_to_clause_and_portal(enter: Enter, desk: Services) -> None:
    clerk = enter(Role.CLERK)
    where = asked(clerk, QUESTION)
    page = clerk.get(where).text
    short, full = areas(page)
    (kept,) = re.findall(r"http://testserver/answer/[\w-]{11}", short)
    assert len(short) <= 140
    assert "45" in short
    assert "13800138000" not in page
    assert "〔手机号已隐去〕" in page
    assert kept in full
    assert "http://testserver/policy?" in full
    document = docx.Document(io.BytesIO(clerk.get(f"{where}.docx").content))
    leads = {r.target_ref for r in document.part.rels.values() if r.is_external}
    assert kept in leads
    assert any(lead.startswith("http://testserver/policy?") for lead in leads)
    assert kept in "\n".join(p.text for p in document.paragraphs)


def test_the_kept_answer_says_what_was_told_and_runs_and_fetches_nothing(enter: Enter, desk: Services) -> None:
    clerk = enter(Role.CLERK)
    where = asked(clerk, f"{SCRIPT}合成率达标了吗？")
    _, full = areas(clerk.get(where).text)
    kept = re.findall(r"/answer/[\w-]{11}", full)[0]
    public = TestClient(Starlette(routes=kept_answer.routes()))
    reply = public.get(kept)
    assert reply.status_code == 200
    assert "<script" not in reply.text
    assert "<img" not in reply.text
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["x-robots-tag"] == "noindex"
    # The question has more English in it than Chinese, and so has the page.
    assert "later data do not change it" in reply.text
    assert desk.publications.current().version in reply.text
    assert "没有保存过这条回答" in public.get("/answer/nothing-here").text
    assert public.get("/answer/nothing-here").status_code == 404


def test_earlier_replies_are_found_and_exported(enter: Enter, desk: Services) -> None:
    clerk = enter(Role.CLERK)
    where = asked(clerk, "合成率达标了吗？")
    asked(clerk, "合成设施有多少？")
    found = clerk.get("/desk/enquiries?q=设施").text
    assert "找到 1 条" in found
    assert "合成率达标了吗" not in found
    reply = clerk.get("/desk/enquiries.xlsx")
    today = datetime.datetime.now(datetime.UTC).astimezone().date()
    assert reply.headers["content-disposition"] == f'attachment; filename="enquiries-{today}.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(reply.content)).active
    assert sheet.max_row == 3
    data = {"channel": "fax", "outcome": "answered", "follow_up": SCRIPT, "csrf": word(clerk)}
    wrong = clerk.post(where, data=data)
    assert (wrong.status_code, "列出的几种" in wrong.text, "<script" in wrong.text) == (400, True, False)


@pytest.mark.parametrize("question", ["", "  \n"])
def test_no_question_is_told(enter: Enter, desk: Services, question: str) -> None:
    clerk = enter(Role.CLERK)
    reply = clerk.post("/desk/enquiries", data={"question": question, "csrf": word(clerk)})
    assert (reply.status_code, "请写出来询者问什么" in reply.text) == (400, True)
    assert desk.enquiries.search("", 1)[0] == 0


def test_an_earlier_reply_is_found_in_other_words_and_by_words_alone_until_the_model_is_there(
    enter: Enter, desk: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = enter(Role.CLERK)
    clerk.post("/desk/enquiries", data={"question": f"合成率达标了吗？{SCRIPT}", "csrf": word(clerk)})
    assert "先按字词找" in clerk.get("/desk/enquiries?q=x").text

    monkeypatch.setattr(desk.meanings, "nearest", lambda *_: [1, 2])
    page = clerk.get("/desk/enquiries", params={"q": "别的说法"}).text
    alike, _, rest = page.partition("找到 0 条")
    assert "意思最近的" in alike
    assert "合成率达标了吗" in alike
    assert "<script" not in page
    assert "合成率达标了吗" not in rest
    for params in ({}, {"q": " "}, {"q": "别的说法", "from": "50"}):
        assert "意思最近的" not in clerk.get("/desk/enquiries", params=params).text

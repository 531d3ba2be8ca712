"""Every page that comes whole from the server (kept answers, the desk's) in both languages: what `test_every_page` counts of others."""

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from portal.desk.accounts import Role
from tests.browser.conftest import Checked, Visitor, opened_tab
from tests.browser.test_desk import PASSWORD, desk
from tests.browser.test_every_page import look_at

__all__ = ["desk"]
ANSWERED = re.compile(r"answer/[\w-]+")
QUESTIONS = {"zh": "2023年合成率是多少？", "en": "What was the synthetic rate in 2023?"}
DESK = {
    "desk-contributions": (Role.EDITOR, "desk/contributions"),
    "desk-contribution": (Role.EDITOR, "desk/contributions/1"),
    "desk-changes": (Role.EDITOR, "desk/changes"),
    "desk-change-new": (Role.EDITOR, "desk/changes/new"),
    "desk-review": (Role.EDITOR, "desk/review"),
    "desk-asked": (Role.EDITOR, "desk/asked"),
    "desk-enquiries": (Role.CLERK, "desk/enquiries"),
    "desk-enquiry": (Role.CLERK, "desk/enquiries/1"),
    "desk-audit": (Role.ADMINISTRATOR, "desk/audit"),
    "desk-nowhere": (Role.ADMINISTRATOR, "desk/nowhere"),
}
MISSING = {"answer-unknown", "desk-nowhere"}


@pytest.fixture
def tab(browser: Browser, desk: str) -> Iterator[Visitor]:
    """A tab before the desk of a portal over a made-up city."""
    with opened_tab(browser, desk) as visitor:
        yield visitor


def enter(page: Page, address: str, role: Role) -> None:
    """Sign in as somebody of a role, and nobody else."""
    page.context.clear_cookies()
    page.goto(f"{address}desk?lang=zh")
    page.get_by_label("名字").fill(f"{role}1")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出")).to_be_visible()


def kept(page: Page, address: str, question: str) -> str:
    """Answer a call; the address of the answer that was kept of it."""
    page.goto(f"{address}desk/enquiries?lang=zh")
    page.locator("[name=question]").fill(question)
    page.keyboard.press("Enter")
    short = page.get_by_label("短答复")
    expect(short).to_have_value(ANSWERED, timeout=60_000)
    found = ANSWERED.search(short.input_value())
    assert found
    return found.group()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_from_the_server_is_for_everyone_and_keeps_to_itself_and_to_the_screen(
    tab: Visitor, checked: Checked, language: str
) -> None:
    page, address = tab.page, tab.address
    about = {"kind": "indicator", "id": "synthetic_rate"}
    sent = {"about": about, "kind": "correction", "text": "合成的一条"}
    httpx.post(f"{address}api/v1/contributions", json=sent).raise_for_status()
    enter(page, address, Role.CLERK)
    answer = kept(page, address, QUESTIONS[language])
    page.context.clear_cookies()
    for name, path in {"answer-kept": answer, "answer-unknown": "answer/none", "desk-sign-in": "desk/sign-in"}.items():
        seen(tab, checked, name, path, language)
    signed = None
    for name, (role, path) in DESK.items():
        if role != signed:
            enter(page, address, role)
            signed = role
        seen(tab, checked, name, path, language)


def seen(tab: Visitor, checked: Checked, name: str, path: str, language: str) -> None:
    """Look at a page in a language; that a page which is not there is logged as missing is no error of it."""
    tab.errors.clear()
    reply = tab.page.goto(f"{tab.address}{path}?lang={language}", wait_until="networkidle")
    assert reply
    assert (reply.status == 404) == (name in MISSING), name
    if name in MISSING:
        tab.errors.clear()
    look_at(tab, checked, f"{name}-{language}")
    assert tab.page.locator("h1").count() == 1, name
    assert tab.page.evaluate("document.documentElement.lang") == ("en" if language == "en" else "zh-CN"), name

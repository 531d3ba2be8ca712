"""The desk in a browser: a resident's figure becomes part of what page, assistant, API and feed tell, and is taken back; five calls."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from portal.desk.accounts import Accounts, Role
from portal.desk.database import Database
from tests.browser.conftest import ARTEFACTS, Visitor, serving
from tests.browser.test_chat import ask
from tests.synthetic import SyntheticProject

PASSWORD = "synthetic pass phrase"
KEPT = '{"id": "synthetic", "question": "请问造作比率2023年到了多少？", "must": ["45"]}\n'


@contextmanager
def opened_desk(project: SyntheticProject, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a portal over a project that is published, with a desk and an account of each role."""
    monkeypatch.setenv("PORTAL_DESK", "true")
    monkeypatch.setenv("PORTAL_CORPUS", str(project.corpus))
    monkeypatch.setenv("PORTAL_DATASETS", str(project.datasets))
    (folder / "evaluation").mkdir()
    (folder / "evaluation" / "synthetic.jsonl").write_text(KEPT, "utf-8")
    monkeypatch.setenv("PORTAL_EVALUATION", str(folder / "evaluation"))
    accounts = Accounts(Database(project.settings), project.settings)
    for role in Role:
        accounts.add(f"{role}1", role, PASSWORD, "test", datetime.datetime.now(datetime.UTC))
    with serving(project.settings, folder / "log") as address:
        yield address


@pytest.fixture
def desk(built: SyntheticProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a portal over a small project of the test's own, with a desk."""
    with opened_desk(built, tmp_path, monkeypatch) as address:
        yield address


def signed_in(browser: Browser, address: str, role: Role, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 850}, locale="zh-CN").new_page()
    page.goto(f"{address}desk")
    page.get_by_label("名字").fill(f"{role}1")
    page.get_by_label("密码").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    return page


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def pictured(page: Page, name: str) -> None:
    """Keep a picture of a page that fits its screen, whose fields have names and whose buttons can be hit with a finger."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"desk-{name}.png", full_page=True)
    assert not overflows(page)
    # A table's cells are all to be seen, not pushed to the side.
    assert (
        page.evaluate("[...document.querySelectorAll('table')].filter(e => e.scrollWidth > e.clientWidth + 1).length")
        == 0
    )
    unnamed = "[...document.querySelectorAll('input:not([type=hidden]),select,textarea')].filter(e => !e.labels.length).length"
    assert page.evaluate(unnamed) == 0
    low = "[...document.querySelectorAll('button,input:not([type=hidden]),select')].filter(e => e.offsetHeight < 32).length"
    assert page.evaluate(low) == 0


def told(address: str) -> tuple[str, str]:
    """The target's status and the assistant's answer."""
    rows = httpx.get(f"{address}api/v1/progress").json()["progress"]
    (row,) = (r for r in rows if r["id"] == "synthetic_rate")
    asked = httpx.post(f"{address}api/v1/ask", json={"question": "2023年合成率是多少？"}, timeout=60)
    return row["status"], asked.json()["answer"]


@pytest.mark.parametrize("width", [390, 1280])
def test_a_residents_figure_is_published_by_two_people_told_everywhere_and_taken_back(
    browser: Browser, visit_at: Callable[..., Visitor], desk: str, width: int
) -> None:
    resident = visit_at(desk, "contribute?about=indicator&id=synthetic_rate&kind=figure", width=width)
    resident.page.get_by_label("数字，例如 4.5").fill("52")
    resident.page.get_by_role("button", name="送出").click()
    resident.page.get_by_role("link", name="查看这一条").click()
    expect(resident.page.get_by_text("收到了，等编辑核对")).to_be_visible()
    followed = resident.page.url

    editor = signed_in(browser, desk, Role.EDITOR, width)
    pictured(editor, f"contributions-{width}")
    editor.get_by_role("link", name="处理第 1 条").click()
    pictured(editor, f"contribution-{width}")
    editor.get_by_label("理由").fill("公报里查到了")
    editor.get_by_role("button", name="采用", exact=True).click()
    editor.goto(f"{desk}desk/contributions/1")
    editor.get_by_role("link", name="据此改数据").click()
    editor.get_by_label("找要改的行").fill("synthetic_rate-2023")
    editor.keyboard.press("Enter")
    editor.locator("main ul a").click()
    editor.locator("[name=cell-value]").fill("很多")
    editor.locator("[name=cell-value_text]").fill("52")
    editor.get_by_label("为什么改（写进").fill("合成公报改了数")
    editor.get_by_role("button", name="放进这组修改").click()
    expect(editor.get_by_text("不是数字")).to_be_visible()
    assert not overflows(editor)
    changed = editor.url
    editor.go_back()
    editor.goto(f"{editor.url}&set={changed.rpartition('/')[2]}")
    editor.locator("[name=cell-value]").fill("52")
    editor.locator("[name=cell-value_text]").fill("52")
    editor.get_by_role("button", name="放进这组修改").click()
    expect(editor.get_by_text("“合成率”由“未达标”变为“达标”")).to_be_visible()
    editor.get_by_role("button", name="交给发布人").click()
    before = told(desk)

    publisher = signed_in(browser, desk, Role.PUBLISHER, width)
    publisher.get_by_role("link", name="数据修改").click()
    publisher.get_by_role("link", name="合成公报改了数").click()
    assert not overflows(publisher)
    publisher.get_by_role("button", name="发布", exact=True).click(timeout=60_000)
    expect(publisher.get_by_role("button", name="撤回这次发布")).to_be_visible(timeout=60_000)

    resident.page.goto(followed)
    expect(resident.page.get_by_text("已发布").first).to_be_visible()
    resident.page.goto(f"{desk}indicator?id=synthetic_rate")
    expect(resident.page.get_by_text("52").first).to_be_visible()
    status, answer = told(desk)
    assert (before[0], status) == ("not_met", "met")
    assert ("45" in before[1], "52" in answer) == (True, True)
    assert "合成公报改了数" in httpx.get(f"{desk}feed.atom").text
    ask(resident, "2023年合成率是多少？")
    expect(resident.page.get_by_text("2023年合成率是52%").first).to_be_visible()
    administrator = signed_in(browser, desk, Role.ADMINISTRATOR, width)
    expect(administrator.get_by_text("change.publish")).to_be_visible()
    pictured(administrator, f"audit-{width}")
    administrator.get_by_role("button", name="退出").click()
    pictured(administrator, f"sign-in-{width}")
    administrator.context.close()

    publisher.get_by_role("button", name="撤回这次发布").click(timeout=60_000)
    expect(publisher.get_by_text("已撤回")).to_be_visible(timeout=60_000)
    assert told(desk) == before
    for page in (editor, publisher):
        page.context.close()
    assert resident.errors == []


@pytest.mark.parametrize("width", [390, 1280])
def test_a_clerk_answers_five_calls_without_the_mouse(browser: Browser, desk: str, width: int) -> None:
    clerk = signed_in(browser, desk, Role.CLERK, width)
    for number in range(1, 6):
        expect(clerk.get_by_text(f"一共 {number - 1} 条")).to_be_visible()
        clerk.keyboard.type(f"第{number}次问：合成率达标了吗？")
        clerk.keyboard.press("Enter")
        expect(clerk.get_by_label("短答复")).to_contain_text("/answer/", timeout=60_000)
        assert not overflows(clerk)
        clerk.keyboard.press("Tab")
        clerk.keyboard.press("Tab")
        clerk.keyboard.type("周五前回复")
        clerk.keyboard.press("Enter")
    expect(clerk.get_by_text("一共 5 条")).to_be_visible()
    pictured(clerk, f"enquiries-{width}")
    clerk.get_by_label("在以前的咨询里找").fill("合成比例有没有做到")
    clerk.keyboard.press("Enter")
    expect(clerk.get_by_role("heading", name="意思最近的")).to_be_visible(timeout=60_000)
    pictured(clerk, f"alike-{width}")
    clerk.get_by_role("link", name="第3次问").click()
    pictured(clerk, f"enquiry-{width}")
    clerk.get_by_role("link", name="问得最多的").click()
    expect(clerk.get_by_text("1 件事，5 次")).to_be_visible()
    pictured(clerk, f"asked-{width}")
    clerk.context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_an_editor_turns_ten_refused_questions_into_a_name_and_sees_the_gain(
    browser: Browser, desk: str, width: int
) -> None:
    clerk = signed_in(browser, desk, Role.CLERK, width)
    for _ in range(10):
        clerk.goto(f"{desk}desk/enquiries")
        expect(clerk.locator("textarea:focus, input:focus")).to_have_count(1)
        clerk.keyboard.type("2023年造作比率是多少？")
        clerk.keyboard.press("Enter")
        expect(clerk.get_by_label("短答复")).to_be_visible(timeout=60_000)
    editor = signed_in(browser, desk, Role.EDITOR, width)
    editor.get_by_role("link", name="没有答好的问题").click()
    expect(editor.get_by_text("10 次：没有查到 10")).to_be_visible()
    pictured(editor, f"review-{width}")
    editor.get_by_label("怎么办").select_option("example")
    editor.get_by_label("写清楚").fill("市民把合成率叫造作比率")
    editor.get_by_role("button", name="记下").click()
    pictured(editor, f"change-new-{width}")
    editor.get_by_role("link", name="加一行").click()
    editor.locator("[name=cell-word]").fill("合成率")
    editor.locator("[name=cell-said]").fill("造作比率")
    editor.get_by_label("为什么改（写进").fill("市民把合成率叫造作比率")
    pictured(editor, f"change-row-{width}")
    editor.get_by_role("button", name="放进这组修改").click()
    expect(editor.get_by_text("没有答上的：改前 1 个，改后 0 个")).to_be_visible(timeout=300_000)
    expect(editor.get_by_text("留存的 1 道评测题答对的：改前 0 道，改后 1 道")).to_be_visible()
    pictured(editor, f"change-effect-{width}")
    editor.get_by_role("button", name="交给发布人").click()
    publisher = signed_in(browser, desk, Role.PUBLISHER, width)
    publisher.get_by_role("link", name="数据修改").click()
    pictured(publisher, f"changes-{width}")
    publisher.get_by_role("link", name="市民把合成率叫造作比率").click()
    publisher.get_by_role("button", name="发布", exact=True).click(timeout=60_000)
    expect(publisher.get_by_role("button", name="撤回这次发布")).to_be_visible(timeout=60_000)
    asked = httpx.post(f"{desk}api/v1/ask", json={"question": "2023年造作比率是多少？"}, timeout=60).json()
    assert "45" in asked["answer"]
    publisher.get_by_role("button", name="撤回这次发布").click(timeout=60_000)
    expect(publisher.get_by_text("已撤回")).to_be_visible(timeout=60_000)
    for page in (clerk, editor, publisher):
        page.context.close()

"""What visitors do with answers: judge them, copy them, take them away, come back to them."""

import sqlite3
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Locator, WebSocketRoute, expect

from portal.settings import Settings
from tests.browser.conftest import Visit, Visitor

QUESTION = "新增停车泊位的目标是多少？"
QUOTE = "市中心城区新建公共停车场200个，新增停车泊位4.5万个"


def ask(visitor: Visitor, question: str = QUESTION) -> Locator:
    """Ask, and wait for the answer; gives its row of actions."""
    page = visitor.page
    if page.viewport_size and page.viewport_size["width"] < 860:
        page.get_by_role("button", name="问一问").click()
    rows = page.locator('[class*="st-key-actions_"]')
    before = rows.count()
    page.get_by_placeholder("输入您的问题").fill(question)
    page.keyboard.press("Enter")
    expect(rows).to_have_count(before + 1)
    expect(page.locator(".st-key-suggestions")).to_be_visible()
    return rows.last


@pytest.mark.parametrize("width", [1280, 390])
def test_a_thumb_and_a_word_are_stored(visit: Visit, published: Settings, width: int) -> None:
    visitor = visit(width=width)
    row = ask(visitor)
    row.get_by_role("button", name="没用").click()
    expect(row.get_by_role("button", name="没用 ✓")).to_be_visible()
    visitor.page.get_by_label("想补充一句吗").fill(f"合成意见 {width}，电话13800138000")
    visitor.keep(f"chat-word-{width}")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_text("记下了，谢谢。")).to_be_visible()
    with sqlite3.connect(published.var / "portal.sqlite") as connection:
        stored = connection.execute("SELECT helpful, word, question FROM feedback ORDER BY time").fetchall()
    assert stored[-1] == (0, f"合成意见 {width},电话〔手机号已隐去〕", "新增停车泊位的目标是多少?")
    assert visitor.overflows() == []
    assert visitor.errors == []


def test_an_answer_is_copied_as_a_reply_by_keyboard(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = ask(visitor).get_by_role("button", name="复制为答复")
    copy.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".copy [role=status]")).to_have_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    for part in (QUESTION, QUOTE, "4.5万个", "第 3.5.1 条", "数据版本", "答复日期"):
        assert part in copied


@pytest.mark.parametrize("width", [1280, 390])
def test_where_the_browser_will_not_copy_the_text_is_there_to_select(visit: Visit, width: int) -> None:
    visitor = visit(width=width)
    page = visitor.page
    row = ask(visitor)
    page.evaluate("navigator.clipboard.writeText = () => Promise.reject(); document.execCommand = () => false")
    row.get_by_role("button", name="复制为答复").click()
    area = row.get_by_label("答复全文")
    expect(area).to_be_focused()
    assert QUOTE in area.evaluate("(a) => a.value.slice(a.selectionStart, a.selectionEnd)")
    expect(row.get_by_role("status")).to_contain_text("请在框里全选后自行复制")
    visitor.keep(f"chat-copy-by-hand-{width}")
    assert visitor.overflows() == []


def test_an_answer_is_taken_away_as_a_word_file(visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    row = ask(visitor)
    with visitor.page.expect_download() as taken:
        row.get_by_role("button", name="下载 .docx").click()
    saved = tmp_path / taken.value.suggested_filename
    assert saved.name.startswith("答复-")
    assert saved.suffix == ".docx"
    taken.value.save_as(saved)
    words = "\n".join(p.text for p in docx.Document(str(saved)).paragraphs)
    for part in (QUESTION, QUOTE, "第 3.5.1 条", "数据版本"):
        assert part in words
    assert visitor.errors == []


def test_a_conversation_outlives_a_reload_in_its_own_tab_only(visit: Visit) -> None:
    visitor = visit("policy?clause=3.5.1")
    page = visitor.page
    ask(visitor)
    ask(visitor, "那公共停车场呢？")
    page.reload()
    expect(page.locator(".asked")).to_have_text([QUESTION, "那公共停车场呢？"])
    expect(page.locator('[class*="st-key-actions_"]')).to_have_count(2)
    assert page.url.endswith("policy?clause=3.5.1")
    assert page.context.cookies() == [c for c in page.context.cookies() if "conversation" not in c["name"]]

    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator(".chat-intro")).to_be_visible()
    expect(other.locator(".asked")).to_have_count(0)

    row = ask(visitor, "那新能源车辆充电桩呢？")
    expect(row).to_be_visible()
    assert visitor.errors == []


def test_a_new_conversation_is_new_after_a_reload_too(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    ask(visitor)
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".asked")).to_have_count(0)
    page.reload()
    visitor.drawn()
    expect(page.locator(".chat-intro")).to_be_visible()
    expect(page.locator(".asked")).to_have_count(0)
    # How far a page was scrolled is all that is kept.
    assert set(page.evaluate("Object.keys(sessionStorage)")) <= {"places"}


def test_a_conversation_outlives_a_dropped_connection(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    sockets: list[tuple[WebSocketRoute, WebSocketRoute]] = []
    page.route_web_socket("**/_stcore/stream**", lambda ws: sockets.append((ws, ws.connect_to_server())))
    page.reload()
    visitor.drawn()
    ask(visitor)
    for end in sockets[-1]:
        end.close()
    page.wait_for_function("document.querySelectorAll('.asked').length === 1")
    ask(visitor, "那公共停车场呢？")
    assert len(sockets) > 1
    expect(page.locator(".asked")).to_have_text([QUESTION, "那公共停车场呢？"])


@pytest.mark.parametrize("width", [1280, 390])
def test_the_passages_of_an_answer_are_read_one_after_the_other(visit: Visit, width: int) -> None:
    visitor = visit(width=width)
    page = visitor.page
    ask(visitor, "新增停车泊位和公共停车场的目标分别是多少？")
    page.locator(".evidence a").first.click()
    expect(page.locator("nav.cited")).to_contain_text("回答引用的第 1 处，共 2 处")
    first = page.locator("mark").inner_text()
    page.get_by_role("link", name="下一处").click()
    expect(page.locator("nav.cited")).to_contain_text("回答引用的第 2 处，共 2 处")
    expect(page.locator("mark")).to_be_in_viewport()
    assert page.locator("mark").inner_text() != first
    visitor.keep(f"chat-cited-{width}")
    page.get_by_role("link", name="上一处").click()
    expect(page.locator("mark")).to_have_text(first)


def test_the_newest_question_is_brought_to_the_top_and_answers_are_announced(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    ask(visitor, "新增停车泊位和公共停车场的目标分别是多少？")
    ask(visitor, "有哪些数据可以下载？")
    log = page.get_by_role("log", name="对话")
    expect(log).to_have_attribute("aria-busy", "false")
    expect(page.locator(".asked").last).to_be_in_viewport()
    box, asked = log.bounding_box(), page.locator(".asked").last.bounding_box()
    assert box
    assert asked
    assert 0 <= asked["y"] - box["y"] < 40
    visitor.keep("chat-newest")

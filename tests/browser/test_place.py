"""Where a reader was is found again: by going back, by reloading, after the connection was lost; and the chat gives way."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, WebSocketRoute, expect

from tests.browser.conftest import Visitor, opened_tab

_TOP = "() => document.querySelector('[data-testid=\"stMain\"]').scrollTop"
_SCROLL = "(top) => document.querySelector('[data-testid=\"stMain\"]').scrollTo(0, top)"
SENTENCE = "和门户的连接断了，正在重新连接。看到的内容还在，连上以后接着用。"


@pytest.fixture
def desk(browser: Browser, synthetic_address: str) -> Iterator[Visitor]:
    with opened_tab(browser, synthetic_address) as visitor:
        yield visitor
    assert visitor.errors == []


@pytest.fixture
def phone(browser: Browser, synthetic_address: str) -> Iterator[Visitor]:
    with opened_tab(browser, synthetic_address, width=390, touch=True) as visitor:
        yield visitor
    assert visitor.errors == []


def scrolled(visitor: Visitor, top: int) -> None:
    visitor.page.evaluate(_SCROLL, top)
    visitor.page.wait_for_function(f"{_TOP.removeprefix('() => ')} === {top}")


def stands_at(visitor: Visitor, top: int) -> None:
    visitor.page.wait_for_function(f"Math.abs({_TOP.removeprefix('() => ')} - {top}) <= 1")


def test_going_back_and_reloading_find_the_place_on_the_page_and_links_begin_at_the_top(phone: Visitor) -> None:
    page = phone.open("data").page
    scrolled(phone, 700)
    page.locator(".dataset h2 a").nth(4).click()
    expect(page.locator(".dataset h2")).to_have_count(0)
    phone.drawn()
    stands_at(phone, 0)
    page.go_back()
    expect(page.locator(".dataset h2").first).to_be_visible()
    phone.drawn()
    stands_at(phone, 700)
    page.reload()
    phone.drawn()
    stands_at(phone, 700)


def test_on_a_phone_back_closes_the_chat_first_and_leaves_the_page_where_it_is(phone: Visitor) -> None:
    page = phone.open("data").page
    scrolled(phone, 500)
    question = page.get_by_placeholder("输入您的问题")
    page.get_by_role("button", name="问一问").click()
    expect(question).to_be_visible()
    page.go_back()
    expect(question).to_be_hidden()
    assert page.url.endswith("/data")
    stands_at(phone, 500)
    page.get_by_role("button", name="问一问").click()
    page.get_by_role("button", name="收起问答").click()
    expect(question).to_be_hidden()
    page.wait_for_function("!history.state?.chat")
    assert page.url.endswith("/data")


def test_on_a_desk_the_chat_is_put_away_and_drawn_wider_and_stays_so(desk: Visitor) -> None:
    page = desk.open("").page
    dock, grip = page.locator(".st-key-dock"), page.get_by_role("separator", name="问答的宽度")
    grip.focus()
    before = dock.bounding_box()
    page.keyboard.press("ArrowLeft")
    wider = dock.bounding_box()
    assert before
    assert wider
    assert wider["width"] == before["width"] + 24
    at = grip.bounding_box()
    assert at
    page.mouse.move(at["x"] + 5, 300)
    page.mouse.down()
    page.mouse.move(780, 300, steps=4)
    page.mouse.up()
    drawn = dock.bounding_box()
    assert drawn
    assert abs(drawn["width"] - 500) <= 2
    page.reload()
    desk.drawn()
    kept = dock.bounding_box()
    assert kept
    assert kept["width"] == drawn["width"]

    page.get_by_role("button", name="收起问答").click()
    expect(page.get_by_placeholder("输入您的问题")).to_be_hidden()
    page.reload()
    desk.drawn()
    expect(page.get_by_placeholder("输入您的问题")).to_be_hidden()
    assert desk.overflows() == []
    page.get_by_role("button", name="问一问").click()
    expect(page.get_by_placeholder("输入您的问题")).to_be_focused()


@pytest.mark.parametrize(("query", "sentence"), [("", SENTENCE), ("?lang=en", "The connection to the portal is lost;")])
def test_a_lost_connection_is_told_in_the_readers_language_and_comes_back(
    browser: Browser, synthetic_address: str, query: str, sentence: str
) -> None:
    held: list[WebSocketRoute] = []
    cut = False

    def meet(socket: WebSocketRoute) -> None:
        if cut:
            socket.close(code=1001)
            return
        socket.connect_to_server()
        held.append(socket)

    with opened_tab(browser, synthetic_address) as visitor:
        page = visitor.page
        page.route_web_socket("**/_stcore/stream", meet)
        visitor.open(f"data{query}")
        scrolled(visitor, 300)
        expect(page.locator(".lost")).to_have_count(0)
        cut = True
        held[-1].close(code=1001)
        expect(page.get_by_role("alert")).to_contain_text(sentence)
        # By now Streamlit would have told it its own way.
        page.wait_for_timeout(3000)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_text("Streamlit")).to_have_count(0)
        cut = False
        expect(page.locator(".lost")).to_have_count(0)
        visitor.drawn()
        stands_at(visitor, 300)


def test_the_contents_of_a_long_text_follow_the_reader(desk: Visitor) -> None:
    page = desk.open("policy").page
    page.set_viewport_size({"width": 1280, "height": 320})
    last = page.locator(".clause[data-clause]").last
    last.evaluate("(clause) => clause.scrollIntoView({ block: 'start' })")
    read = page.evaluate(
        """() => [...document.querySelectorAll('.clause[data-clause]')].filter((c) => {
            const main = document.querySelector('[data-testid="stMain"]');
            return c.getBoundingClientRect().top <= main.getBoundingClientRect().top + main.clientHeight / 4;
        }).at(-1).dataset.clause"""
    )
    assert read != "0"
    expect(page.locator(f'.contents > ol > li[data-entry="{read}"]')).to_have_class(re.compile("is-here"))
    expect(page.locator(".contents .is-here")).to_have_count(1)

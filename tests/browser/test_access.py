"""By keyboard alone, magnified, in the theme and the size of text one needs."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visit, Visitor, opened_tab

QUESTION = "新增停车泊位和公共停车场的目标分别是多少？"
LARGE = pytest.mark.parametrize(
    "path",
    [
        "",
        "?view=table",
        "indicator?id=road_area_per_capita",
        "policy",
        "nearby",
        "data?dataset=observations",
    ],
)


def press_until(page: Page, key: str, selector: str, most: int = 150) -> None:
    """Press a key until what has the focus fits the selector; every stop on the way must be seen to have it."""
    for _ in range(most):
        page.keyboard.press(key)
        at = page.evaluate(
            """(wanted) => {
                const at = document.activeElement;
                const marked = (e) => e && (getComputedStyle(e).outlineStyle !== 'none' || getComputedStyle(e).boxShadow !== 'none');
                const ring = at.closest('[data-testid="stTextInputRootElement"], [data-testid="stChatInput"]');
                const seen = at === document.body || marked(at) || marked(ring);
                return {fits: at.matches(wanted), seen, name: at.outerHTML.slice(0, 200)};
            }""",
            selector,
        )
        assert at["seen"], f"the focus cannot be seen on {at['name']}"
        if at["fits"]:
            return
    raise AssertionError(f"{key} does not lead to {selector}")


def test_the_whole_journey_by_keyboard(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    press_until(page, "Tab", "a.skip", most=2)
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    press_until(page, "Tab", ".count", most=1)
    press_until(page, "Tab", "input[type=search]", most=5)
    page.keyboard.type("停车位")
    page.keyboard.press("Enter")
    expect(page.locator("li.target")).to_have_count(2)
    press_until(page, "Tab", "li.target a[href='/indicator?id=parking_spaces_new']", most=60)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="新增停车泊位", level=1)).to_be_focused()

    press_until(page, "Tab", ".quote a[href^='/policy']", most=40)
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_be_focused()
    expect(page.locator("mark")).to_be_in_viewport()
    expect(page.locator("mark")).to_contain_text("新增停车泊位4.5万个")

    press_until(page, "Tab", ".st-key-dock textarea")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="复制为答复")).to_be_visible()
    visitor.drawn()
    press_until(page, "Shift+Tab", ".evidence a[href^='/policy']", most=30)
    page.keyboard.press("Enter")
    expect(page.locator("nav.cited")).to_contain_text("回答引用的第 2 处，共 2 处")
    expect(page.locator("mark")).to_be_focused()
    expect(page.locator("mark")).to_be_in_viewport()
    assert visitor.errors == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_chat_is_one_link_away_by_keyboard_and_left_by_escape(visit: Visit, width: int) -> None:
    page = visit("policy", width=width).page
    press_until(page, "Tab", "[data-chat-skip]", most=3)
    page.keyboard.press("Enter")
    expect(page.get_by_placeholder("输入您的问题")).to_be_focused()
    assert "#" not in page.url
    page.keyboard.press("Escape")
    if width < 860:
        expect(page.get_by_role("button", name="问一问")).to_be_focused()


def chosen(page: Page) -> list[str]:
    return page.locator("details.display button[aria-pressed=true]").all_inner_texts()


def background(page: Page) -> str:
    return page.locator(".stApp").evaluate("(e) => getComputedStyle(e).backgroundColor")


def choose(visitor: Visitor, name: str) -> None:
    page = visitor.page
    if page.locator("details.display[open]").count() == 0:
        page.locator("summary", has_text="显示").click()
    page.locator("details.display").get_by_role("button", name=name, exact=True).click()


def test_the_theme_a_visitor_chooses_stays_on_every_page_and_after_a_reload(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    expect(page.locator("details.display button[aria-pressed=true]")).to_have_count(2)
    page.locator("summary", has_text="显示").click()
    assert chosen(page) == ["跟随系统", "标准"]
    assert background(page) == "rgb(255, 255, 255)"

    with page.expect_navigation():
        choose(visitor, "深色")
    visitor.drawn()
    assert background(page) == "rgb(18, 24, 29)"
    page.goto(visitor.address + "data")
    visitor.drawn()
    page.locator("summary", has_text="显示").click()
    assert chosen(page) == ["深色", "标准"]
    assert background(page) == "rgb(18, 24, 29)"
    assert page.locator(".stHtml h1").first.evaluate("(e) => getComputedStyle(e).color") == "rgb(232, 237, 238)"

    with page.expect_navigation():
        choose(visitor, "高对比")
    visitor.drawn()
    assert background(page) == "rgb(255, 255, 255)"
    assert page.locator(".lead p").first.evaluate("(e) => getComputedStyle(e).color") == "rgb(0, 0, 0)"
    assert visitor.errors == []


def test_text_grows_by_a_quarter_without_a_reload(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    before = page.locator("h1").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")
    choose(visitor, "大")
    after = page.locator("h1").evaluate("(e) => parseFloat(getComputedStyle(e).fontSize)")
    assert after == pytest.approx(before * 1.25)
    page.keyboard.press("Escape")
    expect(page.locator("details.display[open]")).to_have_count(0)
    expect(page.locator("details.display summary")).to_be_focused()


def test_who_asks_the_system_for_more_contrast_gets_it(visit: Visit) -> None:
    page = visit().page
    page.emulate_media(contrast="more")
    expect(page.locator("html")).to_have_class("high-contrast")
    page.emulate_media(contrast="no-preference")
    expect(page.locator("html")).not_to_have_class("high-contrast")


def test_in_the_systems_own_colours_the_icons_are_still_there(visit: Visit) -> None:
    page = visit().page
    page.emulate_media(forced_colors="active")
    colours: list[Any] = page.locator(".count .icon").evaluate_all(
        "(all) => all.map((e) => [getComputedStyle(e).backgroundColor, getComputedStyle(document.querySelector('.stApp')).backgroundColor])"
    )
    colours += page.locator(".targets .badge").evaluate_all(
        "(all) => all.map((e) => [getComputedStyle(e, '::before').backgroundColor, getComputedStyle(document.querySelector('.stApp')).backgroundColor])"
    )
    assert len(colours) == 4 + 52
    assert all(icon != ground for icon, ground in colours)


@LARGE
def test_large_text_fits_a_phone(visit: Visit, path: str) -> None:
    visitor = visit(path, width=360)
    choose(visitor, "大")
    visitor.page.keyboard.press("Escape")
    visitor.settled().keep(f"large-{path.partition('?')[0] or 'overview'}")
    assert visitor.overflows() == []


@LARGE
def test_at_200_percent_nothing_is_lost(visit: Visit, path: str) -> None:
    """Twice the size on a 1280 px screen leaves 640 px."""
    visitor = visit(path, width=640)
    page = visitor.page
    assert visitor.overflows() == []
    expect(page.locator("h1")).to_be_in_viewport()
    page.get_by_role("button", name="问一问").click()
    expect(page.get_by_placeholder("输入您的问题")).to_be_in_viewport()
    assert visitor.overflows() == []


def test_a_first_visit_fetches_at_most_750_kib(browser: Browser, address: str) -> None:
    with opened_tab(browser, address) as visitor:
        network = visitor.page.context.new_cdp_session(visitor.page)
        network.send("Network.enable")
        fetched: list[int] = []
        network.on("Network.loadingFinished", lambda e: fetched.append(e["encodedDataLength"]))
        network.on(
            "Network.webSocketFrameReceived", lambda e: fetched.append(len(e["response"]["payloadData"]) * 3 // 4)
        )
        visitor.open("")
        visitor.page.wait_for_load_state("networkidle")
        assert len(fetched) > 50
        assert sum(fetched) < 750 * 1024
        assert (
            visitor.page.evaluate("[...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family)") == []
        )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_other_language_is_in_the_first_line_on_a_phone(visit: Visit, language: str) -> None:
    page = visit(f"?lang={language}", width=360).page
    home, other = (page.locator(f".top .{name}").bounding_box() for name in ("home", "lang"))
    assert home
    assert other
    assert other["y"] < home["y"] + home["height"]


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_menus_fit_the_open_page_is_in_sight_and_fingers_find_what_to_press(
    visit: Visit, width: int
) -> None:
    page = visit("gaps", width=width).page
    named = page.locator(".nav [aria-current]").bounding_box()
    assert named
    assert named["x"] >= 0
    assert named["x"] + named["width"] <= width
    page.locator("summary", has_text="显示").click()
    menu = page.locator(".display > div").bounding_box()
    assert menu
    assert menu["x"] >= 0
    assert menu["x"] + menu["width"] <= width
    assert _low(page, ".chip, .nav-link, .home, .lang, .display summary, .display button, .action") == []
    others = ("", "indicator?id=road_area_per_capita", "compare", "policy?clause=3.4.1", "about", "data")
    pressed = (
        ".mark-link, .board-name, .chip, .action, .copy button, summary, ul.plain a, .contents a, .about-contents a"
    )
    for path in others:
        assert _low(visit(path, width=width).page, pressed) == []


def _low(page: Page, pressed: str) -> list[str]:
    """What of the page is pressed and too low for a finger (44 px)."""
    found: list[str] = page.locator(pressed).evaluate_all(
        """(all) => all.filter((e) => e.getClientRects().length && e.getBoundingClientRect().height < 43.5)
            .map((e) => `${e.className} ${e.textContent} ${e.getBoundingClientRect().height}`)"""
    )
    return found


_SHIFTS = """window.shifted = [];
new PerformanceObserver((list) => {
    for (const e of list.getEntries()) window.shifted.push(e.value);
}).observe({ type: 'layout-shift', buffered: true });"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["", "indicator?id=road_area_per_capita"])
def test_what_one_has_begun_to_read_stays_where_it_is_while_the_page_comes(
    browser: Browser, address: str, path: str, width: int
) -> None:
    with opened_tab(browser, address, width=width) as visitor:
        visitor.page.add_init_script(_SHIFTS)
        visitor.open(path).settled()
        # A page is counted good up to 0.1.
        assert visitor.page.evaluate("shifted.reduce((sum, one) => sum + one, 0)") < 0.1


def test_links_past_the_header_lead_to_something(visit: Visit) -> None:
    page = visit().page
    for target in page.locator("a.skip").evaluate_all("(all) => all.map((a) => a.getAttribute('href'))"):
        assert page.locator(target).count() == 1


_TOOLS = '[data-testid="stBaseButton-elementToolbar"]:visible'


@pytest.mark.parametrize("touch", [False, True])
def test_the_tools_of_a_chart_fit_a_finger_and_are_named_in_the_readers_language(
    visit_synthetic: Visit, touch: bool
) -> None:
    page = visit_synthetic("nearby?lang=zh", width=390, touch=touch).page
    page.locator('[data-testid="stEChartsChart"]').hover()
    tools = page.locator(_TOOLS)
    expect(tools.last).to_have_attribute("aria-label", re.compile("^全屏"))
    for tool in tools.all():
        box = tool.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= (44 if touch else 36)
        assert re.match("[\u4e00-\u9fff]", tool.get_attribute("aria-label") or "")

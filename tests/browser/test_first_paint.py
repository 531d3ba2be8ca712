"""What a page is about can be read before what draws it has been fetched, and gives way to the page."""

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import opened_tab

_SCRIPTS = "**/static/js/*.js"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_title_and_news_are_there_before_the_scripts_and_go_when_the_page_stands(
    browser: Browser, synthetic_address: str, scheme: str
) -> None:
    held: list[Route] | None = []
    with opened_tab(browser, synthetic_address, width=390) as visitor:
        page = visitor.page
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

        def hold(route: Route) -> None:
            if held is None:
                route.continue_()
            else:
                held.append(route)

        page.route(_SCRIPTS, hold)
        page.goto(synthetic_address, wait_until="commit")
        expect(page.locator("#early h1")).to_be_visible()
        title = page.locator("#early h1").inner_text()
        assert page.locator("#early p").inner_text().strip()
        paper = page.locator("#early").evaluate("(e) => getComputedStyle(e).backgroundColor")
        assert paper == ("rgb(18, 24, 29)" if scheme == "dark" else "rgb(255, 255, 255)")
        waiting, held = held, None
        for route in waiting:
            route.continue_()
        visitor.drawn()
        expect(page.locator("#early")).to_have_count(0)
        expect(page.locator("h1")).to_have_text(title)
        assert visitor.errors == []


def test_without_scripts_the_whole_text_is_not_covered(browser: Browser, synthetic_address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(synthetic_address)
    expect(page.locator("#early")).to_be_hidden()
    expect(page.locator("noscript")).to_be_attached()
    context.close()

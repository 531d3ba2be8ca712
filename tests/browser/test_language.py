"""An address without a language is read in the browser's own, until its reader chooses another."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visitor, opened_tab


@pytest.fixture
def speaking(browser: Browser, synthetic_address: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    with opened_tab(browser, synthetic_address, locale=request.param) as visitor:
        yield visitor
    assert visitor.errors == []


@pytest.mark.parametrize(
    ("speaking", "lang"),
    [("en-US", "en"), ("en-GB", "en"), ("zh-CN", "zh-CN"), ("zh-TW", "zh-CN")],
    indirect=["speaking"],
)
def test_a_first_visit_is_in_the_browsers_language(speaking: Visitor, lang: str) -> None:
    page = speaking.open("data").page
    expect(page.locator("html")).to_have_attribute("lang", lang)
    expect(page.locator("h1")).to_contain_text("all to download" if lang == "en" else "全部可以下载")
    assert page.url.endswith("/data?lang=en" if lang == "en" else "/data")


@pytest.mark.parametrize("speaking", ["en-US"], indirect=True)
def test_the_language_chosen_last_is_kept_against_the_browsers(speaking: Visitor) -> None:
    page = speaking.open("").page
    page.locator("a.lang").click()
    expect(page.locator("a.lang")).to_have_text("English")
    page.goto(speaking.address + "gaps")
    speaking.drawn()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("a.lang")).to_have_text("English")
    page.locator("a.lang").click()
    expect(page.locator("a.lang")).to_have_text("中文")
    page.goto(speaking.address + "data")
    expect(speaking.drawn().page.locator("h1")).to_contain_text("all to download")


@pytest.mark.parametrize("speaking", ["en-US"], indirect=True)
def test_an_address_that_names_a_language_is_read_in_it(speaking: Visitor) -> None:
    page = speaking.open("data?lang=zh").page
    expect(page.locator("h1")).to_contain_text("全部可以下载")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


@pytest.mark.parametrize("speaking", ["en-US"], indirect=True)
@pytest.mark.parametrize("path", ["data", "data?lang=en"])
def test_where_a_page_is_at_home_is_the_same_before_and_after_its_scripts(speaking: Visitor, path: str) -> None:
    page = speaking.open(path).page
    expect(page.locator('link[rel="canonical"]')).to_have_attribute("href", speaking.address + path)

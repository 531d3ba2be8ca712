"""What people come for, step by step: how many taps and fillings each takes, and that it ends with what they came for."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, Visitor


class Steps:
    """A visitor's taps and fillings, counted."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page, self.taken = visitor, visitor.page, 0

    def tap(self, what: Locator) -> None:
        """Press something, and wait for what it leads to."""
        self.taken += 1
        what.click()
        self.visitor.drawn()

    def fill(self, what: Locator, words: str) -> None:
        """Type words and send them off."""
        self.taken += 1
        what.fill(words)
        self.page.keyboard.press("Enter")
        self.visitor.drawn()


@pytest.fixture(params=[390, 1280])
def steps(visit: Visit, request: pytest.FixtureRequest) -> Steps:
    return Steps(visit("", width=request.param))


def _headed(page: Page, words: str) -> None:
    expect(page.locator(".st-key-page h1")).to_contain_text(words)


def test_the_promise_that_was_missed_and_its_chart_for_a_paper(steps: Steps) -> None:
    page = steps.page
    steps.tap(page.locator(".story h2 a"))
    _headed(page, "人均道路面积")
    with page.expect_download() as got:
        steps.tap(page.locator(".action", has_text="图（PNG）").first)
    assert got.value.path().read_bytes().startswith(b"\x89PNG")
    assert steps.taken == 2


def test_the_city_beside_its_peers(steps: Steps) -> None:
    page = steps.page
    steps.tap(page.locator(".story a", has_text="和别的城市比一比"))
    expect(page.locator(".place-bars .is-own").first).to_be_visible()
    assert page.locator(".place-bars li").count() > 10
    assert steps.taken == 1


def test_is_there_parking_near_a_station_and_what_is_not_known(steps: Steps) -> None:
    page = steps.page
    steps.fill(page.get_by_placeholder("搜一搜").first, "王城公园站")
    steps.tap(page.locator(".hits a").filter(has_text="王城公园站").first)
    _headed(page, "从王城公园站出发")
    nearest = page.locator(".near-first li").filter(has_text="停车场")
    expect(nearest).to_contain_text("1.7公里")
    expect(page.locator(".st-key-page")).to_contain_text("没有坐标")
    assert steps.taken == 2


def test_whom_one_complains_to(steps: Steps) -> None:
    page = steps.page
    expect(page.locator("footer.bottom")).to_contain_text("12345")
    steps.fill(page.get_by_placeholder("搜一搜").first, "投诉")
    steps.tap(page.locator(".hits a").filter(has_text="投诉").first)
    expect(page.locator('a[href="tel:12345"]').first).to_be_visible()
    assert steps.taken == 2


def test_a_target_is_shared_with_a_picture_in_its_preview(steps: Steps) -> None:
    page = steps.page
    steps.tap(page.locator(".story h2 a"))
    _headed(page, "人均道路面积")
    steps.tap(page.locator("[data-share]").first)
    assert steps.taken == 2
    told = page.request.get(page.url).text()
    picture = told.partition('property="og:image" content="')[2].partition('"')[0]
    opened = page.request.get(picture)
    assert opened.headers["content-type"] == "image/png"
    assert opened.body().startswith(b"\x89PNG")


def test_in_large_text_on_a_phone_what_a_search_finds_is_in_sight(visit: Visit) -> None:
    visitor = visit("", width=390)
    page = visitor.page
    page.evaluate("portalDisplay.choose('text', 'large')")
    Steps(visitor).fill(page.get_by_placeholder("搜一搜").first, "投诉")
    found = page.locator(".hits a").first
    expect(found).to_be_in_viewport()
    at = found.bounding_box()
    assert at
    assert at["y"] + at["height"] <= 844

"""Every page at desktop and phone width: nothing fetched from elsewhere, no console error, nothing wider than the screen."""

import pytest

from tests.browser.conftest import Visit

PAGES = {
    "overview": "",
    "overview-english": "?lang=en",
    "indicator-result": "indicator?id=road_area_per_capita",
    "indicator-plans": "indicator?id=parking_spaces_new",
    "indicator-promise": "indicator?id=second_childrens_hospital",
    "indicator-unknown": "indicator?id=nope",
    "policy": "policy",
    "policy-quote": "policy?clause=3.4.1&span=268-280",
    "projects": "projects",
    "data": "data",
    "data-observations": "data?dataset=observations",
    "data-districts": "data?dataset=districts",
}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_to_itself_and_to_the_screen(visit: Visit, name: str, width: int) -> None:
    visitor = visit(PAGES[name], width=width)
    visitor.keep(f"{name}-{width}")
    assert visitor.outside == []
    assert visitor.errors == []
    assert visitor.overflows() == []
    if width < 860:
        visitor.page.get_by_role("button").filter(has_text="问一问" if "english" not in name else "Ask").click()
        assert visitor.overflows() == []
        visitor.keep(f"{name}-{width}-chat")
    assert visitor.page.locator(".failure").count() == 0
    assert visitor.page.evaluate("document.documentElement.lang") == ("en" if "english" in name else "zh-CN")

"""Nothing of a page stands in the way of its words."""

import pytest

from tests.browser.conftest import Visit


def test_what_stands_for_a_clauses_number_keeps_to_its_column(visit_synthetic: Visit) -> None:
    page = visit_synthetic("policy?lang=en", width=1280).page
    wide = "(all) => all.filter((n) => n.scrollWidth > n.clientWidth + 1).map((n) => n.textContent)"
    numbers = page.locator(".clause .number")
    assert "Preamble" in numbers.all_text_contents()
    assert numbers.evaluate_all(wide) == []


@pytest.mark.parametrize("text", ["normal", "large"])
def test_at_the_end_of_a_page_the_way_to_the_chat_covers_no_text_on_a_phone(visit_synthetic: Visit, text: str) -> None:
    visitor = visit_synthetic("?lang=zh", width=360)
    page = visitor.page
    page.locator("summary", has_text="显示").click()
    page.locator(f'[data-display="text"][data-value="{text}"]').click()
    page.keyboard.press("Escape")
    page.locator("[data-testid=stMain]").evaluate("(main) => main.scrollTo(0, main.scrollHeight)")
    words, button = page.locator("footer.bottom").bounding_box(), page.locator(".chat-launch").bounding_box()
    assert words
    assert button
    assert words["y"] + words["height"] <= button["y"]

"""Every page in light and dark at desktop, tablet and phone width: WCAG 2.2 AA by axe-core, nothing fetched from elsewhere,
no console error, nothing wider than the screen. The counts are printed as a table at the end of the run.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import violations, weak_contrasts
from tests.browser.conftest import Checked, Visit, Visitor, opened_tab

_PLAN = "luoyang-urban-quality-2021-2023"
PAGES = {
    "overview": "",
    "overview-search": "?q=%E5%81%9C%E8%BD%A6",
    "overview-table": "?view=table",
    "overview-english": "?lang=en",
    "indicator-result": "indicator?id=road_area_per_capita",
    "indicator-plans": "indicator?id=parking_spaces_new",
    "indicator-promise": "indicator?id=second_childrens_hospital",
    "indicator-unknown": "indicator?id=nope",
    "policy": "policy",
    "policy-quote": "policy?clause=3.4.1&span=268-280",
    "documents": "documents",
    "documents-search": "documents?q=%E5%81%9C%E8%BD%A6",
    "documents-english": "documents?lang=en",
    "documents-clauses-english": f"documents?left={_PLAN}/3.5.1&right={_PLAN}/3.4.1&lang=en",
    "documents-clauses": f"documents?left={_PLAN}/3.5.1&right={_PLAN}/3.4.1",
    "documents-choose": f"documents?left={_PLAN}/3.5.1",
    "projects": "projects",
    "nearby": "nearby",
    "compare-bars": "compare?measure=road_area_per_capita&dataset=city-comparison",
    "compare-lines-english": "compare?measure=green_space_rate&dataset=city-comparison&view=line&lang=en",
    "compare-multiples": "compare?measure=gas_coverage&dataset=city-comparison&view=multiples",
    "compare-table": "compare?measure=road_area_per_capita&dataset=city-comparison&view=table",
    "data": "data",
    "data-search": "data?q=%E5%81%9C%E8%BD%A6",
    "data-observations": "data?dataset=observations",
    "data-districts": "data?dataset=districts",
    "explorer": "data?dataset=observations&filter.kind=actual&filter.unit=%25&order=-value",
    "explorer-english": "data?dataset=places&lang=en",
    "gaps": "gaps",
    "gaps-application": "gaps?id=public_car_parks_new",
    "gaps-english": "gaps?lang=en",
    "sql": "sql?sql=SELECT%20status%2C%20count(*)%20AS%20n%20FROM%20progress%20GROUP%20BY%20status",
    "versions": "versions",
    "about": "about",
    "years": "years",
    "years-one": "years?year=2022",
    "years-english": "years?year=2023&lang=en",
    "contribute-figure": "contribute?about=indicator&id=parking_spaces_new&kind=figure",
    "contribute-place-english": "contribute?kind=place&lang=en",
    "contributions": "contributions",
    "about-english": "about?article=method&lang=en",
}
WIDTHS = (1280, 768, 360)


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Visitor]:
    """One tab for all pages, as a visitor's own: what it has fetched it does not fetch again."""
    with opened_tab(browser, address) as visitor:
        yield visitor


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everyone_and_keeps_to_itself_and_to_the_screen(
    tab: Visitor, checked: Checked, name: str
) -> None:
    page = tab.page
    tab.errors.clear()
    tab.outside.clear()
    look_at(tab.open(PAGES[name]), checked, name)
    assert page.locator(".failure").count() == 0
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.lang") == ("en" if "english" in name else "zh-CN")


def test_an_answer_of_the_chat_is_for_everyone(visit: Visit, checked: Checked) -> None:
    visitor = visit("policy?clause=3.5.1")
    visitor.page.get_by_placeholder("输入您的问题").fill("新增停车泊位的目标是多少？")
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_role("button", name="复制为答复").wait_for()
    visitor.page.locator("html").evaluate("(html) => html.classList.add('chat-open')")
    look_at(visitor.drawn(), checked, "chat-answer")


@pytest.mark.parametrize("name", ["overview", "indicator-result", "policy-quote", "nearby", "data-observations", "sql"])
def test_in_high_contrast_every_text_stands_out_seven_to_one(visit: Visit, name: str) -> None:
    visitor = visit(PAGES[name], width=360)
    page = visitor.page
    page.locator("summary", has_text="显示").click()
    page.get_by_role("button", name="高对比").click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        visitor.settled()
        visitor.keep(f"{name}-contrast-{scheme}")
        assert weak_contrasts(page) == []


def look_at(visitor: Visitor, checked: Checked, name: str) -> None:
    """Check a page as it stands, at every width in both themes."""
    page = visitor.page
    found: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wrong: list[str] = []
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            visitor.settled()
            # A link that is scrolled half under the header has not become too small.
            page.evaluate("document.querySelector('[data-testid=stMain]')?.scrollTo(0, 0)")
            wrong += violations(page)
        over = visitor.overflows()
        visitor.keep(f"{name}-{width}")
        checked(
            name, width, axe=len(wrong), errors=len(visitor.errors), outside=len(visitor.outside), overflow=len(over)
        )
        found += [*wrong, *over]
    assert found == []
    assert visitor.errors == []
    assert visitor.outside == []

"""What people come for, from their first click to their last, in a real browser."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visit


@pytest.mark.parametrize("width", [1280, 390])
def test_a_resident_finds_out_whether_the_parking_was_built(visit: Visit, width: int) -> None:
    visitor = visit(width=width)
    page = visitor.page
    page.get_by_placeholder("搜一搜").fill("停车位")
    page.keyboard.press("Enter")
    row = page.locator("li.target", has=page.get_by_role("link", name="新增停车泊位", exact=True))
    expect(row).to_contain_text("不能比")
    expect(page.locator("li.target")).to_have_count(2)
    visitor.keep(f"resident-search-{width}")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", name="新增停车泊位", level=1)).to_be_visible()
    expect(page.locator(".lead .badge")).to_have_text("不能比")
    expect(page.locator(".figure.is-target .value")).to_have_text("4.5万个")
    expect(page.get_by_text("这些是打算做的，不是做成的，不参与判断。")).to_be_visible()
    visitor.keep(f"resident-parking-{width}")
    assert visitor.errors == []


def test_a_journalist_opens_a_deep_link_and_takes_the_figures_away(visit: Visit, tmp_path: Path) -> None:
    visitor = visit("indicator?id=road_area_per_capita")
    page = visitor.page
    assert page.title() == "人均道路面积 · 洛阳城市建设提质进展"
    expect(page.locator(".lead .badge")).to_have_text("未达标")
    expect(page.locator('[data-testid="stVegaLiteChart"]').first).to_be_visible()
    expect(page.get_by_text("后来的目标放低了。")).to_be_visible()
    visitor.keep("journalist-indicator")

    with page.expect_download() as taken:
        page.locator(".actions").get_by_role("link", name="CSV").first.click()
    saved = tmp_path / "rows.csv"
    taken.value.save_as(saved)
    assert saved.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(saved.read_text("utf-8-sig"))))
    assert {(r["指标编号"], r["状态"], r["目标"]) for r in rows} == {("road_area_per_capita", "未达标", "17平方米")}
    assert "14.1031" in {r["数值"] for r in rows}

    with page.expect_download() as taken:
        page.locator(".actions").get_by_role("link", name="Excel").first.click()
    saved = tmp_path / "rows.xlsx"
    taken.value.save_as(saved)
    assert "xl/workbook.xml" in zipfile.ZipFile(saved).namelist()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_clerk_asks_and_follows_the_citation_to_the_clause(visit: Visit, width: int) -> None:
    visitor = visit(width=width)
    page = visitor.page
    if width < 860:
        page.get_by_role("button", name="问一问").click()
    page.get_by_placeholder("输入您的问题").fill("新增停车泊位的目标是多少？")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-messages")).to_contain_text("4.5万个")
    citation = page.locator(".evidence").get_by_role("link", name="第 3.5.1 条")
    expect(citation.first).to_be_visible()
    visitor.keep(f"clerk-answer-{width}")
    citation.first.click()
    mark = page.locator("mark")
    expect(mark).to_contain_text("新增停车泊位4.5万个")
    expect(mark).to_be_in_viewport()
    assert "clause=3.5.1" in page.url
    visitor.drawn().keep(f"clerk-clause-{width}")

    if width < 860:
        page.get_by_role("button", name="问一问").click()
    expect(page.locator(".asked")).to_have_text("新增停车泊位的目标是多少？")
    page.get_by_placeholder("输入您的问题").fill("那公共停车场呢？")
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-messages")).to_contain_text("200个")
    assert visitor.errors == []


def test_a_link_in_an_answers_own_words_keeps_the_conversation(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    page.get_by_placeholder("输入您的问题").fill("新增停车泊位的目标是多少？")
    page.keyboard.press("Enter")
    page.locator(".st-key-messages").get_by_test_id("stMarkdownContainer").get_by_role("link").first.click()
    expect(page.locator("mark")).to_be_in_viewport()
    expect(page.locator(".asked")).to_have_count(1)
    assert len(page.context.pages) == 1


def test_a_question_does_not_run_the_page_again(visit: Visit) -> None:
    page = visit("indicator?id=green_space_rate").page
    page.evaluate("document.querySelector('.lead h1').dataset.kept = 'yes'")
    page.locator(".st-key-suggestions button").first.click()
    expect(page.locator(".evidence").first).to_be_visible()
    assert page.evaluate("document.querySelector('.lead h1').dataset.kept") == "yes"


def test_a_filtered_overview_opens_filtered_and_the_way_back_works(visit: Visit) -> None:
    visitor = visit("?theme=提高城市绿化水平&status=met")
    page = visitor.page
    expect(page.locator("li.target")).to_have_count(2)
    expect(page.locator(".count[aria-current]")).to_contain_text("达标")
    page.get_by_role("link", name="清除筛选").click()
    expect(page.locator("li.target")).to_have_count(52)
    page.go_back()
    expect(page.locator("li.target")).to_have_count(2)
    visitor.keep("overview-filtered")


def test_a_search_travels_in_the_address(visit: Visit) -> None:
    page = visit("?q=充电桩").page
    expect(page.get_by_placeholder("搜一搜")).to_have_value("充电桩")
    expect(page.locator("li.target")).to_have_count(1)


def test_a_new_conversation_starts_empty(visit: Visit) -> None:
    page = visit().page
    page.locator(".st-key-suggestions button").first.click()
    page.get_by_role("button", name="新对话").click()
    expect(page.locator(".asked")).to_have_count(0)
    expect(page.locator(".chat-intro")).to_be_visible()


def test_the_language_switch_stays_on_the_page(visit: Visit) -> None:
    visitor = visit("indicator?id=green_space_rate")
    page = visitor.page
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Green space ratio of the built-up area")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title("Green space ratio of the built-up area · Luoyang urban plan tracker")
    page.get_by_role("link", name="Policy text", exact=True).click()
    expect(page.locator(".clause-text").first).to_contain_text("城市建设提质工程")
    visitor.drawn().keep("english-policy")
    assert visitor.errors == []


def test_a_page_is_printed_whole_without_what_only_works_on_a_screen(visit: Visit) -> None:
    page = visit("years").page
    page.emulate_media(media="print")
    for gone in (".top .nav", ".st-key-dock", ".chips", "[data-print]"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".printed")).to_contain_text("/years · 数据版本 ")
    assert page.locator("thead").first.evaluate("(head) => getComputedStyle(head).display") == "table-header-group"
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("(main) => main.scrollHeight - main.clientHeight") == 0


def test_a_year_is_printed_by_its_button(visit: Visit) -> None:
    page = visit("years?year=2022").page
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="打印或存成 PDF").click()
    assert page.evaluate("window.printed") is True


def test_a_reader_without_scripts_reads_the_verdict_and_goes_on_to_the_clause(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}indicator?id=road_area_per_capita")
    expect(page.get_by_role("heading", level=1)).to_have_text("人均道路面积")
    expect(page.locator("main")).to_contain_text("未达标：到期结果 14.1平方米（2023）")
    page.get_by_role("link", name="第 2 条").click()
    expect(page.locator("main")).to_contain_text("城市人均道路面积达到17平方米")
    context.close()

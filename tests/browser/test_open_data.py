"""A journalist explores a table, a resident asks for what is missing, a programmer queries: in Chromium, desktop and phone."""

import re
from pathlib import Path

import docx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, Visitor

WIDTHS = pytest.mark.parametrize("width", [1280, 390])


def _clean(visitor: Visitor) -> None:
    assert visitor.outside == []
    assert visitor.errors == []
    assert visitor.overflows() == []
    assert visitor.page.locator(".failure").count() == 0


@WIDTHS
def test_a_journalist_filters_a_table_and_takes_exactly_that(visit: Visit, tmp_path: Path, width: int) -> None:
    visitor = visit("data?dataset=observations", width=width)
    page = visitor.page
    box = page.get_by_role("searchbox", name="在数据行里搜索")
    box.fill("年鉴")
    box.press("Enter")
    chip = page.locator(".chip.is-active")
    expect(chip).to_have_text(re.compile("含有“年鉴”"))
    assert "q=%E5%B9%B4%E9%89%B4" in page.url
    page.get_by_role("link", name="数值", exact=True).click()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("数值 ↑")
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV").click()
    file = tmp_path / "observations.csv"
    started.value.save_as(file)
    (count,) = re.findall(r"共 (\d+) 行", page.locator(".found").inner_text())
    lines = file.read_text("utf-8-sig").splitlines()
    assert len(lines) - 1 == int(count) > 20
    assert all("年鉴" in line for line in lines[1:])
    page.get_by_role("link", name="清除筛选").click()
    expect(page.locator(".chip.is-active")).to_have_count(0)
    expect(box).to_have_value("")
    _clean(visitor)


def test_a_filter_from_the_form_survives_a_reload(visit: Visit) -> None:
    visitor = visit("data?dataset=indicators")
    page = visitor.page
    page.get_by_role("textbox", name="值").fill("road_area_per_capita")
    page.get_by_role("button", name="筛选", exact=True).click()
    expect(page.locator(".chip.is-active")).to_have_text(re.compile("编号 等于 road_area_per_capita"))
    expect(page.locator(".found")).to_have_text(re.compile("共 1 行"))
    page.reload()
    visitor.drawn()
    expect(page.locator(".chip.is-active")).to_have_count(1)
    _clean(visitor)


@WIDTHS
def test_a_resident_takes_away_an_application(visit: Visit, tmp_path: Path, width: int) -> None:
    visitor = visit("gaps?status=not_comparable", width=width)
    page = visitor.page
    page.locator('a.action[href="/gaps?id=public_car_parks_new"]').click()
    page.get_by_role("heading", name="政府信息公开申请").wait_for()
    with page.expect_download() as started:
        page.get_by_role("button", name="下载 .docx").click()
    started.value.save_as(tmp_path / "a.docx")
    words = [p.text for p in docx.Document(str(tmp_path / "a.docx")).paragraphs]
    assert "市中心城区新建公共停车场200个" in words
    _clean(visitor)


def test_a_programmer_runs_a_query_and_shares_its_address(visit: Visit) -> None:
    visitor = visit("sql")
    page = visitor.page
    page.get_by_role("textbox", name="SQL").fill("SELECT count(*) AS n FROM districts")
    page.get_by_role("button", name="运行").click()
    expect(page.locator('td[data-label="n"]')).to_have_text("14")
    again = visit(page.url.removeprefix(visitor.address))
    expect(again.page.locator('td[data-label="n"]')).to_have_text("14")
    _clean(again)

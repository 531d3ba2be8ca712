"""What a resident knows: told on a phone from the page it is about, and followed by its code."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

WORDS = "停车场，合成路和合成街路口，约60个车位"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_resident_reports_a_missing_car_park_and_follows_it(visit_synthetic: Visit, width: int) -> None:
    visitor = visit_synthetic("nearby?place=synthetic-park", width=width)
    page = visitor.page
    page.get_by_role("link", name="这里有一个地方没有收").click()
    expect(page.get_by_text("说的是：还没有收进来的一个地方")).to_be_visible()
    page.get_by_label("是什么、叫什么、在哪里").fill(WORDS + "，电话13800138000")
    page.get_by_label("证明它的网页链接").fill("nowhere")
    page.get_by_role("button", name="送出").click()
    expect(page.get_by_text("链接“nowhere”打不开")).to_be_visible()
    page.get_by_label("证明它的网页链接").fill("https://example.org/car-park")
    page.get_by_role("button", name="送出").click()
    expect(page.get_by_text("收到了，谢谢。")).to_be_visible()
    # What the form leaves behind goes at the end of the run.
    expect(page.locator("footer.bottom")).to_have_count(1)
    visitor.drawn().keep(f"contribution-received-{width}")
    assert visitor.overflows() == []
    page.get_by_role("link", name="查看这一条").click()
    expect(page.get_by_text("收到了，等编辑核对")).to_be_visible()
    expect(page.get_by_text("约60个车位,电话〔手机号已隐去〕")).to_be_visible()
    expect(page.locator("footer.bottom")).to_have_count(1)
    assert visitor.drawn().overflows() == []
    page.get_by_role("link", name="全部处理过的").click()
    expect(page.get_by_text("还没有处理过的。")).to_be_visible()
    assert visitor.errors == []
    assert visitor.outside == []

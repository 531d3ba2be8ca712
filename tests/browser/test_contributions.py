"""What a resident knows: told on a phone from the page it is about, and followed by its code."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.desk.accounts import Accounts, Role
from portal.desk.database import Database
from tests.browser.conftest import Visit, Visitor, serving
from tests.synthetic import SyntheticProject

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


def test_an_editor_decides_and_the_resident_reads_why(
    visit_at: Callable[..., Visitor], built: SyntheticProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_DESK", "true")
    accounts = Accounts(Database(built.settings), built.settings)
    accounts.add("editor1", Role.EDITOR, "synthetic pass phrase", "test", datetime.datetime.now(datetime.UTC))
    with serving(built.settings, tmp_path / "log") as address:
        resident = visit_at(address, "contribute?kind=place", width=390)
        resident.page.get_by_label("是什么、叫什么、在哪里").fill(WORDS)
        resident.page.get_by_role("button", name="送出").click()
        resident.page.get_by_role("link", name="查看这一条").click()
        expect(resident.page.get_by_text("收到了，等编辑核对")).to_be_visible()
        followed = resident.page.url

        desk = resident.page.context.browser.new_page(locale="zh-CN")
        desk.goto(f"{address}desk/contributions")
        desk.get_by_label("名字").fill("editor1")
        desk.get_by_label("密码").fill("synthetic pass phrase")
        desk.keyboard.press("Enter")
        desk.get_by_role("link", name="处理第 1 条").click()
        expect(desk.get_by_text("约60个车位")).to_be_visible()
        desk.get_by_label("理由").fill("到现场看过了")
        desk.get_by_role("button", name="采用", exact=True).click()
        expect(desk.get_by_text("没有等着处理的。")).to_be_visible()
        desk.get_by_role("button", name="退出").click()
        desk.goto(f"{address}desk/contributions")
        expect(desk.get_by_role("heading", name="登录")).to_be_visible()
        desk.close()

        resident.page.goto(followed)
        expect(resident.page.get_by_text("采用了，等待发布")).to_be_visible()
        expect(resident.page.get_by_text("理由：到现场看过了")).to_be_visible()
        assert resident.errors == []

"""Signing in at the desk with an account of another website, in a browser that keeps strict cookies from whoever comes from there."""

import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.desk.accounts import Accounts, Role
from portal.desk.database import Database
from portal.settings import Settings
from tests.browser.conftest import opened_tab, serving
from tests.browser.test_desk import overflows, pictured
from tests.openid_provider import CLIENT, SECRET, openid_provider
from tests.synthetic import SyntheticProject


@pytest.mark.parametrize("width", [390, 1280])
def test_an_editor_signs_in_with_an_account_elsewhere_and_out_again(
    browser: Browser, built: SyntheticProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    with openid_provider() as provider:
        given = {"ISSUER": provider.issuer, "CLIENT_ID": CLIENT, "CLIENT_SECRET": SECRET}
        for name, value in given.items():
            monkeypatch.setenv(f"PORTAL_DESK_OIDC_{name}", value)
        monkeypatch.setenv("PORTAL_DESK", "true")
        monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
        known = Accounts(Database(built.settings), Settings(var=built.settings.var))
        with serving(built.settings, tmp_path / "log") as address, opened_tab(browser, address, width) as visitor:
            page = visitor.page
            page.goto(f"{address}desk/contributions")
            pictured(page, f"sign-in-elsewhere-{width}")
            page.get_by_role("link", name="用单位账号登录").click()
            expect(page.get_by_text("请把这个编号告诉管理员：synthetic-subject")).to_be_visible()
            pictured(page, f"sign-in-unknown-{width}")
            now = datetime.datetime.now(datetime.UTC)
            known.add_known_elsewhere("editor2", Role.EDITOR, provider.subject, "test", now)
            page.get_by_role("link", name="用单位账号登录").click()
            expect(page.get_by_text("editor2 · 编辑")).to_be_visible()
            expect(page.get_by_text("没有等着处理的")).to_be_visible()
            assert not overflows(page)
            page.get_by_role("button", name="退出").click()
            expect(page.get_by_role("heading", name="登录")).to_be_visible()

"""Every page as it looks, on sheets to look through: `make shots`, or `python -m tests.browser.shots [PAGE …]`.

A sheet holds one page at two widths in both languages and both themes, from its head down. What was seen on them, and what became
of it, is written in docs/pages.md; the pictures themselves are made anew each time (tests/artefacts/shots).
"""

import argparse
import datetime
import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Browser

from portal.desk.accounts import Accounts, Role
from portal.desk.database import Database
from portal.settings import Settings
from tests.browser.conftest import ARTEFACTS, Visitor, chromium, opened_tab, serving
from tests.browser.test_chat import ask
from tests.browser.test_every_page import PAGES
from tests.browser.test_every_plain_page import DESK, MISSING

LANGUAGES, THEMES = ("zh", "en"), ("light", "dark")
PHONES, DESKS = (360, 390), (1280, 1600)
# Sheets are this wide, and show this much of a page, in its own pixels.
_WIDE = 1560
_TALL = {PHONES: 2000, DESKS: 1700}
_GAP, _LABEL = 4, 18
_MORE = {
    "policy-clauses": "policy?clause=3.1",
    "documents": "documents",
    "documents-search": "documents?q=%E5%81%9C%E8%BD%A6",
    "nearby-station": "nearby?place=metro-wangchenggongyuan",
    "about-accuracy": "about?article=accuracy",
    "about-complain": "about?article=complain",
}
_PASSWORD = "synthetic pass phrase"


@dataclass(frozen=True)
class Look:
    """One picture of a page."""

    width: int
    language: str
    theme: str
    picture: Image.Image


def looks(tab: Visitor, path: str, widths: tuple[int, ...]) -> Iterator[Look]:
    """A page at those widths in both languages and themes.

    Args:
        tab: where it is opened.
        path: its address without the portal's and a language.
        widths: of the screen, in pixels.
    """
    page = tab.page
    for language in LANGUAGES:
        page.set_viewport_size({"width": widths[0], "height": 800})
        page.goto(f"{tab.address}{path}{'&' if '?' in path else '?'}lang={language}")
        if page.locator("[data-testid=stApp]").count():
            tab.drawn()
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            tab.settled()
            tall = page.evaluate(
                "(document.querySelector('[data-testid=stMain]') || document.documentElement).scrollHeight"
            )
            page.set_viewport_size({"width": width, "height": max(800, min(tall, _TALL[widths]))})
            for theme in THEMES:
                page.emulate_media(color_scheme=theme)
                tab.settled()
                page.wait_for_timeout(150)
                yield Look(width, language, theme, Image.open(io.BytesIO(page.screenshot())))


def sheet(name: str, seen: list[Look]) -> Image.Image:
    """The pictures beside each other, those of a desk in two rows, each named.

    Args:
        name: of the page.
        seen: its pictures.
    """
    rows = [seen] if seen[0].width in PHONES else [[s for s in seen if s.width == width] for width in DESKS]
    columns = len(rows[0])
    wide = _WIDE // columns - _GAP
    scaled = [
        [(s, s.picture.convert("RGB").resize((wide, s.picture.height * wide // s.picture.width))) for s in row]
        for row in rows
    ]
    high = [max(p.height for _, p in row) + _LABEL for row in scaled]
    whole = Image.new("RGB", (_WIDE, sum(high)), "#888")
    pen = ImageDraw.Draw(whole)
    for number, row in enumerate(scaled):
        top = sum(high[:number])
        for column, (look, picture) in enumerate(row):
            left = column * (wide + _GAP)
            pen.text(
                (left, top), f"{name} {look.width} {look.language} {look.theme}", "white", ImageFont.load_default(12)
            )
            whole.paste(picture, (left, top + _LABEL))
    return whole


@contextmanager
def portal() -> Iterator[tuple[str, Settings]]:
    """The address and settings of a portal over what is published here, with a desk and an account of each role."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(var=Path(folder) / "var")
        os.environ["PORTAL_DESK"] = "true"
        accounts = Accounts(Database(settings), settings)
        for role in Role:
            accounts.add(f"{role}1", role, _PASSWORD, "shots", datetime.datetime.now(datetime.UTC))
        with serving(settings, Path(folder) / "log") as address:
            yield address, settings


def _signed_in(tab: Visitor, role: Role) -> None:
    page = tab.page
    page.context.clear_cookies()
    page.goto(f"{tab.address}desk")
    page.get_by_label("名字").fill(f"{role}1")
    page.get_by_label("密码").fill(_PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="退出").wait_for()


def _prepared(tab: Visitor) -> str:
    """Leave something for the desk to show, and keep an answer: its path."""
    about = {"kind": "indicator", "id": "parking_spaces_new"}
    given = {"about": about, "kind": "correction", "text": "试着送来的一条"}
    httpx.post(f"{tab.address}api/v1/contributions", json=given, trust_env=False).raise_for_status()
    _signed_in(tab, Role.CLERK)
    tab.page.goto(f"{tab.address}desk/enquiries")
    tab.page.locator("[name=question]").fill("三年要建多少个停车位？")
    tab.page.keyboard.press("Enter")
    tab.page.locator("textarea[readonly]").first.wait_for()
    tab.open("policy?clause=3.5.1")
    ask(tab, "新增停车泊位的目标是多少？")
    tab.page.get_by_role("button", name="永久链接").click()
    kept = tab.page.locator('.chat-note a[href*="/answer/"]').first.get_attribute("href") or ""
    return "answer/" + kept.rpartition("/")[2]


def _made(browser: Browser, address: str, wanted: list[str], to: Path) -> None:
    pages: Mapping[str, str] = {n: p for n, p in PAGES.items() if "english" not in n} | _MORE
    with opened_tab(browser, address) as tab:
        kept = _prepared(tab)
        everything = {
            n: (None, p) for n, p in (pages | {"answer-kept": kept, "desk-sign-in": "desk/sign-in"}).items()
        } | {name: where for name, where in DESK.items() if name not in MISSING}
        signed = None
        for name, (role, path) in everything.items():
            if wanted and name not in wanted:
                continue
            if role and role != signed:
                tab.page.set_viewport_size({"width": 1280, "height": 800})
                _signed_in(tab, role)
                signed = role
            for kind, widths in (("phone", PHONES), ("desk", DESKS)):
                sheet(name, list(looks(tab, path, widths))).save(to / f"{name}.{kind}.png")
            print(name, *sorted(set(tab.errors)), flush=True)
            tab.errors.clear()


def main() -> None:
    """Make the sheets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("pages", nargs="*", help="names of pages; all where none is given")
    parser.add_argument("--to", type=Path, default=ARTEFACTS / "shots")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    with portal() as (address, _), chromium() as browser:
        _made(browser, address, given.pages, given.to)
    print(given.to)


if __name__ == "__main__":
    main()

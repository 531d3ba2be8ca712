"""A car park nobody has recorded: a resident reports it on a phone, an editor and a publisher bring it in, everybody tells of it; and back."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from portal.desk.accounts import Role
from tests.browser.conftest import Visitor
from tests.browser.test_desk import opened_desk, overflows, pictured, signed_in
from tests.browser.test_map import CAR_PARK, within
from tests.synthetic import SyntheticProject

NAME = "合成路停车场"
SQUARE = [[10.18, 50.13], [10.22, 50.13], [10.22, 50.17], [10.18, 50.17], [10.18, 50.13]]
QUESTION = "合成公园附近有停车场吗？"
REASON = "合成路停车场有居民报告，查到了合成公报"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a portal about a made-up city with one park and no car park, with a desk."""
    project = SyntheticProject(tmp_path / "project")
    boundary = json.dumps({"type": "Polygon", "coordinates": [SQUARE]})
    project.write("districts", [{"code": "100001", "name": "合成区", "lon": 10.2, "lat": 50.15, "geometry": boundary}])
    park = {"id": "synthetic-park", "kind": "park", "name": "合成公园", "lon": 10.2, "lat": 50.15}
    project.write("places", [park | {"district": "100001", "position_basis": "official", "source": "synthetic-source"}])
    project.build()
    with opened_desk(project, tmp_path, monkeypatch) as address:
        yield address


def recorded(address: str) -> list[str]:
    """The car parks near the park, as the API tells."""
    asked = {"lon": 10.2, "lat": 50.15, "radius_m": 2000}
    reply = httpx.get(f"{address}api/v1/places/near", params=asked).json()
    return [place["name"] for place in reply["places"] if place["kind"] == "car_park"]


def answered(address: str) -> str:
    asked = httpx.post(f"{address}api/v1/ask", json={"question": QUESTION}, timeout=60)
    return str(asked.json()["answer"])


def shown_on_the_map(visitor: Visitor) -> bool:
    visitor.open("nearby?view=city")
    chart = visitor.map()
    visitor.keep("car-park-city")
    return within(chart, CAR_PARK) is not None


def test_a_resident_reports_a_missing_car_park_and_follows_it_to_publication(
    browser: Browser, visit_at: Callable[..., Visitor], town: str
) -> None:
    resident = visit_at(town, "nearby?place=synthetic-park", width=390, touch=True)
    page = resident.page
    assert recorded(town) == []
    page.get_by_role("link", name="这里有一个地方没有收").click()
    page.get_by_label("是什么、叫什么、在哪里").fill(f"{NAME}，合成公园东门外，约60个车位")
    page.get_by_label("证明它的网页链接").fill("https://example.org/car-park")
    page.get_by_role("button", name="送出").click()
    page.get_by_role("link", name="查看这一条").click()
    expect(page.get_by_text("收到了，等编辑核对")).to_be_visible()
    followed = page.url
    assert not shown_on_the_map(resident)

    editor = signed_in(browser, town, Role.EDITOR, 1280)
    editor.get_by_role("link", name="处理第 1 条").click()
    expect(editor.get_by_text("约60个车位")).to_be_visible()
    editor.get_by_label("理由").fill("合成公报里有它")
    editor.get_by_role("button", name="采用", exact=True).click()
    page.goto(followed)
    expect(page.get_by_text("采用了，等待发布")).to_be_visible()

    editor.goto(f"{town}desk/contributions/1")
    editor.get_by_role("link", name="据此改数据").click()
    editor.get_by_role("link", name="加一行").click()
    expect(editor.get_by_text("约60个车位")).to_be_visible()
    editor.locator("[name=cell-kind]").select_option("car_park")
    typed = {"id": "synthetic-road", "name": NAME, "district": "100001", "lon": "10.206", "lat": "50.154"}
    for column, value in (typed | {"capacity": "60", "position_basis": "official", "source": "nobody"}).items():
        editor.locator(f"[name=cell-{column}]").fill(value)
    editor.get_by_label("为什么改（写进").fill(REASON)
    editor.get_by_role("button", name="放进这组修改").click()
    # A source that is none is told beside the row, before anybody can publish it.
    expect(editor.get_by_text("nobody").last).to_be_visible()
    pictured(editor, "car-park-wrong")
    editor.get_by_role("link", name="再改这一行").click()
    expect(editor.locator("[name=cell-name]")).to_have_value(NAME)
    editor.locator("[name=cell-source]").fill("synthetic-source")
    editor.get_by_role("button", name="放进这组修改").click()
    pictured(editor, "car-park-right")
    editor.get_by_role("button", name="交给发布人").click()
    before = answered(town)
    assert NAME not in before

    publisher = signed_in(browser, town, Role.PUBLISHER, 1280)
    publisher.get_by_role("link", name="数据修改").click()
    publisher.get_by_role("link", name=REASON).click()
    publisher.get_by_role("button", name="发布", exact=True).click(timeout=60_000)
    expect(publisher.get_by_role("button", name="撤回这次发布")).to_be_visible(timeout=60_000)

    page.goto(followed)
    expect(page.get_by_text("已发布").first).to_be_visible()
    resident.drawn().keep("car-park-published-390")
    resident.open("nearby?place=synthetic-park")
    expect(page.locator("li.near", has_text=NAME)).to_be_visible()
    assert shown_on_the_map(resident)
    resident.keep("car-park-map-390")
    assert recorded(town) == [NAME]
    assert NAME in answered(town)
    assert REASON in httpx.get(f"{town}feed.atom").text
    assert REASON in httpx.get(f"{town}feed.atom", params={"dataset": "places"}).text
    resident.open("nearby?place=synthetic-park")
    page.get_by_role("button", name="问一问").click()
    page.get_by_placeholder("输入您的问题").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"离合成公园最近的是{NAME}").first).to_be_visible()
    resident.keep("car-park-chat-390")

    publisher.get_by_role("button", name="撤回这次发布").click(timeout=60_000)
    expect(publisher.get_by_text("已撤回")).to_be_visible(timeout=60_000)
    assert recorded(town) == []
    assert answered(town) == before
    assert not shown_on_the_map(resident)
    page.goto(followed)
    expect(page.get_by_text("采用了，等待发布")).to_be_visible()
    assert not overflows(editor)
    assert resident.errors == []
    assert resident.overflows() == []
    for tab in (editor, publisher):
        tab.context.close()

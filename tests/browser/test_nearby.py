"""What is near, in a real browser: the position granted and refused, a place by its initials, a deep link, a narrow phone."""

import math
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, Visitor

NARROW = 360


def press(visitor: Visitor, east_km: float, north_km: float, half_km: float, touch: bool = False) -> None:
    """Press the map so many kilometres from the middle of a view that is twice `half_km` wide."""
    box = visitor.map().bounding_box()
    assert box is not None
    a_km = box["width"] / 2 / half_km
    at = box["x"] + box["width"] / 2 + east_km * a_km, box["y"] + box["height"] / 2 - north_km * a_km
    (visitor.page.touchscreen.tap if touch else visitor.page.mouse.click)(*at)


def quiet(visitor: Visitor) -> None:
    assert visitor.errors == []
    assert visitor.outside == []
    assert visitor.overflows() == []


@pytest.mark.parametrize("width", [1280, NARROW])
def test_a_deep_link_shows_what_is_near_with_map_distances_and_sources(visit: Visit, width: int) -> None:
    visitor = visit("nearby?place=metro-wangchenggongyuan", width=width)
    page = visitor.page
    expect(page.get_by_role("heading", level=1)).to_have_text("从王城公园站出发")
    expect(page.locator(".softer").first).to_contain_text("步行15分钟（直线约870米）以内，数据里有：公园。")
    station = page.locator("li.near", has_text="解放路站")
    expect(station.locator(".near-distance")).to_have_text(re.compile(r"970米 步行约17分钟"))
    expect(station.get_by_role("link", name="OpenStreetMap")).to_be_visible()
    park = page.locator("li.near", has=page.get_by_role("link", name="王城公园", exact=True))
    expect(park.locator(".near-distance")).to_have_text(re.compile("就在附近"))
    expect(park).to_contain_text("位置借用地铁王城公园站的，距离只是约数")
    expect(page.locator("ul.plain li", has_text="中心城区游园数量")).to_contain_text("不能比")
    expect(page.locator(".credit")).to_contain_text("审图号 GS(2024)0650号")
    expect(page.locator(".credit")).to_contain_text("© OpenStreetMap contributors")
    chart = page.locator('[data-testid="stEChartsChart"]')
    chart.scroll_into_view_if_needed()
    expect(chart.locator("canvas").first).to_be_visible()
    box = chart.bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(1.25, rel=0.02)
    assert len(chart.screenshot()) > 8_000
    visitor.keep(f"nearby-{width}")
    quiet(visitor)


def test_the_map_pans_and_zooms(visit: Visit) -> None:
    visitor = visit("nearby?lon=112.43&lat=34.67")
    chart = visitor.map()
    box = chart.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    seen = [chart.screenshot()]
    visitor.page.mouse.move(*middle)
    visitor.page.mouse.wheel(0, -400)
    seen.append(visitor.redrawn(chart, seen[-1]))
    visitor.page.mouse.down()
    visitor.page.mouse.move(middle[0] + 120, middle[1] + 60, steps=5)
    visitor.page.mouse.up()
    seen.append(visitor.redrawn(chart, seen[-1]))
    assert len(set(seen)) == 3
    quiet(visitor)


def test_a_place_is_chosen_by_its_initials_and_travels_in_the_address(visit: Visit) -> None:
    visitor = visit("nearby?lon=112.43&lat=34.67")
    page = visitor.page
    box = page.get_by_role("combobox", name="从哪里出发")
    box.click()
    box.press_sequentially("kyhz", delay=40)
    page.get_by_role("option", name=re.compile("开元湖站")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("从开元湖站出发")
    expect(page).to_have_url(re.compile(r"/nearby\?place=metro-kaiyuanhu$"))
    expect(page).to_have_title(re.compile("^从开元湖站出发 · "))
    page.locator("li.near").get_by_role("link", name="市民之家站").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("从市民之家站出发")
    quiet(visitor)


@pytest.mark.parametrize(("width", "touch"), [(1280, False), (NARROW, True)])
def test_a_press_on_an_empty_spot_of_the_map_sets_out_from_there(visit: Visit, width: int, touch: bool) -> None:
    visitor = visit("nearby?place=metro-jiefanglu", width=width, touch=touch)
    press(visitor, -0.5, 0.5, 1.4, touch)
    expect(visitor.page).to_have_url(re.compile(r"/nearby\?lon=112\.\d{1,4}&lat=34\.\d{1,4}$"))
    lon, lat = (float(v) for v in re.findall(r"l(?:on|at)=([\d.]+)", visitor.page.url))
    assert lon == pytest.approx(112.4301 - 0.5 / (111.195 * math.cos(math.radians(34.671))), abs=0.0003)
    assert lat == pytest.approx(34.6710 + 0.5 / 111.195, abs=0.0003)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(f"从坐标 {lon:.4f}, {lat:.4f}出发")
    expect(visitor.page.locator("ul.near-first")).to_contain_text(re.compile("地铁站纱厂路站4[3-7]0米"))
    visitor.keep(f"nearby-pressed-{width}")
    quiet(visitor)


@pytest.mark.parametrize(("width", "touch"), [(1280, False), (NARROW, True)])
def test_a_press_on_a_place_sets_out_from_the_place(visit: Visit, width: int, touch: bool) -> None:
    visitor = visit("nearby?lon=112.4341347&lat=34.6709556", width=width, touch=touch)
    press(visitor, -0.004 * 111.195 * math.cos(math.radians(34.671)), 0.0, 1.4, touch)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("从解放路站出发")
    expect(visitor.page).to_have_url(re.compile(r"/nearby\?place=metro-jiefanglu$"))
    press(visitor, -0.7, 0.7, 1.4, touch)
    expect(visitor.page).to_have_url(re.compile(r"/nearby\?lon="))
    visitor.page.go_back()
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("从解放路站出发")
    quiet(visitor)


def test_what_can_be_pressed_on_the_map_can_be_reached_by_keyboard_in_its_table(visit: Visit) -> None:
    visitor = visit("nearby")
    page = visitor.page
    page.get_by_text("地图的内容列成表").focus()
    page.keyboard.press("Enter")
    page.get_by_role("row").get_by_role("link", name="周山森林公园", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("从周山森林公园出发")
    quiet(visitor)


def test_on_a_phone_the_first_screen_has_the_answer(visit: Visit) -> None:
    visitor = visit("nearby?place=metro-wangchenggongyuan", width=NARROW)
    page = visitor.page
    for shown in (
        page.get_by_role("heading", level=1),
        page.get_by_role("combobox", name="从哪里出发"),
        page.get_by_role("button", name="用我的位置"),
        page.locator(".softer").first,
        page.locator("ul.near-first"),
    ):
        expect(shown).to_be_in_viewport(ratio=1)
    expect(page.locator("ul.near-first li").first).to_have_text("公园王城公园就在附近")
    quiet(visitor)


def test_a_granted_position_goes_into_the_address_and_nowhere_else(visit: Visit) -> None:
    visitor = visit("nearby?place=metro-hongshan")
    page = visitor.page
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 112.4376077, "latitude": 34.6737604})
    page.get_by_role("button", name="用我的位置").click()
    expect(page).to_have_url(re.compile(r"/nearby\?lon=112\.4376&lat=34\.6738$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("从坐标 112.4376, 34.6738出发")
    expect(page.locator("li.near", has_text="周王城广场站").first).to_be_visible()
    assert page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])").count("112.43") == 0
    quiet(visitor)


def test_a_refused_position_is_said_and_nothing_changes(visit: Visit) -> None:
    visitor = visit("nearby")
    page = visitor.page
    page.get_by_role("button", name="用我的位置").click()
    expect(page.locator(".locate [role=status]")).to_have_text("您没有允许使用位置。请从上面选一个地方。")
    assert page.url.endswith("/nearby")
    quiet(visitor)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("nearby?lon=113.62&lat=34.75", "这个位置不在洛阳市界内，这里的数据只到市界为止。"),
        ("nearby?lon=111.613&lat=33.7808", "数据里什么也没有。这不等于那里没有：没有公开的完整名录。"),
        ("nearby?lon=111.613&lat=33.7808", "栾川县在数据里一处也没有。"),
        ("nearby?place=410302001", "没有西关街道的坐标，按所属老城区驻地的位置计算，距离只作参考。"),
        ("nearby?place=nowhere", "没有编号为“nowhere”的地方，或者没有它的坐标。请从下面选一个。"),
        ("nearby?lon=x&lat=34", "参数 lon 的值“x”不能用：经度应是数字，单位度（WGS84）。"),
    ],
)
def test_what_cannot_be_answered_is_said_plainly(visit: Visit, path: str, sentence: str) -> None:
    visitor = visit(path, width=NARROW)
    expect(visitor.page.locator(".st-key-page")).to_contain_text(sentence)
    quiet(visitor)


def test_without_a_place_the_page_shows_all_there_is_and_its_table(visit: Visit) -> None:
    visitor = visit("nearby", width=NARROW)
    page = visitor.page
    expect(page.locator("h1")).to_have_text("您身边有什么")
    page.get_by_text("地图的内容列成表（40 处，共 40 处有坐标）").click()
    expect(page.locator("table").first).to_contain_text("周山森林公园")
    visitor.keep("nearby-none-360")
    quiet(visitor)


def test_the_page_speaks_english(visit: Visit) -> None:
    visitor = visit("nearby?place=metro-kaiyuanhu&lang=en")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("From Kaiyuanhu station 开元湖站")
    expect(visitor.page.locator(".credit")).to_contain_text("map approval GS(2024)0650")
    quiet(visitor)

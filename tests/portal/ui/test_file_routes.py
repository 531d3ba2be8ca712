"""What is taken away from the portal tells on its own what it is, how it stands, where it is from and of which version."""

import io
import re
from collections.abc import Iterator
from weakref import WeakKeyDictionary

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

import portal.services
from portal.services import Services
from portal.traffic.headers import SafeHeaders
from portal.ui import file_routes, html_document, vega


@pytest.fixture
def client(city_services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(portal.services, "services", lambda: city_services)
    with TestClient(SafeHeaders(Starlette(routes=[*file_routes.routes(), *html_document.routes()]))) as client:
        yield client


def _words(svg: str) -> str:
    return re.sub(r"<[^>]+>", "\n", svg)


def test_a_charts_svg_says_what_it_is_and_where_it_is_from(client: TestClient, city_services: Services) -> None:
    reply = client.get("/chart/synthetic_road_area.svg")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/svg+xml")
    words = _words(reply.text)
    for said in (
        "合成道路人均面积：未达标",
        "到期结果 9.8平方米（2023），没有达到目标“12平方米”。",
        "方案目标 12平方米",
        "2025 年的后来目标 11",
        "方案期 2021–2023",
        "须说明：没有与合成年鉴原书核对。",
        "数值（平方米）",
        "来源：合成统计单位 · 合成年鉴 2024 等 7 份，全部列在指标页",
    ):
        assert said in words
    version = city_services.publications.current().version
    assert f"合成门户 · 版本 {version} · 许可 CC-BY-4.0" in words
    assert (
        'aria-label="合成道路人均面积历年结果折线图，虚线为方案目标 12平方米。到期结果：9.8平方米（2023）。"'
        in reply.text
    )
    assert "<script" not in reply.text
    assert "http" not in re.sub(r'xmlns(:xlink)?="[^"]*"', "", reply.text)


def test_a_charts_png_is_a_picture_with_the_portals_chinese_font(client: TestClient) -> None:
    reply = client.get("/chart/synthetic_road_area.png")
    assert reply.headers["content-type"] == "image/png"
    picture = Image.open(io.BytesIO(reply.content)).convert("L")
    assert picture.width > 1200
    # The title's two lines: a font without Chinese would leave boxes, one like the other.
    title = picture.crop((40, 40, 200, 90))
    halves = [title.crop((x, 0, x + 40, 50)).tobytes() for x in (0, 40, 80, 120)]
    assert len(set(halves)) == 4


def test_a_chart_in_english_has_english_words(client: TestClient) -> None:
    words = _words(client.get("/chart/synthetic_road_area.svg?lang=en").text)
    assert "Synthetic road area per person: Not met" in words
    assert "Target 12 m²" in words


def test_a_target_without_figures_has_no_chart_and_says_so(client: TestClient) -> None:
    for path in (
        "/chart/synthetic_facilities.svg",
        "/chart/synthetic_facilities.png",
        "/chart/synthetic_pocket_parks.svg",
    ):
        reply = client.get(path)
        assert reply.status_code == 404
        assert "没有人公布过可以和目标比的结果，所以这里没有图。" in reply.text
    assert 'href="/indicator?id=synthetic_facilities"' in client.get("/chart/synthetic_facilities.svg").text


def test_a_promise_that_is_no_number_is_not_said_to_be_unpublished(client: TestClient) -> None:
    for path in ("/chart/synthetic_hospital.svg", "/embed/synthetic_hospital"):
        page = client.get(path).text
        assert "这项目标要求的不是数字，所以没有图。" in page
        assert "没有找到口径一致的公开结果" not in page


@pytest.mark.parametrize("path", ["/chart/no_such_thing.svg", "/embed/no_such_thing"])
def test_an_unknown_target_gets_a_sentence(client: TestClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 404
    assert "没有编号为“no_such_thing”的目标。" in reply.text


def test_another_format_gets_a_sentence_and_a_hostile_name_stays_text(client: TestClient) -> None:
    assert "只有 svg、png、xlsx 和 csv 几种格式" in client.get("/chart/synthetic_road_area.gif").text
    assert "<script>" not in client.get("/embed/<script>alert(1)</script>").text


def test_an_embed_is_whole_in_itself(client: TestClient, city_services: Services) -> None:
    reply = client.get("/embed/synthetic_road_area")
    page = reply.text
    assert '<html lang="zh-CN">' in page
    assert "<h1>合成道路人均面积</h1>" in page
    assert '<span class="status is-not_met">未达标</span>' in page
    assert 'role="img" aria-label="合成道路人均面积历年结果折线图，虚线为方案目标 12平方米。' in page
    assert f"版本 {city_services.publications.current().version}" in page
    assert page.count(">方案期 2021–2023</text>") == 2
    assert "<tr><th scope=row>2023</th><td>9.7531平方米</td></tr>" in page
    assert '<a href="/indicator?id=synthetic_road_area" target="_blank" rel="noopener">看这一项的依据</a>' in page
    assert "<script" not in page
    assert '<html lang="en">' in client.get("/embed/synthetic_road_area?lang=en").text


def test_an_embed_without_results_says_so_instead_of_a_chart(client: TestClient) -> None:
    page = client.get("/embed/synthetic_facilities").text
    assert '<span class="status is-not_published">未公布</span>' in page
    assert "没有人公布过可以和目标比的结果，所以这里没有图。" in page
    assert "<svg" not in page


def test_only_an_embed_may_stand_in_another_sites_frame(client: TestClient) -> None:
    embed = client.get("/embed/synthetic_road_area").headers
    assert embed["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *"
    assert "x-frame-options" not in embed
    for path in ("/", "/indicator?id=synthetic_road_area", "/policy"):
        page = client.get(path).headers
        assert page["content-security-policy"].endswith("frame-ancestors 'self'")
        assert page["x-frame-options"] == "SAMEORIGIN"
    # Streamlit's own file would come without them.
    assert client.get("/index.html").status_code == 404


def test_what_is_made_is_made_once_and_the_oldest_is_let_go(
    client: TestClient, city_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = city_services.publications.current()
    monkeypatch.setattr(file_routes, "_KEPT_MAX", 2)
    monkeypatch.setitem(file_routes._kept, store, {})
    for name in ("synthetic_facilities", "synthetic_road_area", "synthetic_pocket_parks", "synthetic_road_area"):
        assert client.get(f"/embed/{name}").status_code == 200
    assert [key[-1] for key in file_routes._kept[store]] == ["synthetic_road_area", "synthetic_pocket_parks"]


def test_without_a_published_version_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.publication.manifest import PublicationError

    class Nothing:
        @property
        def publications(self) -> "Nothing":
            return self

        def current(self) -> None:
            raise PublicationError("nothing")

    monkeypatch.setattr(portal.services, "services", Nothing)
    with TestClient(Starlette(routes=file_routes.routes())) as client:
        for path in ("/chart/x.svg", "/embed/x"):
            reply = client.get(path)
            assert reply.status_code == 503
            assert "还没有可以显示的发布版本" in reply.text


def test_the_report_is_a_pdf_at_an_address_of_its_own(client: TestClient, city_services: Services) -> None:
    reply = client.get("/report.pdf", params={"theme": "增加合成绿地"})
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/pdf")
    assert reply.content.startswith(b"%PDF-")
    version = city_services.publications.current().version
    assert reply.headers["content-disposition"] == f'inline; filename="progress-report-{version}.pdf"'


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"theme": "<b>"}, "方案没有“&lt;b&gt;”这个主题。可用的主题：合成目标、"),
        ({"district": "x"}, "没有“x”这个区县。可用的区县：合成东区、"),
        ({"district": "x", "lang": "en"}, "There is no district &quot;x&quot;."),
    ],
)
def test_a_report_on_nothing_there_is_gets_a_sentence(client: TestClient, query: dict[str, str], sentence: str) -> None:
    reply = client.get("/report.pdf", params=query)
    assert reply.status_code == 404
    assert sentence in reply.text


def test_a_chart_of_a_dataset_says_what_it_shows_and_where_it_is_from(
    client: TestClient, city_services: Services
) -> None:
    reply = client.get("/chart/observations/value.svg", params={"filter.unit": "%", "filter.period": "2023"})
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/svg+xml")
    store = city_services.publications.current()
    words = _words(reply.text)
    for said in (
        "图中是 3 行。 · 单位 等于 % · 时期 等于 2023",
        "数值（%）",
        "行数",
        "来源：本门户整理",
        f"合成门户 · 版本 {store.version} · 许可 CC-BY-4.0",
    ):
        assert said in words
    assert 'aria-label="数值的分布：每根柱子是有多少行。"' in reply.text
    assert "http" not in re.sub(r'xmlns(:xlink)?="[^"]*"', "", reply.text)
    picture = client.get("/chart/observations/value.png?filter.unit=%25")
    assert Image.open(io.BytesIO(picture.content)).width > 1200


def test_rows_are_counted_in_whole_numbers(client: TestClient) -> None:
    words = _words(client.get("/chart/observations/value.svg?filter.unit=%25&filter.period=2023").text).split("\n")
    assert (words.count("1"), words.count("0")) == (1, 1)
    assert "0.5" not in words


def test_a_chart_of_a_dataset_carries_its_own_licence(client: TestClient) -> None:
    assert "许可 ODbL-1.0" in _words(client.get("/chart/coverage/share.svg").text)


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("nowhere/value.svg", 404, "没有编号为“nowhere”的数据集"),
        ("observations/wonder.svg", 404, "没有可以画的数值列“wonder”。可用的有：value。"),
        ("observations/value.gif", 404, "图只有 svg 和 png 两种格式"),
        ("observations/value.svg", 404, "不能画在同一个轴上"),
        ("observations/value.svg?filter.unit=none", 404, "这些行在这一列都没有数。"),
        ("observations/value.svg?filter.wonder=1", 400, "wonder"),
        ("observations/value.svg?version=none", 404, "没有可以打开的发布版本“none”。"),
    ],
)
def test_a_chart_that_cannot_be_drawn_says_why(client: TestClient, path: str, status: int, told: str) -> None:
    reply = client.get(f"/chart/{path}")
    assert reply.status_code == status
    assert told in reply.text


@pytest.mark.parametrize("path", ["/chart/observations/value.svg?filter.unit=%25", "/report.pdf"])
def test_a_picture_that_is_not_drawn_in_time_is_told_to_come_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(file_routes, "_kept", WeakKeyDictionary())
    monkeypatch.setattr(vega, "DRAW_SECONDS", 0)
    reply = client.get(path)
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "10")
    assert "图刚才没有画成。请稍后再试" in reply.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/chart/x.svg", "chart"),
        ("/comparison/x.png", "chart"),
        ("/comparison/x/embed", "chart"),
        ("/embed/x", "chart"),
        ("/report.pdf", "report"),
        # Read from the desk's database, which may be slow.
        ("/answer/xxxxxxxxxxx", "read"),
        ("/", None),
        ("/data", None),
    ],
)
def test_what_is_drawn_needs_a_place_and_pages_do_not(path: str, kind: str | None) -> None:
    assert file_routes.kind_of({"path": path}) == kind

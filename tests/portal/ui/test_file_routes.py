"""What is taken away from the portal tells on its own what it is, how it stands, where it is from and of which version."""

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

import portal.services
from portal.services import Services
from portal.traffic.headers import SafeHeaders
from portal.ui import file_routes, html_document


@pytest.fixture
def client(shared: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(portal.services, "services", lambda: shared)
    with TestClient(SafeHeaders(Starlette(routes=[*file_routes.routes(), *html_document.routes()]))) as client:
        yield client


def _words(svg: str) -> str:
    return re.sub(r"<[^>]+>", "\n", svg)


def test_a_charts_svg_says_what_it_is_and_where_it_is_from(client: TestClient, shared: Services) -> None:
    reply = client.get("/chart/road_area_per_capita.svg")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/svg+xml")
    words = _words(reply.text)
    for said in (
        "人均道路面积：未达标",
        "到期结果 14.1 平方米（2023），没有达到目标“17平方米”。",
        "方案目标 17平方米",
        "2025 年的后来目标 16",
        "数值（平方米）",
        "来源：住房和城乡建设部 · 中国城市建设统计年鉴 2024（再整理表） 等 7 份，全部列在指标页",
    ):
        assert said in words
    version = shared.publications.current().version
    assert f"洛阳城市建设提质进展 · 版本 {version} · 许可 CC-BY-4.0" in words
    assert (
        'aria-label="人均道路面积历年结果折线图，虚线为方案目标 17平方米。到期结果：14.1 平方米（2023）。"'
        in reply.text
    )
    assert "<script" not in reply.text
    assert "http" not in re.sub(r'xmlns(:xlink)?="[^"]*"', "", reply.text)


def test_a_charts_png_is_a_picture_with_the_portals_chinese_font(client: TestClient) -> None:
    reply = client.get("/chart/road_area_per_capita.png")
    assert reply.headers["content-type"] == "image/png"
    picture = Image.open(io.BytesIO(reply.content)).convert("L")
    assert picture.width > 1200
    # The title's two lines: a font without Chinese would leave boxes, one like the other.
    title = picture.crop((40, 40, 200, 90))
    halves = [title.crop((x, 0, x + 40, 50)).tobytes() for x in (0, 40, 80, 120)]
    assert len(set(halves)) == 4


def test_a_chart_in_english_has_english_words(client: TestClient) -> None:
    words = _words(client.get("/chart/road_area_per_capita.svg?lang=en").text)
    assert "Road area per person: Not met" in words
    assert "Target 17 m²" in words


def test_a_target_without_figures_has_no_chart_and_says_so(client: TestClient) -> None:
    for path in ("/chart/heating_coverage.svg", "/chart/heating_coverage.png", "/chart/old_community_renovation.svg"):
        reply = client.get(path)
        assert reply.status_code == 404
        assert "没有人公布过可以和目标比的结果，所以这里没有图。" in reply.text
    assert 'href="/indicator?id=heating_coverage"' in client.get("/chart/heating_coverage.svg").text


def test_a_promise_that_is_no_number_is_not_said_to_be_unpublished(client: TestClient) -> None:
    for path in ("/chart/tcm_hospital_yibin.svg", "/embed/tcm_hospital_yibin"):
        page = client.get(path).text
        assert "这项目标要求的不是数字，所以没有图。" in page
        assert "没有找到口径一致的公开结果" not in page


@pytest.mark.parametrize("path", ["/chart/no_such_thing.svg", "/embed/no_such_thing"])
def test_an_unknown_target_gets_a_sentence(client: TestClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 404
    assert "没有编号为“no_such_thing”的目标。" in reply.text


def test_another_format_gets_a_sentence_and_a_hostile_name_stays_text(client: TestClient) -> None:
    assert "图只有 svg 和 png 两种格式" in client.get("/chart/road_area_per_capita.gif").text
    assert "<script>" not in client.get("/embed/<script>alert(1)</script>").text


def test_an_embed_is_whole_in_itself(client: TestClient, shared: Services) -> None:
    reply = client.get("/embed/road_area_per_capita")
    page = reply.text
    assert '<html lang="zh-CN">' in page
    assert "<h1>人均道路面积</h1>" in page
    assert '<span class="status is-not_met">未达标</span>' in page
    assert 'role="img" aria-label="人均道路面积历年结果折线图，虚线为方案目标 17平方米。' in page
    assert f"版本 {shared.publications.current().version}" in page
    assert "<tr><th scope=row>2023</th><td>14.1031 平方米</td></tr>" in page
    assert '<a href="/indicator?id=road_area_per_capita" target="_blank" rel="noopener">看这一项的依据</a>' in page
    assert "<script" not in page
    assert '<html lang="en">' in client.get("/embed/road_area_per_capita?lang=en").text


def test_an_embed_without_results_says_so_instead_of_a_chart(client: TestClient) -> None:
    page = client.get("/embed/heating_coverage").text
    assert '<span class="status is-not_published">未公布</span>' in page
    assert "没有人公布过可以和目标比的结果，所以这里没有图。" in page
    assert "<svg" not in page


def test_only_an_embed_may_stand_in_another_sites_frame(client: TestClient) -> None:
    embed = client.get("/embed/road_area_per_capita").headers
    assert embed["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *"
    assert "x-frame-options" not in embed
    for path in ("/", "/indicator?id=road_area_per_capita", "/policy"):
        page = client.get(path).headers
        assert page["content-security-policy"].endswith("frame-ancestors 'self'")
        assert page["x-frame-options"] == "SAMEORIGIN"
    # Streamlit's own file would come without them.
    assert client.get("/index.html").status_code == 404


def test_what_is_made_is_made_once_and_the_oldest_is_let_go(
    client: TestClient, shared: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = shared.publications.current()
    monkeypatch.setattr(file_routes, "_KEPT_MAX", 2)
    monkeypatch.setitem(file_routes._kept, store, {})
    for name in ("heating_coverage", "road_area_per_capita", "pocket_parks", "road_area_per_capita"):
        assert client.get(f"/embed/{name}").status_code == 200
    assert [key[-1] for key in file_routes._kept[store]] == ["road_area_per_capita", "pocket_parks"]


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


def test_the_report_is_a_pdf_at_an_address_of_its_own(client: TestClient, shared: Services) -> None:
    reply = client.get("/report.pdf", params={"theme": "提高城市绿化水平"})
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/pdf")
    assert reply.content.startswith(b"%PDF-")
    version = shared.publications.current().version
    assert reply.headers["content-disposition"] == f'inline; filename="progress-report-{version}.pdf"'


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"theme": "<b>"}, "方案没有“&lt;b&gt;”这个主题。可用的主题：主要目标、"),
        ({"district": "x"}, "没有“x”这个区县。可用的区县：老城区、"),
        ({"district": "x", "lang": "en"}, "There is no district &quot;x&quot;."),
    ],
)
def test_a_report_on_nothing_there_is_gets_a_sentence(client: TestClient, query: dict[str, str], sentence: str) -> None:
    reply = client.get("/report.pdf", params=query)
    assert reply.status_code == 404
    assert sentence in reply.text


def test_a_chart_of_a_dataset_says_what_it_shows_and_where_it_is_from(client: TestClient, shared: Services) -> None:
    reply = client.get("/chart/observations/value.svg", params={"filter.unit": "%", "filter.period": "2023"})
    assert (reply.status_code, reply.headers["content-type"]) == (200, "image/svg+xml")
    store = shared.publications.current()
    (row,) = store.rows("SELECT count(value) AS n FROM observations WHERE unit = '%' AND period = '2023'")
    words = _words(reply.text)
    for said in (
        f"图中是 {row['n']} 行。 · 单位 等于 % · 时期 等于 2023",
        "数值（%）",
        "行数",
        "来源：本门户整理",
        f"洛阳城市建设提质进展 · 版本 {store.version} · 许可 CC-BY-4.0",
    ):
        assert said in words
    assert 'aria-label="数值的分布：每根柱子是有多少行。"' in reply.text
    assert "http" not in re.sub(r'xmlns(:xlink)?="[^"]*"', "", reply.text)
    picture = client.get("/chart/observations/value.png?filter.unit=%25")
    assert Image.open(io.BytesIO(picture.content)).width > 1200


def test_rows_are_counted_in_whole_numbers(client: TestClient) -> None:
    words = _words(client.get("/chart/observations/value.svg?filter.unit=%25&filter.period=2023").text).split("\n")
    assert words.count("1") == 1


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


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/chart/x.svg", "chart"),
        ("/comparison/x.png", "chart"),
        ("/comparison/x/embed", "chart"),
        ("/embed/x", "chart"),
        ("/report.pdf", "report"),
        ("/", None),
        ("/data", None),
    ],
)
def test_what_is_drawn_needs_a_place_and_pages_do_not(path: str, kind: str | None) -> None:
    assert file_routes.kind_of({"path": path}) == kind

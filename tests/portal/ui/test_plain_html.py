"""A page's address holds its essential text without a script, and says of itself what search engines and previews ask."""

import html
import re
from collections.abc import Iterator

import pytest

import portal.services
from portal.services import Services
from portal.texts.interface import use
from portal.ui.html_document import document

BASE = "https://portal.test"


@pytest.fixture(autouse=True)
def city(city_services: Services, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(portal.services, "services", lambda: city_services)
    use("zh")
    yield
    use("zh")


def words(page: str) -> str:
    """What a reader without scripts sees."""
    (shown,) = re.findall(r"<noscript>(.*?)</noscript>", page, re.S)
    return html.unescape(re.sub(r"<[^>]+>", " ", shown))


def meta(page: str, name: str) -> str:
    (told,) = re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)"', page)
    return html.unescape(told)


def test_the_overview_tells_the_news_and_every_target_with_its_status() -> None:
    text = words(document("", {}, BASE))
    assert "13 项承诺：2 项做到了，4 项没有做到" in text
    assert "合成道路人均面积  12平方米：未达标" in text
    assert text.count("：未公布") == 4


def test_a_target_tells_verdict_caveat_promise_and_results() -> None:
    page = document("indicator", {"id": "synthetic_road_area"}, BASE)
    text = words(page)
    for said in (
        "未达标：到期结果 9.8平方米（2023），没有达到目标“12平方米”。",
        "须说明：没有与合成年鉴原书核对。",
        "合成道路人均面积达到12平方米",
        "2024: 10.3",
    ):
        assert said in text
    assert "<title>合成道路人均面积 · 合成门户</title>" in page
    assert meta(page, "description").startswith("未达标：到期结果 9.8平方米（2023）")
    assert meta(page, "og:image") == f"{BASE}/chart/synthetic_road_area.png"
    assert meta(page, "og:url") == f"{BASE}/indicator?id=synthetic_road_area"


def test_a_page_is_at_home_at_one_address_and_names_the_other_language() -> None:
    page = document("indicator", {"id": "synthetic_road_area", "span": "1-2", "utm": "x"}, BASE)
    own = f"{BASE}/indicator?id=synthetic_road_area"
    assert f'<link rel="canonical" href="{own}" />' in page
    assert f'<link rel="alternate" hreflang="en" href="{own}&amp;lang=en" />' in page
    assert f'<link rel="alternate" hreflang="x-default" href="{own}" />' in page
    use("en")
    page = document("indicator", {"id": "synthetic_road_area"}, BASE)
    assert f'<link rel="canonical" href="{own}" />' in page
    page = document("indicator", {"id": "synthetic_road_area", "lang": "en"}, BASE)
    assert f'<link rel="canonical" href="{own}&amp;lang=en" />' in page
    assert f'<link rel="alternate" hreflang="zh-CN" href="{own}" />' in page


def test_clause_dataset_and_article_tell_their_text() -> None:
    assert "保护合成古树，建设合成遗址公园。" in words(document("policy", {"clause": "2.2.2"}, BASE))
    assert "ODbL-1.0" in words(document("data", {"dataset": "places"}, BASE))
    assert "新建合成停车场" in words(document("policy", {"clause": "2.3"}, BASE))


def test_what_is_not_there_is_the_page_itself_and_nothing_asked_is_written() -> None:
    hostile = "<script>alert(1)</script>"
    for path, name in (("indicator", "id"), ("policy", "clause"), ("data", "dataset"), ("about", "article")):
        page = document(path, {name: hostile, "document": "none"}, BASE)
        assert "alert(1)" not in page
        assert f'<link rel="canonical" href="{BASE}/{path}" />' in page


def test_no_page_is_larger_than_sixty_kibibytes() -> None:
    for path in ("", "policy", "data", "about", "years"):
        assert len(document(path, {}, BASE).encode()) < 60 * 1024


@pytest.mark.parametrize(
    ("path", "asked", "feed"),
    [
        ("", {}, "/feed.atom"),
        ("policy", {"clause": "2.1"}, "/feed.atom"),
        ("indicator", {"id": "synthetic_road_area"}, "/feed.atom?indicator=synthetic_road_area"),
        ("data", {"dataset": "observations"}, "/feed.atom?dataset=observations"),
    ],
)
def test_a_page_names_the_feed_of_what_it_shows(path: str, asked: dict[str, str], feed: str) -> None:
    page = document(path, asked, BASE)
    (named,) = re.findall(r'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="([^"]+)" />', page)
    assert named == BASE + feed


def test_a_datasets_page_names_its_description_for_programs_that_learn() -> None:
    page = document("data", {"dataset": "observations"}, BASE)
    at = f"{BASE}/api/v1/datasets/observations/croissant.json"
    assert f'<link rel="describedby" type="application/ld+json" href="{at}" />' in page
    assert page.count("<title>") == page.count('<script type="application/ld+json">') == 1
    assert "&lt;" not in page[: page.index("</head>")]

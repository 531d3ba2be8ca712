"""What people know is brought in by a short form, from the page of the thing it is about, and followed to its decision."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from portal.desk.contributions import Contributions
from portal.desk.database import Database
from portal.services import Services
from portal.settings import Settings
from portal.traffic import admission
from tests.portal.pages.conftest import Open, Visit


@pytest.fixture(scope="session")
def shared(city_services: Services) -> Services:
    return city_services


@pytest.fixture
def desk(city_services: Services, city_settings: Settings, tmp_path: Path) -> Services:
    settings = city_settings.model_copy(update={"var": tmp_path})
    return replace(city_services, contributions=Contributions(Database(settings), settings))


@pytest.fixture(autouse=True)
def _every_test_a_visitor_of_its_own() -> Iterator[None]:
    """What a visitor may send in a minute is counted in the process; these tests together send more."""
    admission.shared.cache_clear()
    yield
    admission.shared.cache_clear()


def send(page: Visit, **fields: str) -> Visit:
    for name, typed in fields.items():
        found = [*page.app.text_input, *page.app.text_area]
        next(w for w in found if w.key == f"contribute_{name}").set_value(typed)
    next(b for b in page.app.button if b.label in {"送出", "Send"}).click().run()
    return page


def test_a_targets_page_leads_to_the_form_for_its_figure(visit: Open, desk: Services) -> None:
    links = visit("indicator", services=desk, id="synthetic_rate").links()
    assert "/contribute?about=indicator&id=synthetic_rate&kind=figure" in links
    assert "/contribute?about=indicator&id=synthetic_rate&kind=correction" in links


@pytest.mark.parametrize(
    ("path", "query", "link"),
    [
        ("policy", {"clause": "2.1"}, "/contribute?about=clause&id=2.1&kind=correction"),
        ("data", {"dataset": "observations"}, "/contribute?about=dataset&id=observations&kind=correction"),
    ],
)
def test_every_thing_leads_to_the_form_about_it(
    visit: Open, desk: Services, path: str, query: dict[str, str], link: str
) -> None:
    assert link in visit(path, services=desk, **query).links()


def test_a_figure_is_sent_and_followed_to_its_decision(visit: Open, desk: Services) -> None:
    page = visit("contribute", services=desk, about="indicator", id="synthetic_rate", kind="figure")
    assert "说的是：合成率" in page.text
    send(page, value="46.5", unit="%", period="2023", source_url="https://example.org/x", contact="13800138000")
    assert not page.app.exception
    assert "收到了，谢谢。" in page.text
    (follow,) = [href for href in page.links() if href.startswith("/contributions?code=")]
    code = follow.partition("=")[2]
    seen = visit("contributions", services=desk, code=code)
    assert "2023 46.5 %" in seen.text
    assert "收到了，等编辑核对" in seen.text
    assert "13800138000" not in seen.text
    assert "46.5" not in visit("contributions", services=desk).text
    desk.contributions.decide(1, True, "公报里查到了", "editor", desk.publications.current().manifest.created)
    for seen in (visit("contributions", services=desk, code=code), visit("contributions", services=desk)):
        assert "采用了，等待发布" in seen.text
        assert "理由：公报里查到了" in seen.text
    assert "/indicator?id=synthetic_rate" in seen.links()


def test_what_is_wrong_is_said_and_what_was_typed_stays(visit: Open, desk: Services) -> None:
    page = visit("contribute", services=desk, about="indicator", id="synthetic_rate", kind="figure")
    send(page, value="很多", text="合成说明")
    assert "里没有数字" in page.text
    assert [a.value for a in page.app.text_area] == ["合成说明"]
    send(page, value="46")
    assert "收到了，谢谢。" in page.text


def test_hostile_words_are_shown_as_words(visit: Open, desk: Services) -> None:
    page = visit("contribute", services=desk, kind="place")
    send(page, text="<script>alert(1)</script><img src=x onerror=alert(2)>")
    (follow,) = [href for href in page.links() if href.startswith("/contributions?code=")]
    seen = visit("contributions", services=desk, code=follow.partition("=")[2])
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;" in seen.html
    assert "<img src=x" not in seen.html


@pytest.mark.parametrize(
    "query", [{"about": "nothing"}, {"about": "portal"}, {}, {"about": "portal", "kind": "figure"}]
)
def test_without_a_thing_it_is_about_a_place_that_is_missing(
    visit: Open, desk: Services, query: dict[str, str]
) -> None:
    page = visit("contribute", services=desk, **query)
    assert "还没有收进来的一个地方" in page.text
    assert not page.app.exception


@pytest.mark.parametrize("id", ["nope", "", "'; --", "<script>"])
def test_a_thing_there_is_not_is_said(visit: Open, desk: Services, id: str) -> None:
    page = visit("contribute", services=desk, about="indicator", id=id)
    assert "没有找到您说的是哪一项" in page.text
    assert not [b for b in page.app.button if b.label == "送出"]


def test_a_code_there_is_not_is_said(visit: Open, desk: Services) -> None:
    assert "没有这个编号" in visit("contributions", services=desk, code="<b>nope</b>").text


def test_in_english_the_form_speaks_english(visit: Open, desk: Services) -> None:
    page = visit("contribute", services=desk, kind="place", lang="en")
    send(page)
    assert "Please write a few words" in page.text
    send(page, text="A car park")
    assert "Received, thank you." in page.text


def test_where_it_is_switched_off_there_is_no_form(visit: Open, city_services: Services, tmp_path: Path) -> None:
    settings = Settings(var=tmp_path, contributions=False)
    closed = replace(city_services, contributions=Contributions(Database(settings), settings))
    page = visit("contribute", services=closed, kind="place")
    assert "现在不收" in page.text
    assert not [b for b in page.app.button if b.label == "送出"]


def test_a_database_that_is_away_is_said_and_nothing_typed_is_lost(
    visit: Open, city_services: Services, tmp_path: Path
) -> None:
    (tmp_path / "var").write_text("in the way")
    settings = Settings(var=tmp_path / "var")
    away = replace(city_services, contributions=Contributions(Database(settings), settings))
    page = send(visit("contribute", services=away, kind="place"), text="合成停车场")
    assert "数据库暂时不能用" in page.text
    assert [a.value for a in page.app.text_area] == ["合成停车场"]


@pytest.mark.parametrize(
    ("about", "id", "named"),
    [
        ("indicator", "synthetic_rate", "About: Synthetic rate"),
        ("clause", "2.2.1", "About: Clause 2.2.1 More synthetic green space"),
        ("place", "synthetic-park-central", "About: Synthetic Central Park 合成中央公园"),
    ],
)
def test_in_english_the_form_names_what_it_is_about_in_english(
    visit: Open, desk: Services, about: str, id: str, named: str
) -> None:
    assert named in visit("contribute", services=desk, about=about, id=id, lang="en").text

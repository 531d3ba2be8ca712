"""What every page promises: its language, its title, no stack trace, a sentence when nothing is published."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

import portal.services
from portal.services import Services
from portal.settings import Settings
from portal.texts.interface import use
from portal.ui import page_data
from portal.ui.html_document import document, routes
from tests.portal.api.conftest import services_for
from tests.portal.pages.conftest import Open


@pytest.fixture(scope="session")
def shared(city_services: Services) -> Services:
    return city_services


PATHS = (
    "",
    "indicator",
    "policy",
    "projects",
    "nearby",
    "data",
    "gaps",
    "sql",
    "versions",
    "years",
    "about",
    "contributions",
)


@pytest.fixture
def unpublished(tmp_path: Path) -> Services:
    return services_for(Settings(published=tmp_path / "none", var=tmp_path / "var"))


@pytest.mark.parametrize("path", PATHS)
def test_where_nothing_is_published_every_page_says_what_to_run(visit: Open, unpublished: Services, path: str) -> None:
    page = visit(path, services=unpublished)
    assert "请管理员运行 portal build" in page.text
    assert not page.app.exception
    assert page.app.chat_input(key="chat_input")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_that_fails_shows_a_sentence_and_keeps_the_chat(
    visit: Open, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("synthetic fault")

    for name in ("targets", "clauses", "project_list", "gaps", "history"):
        monkeypatch.setattr(page_data, name, broken)
    for name in (
        "portal.pages.data._entry",
        "portal.pages.sql._tables",
        "portal.ui.place_data.all_places",
        "portal.pages.about.articles",
        "portal.pages.contributions._log",
    ):
        monkeypatch.setattr(name, broken)
    page = visit(path)
    assert "这一页暂时显示不出来，问题已记入日志。" in page.text
    assert "synthetic fault" not in page.text
    assert not page.app.exception
    assert page.app.chat_input(key="chat_input")


@pytest.mark.parametrize("path", PATHS)
def test_english_pages_speak_english_and_keep_the_plans_words(visit: Open, path: str) -> None:
    page = visit(path, lang="en")
    assert not page.app.exception
    assert "Synthetic portal" in page.text
    assert {link for link in page.links() if link.startswith("/policy")} >= {"/policy?lang=en"}
    if path == "policy":
        assert "到2023年底，合成率达到50%" in page.text


def test_the_other_language_is_one_link_away_on_the_same_page(visit: Open) -> None:
    assert "/indicator?id=synthetic_rate&lang=en" in visit("indicator", id="synthetic_rate").links()
    assert "/indicator?id=synthetic_rate" in visit("indicator", id="synthetic_rate", lang="en").links()


def test_the_document_names_the_page_and_its_language(shared: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal.services, "services", lambda: shared)
    use("zh")
    page = document("policy")
    assert '<html lang="zh-CN">' in page
    assert "<title>政策原文 · 合成门户</title>" in page
    assert "BACKEND_BASE_URL" in page
    assert "SourceSansVF" not in page
    use("en")
    assert '<html lang="en">' in document("policy")
    use("zh")


@pytest.fixture
def client(shared: Services, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(portal.services, "services", lambda: shared)
    return TestClient(Starlette(routes=[*routes(), Route("/{path:path}", lambda _: PlainTextResponse("streamlit"))]))


@pytest.mark.parametrize(
    "address", [*(f"/{path}" for path in PATHS), "/data?dataset=projects", "/indicator?id=synthetic_rate"]
)
def test_what_a_head_holds_is_read_as_such_and_never_shown_as_text(client: TestClient, address: str) -> None:
    head, body = client.get(address).text.split("<body>")
    assert "&lt;" not in head
    assert "<title>" in head
    assert "&lt;" not in body


def test_the_document_is_served_at_every_page(client: TestClient) -> None:
    for path in PATHS:
        reply = client.get(f"/{path}?lang=en")
        assert reply.status_code == 200
        assert '<html lang="en">' in reply.text
        assert "Synthetic portal</title>" in reply.text


@pytest.mark.parametrize(
    ("asked", "accepted", "lang"),
    [
        ("", "en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("", "zh-TW,en;q=0.5", "zh-CN"),
        ("", "fr", "zh-CN"),
        ("?lang=zh", "en", "zh-CN"),
        ("?lang=en", "zh", "en"),
    ],
)
def test_the_document_is_in_the_language_of_the_address_or_else_of_the_browser(
    client: TestClient, asked: str, accepted: str, lang: str
) -> None:
    told = client.get(f"/data{asked}", headers={"Accept-Language": accepted})
    assert f'<html lang="{lang}">' in told.text
    assert "Accept-Language" in told.headers["vary"]


def test_an_address_that_is_no_page_says_so(client: TestClient) -> None:
    for path in ("/nope", "/indicator/nope", "/a/b/c"):
        reply = client.get(path)
        assert reply.status_code == 404
        assert "没有这个网页，地址可能写错了。" in reply.text


def test_streamlits_own_addresses_are_left_to_it(client: TestClient) -> None:
    for path in ("/_stcore/health", "/static/js/index.js", "/media/a.png", "/component/x/y.js", "/favicon.png"):
        assert client.get(path).text == "streamlit"

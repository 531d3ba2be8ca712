"""Contributions over HTTP: taken in with a code, followed by it, and what is wrong told in the language asked for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.desk.contributions import Contributions
from portal.desk.database import Database
from portal.services import Services
from portal.settings import Settings
from portal.traffic.admission import Admission
from tests.portal.api.conftest import client_of

FIGURE = {
    "about": {"kind": "indicator", "id": "synthetic_rate"},
    "kind": "figure",
    "value": "46.5",
    "unit": "%",
    "period": "2023",
    "source_url": "https://example.org/bulletin",
    "contact": "synthetic@example.org",
}


@pytest.fixture
def desk(city_services: Services, city_settings: Settings, tmp_path: Path) -> Services:
    settings = city_settings.model_copy(update={"var": tmp_path})
    return replace(city_services, contributions=Contributions(Database(settings), settings))


@pytest.fixture
def own_client(desk: Services) -> Iterator[TestClient]:
    yield from client_of(create_api(lambda: desk))


def test_a_figure_is_taken_in_and_followed_to_its_decision(own_client: TestClient, desk: Services) -> None:
    reply = own_client.post("/api/v1/contributions", json=FIGURE)
    assert reply.status_code == 201
    code = reply.json()["code"]
    assert reply.json()["url"] == f"http://portal.test/contributions?code={code}"
    address = reply.headers["location"]
    shown = own_client.get(address).json()
    assert shown["about"] == {"kind": "indicator", "id": "synthetic_rate", "name": "合成率"}
    assert (shown["value"], shown["state"], shown["decided"]) == ("46.5", "received", None)
    assert "example.org/bulletin" in shown["source_url"]
    assert "synthetic@example.org" not in own_client.get(address).text
    assert own_client.get("/api/v1/contributions").json() == {"total": 0, "contributions": []}
    desk.contributions.decide(1, False, "没有找到这份公报", "editor", desk.publications.current().manifest.created)
    assert own_client.get(address).json()["reason"] == "没有找到这份公报"
    (logged,) = own_client.get("/api/v1/contributions").json()["contributions"]
    assert (logged["state"], logged["reason"], logged["value"]) == ("refused", "没有找到这份公报", "")


@pytest.mark.parametrize(
    ("body", "zh", "en"),
    [
        ({"kind": "figure"}, "请写出数字", "Please give the figure"),
        ({"kind": "other", "text": "x" * 1001}, "最多 1000 个字", "at most 1000 characters"),
        ({"kind": "other", "text": "x", "source_url": "javascript:alert(1)"}, "打不开", "cannot be opened"),
        ({"kind": "other", "text": "x", "about": {"kind": "place", "id": "nope"}}, "没有找到", "no such thing"),
        ({"kind": "nothing"}, "只能是", "it must be"),
        ({"kind": "other", "text": "x", "admin": True}, "没有这一项", "no such field"),
        ({}, "必须给出", "required"),
    ],
)
def test_what_is_wrong_is_told_in_both_languages(own_client: TestClient, body: object, zh: str, en: str) -> None:
    for language, words in (("zh", zh), ("en", en)):
        reply = own_client.post("/api/v1/contributions", json=body, headers={"Accept-Language": language})
        assert reply.status_code == 400
        assert words in reply.json()["detail"]


def test_a_code_there_is_not_is_not_found(own_client: TestClient) -> None:
    for code in ("AAAA-AAAA-AAAA-AAAA", "nope", "%00", "x" * 70):
        assert own_client.get(f"/api/v1/contributions/{code}").status_code == 404


def test_one_who_sends_too_many_is_told_when_to_come_again(desk: Services, city_settings: Settings) -> None:
    counted = Admission(city_settings.model_copy(update={"unlimited": "", "contribute_per_minute": 2}))
    (client,) = client_of(create_api(lambda: desk, lambda: counted))
    statuses = [client.post("/api/v1/contributions", json=FIGURE).status_code for _ in range(4)]
    assert statuses == [201, 201, 429, 429]
    assert client.get("/api/v1/contributions").status_code == 200


def test_where_the_database_is_away_it_says_so_and_when_to_come_again(city_services: Services, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way")
    settings = Settings(var=tmp_path / "var")
    away = replace(city_services, contributions=Contributions(Database(settings), settings))
    (client,) = client_of(create_api(lambda: away))
    for reply in (
        client.post("/api/v1/contributions", json=FIGURE),
        client.get("/api/v1/contributions"),
        client.get("/api/v1/contributions/AAAA-AAAA-AAAA-AAAA"),
    ):
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "60")
        assert "数据库暂时不能用" in reply.json()["detail"]

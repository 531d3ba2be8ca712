"""Feeds tell what changed, under ids that do not change with the host; language models are told where to read."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as xml

import pytest
from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.publication.store import Store
from tests.portal.api.conftest import client_of, services_for
from tests.synthetic import SyntheticProject

CHANGED = (
    "Observations of the plan’s indicators: 1 added, 1 changed, 1 removed. Progress of the indicators: 1 changed. "
)
NAMES = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def twice(two: tuple[SyntheticProject, str, str]) -> Iterator[TestClient]:
    """A client of the API over two versions, the second of which corrected one table."""
    services = services_for(two[0].settings)
    yield from client_of(create_api(lambda: services))


def _entries(client: TestClient, address: str) -> list[str]:
    return [str(e.text) for e in xml.fromstring(client.get(address).content).iterfind("a:entry/a:title", NAMES)]


def _known(client: TestClient) -> dict[str, list[str]]:
    """What there is a feed of; the small project has no districts."""
    rows = client.get("/api/v1/progress").json()["progress"]
    return {
        "dataset": [d["id"] for d in client.get("/api/v1/datasets").json()["datasets"]],
        "indicator": [r["id"] for r in rows],
        "theme": list(dict.fromkeys(r["theme"] for r in rows)),
        "district": [],
    }


def _told(client: TestClient, address: str) -> list[tuple[str, str]]:
    """Title and summary of each entry."""
    entries = xml.fromstring(client.get(address).content).iterfind("a:entry", NAMES)
    return [(str(e.findtext("a:title", None, NAMES)), str(e.findtext("a:summary", None, NAMES))) for e in entries]


def _ids(client: TestClient, host: str, asked: str = "") -> list[str]:
    body = client.get(f"http://{host}/feed.atom?{asked}", headers={"host": host}).content
    return [str(e.text) for e in xml.fromstring(body).iter("{http://www.w3.org/2005/Atom}id")]


def test_the_feed_of_a_dataset_tells_only_of_versions_that_changed_it(
    twice: TestClient, two: tuple[SyntheticProject, str, str]
) -> None:
    _, first, second = two
    assert _entries(twice, "/feed.atom?lang=en") == [f"Version {second}", f"Version {first}"]
    assert _entries(twice, "/feed.atom?dataset=observations&lang=en") == [f"Version {second}", f"Version {first}"]
    assert _entries(twice, "/feed.atom?dataset=clauses&lang=en") == [f"Version {first}"]


@pytest.mark.parametrize("kind", ["dataset", "indicator", "theme", "district"])
def test_the_feed_of_what_is_not_there_names_what_is(twice: TestClient, kind: str) -> None:
    reply = twice.get(f"/feed.atom?{kind}=none-of-that-name")
    assert reply.status_code == 404
    assert "none-of-that-name" in reply.json()["detail"]
    assert reply.json().get("allowed", []) == _known(twice)[kind]


def test_the_feed_of_a_target_tells_what_changed_of_it(
    twice: TestClient, two: tuple[SyntheticProject, str, str]
) -> None:
    _, first, second = two
    assert _told(twice, "/feed.atom?indicator=synthetic_rate&lang=en") == [
        (f"Version {second}", CHANGED),
        (f"Version {first}", "The oldest version kept."),
    ]


def test_the_feed_of_a_target_that_did_not_change_tells_of_no_change(
    twice: TestClient, two: tuple[SyntheticProject, str, str]
) -> None:
    _, first, _ = two
    (other,) = {r["id"] for r in twice.get("/api/v1/progress").json()["progress"]} - {
        "synthetic_rate",
        "synthetic_spaces",
    }
    assert _entries(twice, f"/feed.atom?indicator={other}&lang=en") == [f"Version {first}"]


def test_the_feed_of_a_section_tells_of_all_its_targets(
    twice: TestClient, two: tuple[SyntheticProject, str, str]
) -> None:
    _, first, second = two
    rows = twice.get("/api/v1/progress").json()["progress"]
    theme = next(r["theme"] for r in rows if r["id"] == "synthetic_rate")
    told = _told(twice, f"/feed.atom?theme={theme}&lang=en")
    assert told == [(f"Version {second}", CHANGED), (f"Version {first}", "The oldest version kept.")]


def test_one_feed_is_of_one_thing(twice: TestClient) -> None:
    reply = twice.get("/feed.atom?dataset=observations&indicator=synthetic_rate")
    assert reply.status_code == 400
    assert "一次只能用一个" in reply.json()["detail"]


@pytest.mark.parametrize("asked", ["", "indicator=synthetic_rate", "dataset=observations"])
def test_ids_are_the_same_in_both_languages_and_no_two_feeds_share_one(twice: TestClient, asked: str) -> None:
    ids = {lang: _ids(twice, "portal.test", f"{asked}&lang={lang}") for lang in ("zh", "en")}
    assert ids["zh"] == ids["en"]
    assert not set(ids["zh"]) & set(_ids(twice, "portal.test", "dataset=sources"))


def test_ids_of_the_feed_are_the_same_under_another_host(twice: TestClient) -> None:
    ids = _ids(twice, "portal.test")
    assert ids == _ids(twice, "127.0.0.1")
    assert len(set(ids)) == 3
    assert all(i.startswith("urn:uuid:") for i in ids)


@pytest.mark.parametrize("kind", ["dataset", "indicator", "theme", "district"])
def test_there_is_a_feed_of_each_thing_there_is(city_client: TestClient, city: Store, kind: str) -> None:
    (row,) = city.rows("SELECT i.id AS indicator, i.theme, d.code AS district FROM indicators i, districts d LIMIT 1")
    feed = xml.fromstring(
        city_client.get("/feed.atom", params={kind: {**row, "dataset": "places"}[kind], "lang": "en"}).content
    )
    links = {e.get("rel"): str(e.get("href")) for e in feed.iterfind("a:link", NAMES)}
    assert links["self"].startswith("http://portal.test/feed.atom?")
    assert str(feed.findtext("a:title", None, NAMES)).startswith("Synthetic portal: changes of ")
    assert len(feed.findall("a:entry", NAMES)) == 1


@pytest.mark.parametrize(("lang", "title"), [("zh", "# 合成门户"), ("en", "# Synthetic portal")])
def test_language_models_are_told_where_everything_is_read(lang: str, title: str, city_client: TestClient) -> None:
    told = city_client.get(f"/llms.txt?lang={lang}").text
    assert told.startswith(f"{title}\n\n> ")
    addresses = re.findall(r"\(http://portal\.test([^)]+)\)", told)
    assert "/api/v1/datasets/indicators.csv" in addresses
    files = [a for a in addresses if a.startswith(("/api", "/catalog", "/feed"))]
    assert len(files) > 10
    assert {a: city_client.get(a).status_code for a in files} == dict.fromkeys(files, 200)

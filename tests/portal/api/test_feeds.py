"""Feeds tell what changed, under ids that do not change with the host; language models are told where to read."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as xml

import pytest
from starlette.testclient import TestClient

from portal.api.app import create_api
from tests.portal.api.conftest import client_of, services_for
from tests.synthetic import SyntheticProject

NAMES = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def twice(two: tuple[SyntheticProject, str, str]) -> Iterator[TestClient]:
    """A client of the API over two versions, the second of which corrected one table."""
    services = services_for(two[0].settings)
    yield from client_of(create_api(lambda: services))


def _entries(client: TestClient, address: str) -> list[str]:
    return [str(e.text) for e in xml.fromstring(client.get(address).content).iterfind("a:entry/a:title", NAMES)]


def _ids(client: TestClient, host: str) -> list[str]:
    body = client.get(f"http://{host}/feed.atom", headers={"host": host}).content
    return [str(e.text) for e in xml.fromstring(body).iter("{http://www.w3.org/2005/Atom}id")]


def test_the_feed_of_a_dataset_tells_only_of_versions_that_changed_it(
    twice: TestClient, two: tuple[SyntheticProject, str, str]
) -> None:
    _, first, second = two
    assert _entries(twice, "/feed.atom?lang=en") == [f"Version {second}", f"Version {first}"]
    assert _entries(twice, "/feed.atom?dataset=observations&lang=en") == [f"Version {second}", f"Version {first}"]
    assert _entries(twice, "/feed.atom?dataset=clauses&lang=en") == [f"Version {first}"]


def test_the_feed_of_a_dataset_that_is_none_is_not_there(twice: TestClient) -> None:
    assert twice.get("/feed.atom?dataset=none-of-that-name").status_code == 404


def test_ids_of_the_feed_are_the_same_under_another_host(twice: TestClient) -> None:
    ids = _ids(twice, "portal.test")
    assert ids == _ids(twice, "127.0.0.1")
    assert len(set(ids)) == 3
    assert all(i.startswith("urn:uuid:") for i in ids)


@pytest.mark.parametrize(("lang", "title"), [("zh", "# 合成门户"), ("en", "# Synthetic portal")])
def test_language_models_are_told_where_everything_is_read(lang: str, title: str, city_client: TestClient) -> None:
    told = city_client.get(f"/llms.txt?lang={lang}").text
    assert told.startswith(f"{title}\n\n> ")
    addresses = re.findall(r"\(http://portal\.test([^)]+)\)", told)
    assert "/api/v1/datasets/indicators.csv" in addresses
    files = [a for a in addresses if a.startswith(("/api", "/catalog", "/feed"))]
    assert len(files) > 10
    assert {a: city_client.get(a).status_code for a in files} == dict.fromkeys(files, 200)

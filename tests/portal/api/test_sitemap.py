"""Search engines are told of every page there is."""

import re
from pathlib import Path
from xml.etree import ElementTree as xml

from starlette.testclient import TestClient

import portal.pages
from portal.api.app import create_api
from portal.publication.manifest import MANIFEST
from tests.portal.api.conftest import client_of, services_for
from tests.synthetic import SyntheticProject

# A target's page is told with its target.
PAGES = set(re.findall(r'url_path="(\w*)"', Path(str(portal.pages.__file__)).with_name("app.py").read_text("utf-8")))


def test_the_sitemap_names_every_page(city_client: TestClient) -> None:
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    root = xml.fromstring(city_client.get("/sitemap.xml").content)
    told = {e.text for e in root.iterfind("s:url/s:loc", names)}
    assert len(PAGES) >= 12
    assert {f"http://portal.test/{page}" for page in PAGES - {"indicator"}} - told == set()
    assert "http://portal.test/indicator?id=synthetic_rate" in told


def test_a_page_has_the_day_on_which_what_it_shows_last_changed(two: tuple[SyntheticProject, str, str]) -> None:
    project, first, second = two
    for version, day in ((first, "2026-01-01"), (second, "2026-01-02")):
        manifest = project.settings.published / version / MANIFEST
        told = re.sub(r'("created": *")[^"]*', rf"\g<1>{day}T00:00:00Z", manifest.read_text("utf-8"), count=1)
        manifest.write_text(told, "utf-8")
    services = services_for(project.settings)
    for client in client_of(create_api(lambda: services)):
        root = xml.fromstring(client.get("/sitemap.xml").content)
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    days = {
        str(e.findtext("s:loc", None, names)).removeprefix("http://portal.test"): e.findtext("s:lastmod", None, names)
        for e in root.iterfind("s:url", names)
    }
    assert {path: days[path] for path in ("/", "/policy", "/indicator?id=synthetic_rate")} == {
        "/": "2026-01-02",
        "/policy": "2026-01-01",
        "/indicator?id=synthetic_rate": "2026-01-02",
    }
    assert days["/indicator?id=synthetic_facilities"] == "2026-01-01"
    assert (days["/data?dataset=observations"], days["/data?dataset=indicators"]) == ("2026-01-02", "2026-01-01")

"""Search engines are told of every page there is."""

import re
from pathlib import Path
from xml.etree import ElementTree as xml

from starlette.testclient import TestClient

import portal.pages

# A target's page is told with its target.
PAGES = set(re.findall(r'url_path="(\w*)"', Path(str(portal.pages.__file__)).with_name("app.py").read_text("utf-8")))


def test_the_sitemap_names_every_page(city_client: TestClient) -> None:
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    root = xml.fromstring(city_client.get("/sitemap.xml").content)
    told = {e.text for e in root.iterfind("s:url/s:loc", names)}
    assert len(PAGES) >= 12
    assert {f"http://portal.test/{page}" for page in PAGES - {"indicator"}} - told == set()
    assert "http://portal.test/indicator?id=synthetic_rate" in told

"""What those who run the portal are told of it: the one version that is served, and no other."""

from pathlib import Path

from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.publication.manifest import switch
from portal.settings import Settings
from tests.portal.api.conftest import services_for
from tests.synthetic import SyntheticProject

OWN = ("127.0.0.1", 50000)


def served(client: TestClient) -> list[str]:
    return [line for line in client.get("/metrics").text.splitlines() if line.startswith("portal_serving{")]


def test_the_served_version_is_named_and_the_one_before_no_longer(two: tuple[SyntheticProject, str, str]) -> None:
    project, first, second = two
    services = services_for(project.settings)
    with TestClient(create_api(lambda: services), client=OWN) as client:
        for version in (first, second, first):
            switch(project.settings.published, version)
            assert served(client) == [f'portal_serving{{version="{version}"}} 1.0']


def test_where_nothing_is_published_nothing_is_served(tmp_path: Path) -> None:
    services = services_for(Settings(published=tmp_path / "published", var=tmp_path / "var"))
    with TestClient(create_api(lambda: services), client=OWN) as client:
        assert served(client) == []

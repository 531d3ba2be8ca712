"""The routes of the pages' files, over the synthetic city."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import portal.services
from portal.settings import Settings
from portal.ui import file_routes
from tests.portal.api.conftest import services_for


@pytest.fixture(scope="module")
def client(city_settings: Settings) -> Iterator[TestClient]:
    services = services_for(city_settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(portal.services, "services", lambda: services)
        with TestClient(Starlette(routes=file_routes.routes())) as client:
            yield client

"""What the tests of pages and of the parts they are made of share."""

import pytest

from portal.services import Services
from portal.settings import Settings
from tests.portal.api.conftest import services_for


@pytest.fixture(scope="session")
def shared(published: Settings) -> Services:
    """The portal's services over the real corpus and datasets."""
    return services_for(published)


@pytest.fixture(scope="session")
def city_services(city_settings: Settings) -> Services:
    """The portal's services over the synthetic city, for what is checked of the code."""
    return services_for(city_settings)

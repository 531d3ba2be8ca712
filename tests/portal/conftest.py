"""What the tests of pages and of the parts they are made of share."""

import pytest

from portal.desk import accounts
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


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords that cost next to nothing to check: what they cost is not what such a test is about."""
    from argon2 import PasswordHasher

    made = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: made)
    monkeypatch.setattr(accounts, "_nobody", lambda: made.hash("nobody's"))

"""Every page of a city that has only its plan: nothing breaks, and what there is none of is not in the menu."""

import pytest

from portal.services import Services
from tests.invented_city import invented_city
from tests.portal.api.conftest import services_for
from tests.portal.pages.conftest import Open
from tests.portal.pages.test_shell import PATHS


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Services:
    return services_for(invented_city(tmp_path_factory.mktemp("invented")))


@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_a_city_with_nothing_but_its_plan_is_drawn(visit: Open, path: str) -> None:
    page = visit(path)
    assert not page.app.exception
    assert "出了点问题" not in page.text
    assert "三年" not in page.text

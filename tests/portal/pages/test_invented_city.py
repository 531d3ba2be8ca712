"""Every page of a city that has only its plan, or its plan and targets: nothing breaks, and what there is none of is not in the menu."""

import pytest

from portal.services import Services
from portal.texts.interface import t
from tests.invented_city import city_of_tables, invented_city
from tests.portal.api.conftest import services_for
from tests.portal.pages.conftest import Open
from tests.portal.pages.test_shell import PATHS


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Services:
    return services_for(invented_city(tmp_path_factory.mktemp("invented")))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Services:
    return services_for(city_of_tables(tmp_path_factory.mktemp("tables")))


@pytest.mark.parametrize("path", [*PATHS, "documents", "compare"])
def test_a_page_of_a_city_with_nothing_but_its_plan_is_drawn(visit: Open, path: str) -> None:
    page = visit(path)
    assert not page.app.exception
    assert t("error.page") not in page.text
    assert "三年" not in page.text


@pytest.mark.parametrize("path", [*PATHS, "documents", "compare"])
def test_a_page_of_a_city_with_its_plan_and_targets_is_drawn(visit: Open, tables: Services, path: str) -> None:
    page = visit(path, services=tables)
    assert not page.app.exception
    assert t("error.page") not in page.text


def test_what_a_city_has_none_of_is_not_in_its_menu(visit: Open, shared: Services, tables: Services) -> None:
    for services in (shared, tables):
        menu = set(visit("", services=services).links())
        assert not {"/projects", "/nearby", "/compare"} & menu
        assert {"/policy", "/data"} <= menu
    assert "/gaps" in menu


def test_a_city_without_targets_is_led_to_its_text(visit: Open) -> None:
    page = visit("")
    assert "方案写了什么" in page.text
    assert "方案里的目标还没有整理成表" in page.text
    assert "/policy" in page.links()
    assert "新建虚构公园12座" in visit("", q="公园").text


def test_a_target_entered_from_a_table_has_its_page_and_its_row(visit: Open, tables: Services) -> None:
    page = visit("indicator", services=tables, id="invented_0")
    assert "新建口袋公园" in page.text
    assert "15座" in page.text
    assert "未公布" in page.text
    read = visit("policy", services=tables, clause="2", span="49-61")
    assert "虚表市园林局</mark></td>" in read.html
    assert read.html.count("<th>责任单位</th>") == 2

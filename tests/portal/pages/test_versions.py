"""发布版本: every version with what it changed and why, and the rows themselves; an older dataset opens, and says it is older."""

import pytest

from portal.publication.manifest import versions
from portal.services import Services
from tests.portal.api.conftest import services_for
from tests.portal.pages.conftest import Open
from tests.synthetic import SyntheticProject


@pytest.fixture(scope="session")
def shared(city_services: Services) -> Services:
    return city_services


Two = tuple[SyntheticProject, str, str]


def test_versions_are_listed_with_their_changes_and_reasons(visit: Open, two: Two) -> None:
    project, first, second = two
    page = visit("versions", services=services_for(project.settings))
    assert "2 个发布版本" in page.text
    assert page.text.index(second) < page.text.index(first)
    assert "有变化的数据集：指标观测值、" in page.text
    assert "指标观测值：合成更正：2023年的数改为46" in page.text
    assert f"/versions?from={first}&to={second}" in page.links()
    assert f"/data?version={first}" in page.links()


def test_two_versions_are_compared_cell_by_cell(visit: Open, two: Two) -> None:
    project, first, second = two
    page = visit("versions", services=services_for(project.settings), **{"from": first, "to": second})
    assert "新增 1 行，删去 1 行，改动 1 行。" in page.text
    assert 'data-label="原来">45<' in page.html
    assert 'data-label="现在">46<' in page.html
    assert "合成更正：2023年的数改为46" in page.text
    assert "更新记录没有写这次变化的原因。" in page.text
    assert f"/api/v1/versions/{first}/diff/{second}" in page.links()


@pytest.mark.parametrize("wanted", ["nope", "<script>alert(1)</script>", "../.."])
def test_a_version_that_is_none_is_a_sentence(visit: Open, two: Two, wanted: str) -> None:
    page = visit("versions", services=services_for(two[0].settings), **{"from": wanted, "to": two[2]})
    assert "其中一个版本不在了，或者打不开。" in page.text
    assert "<script>alert" not in page.html


def test_a_dataset_of_an_older_version_opens_and_says_it_is_older(visit: Open, two: Two) -> None:
    project, first, second = two
    page = visit("data", services=services_for(project.settings), dataset="observations", version=first)
    assert f"您看的是旧版本 {first}" in page.text
    assert "synthetic_rate-2020" in page.text
    assert f"/api/v1/datasets/observations.csv?version={first}&bom=1" in page.links()
    assert "/data?dataset=observations" in page.links()
    now = visit("data", services=services_for(project.settings), dataset="observations", version=second)
    assert "您看的是旧版本" not in now.text
    assert versions(project.settings.published) == [second, first]

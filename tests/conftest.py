"""What tests share: the real corpus and datasets, published once, and small synthetic projects to break."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipelines.build import build
from pipelines.publish import exclusive, is_published
from portal.publication.manifest import current_version, switch, versions
from portal.publication.store import Store
from portal.settings import Settings
from tests.durations import slow
from tests.real_city import COLLECTED, on_real_city
from tests.synthetic import SyntheticProject

# Tests speak of the settings' defaults, whatever the person's own environment says.
for _name in [n for n in os.environ if n.startswith("PORTAL_")]:
    del os.environ[_name]
# And of addresses on this machine, which no proxy leads to.
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"


# How long an example takes says how busy the machine is, not whether a promise is kept.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

_BROWSER = Path(__file__).parent / "browser"
_MISSES = Path(__file__).parent / "known_misses.txt"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the browser's tests and the slow ones; expect the known misses to fail, and say so when one no longer does.

    What uses the real city is kept for the test that holds it to its list.
    """
    config.stash[COLLECTED] = on_real_city(items)
    lasting = slow()
    known = {line for line in _MISSES.read_text("utf-8").splitlines() if line and not line.startswith("#")}
    for item in items:
        if _BROWSER in item.path.parents:
            item.add_marker(pytest.mark.browser)
        elif item.nodeid.partition("[")[0] in lasting:
            item.add_marker(pytest.mark.slow)
        if item.nodeid in known:
            item.add_marker(pytest.mark.xfail(reason="known miss: see tests/known_misses.txt", strict=True))


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings under which the real corpus and datasets have been published, once for the whole run."""
    folder = tmp_path_factory.mktemp("published")
    settings = Settings(published=folder / "published", var=folder / "var")
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Workers share a folder: whoever comes first builds, the others wait for its lock and find the version there.
        settings = Settings(published=tmp_path_factory.getbasetemp().parent / "published", var=folder / "var")
    _begin_with_what_is_published(Path(settings.published))
    current = build(settings).version
    for older in set(versions(Path(settings.published))) - {current}:
        shutil.rmtree(Path(settings.published) / older, ignore_errors=True)
    return settings


def _begin_with_what_is_published(folder: Path) -> None:
    """Copy the checkout's own published version: the build then makes only what is not of this code, corpus and data."""
    checkout = Path(Settings().published)
    version = current_version(checkout)
    if version is None or not is_published(checkout, version):
        return
    with exclusive(folder):
        if current_version(folder) is None:
            shutil.copytree(checkout / version, folder / version)
            switch(folder, version)


@pytest.fixture(scope="session")
def store(published: Settings) -> Store:
    """The published version of the real corpus and datasets, open for reading."""
    (version,) = versions(Path(published.published))
    return Store(Path(published.published) / version, published)


@pytest.fixture
def project(tmp_path: Path) -> SyntheticProject:
    """A small synthetic project of the test's own, with nothing published."""
    return SyntheticProject(tmp_path / "project")


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = SyntheticProject(tmp_path_factory.mktemp("synthetic") / "project")
    project.build()
    return project.settings.published


@pytest.fixture(scope="session")
def city_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings under which the synthetic city is published; nobody publishes there again."""
    city = SyntheticProject(tmp_path_factory.mktemp("city") / "project").grow()
    city.build()
    return Settings(published=city.settings.published, var=tmp_path_factory.mktemp("city-var"))


@pytest.fixture(scope="session")
def city(city_settings: Settings) -> Store:
    """The published version of the synthetic city, for what is checked of the code: read only, shared by the whole run."""
    published = Path(city_settings.published)
    return Store(published / versions(published)[0], city_settings)


@pytest.fixture
def built(project: SyntheticProject, _built_once: Path) -> SyntheticProject:
    """A small synthetic project of the test's own with its published version, which was built once for the whole run."""
    shutil.copytree(_built_once, project.settings.published)
    return project


@pytest.fixture(scope="session")
def _published_twice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = SyntheticProject(tmp_path_factory.mktemp("twice") / "project")
    project.build()
    project.correct()
    project.build()
    return project.settings.published


@pytest.fixture
def two(project: SyntheticProject, _published_twice: Path) -> tuple[SyntheticProject, str, str]:
    """A synthetic project published, corrected and published again, with the ids of the first and of the second version."""
    project.correct()
    shutil.copytree(_published_twice, project.settings.published)
    second, first = versions(project.settings.published)
    return project, first, second

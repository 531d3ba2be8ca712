"""A whole city none of whose tables is copied from object storage answers what it answers from the disk."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipelines.publish import push
from portal.api.app import create_api
from portal.services import Services
from portal.settings import Settings
from portal.traffic.admission import Admission
from portal.visitor_sql.service import QueryService
from tests.portal.api.conftest import client_of, services_for
from tests.portal.s3_server import serving
from tests.synthetic import SyntheticProject

# No table is as small as that.
NOTHING_MB = 1e-6


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, TestClient]]:
    """The city from the disk, its figures in partitions, and from object storage."""
    project = SyntheticProject(tmp_path_factory.mktemp("city") / "city").grow()
    described = project.datasets / "observations" / "dataset.toml"
    project.replace(described, 'id = "observations"\n', 'id = "observations"\npartition = "year(period_end)"\n')
    project.build()
    with serving() as server:
        push(project.settings.published, server.storage())
        both: list[Services] = [
            services_for(project.settings),
            services_for(server.settings(large_table_mb=NOTHING_MB, var=project.settings.var)),
        ]
        patient = Admission(Settings(read_seconds=60, query_seconds=60))
        disk, remote = (create_api(lambda s=services: s, lambda: patient) for services in both)
        # The process that answers SQL for a version would be the other's.
        queries = remote.state.queries = QueryService(Settings(query_seconds=60))
        store = both[1].publications.current()
        assert [p.name for p in store.folder.iterdir()] == ["manifest.json"]
        for one in client_of(disk):
            for other in client_of(remote):
                yield one, other
        queries.close()
        both[1].publications.close()


@pytest.mark.parametrize(
    "path",
    [
        "progress",
        "measures",
        "datasets/places/rows?filter.kind=park&order=name",
        "datasets/observations/rows?filter.period_end__ge=2022-01-01&order=id",
        "datasets/observations.csv?order=id",
        "search?q=合成",
        "places/near?lon=102.1&lat=30.1&kind=park&radius_m=5000",
        "documents",
    ],
)
def test_it_tells_the_same(clients: tuple[TestClient, TestClient], path: str) -> None:
    disk, remote = (c.get(f"/api/v1/{path}").raise_for_status().content for c in clients)
    assert disk == remote
    assert len(disk) > 100


def test_it_measures_and_answers_the_same(clients: tuple[TestClient, TestClient]) -> None:
    measures = clients[0].get("/api/v1/measures").json()["measures"]
    assert len(measures) > 3

    def told(client: TestClient, path: str, asked: dict[str, Any]) -> Any:
        found = client.post(f"/api/v1/{path}", json=asked).raise_for_status().json()
        return {k: v for k, v in found.items() if k not in {"elapsed_ms", "timings_ms", "id"}}

    for measure in measures:
        asked = {"measure": measure["id"], "operation": "series"}
        disk, remote = (told(c, "measures/query", asked) for c in clients)
        assert disk == remote, measure["id"]
    for question in ("合成率的目标是多少？", "有几个公园？"):
        disk, remote = (told(c, "ask", {"question": question})["answer"] for c in clients)
        assert disk == remote
    sql = "SELECT kind, count(*) AS n FROM places GROUP BY kind ORDER BY kind"
    disk, remote = (told(c, "query", {"sql": sql})["rows"] for c in clients)
    assert disk == remote
    assert disk

"""A table published in partitions is asked like any other: by rows, counts, measures, SQL, catalogue and downloads."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.publication.manifest import read_manifest
from portal.services import Services
from tests.portal.api.conftest import client_of, services_for
from tests.synthetic import OBSERVATIONS, SyntheticProject

SQL = "SELECT period, count(*) AS n, sum(value) AS total FROM observations GROUP BY period ORDER BY period"


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Services, Services]:
    """The small synthetic city, its figures in one file; and again, a file a period."""
    whole, parted = (SyntheticProject(tmp_path_factory.mktemp("city") / name) for name in ("whole", "parted"))
    described = parted.datasets / "observations" / "dataset.toml"
    parted.replace(described, 'id = "observations"\n', 'id = "observations"\npartition = "period"\n')
    for project in (whole, parted):
        project.write("observations", [*OBSERVATIONS, {**OBSERVATIONS[0], "id": "synthetic_rate-2020-2"}])
        project.build()
    return services_for(whole.settings), services_for(parted.settings)


@pytest.fixture(scope="module")
def clients(cities: tuple[Services, Services]) -> Iterator[tuple[TestClient, TestClient]]:
    whole, parted = (create_api(lambda s=services: s) for services in cities)
    for one in client_of(whole):
        for other in client_of(parted):
            yield one, other


def test_the_build_publishes_a_file_a_period(cities: tuple[Services, Services]) -> None:
    store = cities[1].publications.current()
    (file,) = (f for f in read_manifest(store.folder).files if f.table == "observations")
    assert [(p.path, p.rows) for p in file.parts] == [
        ("observations/period=2020/data.parquet", 2),
        ("observations/period=2023/data.parquet", 1),
    ]
    assert cities[0].publications.current().version != store.version


@pytest.mark.parametrize(
    "path",
    [
        "observations/rows?order=id",
        "observations/rows?filter.period=2020&order=-id&limit=1",
        "observations/rows?filter.period__ge=2021&select=id,period,value",
        "observations/rows?q=2023&order=id",
        "observations/rows?filter.period=1999",
    ],
)
def test_pages_of_rows_are_the_same(clients: tuple[TestClient, TestClient], path: str) -> None:
    found = [c.get(f"/api/v1/datasets/{path}").raise_for_status().json() for c in clients]
    assert found[0]["rows"] == found[1]["rows"]
    assert found[0]["total"] == found[1]["total"]


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_downloads_are_the_same(clients: tuple[TestClient, TestClient], kind: str) -> None:
    found = [c.get(f"/api/v1/datasets/observations.{kind}?order=id").raise_for_status().content for c in clients]
    assert found[0] == found[1]
    assert b"synthetic_rate-2023" in found[0]


def test_the_whole_as_parquet_is_one_file_and_claims_no_checksum(
    clients: tuple[TestClient, TestClient], tmp_path: Path
) -> None:
    whole, parted = (c.get("/api/v1/datasets/observations.parquet").raise_for_status() for c in clients)
    tables = []
    for reply in (whole, parted):
        (tmp_path / "o.parquet").write_bytes(reply.content)
        tables.append(pq.read_table(tmp_path / "o.parquet").sort_by("id").to_pylist())
    assert tables[0] == tables[1]
    described = [c.get("/catalog.jsonld").text.count("spdx:checksumValue") for c in clients]
    assert described[0] == described[1] + 1
    shown = clients[1].get("/api/v1/datasets/observations").json()["distributions"]
    assert next(d for d in shown if d["format"] == "parquet")["bytes"] == len(parted.content)


def test_a_description_by_one_file_is_told_not_to_be_there(clients: tuple[TestClient, TestClient]) -> None:
    found, missing = (c.get("/api/v1/datasets/observations/croissant.json") for c in clients)
    assert (found.status_code, missing.status_code) == (200, 404)
    assert "分成几个文件发布，没有 Croissant 说明" in missing.json()["detail"]


def test_measures_sql_and_progress_are_the_same(clients: tuple[TestClient, TestClient]) -> None:
    asked = {"measure": "observations.synthetic_rate", "operation": "series"}
    known = [c.get("/api/v1/measures").raise_for_status().json()["measures"] for c in clients]
    assert known[0] == known[1]
    asked["measure"] = known[0][0]["id"]
    for ask in (
        lambda c: c.post("/api/v1/query", json={"sql": SQL}).raise_for_status().json()["rows"],
        lambda c: c.post("/api/v1/measures/query", json=asked).raise_for_status().json()["rows"],
        lambda c: c.get("/api/v1/progress").raise_for_status().json()["progress"],
    ):
        whole, parted = (ask(c) for c in clients)
        assert whole == parted
        assert whole

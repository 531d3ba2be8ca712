"""A large table stays in object storage: asked like any other, read only where a query needs it, and told in a sentence when it is away."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest
from starlette.testclient import TestClient

from pipelines.publish import push
from portal.api.app import create_api
from portal.api.downloads import Downloads, cache_key, write_ahead
from portal.datasets.export import export
from portal.datasets.formats import FORMATS, Format
from portal.datasets.profile import find, only_described
from portal.datasets.row_parameters import parse
from portal.datasets.row_query import whole_table
from portal.publication.manifest import PublicationError
from portal.publication.publications import Publications
from portal.publication.remote_tables import AwayError
from portal.publication.store import Store
from portal.settings import Settings
from portal.traffic.admission import Admission
from tests.portal.api.conftest import client_of, services_for
from tests.portal.s3_server import PUBLICATION, Server, serving
from tests.portal.synthetic_store import described, publish

ROWS = 400_000
DISTRICTS = ("合成甲区", "合成乙区", "合成丙区", "合成丁区")
COLUMNS = [
    {"name": "id", "type": "integer", "required": True, "unique": True},
    {"name": "district", "type": "string"},
    {"name": "visits", "type": "integer"},
    {"name": "note", "type": "string"},
]
# A table of more than a tenth of a megabyte is large; those beside it are not.
LARGE_MB = 0.1
# However loaded the machine is, a query is stopped by the storage and not by the clock.
PATIENT = Admission(Settings(read_seconds=60, export_seconds=60))


def rows() -> pa.Table:
    """Made-up visits of made-up districts, by formula, in an order that has nothing to do with the district."""
    return pa.table(
        {
            "id": pa.array(range(ROWS), pa.int64()),
            "district": pa.array([DISTRICTS[i * 7 % 4] for i in range(ROWS)], pa.string()),
            "visits": pa.array([i * 7919 % 1013 for i in range(ROWS)], pa.int64()),
            "note": pa.array([f"合成{i * 31 % 97}" for i in range(ROWS)], pa.string()),
        }
    )


@dataclass(frozen=True)
class Portal:
    """A portal that reads the publication in object storage, and one that has it on its disk."""

    server: Server
    remote: Store
    local: Store


@contextlib.contextmanager
def portal(folder: Path, partition: str) -> Iterator[Portal]:
    with serving() as server:
        local = publish(folder, described(COLUMNS, partition=partition, primary_key=["id"]), rows())
        push(folder, server.storage())
        publications = Publications(server.settings(large_table_mb=LARGE_MB))
        try:
            yield Portal(server, publications.current(), local)
        finally:
            publications.close()


@pytest.fixture(scope="module", params=["", "district"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """In one file, and in a file a district."""
    with portal(tmp_path_factory.mktemp("published"), request.param) as found:
        yield found


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Portal]:
    """For a test that takes the storage away."""
    with portal(tmp_path, "district") as found:
        yield found


def read(store: Store) -> int:
    """The bytes a store has read from object storage and remembers."""
    (row,) = store.rows("SELECT coalesce(sum(nr_bytes), 0) AS n FROM duckdb_external_file_cache()")
    return int(row["n"])


def test_nothing_of_it_is_copied(both: Portal) -> None:
    assert [p.name for p in both.remote.folder.rglob("*")] == ["manifest.json"]
    assert both.remote.is_remote(both.remote.manifest.files[0])
    assert not both.local.is_remote(both.local.manifest.files[0])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM synthetic_table WHERE id IN (7, 200001) ORDER BY id",
        "SELECT district, count(*) AS n, sum(visits) AS visits FROM synthetic_table GROUP BY district ORDER BY district",
        "SELECT * FROM synthetic_table WHERE district = '合成乙区' ORDER BY visits DESC, id LIMIT 20",
    ],
)
def test_a_query_gives_what_it_gives_on_the_disk(both: Portal, sql: str) -> None:
    found = both.remote.rows(sql)
    assert found == both.local.rows(sql)
    assert found


def test_a_query_reads_what_it_needs_once(tmp_path: Path) -> None:
    with portal(tmp_path, "district") as found:
        (file,) = found.remote.manifest.files
        sql = "SELECT sum(visits) AS n FROM synthetic_table WHERE district = '合成乙区'"
        wanted = found.remote.rows(sql)
        # One column of one district in four.
        first = read(found.remote)
        assert 0 < first < file.bytes / 3
        assert found.remote.rows(sql) == wanted
        assert read(found.remote) == first


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx", "parquet", "zip"])
def test_downloads_are_those_from_the_disk(both: Portal, tmp_path: Path, kind: Format) -> None:
    assert kind in FORMATS
    given = [("filter.district", "合成乙区"), ("filter.id__lt", "2000"), ("order", "id")]
    files = []
    for name, store in (("remote", both.remote), ("local", both.local)):
        files.append(tmp_path / name)
        export(store, parse(store.manifest.datasets[0], given, 5000, None), kind, files[-1])
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].stat().st_size


def test_a_whole_file_is_handed_out_as_it_was_published(tmp_path: Path) -> None:
    with portal(tmp_path / "published", "") as found:
        export(found.remote, whole_table(found.remote.manifest.datasets[0]), "parquet", tmp_path / "o.parquet")
        assert (tmp_path / "o.parquet").read_bytes() == (found.local.folder / "synthetic_table.parquet").read_bytes()


def test_a_search_over_all_tables_leaves_its_rows_alone_and_says_so(both: Portal) -> None:
    assert [f.rows for f in find(both.local, "合成13")] == [sum("合成13" in n for n in rows()["note"].to_pylist())]
    assert find(both.remote, "合成13") == []
    assert [f.described for f in find(both.remote, "合成表")] == [True]
    assert [d.id for d in only_described(both.remote)] == ["synthetic-table"]
    assert only_described(both.local) == []


def test_its_downloads_are_not_written_ahead(both: Portal) -> None:
    downloads = Downloads()
    try:
        for store, size in ((both.remote, None), (both.local, 1)):
            write_ahead(downloads, store)
            held = downloads.size(cache_key(store, whole_table(store.manifest.datasets[0]), "csv"))
            assert (held is None) == (size is None)
    finally:
        downloads.close()


def damage(found: Portal) -> str:
    """Put another file of the same size where a part of the table was."""
    (file,) = found.local.manifest.files
    part = file.parts[1]
    content = (found.local.folder / part.path).read_bytes()
    found.server.storage().write(
        f"synthetic-1/{part.path}", content[: len(content) // 2] + content[: -(len(content) // 2)]
    )
    return part.path


def test_a_file_that_is_not_what_was_published_keeps_the_version_from_being_served(alone: Portal) -> None:
    part = damage(alone)
    fresh = Publications(alone.server.settings(large_table_mb=LARGE_MB))
    with pytest.raises(PublicationError) as raised:
        fresh.current()
    assert part.startswith("synthetic_table/")
    sentence = f"{PUBLICATION}/synthetic-1/synthetic_table 已损坏。请在发布的机器上运行 portal versions push {PUBLICATION} 重新上传。"
    assert str(raised.value) == sentence


def test_a_part_that_is_missing_or_cut_is_told(alone: Portal) -> None:
    (file,) = alone.local.manifest.files
    alone.server.storage().write(
        f"synthetic-1/{file.parts[1].path}", (alone.local.folder / file.parts[0].path).read_bytes()
    )
    with pytest.raises(PublicationError, match=f"{file.parts[1].path} 已损坏"):
        Publications(alone.server.settings(large_table_mb=LARGE_MB)).current()


@pytest.mark.parametrize("read_before", [True, False])
def test_a_file_replaced_while_it_is_served_is_told_and_read_again_once_it_is_mended(
    alone: Portal, read_before: bool
) -> None:
    if read_before:
        alone.remote.rows("SELECT sum(visits) AS n FROM synthetic_table")
    part = damage(alone)
    everything = "SELECT sum(id) AS n FROM synthetic_table"
    with pytest.raises(AwayError):
        alone.remote.rows(everything)
    alone.server.storage().write(f"synthetic-1/{part}", (alone.local.folder / part).read_bytes())
    assert alone.remote.rows(everything) == alone.local.rows(everything)


@contextlib.contextmanager
def asked_while_away(folder: Path) -> Iterator[TestClient]:
    """A portal whose storage goes away after it has opened the version and answered once."""
    with contextlib.ExitStack() as stack:
        with portal(folder, "district") as found:
            services = services_for(found.server.settings(large_table_mb=LARGE_MB))
            stack.callback(services.publications.close)
            client = stack.enter_context(
                contextlib.contextmanager(client_of)(create_api(lambda: services, lambda: PATIENT))
            )
            page = client.get("/api/v1/datasets/synthetic-table/rows", params={"filter.district": DISTRICTS[0]})
            assert page.raise_for_status().json()["total"] == ROWS // 4
        yield client


def test_while_the_storage_is_away_a_request_gets_a_sentence_and_503(tmp_path: Path) -> None:
    with asked_while_away(tmp_path) as client:
        for path in (
            "rows?filter.district=合成丙区&order=-visits",
            "rows?filter.note__contains=5",
            "rows?order=note",
        ):
            reply = client.get(f"/api/v1/datasets/synthetic-table/{path}")
            assert (reply.status_code, reply.headers["retry-after"]) == (503, "60"), path
            assert "放在对象存储里，现在读不出来" in reply.json()["detail"]
        for kind in ("csv", "json", "xlsx", "parquet", "zip"):
            reply = client.get(f"/api/v1/datasets/synthetic-table.{kind}?filter.district=合成丁区&filter.id__lt=5000")
            assert reply.status_code == 503, kind
        english = client.get("/api/v1/datasets/synthetic-table.csv", headers={"Accept-Language": "en"})
        assert english.status_code == 503
        assert "lies in object storage and cannot be read just now" in english.json()["detail"]


def test_what_was_read_before_is_answered_while_the_storage_is_away(tmp_path: Path) -> None:
    with asked_while_away(tmp_path) as client:
        again = client.get("/api/v1/datasets/synthetic-table/rows", params={"filter.district": DISTRICTS[0]})
        assert again.raise_for_status().json()["total"] == ROWS // 4
        assert client.get("/api/v1/datasets").status_code == 200

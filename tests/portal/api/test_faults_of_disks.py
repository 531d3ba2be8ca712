"""Full and failing disks, damaged files and broken pointers end in a sentence, and in nothing that is wrong."""

import errno
import shutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portal.api.app import create_api
from portal.api.downloads import Downloads, cache_key, write_ahead
from portal.api.problems import Problem
from portal.datasets.export import export
from portal.datasets.row_query import RowQuery, whole_table
from portal.publication.store import Store
from portal.settings import Settings
from portal.visitor_sql.service import QueryService
from tests.portal.api.conftest import services_for


def test_filtered_files_are_kept_only_so_many(tmp_path: Path) -> None:
    downloads = Downloads(files_max=3)
    for number in range(10):
        downloads.release(downloads.lease(str(number), lambda path: path.write_bytes(b"x")))
    assert [downloads.size(str(n)) for n in range(10)] == [None] * 7 + [1] * 3
    folder = Path(downloads._folder.name)
    assert len(list(folder.iterdir())) == 3
    downloads.close()
    assert not folder.exists()


def test_a_file_that_is_being_sent_stays_whatever_comes_after_it() -> None:
    downloads = Downloads(bytes_max=1, files_max=1)
    sent = downloads.lease("sent", lambda path: path.write_bytes(b"being sent"))
    for number in range(5):
        downloads.release(downloads.lease(str(number), lambda path: path.write_bytes(b"another")))
    assert sent.path.read_bytes() == b"being sent"
    again = downloads.lease("sent", lambda path: path.write_bytes(b"written anew"))
    assert again.path.read_bytes() == b"being sent"
    downloads.release(again)
    downloads.release(sent)
    downloads.release(downloads.lease("last", lambda path: path.write_bytes(b"another")))
    assert downloads.size("sent") is None
    assert not sent.path.exists()


def test_files_are_kept_only_up_to_so_many_bytes() -> None:
    downloads = Downloads(bytes_max=25)
    for number in range(5):
        downloads.release(downloads.lease(str(number), lambda path: path.write_bytes(bytes(10))))
    assert [downloads.size(str(n)) for n in range(5)] == [None] * 3 + [10] * 2


def test_whole_tables_are_written_before_anybody_asks(city: Store, tmp_path: Path) -> None:
    downloads = Downloads()
    write_ahead(downloads, city)
    for dataset in city.manifest.datasets:
        key = cache_key(city, whole_table(dataset), "csv")
        export(city, whole_table(dataset), "csv", tmp_path / "asked.csv")
        assert downloads.size(key) == (tmp_path / "asked.csv").stat().st_size
        assert downloads.size(f"{key}.gz")
    downloads.close()


def test_no_table_is_written_ahead_onto_a_disk_that_is_full(city: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(store: Store, query: RowQuery, kind: str, path: Path, bom: bool = False) -> None:
        tried.append(query.dataset.id)
        raise OSError(errno.ENOSPC, "synthetic")

    downloads, tried = Downloads(), list[str]()
    monkeypatch.setattr("portal.api.downloads.export", failing)
    write_ahead(downloads, city)
    assert set(tried) == {city.manifest.datasets[0].id}
    downloads.close()


@pytest.mark.parametrize(("closed", "told"), [(False, 1), (True, 0)])
def test_what_is_being_written_while_the_portal_ends_is_no_fault(
    closed: bool, told: int, caplog: pytest.LogCaptureFixture
) -> None:
    def write(path: Path) -> None:
        if closed:
            downloads.close()
        raise OSError(errno.EIO, "synthetic")

    downloads = Downloads()
    with pytest.raises(Problem):
        downloads.lease("ending", write)
    assert len(caplog.records) == told
    downloads.close()


def test_a_full_disk_makes_room_and_a_fuller_one_is_told() -> None:
    downloads = Downloads()
    downloads.release(downloads.lease("old", lambda path: path.write_bytes(b"x")))
    tried = []

    def once_full(path: Path) -> None:
        tried.append(path)
        if len(tried) == 1:
            raise OSError(errno.ENOSPC, "synthetic")
        path.write_bytes(b"new")

    downloads.release(downloads.lease("new", once_full))
    assert (downloads.size("old"), downloads.size("new")) == (None, 3)

    def always_full(path: Path) -> None:
        raise OSError(errno.ENOSPC, "synthetic")

    with pytest.raises(Problem) as told:
        downloads.lease("none", always_full)
    assert told.value.status == 503
    assert told.value.sentence.zh.startswith("服务器的磁盘现在写不下这个文件。")
    assert downloads.size("none") is None


def test_a_file_damaged_after_opening_is_not_sent_with_the_good_tag(city_settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "published"
    shutil.copytree(city_settings.published, folder)
    services = services_for(city_settings.model_copy(update={"published": folder}))
    version = services.publications.current().folder
    file = version / "indicators.parquet"
    whole = file.read_bytes()
    file.write_bytes(whole[:-100] + bytes(100))
    with TestClient(create_api(lambda: services), raise_server_exceptions=False) as client:
        reply = client.get("/api/v1/datasets/indicators.parquet")
        assert reply.status_code == 503
        assert reply.json()["detail"].startswith("这个文件在服务器上损坏了，没有发出。")
        assert client.get("/api/v1/datasets/indicators.csv").status_code == 200


def test_a_pointer_that_is_no_text_is_told_and_the_newest_version_served(
    city_settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "published"
    shutil.copytree(city_settings.published, folder)
    (folder / "CURRENT").write_bytes(b"\xff\xfe\x00")
    services = services_for(city_settings.model_copy(update={"published": folder}))
    with TestClient(create_api(lambda: services), client=("127.0.0.1", 50000)) as client:
        body = client.get("/readyz").json()
    assert body["status"] == "degraded"
    assert "CURRENT" in body["problem"]


def test_faults_of_security_have_an_address(city_settings: Settings) -> None:
    with TestClient(create_api(lambda: services_for(city_settings)), base_url="https://portal.test") as client:
        lines = client.get("/.well-known/security.txt").text.splitlines()
    assert lines[0] == "Contact: https://portal.test/about"
    assert [line.partition(":")[0] for line in lines] == ["Contact", "Expires", "Preferred-Languages", "Canonical"]


def test_where_no_process_for_sql_starts_readiness_says_so_and_everything_else_serves(
    city_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.child_process._START", "raise SystemExit(1)")
    api = create_api(lambda: services_for(city_settings))
    api.state.queries = QueryService(city_settings)
    with TestClient(api, client=("127.0.0.1", 50000)) as client:
        assert client.get("/readyz").json()["status"] == "ok"
        refused = client.post("/api/v1/query", json={"sql": "SELECT 1"})
        body = client.get("/readyz").json()
        assert client.get("/api/v1/datasets/indicators/rows").status_code == 200
    assert refused.status_code == 503
    assert (body["status"], body["problem"]) == ("degraded", refused.json()["detail"])

"""The store reads one published version, fetches nothing, and measures in longitude and latitude."""

import datetime
import threading

import duckdb
import pytest

from portal.publication.publications import Publications
from portal.publication.store import Store, connect
from portal.settings import Settings
from tests.synthetic import SyntheticProject


@pytest.fixture
def synthetic(built: SyntheticProject) -> Store:
    return Publications(built.settings).current()


def test_rows_are_dictionaries_of_python_values(synthetic: Store) -> None:
    (row,) = synthetic.rows("SELECT id, target, due FROM indicators WHERE id = ?", ["synthetic_rate"])
    assert row == {"id": "synthetic_rate", "target": 50.0, "due": datetime.date(2023, 12, 31)}


def test_parameters_are_bound_never_pasted(synthetic: Store) -> None:
    assert synthetic.rows("SELECT $name AS name", {"name": "'; DROP VIEW indicators; --"}) == [
        {"name": "'; DROP VIEW indicators; --"}
    ]


def test_a_table_is_given_whole_as_arrow(synthetic: Store) -> None:
    table = synthetic.table("indicators")
    assert table["id"].to_pylist() == ["synthetic_rate", "synthetic_facilities"]
    with pytest.raises(KeyError, match="nothing"):
        synthetic.table("nothing")


def test_a_table_too_large_to_hold_is_read_from_its_file(
    built: SyntheticProject, synthetic: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.publication.store._HELD_BYTES", 0)
    reading = Publications(built.settings).current()
    for name in ("clauses", "indicators", "progress"):
        assert reading.table(name).equals(synthetic.table(name))
    (built.settings.published / reading.version / "clauses.parquet").unlink()
    assert synthetic.rows("SELECT count(*) AS n FROM clauses") == [{"n": 4}]
    with pytest.raises(duckdb.IOException):
        reading.rows("SELECT count(*) AS n FROM clauses")


def test_a_dataset_is_found_by_its_id(synthetic: Store) -> None:
    assert synthetic.dataset("indicators").table == "indicators"
    with pytest.raises(KeyError, match="nothing"):
        synthetic.dataset("nothing")


def test_a_folder_with_a_quotation_mark_in_its_name_opens(tmp_path_factory: pytest.TempPathFactory) -> None:
    project = SyntheticProject(tmp_path_factory.mktemp("o'clock") / "project")
    version = project.build().version
    assert Store(project.settings.published / version, project.settings).rows("SELECT count(*) AS n FROM sources") == [
        {"n": 1}
    ]


def test_many_threads_read_at_once(synthetic: Store) -> None:
    counts: list[int] = []

    def read() -> None:
        for _ in range(50):
            counts.extend(r["n"] for r in synthetic.rows("SELECT count(*) AS n FROM observations"))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [2] * 200


def test_published_files_cannot_be_changed_through_the_store(synthetic: Store) -> None:
    with pytest.raises(duckdb.Error):
        synthetic.rows("DELETE FROM indicators")


def test_distances_are_measured_with_longitude_first_on_every_cursor(synthetic: Store) -> None:
    # A degree of the equator is 111.195 km on the sphere DuckDB measures with, a degree of the 60th parallel half of it.
    sql = "SELECT ST_Distance_Sphere(ST_Point(0, 60), ST_Point(1, 60)) AS m"
    (row,) = synthetic.rows(sql)
    assert row["m"] == pytest.approx(55_597, rel=0.002)


def test_nothing_is_fetched_to_read_an_address_elsewhere() -> None:
    connection = connect(Settings())
    with pytest.raises(duckdb.Error, match="httpfs"):
        connection.execute("SELECT * FROM read_csv('https://host.invalid/synthetic.csv')")


def test_the_version_is_opened_once_and_shared(built: SyntheticProject) -> None:
    publications = Publications(built.settings)
    assert publications.current() is publications.current()

"""Large tables in visitors' SQL: read a part at a time through the starter, which gives bytes of published files and nothing else."""

import contextlib
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.publication.store import Store
from portal.settings import Settings
from portal.visitor_sql.blocks import Giver
from portal.visitor_sql.service import QueryError, QueryService
from tests.portal.publication.test_remote_tables import DISTRICTS, ROWS, Portal, portal

GROUPED = (
    "SELECT district, count(*) AS n, sum(visits) AS visits FROM synthetic_table GROUP BY district ORDER BY district"
)


@contextlib.contextmanager
def queries() -> Iterator[QueryService]:
    service = QueryService(Settings(query_seconds=20))
    try:
        yield service
    finally:
        service.close()


@pytest.fixture(scope="module", params=["", "district"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """In one file, and in a file a district."""
    with portal(tmp_path_factory.mktemp("published"), request.param) as found:
        yield found


def test_sql_gives_what_it_gives_where_the_table_is_on_the_disk(both: Portal) -> None:
    # A process serves a version, wherever its tables are: each has its own service here.
    with queries() as there, queries() as here:
        for sql in (
            GROUPED,
            f"SELECT * FROM synthetic_table WHERE district = '{DISTRICTS[1]}' ORDER BY visits DESC, id LIMIT 5",
            "WITH few AS (SELECT * FROM synthetic_table WHERE id < 50) SELECT count(*) AS n FROM few JOIN synthetic_table USING (id)",
        ):
            remote, local = there.run(both.remote, sql), here.run(both.local, sql)
            assert remote.rows == local.rows, sql
            assert remote.columns == local.columns
            assert remote.rows


def test_a_large_table_on_the_disk_is_not_copied_either(both: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    with queries() as copying:
        copied = copying.run(both.local, GROUPED)
    asked: list[str] = []
    part = Store.part

    def noted(store: Store, path: str, start: int, length: int) -> bytes:
        asked.append(path)
        return part(store, path, start, length)

    monkeypatch.setattr(Store, "part", noted)
    monkeypatch.setattr("portal.visitor_sql.service._COPIED_BYTES", 1000)
    with queries() as reading:
        assert reading.run(both.local, GROUPED).rows == copied.rows
    assert set(asked) == {s.path for s in both.local.manifest.files[0].stored}


def test_every_fence_stands_all_the_same(both: Portal) -> None:
    with queries() as service:
        standing = {f.name for f in service.fences(both.remote) if f.in_force}
        assert standing >= {"no_new_privs", "limits", "landlock", "seccomp"}
        for sql in (
            "SELECT * FROM read_parquet('published://synthetic_table.parquet')",
            "SELECT * FROM 'published://synthetic_table.parquet'",
            "SELECT * FROM read_blob('/etc/passwd')",
        ):
            with pytest.raises(QueryError) as refused:
                service.run(both.remote, sql)
            assert refused.value.kind in {"function", "table"}


def test_what_was_read_is_not_asked_for_again(both: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    part = Store.part

    def counted(store: Store, path: str, start: int, length: int) -> bytes:
        given.append(length)
        return part(store, path, start, length)

    monkeypatch.setattr(Store, "part", counted)
    with queries() as service:
        service.run(both.remote, GROUPED)
        first = sum(given)
        size = both.remote.manifest.files[0].bytes
        # Two columns of four, and what each file says of itself.
        assert 0 < first < size
        service.run(both.remote, GROUPED)
        assert sum(given) == first


def test_while_the_storage_is_away_sql_gets_a_sentence_and_the_process_lives(tmp_path: Path) -> None:
    with queries() as service:
        with portal(tmp_path, "district") as found:
            service.run(found.remote, "SELECT count(*) AS n FROM synthetic_table")
            store = found.remote
        with pytest.raises(QueryError) as away:
            service.run(store, "SELECT max(note) AS n, sum(id) AS m FROM synthetic_table")
        assert (away.value.kind, away.value.busy) == ("away", True)
        assert "放在对象存储里，现在读不出来" in away.value.sentence.zh
        assert service.run(store, "SELECT count(*) AS n FROM synthetic_table").rows == [{"n": ROWS}]


@pytest.mark.parametrize(
    "asked",
    [(1, 0, 1), (2**32 - 1, 0, 1), (0, 11, 1), (0, 0, 11), (0, 5, 6), (0, 2**64 - 1, 2**64 - 1), (0, 1, 2**64 - 1)],
)
def test_whatever_else_is_asked_for_gets_nothing(asked: tuple[int, int, int]) -> None:
    read: list[tuple[str, int, int]] = []

    def part(path: str, start: int, length: int) -> bytes:
        read.append((path, start, length))
        return bytes(length)

    giver = Giver([("a.parquet", 10)], part)
    try:
        giver.theirs.sendall(struct.pack("<IQQ", *asked))
        assert struct.unpack("<q", giver.theirs.recv(8)) == (-1,)
        giver.theirs.sendall(struct.pack("<IQQ", 0, 4, 6))
        assert giver.theirs.recv(14) == struct.pack("<q", 6) + bytes(6)
    finally:
        giver.close()
    assert read == [("a.parquet", 4, 6)]

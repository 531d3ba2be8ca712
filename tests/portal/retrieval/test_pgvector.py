"""The same passages in PostgreSQL with pgvector: found as in memory, filled by what changed, and out of reach without an error."""

import sys
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest
from sqlalchemy import create_engine, text

from portal.retrieval.exact_store import unit
from portal.retrieval.pgvector import NEAREST, PgVector
from portal.retrieval.vector_stores import exact, opening
from portal.settings import Settings
from portal.texts.errors import OperatorError
from tests.postgresql_server import empty_database, postgresql

WIDTH = 16


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as running:
        yield running


@pytest.fixture
def address(server: str) -> str:
    return empty_database(server)


def passages(numbers: list[int], documents: int = 4) -> pa.Table:
    """Made-up passages, each with a vector that its number decides."""
    rows = [
        {
            "id": f"d{n % documents}/{n}",
            "document": f"d{n % documents}",
            "heading": "合成",
            "text": f"合成句子{n}",
            "embedding": np.random.default_rng(n).normal(size=WIDTH).astype(np.float32).tolist(),
        }
        for n in numbers
    ]
    return pa.Table.from_pylist(rows)


def asked(number: int) -> np.ndarray:
    return unit(np.random.default_rng(number).normal(size=(1, WIDTH)))[0]


def held(address: str) -> set[str]:
    with create_engine(address).connect() as connection:
        return set(connection.scalars(text("SELECT content FROM passages_synthetic")))


def test_the_nearest_are_as_near_as_in_memory_and_every_other_no_nearer(address: str) -> None:
    table = passages(list(range(NEAREST + 200)))
    told, right = PgVector(address, "synthetic").open(table).cosines(asked(7)), exact(table).cosines(asked(7))
    assert told is not None
    assert right is not None
    near = np.argsort(-right)[:100]
    assert told[near] == pytest.approx(right[near], abs=1e-5)
    assert told.max() == told[7] == pytest.approx(1, abs=1e-5)
    assert np.delete(told, np.argsort(-right)[:NEAREST]).max() <= told[near].min()
    assert (told.argmin(), told.min()) == (right.argmin(), pytest.approx(right.min(), abs=1e-5))


def test_passages_asked_for_have_their_own_cosine_however_far(address: str) -> None:
    table = passages(list(range(NEAREST + 200)))
    right = exact(table).cosines(asked(7))
    assert right is not None
    far = np.argsort(right)[:5].tolist()
    told = PgVector(address, "synthetic").open(table).cosines(asked(7), None, far)
    assert told is not None
    assert told[far] == pytest.approx(right[far], abs=1e-5)


def test_within_a_document_its_own_passages_are_the_nearest(address: str) -> None:
    table = passages(list(range(600)), documents=60)
    near, right = PgVector(address, "synthetic").open(table), exact(table).cosines(asked(7))
    told = near.cosines(asked(7), ["d59"])
    own = [at for at, d in enumerate(table["document"].to_pylist()) if d == "d59"]
    assert told is not None
    assert right is not None
    assert told[own] == pytest.approx(right[own], abs=1e-5)


def test_what_a_document_says_twice_is_found_at_both_places(address: str) -> None:
    table = pa.concat_tables([passages([1, 2, 3]), passages([2])])
    told = PgVector(address, "synthetic").open(table).cosines(asked(2))
    assert told is not None
    assert told[[1, 3]] == pytest.approx([1, 1], abs=1e-5)


def test_the_next_version_adds_what_is_new_and_deletes_what_is_gone(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    PgVector(address, "synthetic").fill(passages(list(range(10))))
    added: list[str] = []
    own = PgVector._add
    monkeypatch.setattr(PgVector, "_add", lambda self, t, ids: added.extend(t["text"].to_pylist()) or own(self, t, ids))
    PgVector(address, "synthetic").fill(passages(list(range(1, 12))))
    assert added == ["合成句子10", "合成句子11"]
    assert held(address) == {f"合成句子{n}" for n in range(1, 12)}


def test_a_database_out_of_reach_stops_a_build_and_not_an_answer(caplog: pytest.LogCaptureFixture) -> None:
    nowhere = PgVector("postgresql+psycopg://nobody:geheim@127.0.0.1:1/none", "synthetic")
    with pytest.raises(OperatorError, match=r"PORTAL_VECTOR_STORE.*或改回 exact") as raised:
        nowhere.fill(passages([1]))
    assert nowhere.open(passages([1])).cosines(asked(1)) is None
    assert "searched by words alone" in caplog.text
    assert "geheim" not in f"{raised.value}{caplog.text}"


def test_a_database_that_comes_back_answers_the_next_question(address: str) -> None:
    table = passages([1, 2])
    PgVector(address, "synthetic").fill(table)
    near = PgVector(address, "synthetic").open(table)
    reached = near._store
    near._store = lambda: (_ for _ in ()).throw(OSError("gone"))
    assert near.cosines(asked(1)) is None
    near._store = reached
    assert near.cosines(asked(1)) is not None


def test_without_the_package_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_postgres", None)
    with pytest.raises(OperatorError, match=r"pip install '\.\[pgvector\]'"):
        opening(Settings(vector_store="postgresql+psycopg://a@b/c"))


@pytest.mark.parametrize("value", ["memory", "postgresql://a@b/c", "postgresql+psycopg://", "EXACT"])
def test_no_other_store_may_be_named(value: str) -> None:
    with pytest.raises(ValueError, match="vector_store"):
        Settings(vector_store=value)

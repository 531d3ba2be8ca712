"""Earlier enquiries are found by what they mean: those taken down before the model was there too, and after a backup was put back."""

import threading
from pathlib import Path

import numpy as np
import pytest

from portal.desk import backup, enquiry_rows
from portal.desk.database import Database
from portal.desk.enquiries import Enquiries
from portal.desk.kept_answers import new_id
from portal.desk.meanings import Meanings, NotReadyError
from portal.retrieval.retriever import LazyEncoder
from portal.settings import Settings
from tests.portal.desk.test_enquiries import NOON, answer, letter

# Synthetic meanings: what is asked of the same thing lies near each other, whatever the words.
DIRECTIONS = {"停车": 0, "泊位": 0, "公园": 1, "绿地": 1, "电梯": 2}


class SyntheticEncoder(LazyEncoder):
    """Made-up vectors by the first word of a question."""

    def __init__(self) -> None:
        super().__init__("bundled")
        self.there, self.made = True, 0

    @property
    def ready(self) -> bool:
        return self.there

    def encode_query(self, query: str) -> np.ndarray:
        self.made += 1
        vector = np.full(4, 0.1, np.float32)
        vector[DIRECTIONS[query[:2]]] = 1 - 0.001 * len(query)
        return vector


def ask(enquiries: Enquiries, *questions: str) -> list[int]:
    return [enquiries.take_down(new_id(), answer(f"{q}-{new_id()}", q), letter(), "clerk", NOON) for q in questions]


def caught_up(meanings: Meanings) -> None:
    meanings.catch_up()
    for thread in threading.enumerate():
        if thread.name == "enquiry-meanings":
            thread.join()


@pytest.fixture
def encoder() -> SyntheticEncoder:
    return SyntheticEncoder()


def test_what_means_the_same_is_found_in_other_words(settings: Settings, encoder: SyntheticEncoder) -> None:
    database = Database(settings)
    enquiries, meanings = Enquiries(database, settings), Meanings(database, encoder)
    assert meanings.nearest("停车", 5) == []
    encoder.there = False
    numbers = ask(enquiries, "停车收费吗?", "公园几点开?", "泊位有多少个?", "电梯怎么装?")
    caught_up(meanings)
    with pytest.raises(NotReadyError, match="先按字词找"):
        meanings.nearest("停车", 5)
    encoder.there = True
    caught_up(meanings)
    assert set(meanings.nearest("停车位", 2)) == {numbers[0], numbers[2]}
    assert meanings.nearest("绿地", 1) == [numbers[1]]
    assert len(meanings.nearest("绿地", 50)) == 4
    found = enquiries.numbered([numbers[2], 99, numbers[0]])
    assert [e.kept.question for e in found] == ["泊位有多少个?", "停车收费吗?"]

    (later,) = ask(enquiries, "绿地大吗?")
    made = encoder.made
    caught_up(meanings)
    assert encoder.made == made + 1
    assert set(meanings.nearest("绿地", 2)) == {numbers[1], later}
    # Another process reads what this one made.
    assert set(Meanings(database, encoder).nearest("绿地", 2)) == {numbers[1], later}


def test_a_thousand_and_more_are_held_and_other_models_vectors_are_made_anew(
    settings: Settings, encoder: SyntheticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(settings)
    enquiries, meanings = Enquiries(database, settings), Meanings(database, encoder)
    numbers = ask(enquiries, *["停车?"] * 130, "公园?")
    caught_up(meanings)
    assert meanings.nearest("绿地", 1) == [numbers[-1]]
    caught_up(meanings)
    monkeypatch.setattr(Meanings, "_model", lambda _: "synthetic-2")
    other, made = Meanings(database, encoder), encoder.made
    caught_up(other)
    assert encoder.made == made + 131
    assert other.nearest("绿地", 1) == [numbers[-1]]


def test_two_processes_that_make_the_same_vectors_keep_each_once(settings: Settings, encoder: SyntheticEncoder) -> None:
    database = Database(settings)
    (number,) = ask(Enquiries(database, settings), "停车?")
    with database.reading() as session:
        for_both = enquiry_rows.without_meaning(session, "synthetic", 9)
    assert [n for n, _ in for_both] == [number]
    for vector in (b"first", b"second"):
        with database.writing() as session:
            enquiry_rows.put_meanings(session, "synthetic", [(number, vector)])
    with database.reading() as session:
        assert [v for *_, v in enquiry_rows.meanings_after(session, "synthetic", 0, 9)] == [b"first"]
    with database.writing() as session:
        enquiry_rows.put_meanings(session, "synthetic-2", [(number, b"anew")])
    with database.reading() as session:
        assert enquiry_rows.meanings_after(session, "synthetic", 0, 9) == []
        assert [v for *_, v in enquiry_rows.meanings_after(session, "synthetic-2", 0, 9)] == [b"anew"]


def test_after_a_backup_is_put_back_none_is_taken_for_another(
    settings: Settings, encoder: SyntheticEncoder, tmp_path: Path
) -> None:
    database = Database(settings)
    enquiries, meanings = Enquiries(database, settings), Meanings(database, encoder)
    first = ask(enquiries, "停车收费吗?")
    backup.backup(database.engine(), tmp_path / "backup")
    ask(enquiries, "公园几点开?", "电梯怎么装?")
    caught_up(meanings)
    assert len(meanings.nearest("停车", 9)) == 3
    backup.restore(database.engine(), tmp_path / "backup")
    (park,) = ask(enquiries, "绿地大吗?")
    meanings.nearest("停车", 9)
    caught_up(meanings)
    assert sorted(meanings.nearest("停车", 9)) == sorted([*first, park])
    assert meanings.nearest("绿地", 1) == [park]

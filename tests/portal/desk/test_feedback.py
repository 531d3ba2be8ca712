"""What visitors think of answers is kept, without what could name them, and a database that is away is an error to handle, not a wait."""

import datetime
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from portal.desk.database import Database, DatabaseUnavailableError
from portal.desk.feedback import Feedback
from portal.settings import Settings

CHINA = datetime.timezone(datetime.timedelta(hours=8))
NOON = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=CHINA)


def kept(settings: Settings) -> Feedback:
    return Feedback(Database(settings), settings)


def rows(file: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(file) as connection:
        return connection.execute(
            "SELECT answer, helpful, word, question, version, time FROM feedback ORDER BY answer"
        ).fetchall()


def vote(feedback: Feedback, answer: str = "a1", word: str = "", question: str = "绿地率是多少?") -> None:
    feedback.record(answer, True, word, question, "2026.03.01-abc", NOON)


def test_nothing_is_opened_or_made_before_the_first_vote(tmp_path: Path) -> None:
    feedback = kept(Settings(var=tmp_path / "var"))
    assert not (tmp_path / "var").exists()
    vote(feedback, word="很清楚")
    assert rows(tmp_path / "var" / "portal.sqlite") == [
        ("a1", 1, "很清楚", "绿地率是多少?", "2026.03.01-abc", "2026-03-01 04:00:00.000000")
    ]


def test_a_second_vote_on_an_answer_takes_the_place_of_the_first(tmp_path: Path) -> None:
    feedback = kept(Settings(var=tmp_path))
    vote(feedback)
    feedback.record("a1", False, "条款不对", "绿地率是多少?", "2026.03.01-abc", NOON)
    vote(feedback, answer="a2")
    assert [(r[0], r[1], r[2]) for r in rows(tmp_path / "portal.sqlite")] == [("a1", 0, "条款不对"), ("a2", 1, "")]


def test_the_url_of_the_settings_names_another_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    vote(kept(Settings(var=tmp_path / "var", database_url=url)))
    assert not (tmp_path / "var").exists()
    with create_engine(url).connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM feedback")).scalar() == 1


def test_votes_outlive_the_process_that_took_them(tmp_path: Path) -> None:
    vote(kept(Settings(var=tmp_path)))
    vote(kept(Settings(var=tmp_path)), answer="a2")
    assert len(rows(tmp_path / "portal.sqlite")) == 2


def test_personal_data_is_masked_in_word_and_question(tmp_path: Path) -> None:
    vote(kept(Settings(var=tmp_path)), word="请打１３８００１３８０００", question="41030319900101123X能停车吗")
    ((_, _, word, question, _, _),) = rows(tmp_path / "portal.sqlite")
    assert word == "请打〔手机号已隐去〕"
    assert question == "〔身份证号已隐去〕能停车吗"


def test_names_and_homes_are_masked_in_word_and_question(tmp_path: Path) -> None:
    vote(kept(Settings(var=tmp_path)), word="我叫张三", question="合成路12号3栋501室附近能停车吗")
    ((_, _, word, question, _, _),) = rows(tmp_path / "portal.sqlite")
    assert (word, question) == ("我叫〔姓名已隐去〕", "合成路〔门牌已隐去〕附近能停车吗")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("'); DROP TABLE feedback; --", "'); DROP TABLE feedback; --"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("一\x00二\u202e三\ud800四\u200b五", "一二三四五"),
        ("好" * 1_000_000, "好" * 300),
        ("=HYPERLINK(1)\r\n第二行", "=HYPERLINK(1) 第二行"),
    ],
)
def test_hostile_words_are_stored_as_harmless_text(tmp_path: Path, typed: str, stored: str) -> None:
    vote(kept(Settings(var=tmp_path)), word=typed, question=typed)
    ((_, _, word, question, _, _),) = rows(tmp_path / "portal.sqlite")
    assert (word, question) == (stored, stored)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////proc/no/such/folder/feedback.sqlite",
        "postgresql+psycopg://nobody@127.0.0.1:1/none",
        "nosuchdatabase://host/name",
        "not a url",
    ],
)
def test_a_database_that_cannot_be_used_is_told_within_seconds(tmp_path: Path, url: str) -> None:
    feedback = kept(Settings(var=tmp_path, database_url=url))
    start = time.monotonic()
    with pytest.raises(DatabaseUnavailableError):
        vote(feedback)
    assert time.monotonic() - start < 5


def test_a_folder_that_is_a_file_is_told_too(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("in the way")
    with pytest.raises(DatabaseUnavailableError):
        vote(kept(Settings(var=tmp_path / "var")))


def test_a_locked_database_is_given_up_and_takes_votes_again_when_it_is_free(tmp_path: Path) -> None:
    feedback = kept(Settings(var=tmp_path))
    vote(feedback)
    with sqlite3.connect(tmp_path / "portal.sqlite") as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseUnavailableError):
            vote(feedback, answer="a2")
    vote(feedback, answer="a3")
    assert [r[0] for r in rows(tmp_path / "portal.sqlite")] == ["a1", "a3"]


def test_a_database_that_was_removed_is_made_again(tmp_path: Path) -> None:
    feedback = kept(Settings(var=tmp_path))
    vote(feedback)
    (tmp_path / "portal.sqlite").unlink()
    with pytest.raises(DatabaseUnavailableError):
        vote(feedback, answer="a2")
    vote(feedback, answer="a3")
    assert [r[0] for r in rows(tmp_path / "portal.sqlite")] == ["a3"]


def test_a_password_in_the_url_is_not_shown(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path, database_url="postgresql+psycopg://portal:geheim@127.0.0.1:1/none")
    assert "geheim" not in repr(settings)


def test_the_database_library_is_loaded_by_the_first_vote_only() -> None:
    code = "import sys, portal.services; print('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"


def test_votes_are_kept_for_a_time_and_only_so_many(tmp_path: Path) -> None:
    feedback = kept(Settings(var=tmp_path, feedback_days=10, feedback_max=3))
    for day in range(5):
        feedback.record(f"a{day}", True, "", "绿地率是多少?", "2026.03.01-abc", NOON + datetime.timedelta(days=day))
    assert [r[0] for r in rows(tmp_path / "portal.sqlite")] == ["a2", "a3", "a4"]
    feedback.record("late", True, "", "绿地率是多少?", "2026.03.01-abc", NOON + datetime.timedelta(days=13.5))
    assert [r[0] for r in rows(tmp_path / "portal.sqlite")] == ["a4", "late"]

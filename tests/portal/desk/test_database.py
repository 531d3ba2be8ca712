"""One schema in any database: made and brought up to date by itself, whole after a crash, taken away as a file and put back."""

import datetime
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from typer.testing import CliRunner

from portal.commands import app, common
from portal.desk import engines
from portal.desk.database import FILE, Database, DatabaseUnavailableError
from portal.desk.feedback import Feedback
from portal.desk.tables import Base
from portal.settings import Settings

NOON = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)
OLD_TABLE = (
    "CREATE TABLE feedback (answer VARCHAR(64) NOT NULL PRIMARY KEY, helpful BOOLEAN NOT NULL, word TEXT NOT NULL, "
    "question TEXT NOT NULL, version VARCHAR(64) NOT NULL, time DATETIME NOT NULL)"
)


def vote(settings: Settings, answer: str, word: str = "") -> None:
    Feedback(Database(settings), settings).record(answer, True, word, "合成问题", "synthetic", NOON)


def answers(settings: Settings) -> list[str]:
    with Database(settings).reading() as session:
        return list(session.scalars(text("SELECT answer FROM feedback ORDER BY answer")))


def old_file(folder: Path, *answers: str) -> Path:
    file = folder / "feedback.sqlite"
    with sqlite3.connect(file) as old:
        old.execute(OLD_TABLE)
        for answer in answers:
            row = (answer, 1, "合成意见", "合成问题", "synthetic", "2026-03-01 04:00:00.000000")
            old.execute("INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?)", row)
    old.close()
    return file


def test_the_migrations_lead_to_the_tables_the_code_speaks_of(settings: Settings) -> None:
    with Database(settings).engine().connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_readers_do_not_wait_for_who_writes(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path)
    vote(settings, "a1")
    with sqlite3.connect(tmp_path / FILE) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        connection.execute("BEGIN IMMEDIATE")
        assert answers(settings) == ["a1"]


def test_the_votes_of_the_old_file_are_taken_over_once(tmp_path: Path) -> None:
    old = old_file(tmp_path, "old1", "old2")
    settings = Settings(var=tmp_path)
    vote(settings, "new")
    assert answers(settings) == ["new", "old1", "old2"]
    assert not old.exists()
    assert old.with_name("feedback.sqlite.moved").exists()
    with Database(settings).reading() as session:
        assert session.execute(text("SELECT word, time FROM feedback WHERE answer = 'old1'")).one() == (
            "合成意见",
            "2026-03-01 04:00:00.000000",
        )


def test_an_old_file_that_cannot_be_read_stays_and_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "feedback.sqlite").write_text("no database at all " * 100)
    settings = Settings(var=tmp_path)
    vote(settings, "new")
    assert answers(settings) == ["new"]
    assert (tmp_path / "feedback.sqlite").exists()


def test_a_database_that_held_the_votes_before_keeps_them(tmp_path: Path) -> None:
    old_file(tmp_path, "old1").rename(tmp_path / "kept.sqlite")
    settings = Settings(var=tmp_path / "var", database_url=f"sqlite:///{tmp_path / 'kept.sqlite'}")
    vote(settings, "new")
    assert answers(settings) == ["new", "old1"]


def test_many_who_come_first_make_one_database(settings: Settings) -> None:
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda n: vote(settings, f"a{n}"), range(6)))
    assert answers(settings) == [f"a{n}" for n in range(6)]


def test_a_process_killed_while_the_database_is_made_leaves_one_that_works(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from portal.desk import engines; from portal.desk.database import Database;"
        "from portal.settings import Settings; take = engines._take_over\n"
        "engines._take_over = lambda *a: (take(*a), os.kill(os.getpid(), signal.SIGKILL))\n"
        "Database(Settings(var=Path(sys.argv[1]))).engine()"
    )
    old_file(tmp_path, "old1")
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert ended.returncode == -signal.SIGKILL
    settings = Settings(var=tmp_path)
    vote(settings, "new")
    assert answers(settings) == ["new", "old1"]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> tuple[Settings, CliRunner]:
    monkeypatch.setattr(common, "settings", lambda: settings)
    return settings, CliRunner()


def test_a_backup_taken_and_put_back_by_command_holds_every_row(
    run: tuple[Settings, CliRunner], tmp_path: Path
) -> None:
    settings, cli = run
    file = tmp_path / "backup.sqlite"
    for answer in ("a1", "a2"):
        vote(settings, answer, "合成意见")
    told = cli.invoke(app, ["desk", "backup", str(file)])
    assert (told.exit_code, told.output.startswith("2 行")) == (0, True)
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    vote(settings, "a3")
    with Database(settings).writing() as session:
        session.execute(text("DELETE FROM feedback WHERE answer = 'a1'"))
    told = cli.invoke(app, ["desk", "restore", str(file)])
    assert (told.exit_code, told.output.startswith("2 行")) == (0, True)
    assert answers(settings) == ["a1", "a2"]
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["backup.sqlite"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "不是 portal desk backup 写出的文件"),
        (b"not a database" * 1000, "不是 portal desk backup 写出的文件"),
        ("CREATE TABLE other (a)", "不是 portal desk backup 写出的文件"),
        ("CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('9999')", "更新的门户"),
    ],
)
def test_what_is_no_backup_is_not_put_back(
    run: tuple[Settings, CliRunner], tmp_path: Path, content: bytes | str, why: str
) -> None:
    settings, cli = run
    vote(settings, "a1")
    file = tmp_path / "wrong.sqlite"
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        with sqlite3.connect(file) as other:
            other.executescript(content)
    told = cli.invoke(app, ["desk", "restore", str(file)])
    assert told.exit_code == 1
    assert why in told.stderr
    assert answers(settings) == ["a1"]


def test_a_database_that_cannot_be_reached_is_told_by_the_command(
    run: tuple[Settings, CliRunner], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, cli = run
    if settings.database_url:
        monkeypatch.setattr(common, "settings", lambda: Settings(database_url="postgresql+psycopg://a@127.0.0.1:1/a"))
    else:
        settings.var.write_text("in the way")
    told = cli.invoke(app, ["desk", "backup", str(tmp_path / "x")])
    assert told.exit_code == 1
    assert "读写不了" in told.stderr or "数据库用不了" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_backup_is_put_back_while_a_portal_writes(tmp_path: Path) -> None:
    from portal.desk.backup import backup, restore

    settings = Settings(var=tmp_path)
    vote(settings, "a0")
    engine = Database(settings).engine()
    backup(engine, tmp_path / "backup.sqlite")
    code = (
        "import datetime, sys; from pathlib import Path; from portal.desk.database import Database; from portal.settings import Settings\n"
        "from portal.desk.feedback import Feedback\n"
        "settings = Settings(var=Path(sys.argv[1])); feedback = Feedback(Database(settings), settings)\n"
        "n = 0\n"
        "while True:\n"
        "    n += 1\n"
        "    feedback.record(f'w{n:06}', True, '', 'q', 'v', datetime.datetime.now(datetime.UTC))\n"
        "    print(n, flush=True)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout
        try:
            for _ in range(5):
                assert writer.stdout.readline()
            assert restore(engine, tmp_path / "backup.sqlite") == 1
            put_back = answers(settings)
            for _ in range(5):
                assert writer.stdout.readline()
        finally:
            os.kill(writer.pid, signal.SIGKILL)
    assert "a0" in put_back
    assert "w000001" not in put_back
    assert len(answers(settings)) > len(put_back) - 1


def test_a_database_that_is_away_is_told_within_seconds() -> None:
    start = time.monotonic()
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    with pytest.raises(DatabaseUnavailableError), Database(Settings(database_url=url)).reading():
        pass
    assert time.monotonic() - start < 5


def test_the_revisions_are_known_in_order() -> None:
    assert "0001" in engines.revisions()


def test_a_backup_of_one_kind_of_database_is_put_back_into_the_other(settings: Settings, tmp_path: Path) -> None:
    from portal.desk.backup import backup, restore

    vote(settings, "a1", "合成意见")
    backup(Database(settings).engine(), tmp_path / "backup.sqlite")
    other = Settings(var=tmp_path / "other")
    assert restore(Database(other).engine(), tmp_path / "backup.sqlite") == 1
    assert answers(other) == ["a1"]


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_after_a_backup_is_put_back_the_database_knows_how_much_there_is(settings: Settings, tmp_path: Path) -> None:
    """Else it would look for a few among many as if nothing were known of them, until it finds the time to count."""
    from portal.desk.backup import backup, restore

    vote(settings, "a1")
    database = Database(settings)
    backup(database.engine(), tmp_path / "backup.sqlite")
    restore(database.engine(), tmp_path / "backup.sqlite")
    with database.reading() as session:
        counted = text("SELECT reltuples FROM pg_class WHERE relname IN ('feedback', 'enquiries') ORDER BY relname")
        assert list(session.scalars(counted)) == [0.0, 1.0]

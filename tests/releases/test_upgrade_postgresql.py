"""What earlier releases left, in PostgreSQL: brought from every schema there was to today's, with each row as it was; and restored there."""

import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, Table, create_engine, func, insert, inspect, select, text

from portal.answering.models import Ask
from portal.desk import backup, engines, tables
from portal.desk.changes import State
from portal.desk.database import Database
from portal.settings import Settings
from tests.portal.api.conftest import services_for
from tests.postgresql_server import empty_database, postgresql
from tests.releases.record import KEPT, NOW, PASSWORD
from tests.releases.test_upgrade import RELEASES, counts

TABLES = tables.Base.metadata.sorted_tables
HEAD = max(engines.revisions())


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as running:
        yield running


@pytest.fixture(params=RELEASES, ids=lambda p: p.name)
def release(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def database(server: str) -> str:
    return empty_database(server)


def revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def brought_to(engine: Engine, wanted: str) -> None:
    """The schema as the release that made it left it."""
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(Path(engines.__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, wanted)


def known(connection: Connection, table: Table) -> list[str]:
    """The columns a table has there; none where there is no such table."""
    there = inspect(connection)
    return [c["name"] for c in there.get_columns(table.name)] if there.has_table(table.name) else []


def rows(connection: Connection, table: Table, columns: list[str]) -> list[dict[str, Any]]:
    """The rows; SQLite says of no moment that it is in UTC, as all are."""
    found = connection.execute(select(*(table.c[c] for c in columns))).mappings()
    return sorted(({c: in_utc(v) for c, v in row.items()} for row in found), key=repr)


def in_utc(value: Any) -> Any:
    if not isinstance(value, datetime.datetime):
        return value
    return value.astimezone(datetime.UTC) if value.tzinfo else value.replace(tzinfo=datetime.UTC)


@pytest.mark.parametrize("before", sorted(engines.revisions()))
def test_every_schema_there_was_is_brought_up_to_date_with_its_rows(
    release: Path, database: str, before: str, tmp_path: Path
) -> None:
    engine = create_engine(database)
    brought_to(engine, before)
    recorded = create_engine(f"sqlite:///{shutil.copy(release / 'portal.sqlite', tmp_path)}")
    held: dict[str, tuple[list[str], list[dict[str, Any]]]] = {}
    with recorded.connect() as source, engine.begin() as target:
        for table in TABLES:
            columns = [c for c in known(target, table) if c in known(source, table)]
            if columns and (kept := rows(source, table, columns)):
                target.execute(insert(table), kept)
                held[table.name] = columns, kept
    assert held
    assert revision(engine) == before

    Database(Settings(database_url=database)).engine()

    assert revision(engine) == HEAD
    with engine.connect() as connection:
        for table in TABLES:
            if table.name in held:
                columns, kept = held[table.name]
                assert rows(connection, table, columns) == kept, table.name


def test_a_release_goes_on_in_postgresql_with_all_it_had(release: Path, database: str, tmp_path: Path) -> None:
    told = json.loads((release / "record.json").read_text("utf-8"))
    shutil.copytree(release / "published", tmp_path / "published")
    settings = Settings(published=tmp_path / "published", var=tmp_path / "var", database_url=database)
    engine = Database(settings).engine()
    backup.restore(engine, release / "backup.sqlite")
    services = services_for(settings)
    # Who was signed in signs in again, what is meant by enquiries is read from them again.
    wanted = told["rows"] | {"sessions": 0, "meanings": 0}
    assert counts(services.database) | wanted == counts(services.database)
    assert services.contributions.find(told["code"]).text == "合成的话"
    assert services.kept_answers.find(KEPT).letter.title
    assert services.accounts.signed(services.accounts.sign_in("clerk1", PASSWORD, NOW), NOW)
    assert [c.reason for c in services.changes.of_states([State.OPEN], 10)[1]] == ["合成缘由"]
    # New rows are numbered after those that came with their numbers.
    answer = services.answers.answer(Ask(question=told["question"]))
    letter = services.kept_answers.find(KEPT).letter
    number = services.enquiries.take_down("synthetic01", answer, letter, "clerk1", NOW)
    with engine.connect() as connection:
        assert number == connection.scalar(select(func.max(tables.Enquiry.id)))
        assert connection.scalar(text("SELECT count(*) FROM enquiries")) == told["rows"]["enquiries"] + 1

"""Today's code on what earlier releases left: their versions and databases are read, gone back to, and restored on an empty machine."""

import contextlib
import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from pipelines.publish import use
from portal.answering.models import Ask
from portal.api.app import create_api
from portal.desk import tables
from portal.desk.changes import State
from portal.desk.database import Database, DatabaseUnavailableError
from portal.publication.publications import Publications
from portal.services import Services
from portal.settings import Settings
from tests.browser.conftest import serving
from tests.portal.api.conftest import services_for
from tests.portal.commands.test_commands import run
from tests.releases.record import KEPT, NOW, PASSWORD
from tests.synthetic import SyntheticProject

RELEASES = sorted(p.parent for p in Path(__file__).parent.glob("*/record.json"))


@dataclass(frozen=True)
class Left:
    """A copy of what a release left, and what it says of itself."""

    folder: Path
    told: dict[str, Any]

    @property
    def settings(self) -> Settings:
        """Settings of a portal that goes on with it."""
        return Settings(published=self.folder / "published", var=self.folder / "var")

    @property
    def services(self) -> Services:
        """That portal."""
        return services_for(self.settings)


@pytest.fixture(params=RELEASES, ids=lambda p: p.name)
def left(request: pytest.FixtureRequest, tmp_path: Path) -> Left:
    shutil.copytree(request.param / "published", tmp_path / "published")
    (tmp_path / "var").mkdir()
    shutil.copy(request.param / "portal.sqlite", tmp_path / "var")
    shutil.copy(request.param / "backup.sqlite", tmp_path)
    return Left(tmp_path, json.loads((request.param / "record.json").read_text("utf-8")))


def counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in tables.Base.metadata.tables.items()
        }


def test_its_version_is_served_and_answered_from(left: Left) -> None:
    services = left.services
    store = services.publications.current()
    assert (store.version, services.publications.problem) == (left.told["version"], None)
    services.encoder.get()
    answer = services.answers.answer(Ask(question=left.told["question"]))
    assert (answer.kind, answer.mode, answer.version) == ("answer", "hybrid", left.told["version"])
    assert answer.citations
    with TestClient(create_api(lambda: services)) as client:
        for dataset in store.manifest.datasets:
            rows = client.get(f"/api/v1/datasets/{dataset.id}/rows").json()
            assert rows["total"] == next(f.rows for f in store.manifest.files if f.path == f"{dataset.table}.parquet")
        assert client.get("/api/v1/progress").status_code == 200


def test_its_database_is_brought_up_to_date_and_nothing_of_it_is_lost(left: Left) -> None:
    services = left.services
    assert counts(services.database) | left.told["rows"] == counts(services.database)
    assert services.contributions.find(left.told["code"]).text == "合成的话"
    assert services.enquiries.find(1).kept.question == left.told["question"]
    assert services.kept_answers.find(KEPT).letter.title
    assert [name for name, _ in services.accounts.names()] == ["clerk1"]
    assert services.accounts.signed(services.accounts.sign_in("clerk1", PASSWORD, NOW), NOW)
    assert [c.reason for c in services.changes.of_states([State.OPEN], 10)[1]] == ["合成缘由"]
    assert [d.note for d in services.review.done(10)] == ["合成说明"]


def test_a_new_version_goes_beside_it_and_it_is_gone_back_to(left: Left) -> None:
    project = SyntheticProject(left.folder / "project")
    project.settings = project.settings.model_copy(update={"published": left.settings.published})
    project.correct()
    running = Publications(left.settings)
    old = running.current().version
    new = project.build().version
    assert new != old
    assert running.current().version == new
    services = left.services
    with TestClient(create_api(lambda: services)) as client:
        assert client.get("/api/v1/versions").json()["current"] == new
        assert client.get(f"/api/v1/datasets/indicators/rows?version={old}").status_code == 200
        assert client.get(f"/api/v1/versions/{old}/diff/{new}").status_code == 200
    use(left.settings.published, old)
    assert running.current().version == old
    use(left.settings.published, new)
    assert running.current().version == new


def test_it_is_restored_on_an_empty_machine(left: Left, tmp_path_factory: pytest.TempPathFactory) -> None:
    machine = tmp_path_factory.mktemp("machine")
    settings = Settings(published=machine / "published", var=machine / "var", corpus=machine, datasets=machine)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PORTAL_DESK", "true")
        put_back = run(settings, "desk", "restore", str(left.folder / "backup.sqlite"), PORTAL_VAR=str(settings.var))
        assert put_back.returncode == 0, put_back.stderr
        shutil.copytree(left.settings.published, machine / "published")
        with (
            serving(settings, machine / "log") as address,
            httpx.Client(base_url=address, timeout=60, trust_env=False) as client,
        ):
            ready = client.get("/readyz").json()
            assert (ready["status"], ready["version"]) == ("ok", left.told["version"])
            assert left.told["question"] in client.get(f"/answer/{KEPT}").text
            assert client.get(f"/api/v1/contributions/{left.told['code']}").json()["state"] == "accepted"
            signed = client.post("/desk/sign-in", data={"name": "clerk1", "password": PASSWORD})
            assert (signed.status_code, signed.headers["location"]) == (303, "/desk")
            asked = client.post("/api/v1/ask", json={"question": left.told["question"]}).json()
            assert asked["kind"] == "answer"


def dumped(file: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


def test_a_database_a_newer_portal_has_used_is_told_and_left_as_it_is(left: Left) -> None:
    file = left.folder / "var" / "portal.sqlite"
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = dumped(file)
    with pytest.raises(DatabaseUnavailableError) as away, Database(left.settings).reading():
        pass
    assert "更新的门户" in str(away.value.__cause__)
    told = run(left.settings, "desk", "backup", str(left.folder / "b.sqlite"), PORTAL_VAR=str(left.settings.var))
    assert (told.returncode, "更新的门户用过（9999）" in told.stderr) == (1, True)
    assert dumped(file) == before

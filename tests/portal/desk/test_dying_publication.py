"""Whatever kills a publication, and whenever: after the next start it is whole or has not begun."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from portal.settings import Settings
from tests.portal.desk.dying_publication import maintained
from tests.portal.desk.test_changes import Desk, git
from tests.synthetic import CHECKOUT, SyntheticProject

MOMENTS = 40


def deaths(desk: Desk) -> list[dict[str, Any]]:
    """What the script tells: the publication that nobody kills first."""
    url = desk.settings.database_url or "sqlite://"
    desk.database.engine().dispose()
    if desk.settings.database_url:
        name = make_url(url).database
        server = create_engine(make_url(url).set(database="postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}_kept TEMPLATE {name}"))
        server.dispose()
    run = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("dying_publication.py")),
            str(desk.project.root),
            url,
            str(MOMENTS),
        ],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return [json.loads(line) for line in run.stdout.splitlines()]


ARTICLE = {
    "id": "synthetic-fees",
    "title_zh": "合成停车费去哪里问",
    "title_en": "Where to ask about synthetic fees",
    "text_zh": "合成停车费不在方案里，请问合成停车场。",
    "text_en": "Synthetic fees are not in the plan; ask the synthetic car park.",
    "asked_zh": "合成停车费多少",
    "asked_en": "",
}


def test_killed_at_any_step_it_is_finished_or_has_not_begun(settings: Settings, built: SyntheticProject) -> None:
    own = built.settings.model_copy(update={"var": built.root / "var", "database_url": settings.database_url})
    desk = Desk(built, own)
    for command in (["init", "-q"], ["config", "user.name", "合成"], ["config", "user.email", "a@synthetic.invalid"]):
        git(built.root, *command)
    guide = built.datasets / "guide" / "dataset.toml"
    guide.parent.mkdir()
    guide.write_bytes((CHECKOUT / "datasets" / "guide" / "dataset.toml").read_bytes())
    (built.corpus / "guide.toml").write_text("", "utf-8")
    git(built.root, "add", "corpus", "datasets")
    git(built.root, "commit", "-qm", "合成起点")
    # Two files of data, two of texts and three descriptions: there is a half to be found.
    number = desk.changed(value="52", value_text="52", source="synthetic-new")
    source = desk.row("synthetic-source", "sources") | {"id": "synthetic-new", "title": "合成公报二"}
    desk.changes.put(number, "sources", ["id"], None, source, "editor", desk.changes.open_one(number)[0].made)
    for dataset, key, row in (
        ("guide", "id", ARTICLE),
        ("vocabulary", "word", {"word": "合成率", "said": "造作比率"}),
    ):
        desk.changes.put(number, dataset, [key], None, row, "editor", desk.changes.open_one(number)[0].made)
    desk.ready(number)
    before = {
        "files": maintained(built.root),
        "state": "ready",
        "version": "",
        "commits": ["合成起点"],
    }
    whole, *died = deaths(desk)
    after = {k: whole["whole"][k] for k in before}
    assert (after["state"], after["commits"], whole["whole"]["told"]) == ("published", ["合成更正", "合成起点"], 1)
    written = [path for path, digest in after["files"].items() if digest != before["files"].get(path)]
    data = [f"datasets/{id}/{name}" for id in ("observations", "sources") for name in ("data.csv", "dataset.toml")]
    assert written == ["corpus/guide.toml", "corpus/vocabulary.toml", "datasets/guide/dataset.toml", *data]
    assert len(died) >= 30
    outcomes = []
    for death in died:
        found = death["after"]
        assert (death["status"], death["recovery"]) == (-9, 0), death["step"]
        outcome = {k: found[k] for k in before}
        assert outcome in (before, after), death["step"]
        assert (found["meant"], found["uncommitted"]) == (0, ""), death["step"]
        assert found["told"] == (outcome == after)
        assert (found["current"] == whole["whole"]["version"]) is (outcome == after), death["step"]
        outcomes.append(outcome == after)
    # Once it is written down it is never lost again.
    assert outcomes == sorted(outcomes)
    assert {True, False} == set(outcomes)

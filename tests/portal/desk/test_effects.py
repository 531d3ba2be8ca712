"""What a change of a file of words makes of the answers is measured beside the portal, kept, and no longer holds once the change changed."""

import datetime
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from portal.desk import effects
from portal.desk.changes import Change, ChangeError, Changes, Set, State
from portal.desk.database import Database
from portal.desk.effects import SILENT, Effect, Effects
from portal.desk.maintained import Maintained
from portal.desk.publishing import Publishing
from portal.publication.manifest import current_version
from portal.publication.publications import Publications
from portal.settings import Settings
from tests.synthetic import CHECKOUT, SyntheticProject

NOON = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)
ASKED = "2023年造作比率是多少?"
KEPT = [
    {"id": "synthetic-1", "question": ASKED, "must": ["45"]},
    {"id": "synthetic-2", "question": "2023年合成率是多少？", "must": ["45"]},
]


class Tried:
    """A small project that is published, with a change of its words."""

    def __init__(self, project: SyntheticProject, folder: Path) -> None:
        self.project = project
        evaluation = folder / "evaluation"
        evaluation.mkdir()
        lines = [json.dumps(k, ensure_ascii=False) for k in KEPT]
        (evaluation / "synthetic.jsonl").write_text("\n".join(lines), "utf-8")
        (evaluation / "synthetic_broken.jsonl").write_text("{", "utf-8")
        self.settings = project.settings.model_copy(update={"var": folder / "var", "evaluation": evaluation})
        self.database = Database(self.settings)
        self.changes, self.maintained = Changes(self.database, self.settings), Maintained(self.settings)
        self.effects = Effects(self.database, self.settings, self.maintained)
        self.number = self.changes.begin("合成叫法", "", None, "editor", NOON)

    def put(self, said: str) -> None:
        row = {"word": "合成率", "said": said}
        self.changes.put(self.number, "vocabulary", ["word"], None, row, "editor", NOON)

    def one(self) -> tuple[Set, list[Change]]:
        return self.changes.open_one(self.number)

    def known(self, now: datetime.datetime = NOON) -> Effect | None:
        return self.effects.of(self.number, self.one()[1], now)

    def measured(self) -> None:
        self.effects.begin(*self.one(), [ASKED], NOON)
        for thread in threading.enumerate():
            if thread.name == "measure-effect":
                thread.join()


@pytest.fixture
def tried(built: SyntheticProject, tmp_path_factory: pytest.TempPathFactory) -> Tried:
    return Tried(built, tmp_path_factory.mktemp("effect"))


def test_the_gain_is_told_and_nothing_is_changed_until_it_is_published(tried: Tried) -> None:
    published = Path(tried.settings.published)
    version, words = current_version(published), (tried.settings.corpus / "vocabulary.toml").read_bytes()
    tried.put("造作比率")
    assert tried.known() is None
    tried.measured()
    effect = tried.known()
    assert effect
    assert effect.told
    assert effect.holds
    (one,) = effect.told["questions"]
    assert (one["question"], one["refused"]) == (ASKED, [True, False])
    assert "45" in one["texts"][1]
    assert effect.told["seconds"] >= 0
    kept, broken = effect.told["sets"]
    assert (kept["of"], kept["right"], kept["lost"]) == (2, [1, 2], [])
    assert "JSON" in broken["problem"]
    assert (current_version(published), (tried.settings.corpus / "vocabulary.toml").read_bytes()) == (version, words)
    tried.put("造作率")
    effect = tried.known()
    assert effect
    assert not effect.holds

    tried.changes.turn(tried.number, [State.OPEN], State.READY, "editor", NOON)
    publishing = Publishing(tried.database, tried.settings)
    made = publishing.publish(tried.number, "publisher", NOON)
    assert "造作率" in (tried.settings.corpus / "vocabulary.toml").read_text("utf-8")
    assert Publications(tried.settings).current().version == made
    publishing.undo(tried.number, "", "publisher", NOON)
    assert tried.maintained.rows(tried.maintained.dataset("vocabulary"), "", 9) == []


def test_what_is_lost_is_told_too(tried: Tried) -> None:
    (row,) = tried.maintained.rows(tried.maintained.dataset("observations"), "synthetic_rate-2023", 9)
    more = row | {"value": "52", "value_text": "52"}
    tried.changes.put(tried.number, "observations", ["id"], row, more, "editor", NOON)
    tried.measured()
    effect = tried.known()
    assert effect
    assert effect.told
    assert effect.told["sets"][0]["lost"] == ["2023年合成率是多少？"]


def test_what_breaks_a_rule_cannot_be_measured_and_says_so(tried: Tried) -> None:
    tried.changes.put(tried.number, "sources", ["id"], None, {"id": "x"}, "editor", NOON)
    tried.measured()
    effect = tried.known()
    assert effect
    assert effect.told
    assert "没有量成" in effect.told["problem"]
    assert not effect.holds


def test_it_is_measured_once_at_a_time_and_again_when_who_did_it_was_killed(
    tried: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried.put("造作比率")
    monkeypatch.setattr(tried.effects, "_measure", lambda *_: None)
    tried.measured()
    with pytest.raises(ChangeError, match="还在量"):
        tried.measured()
    found = tried.known(NOON + SILENT)
    assert found
    assert (found.told, found.broken_off) == (None, False)
    later = NOON + SILENT + datetime.timedelta(seconds=1)
    found = tried.known(later)
    assert found
    assert (found.told, found.broken_off, found.holds) == (None, True, False)
    tried.effects.begin(*tried.one(), [ASKED], later)
    found = tried.known(later)
    assert found
    assert not found.broken_off
    elsewhere = Effects(tried.database, Settings(published="s3://bucket/portal"), tried.maintained)
    with pytest.raises(ChangeError, match="只读取对象存储"):
        elsewhere.begin(*tried.one(), [ASKED], NOON)


def test_who_measures_says_so_for_as_long_as_it_takes(tried: Tried, monkeypatch: pytest.MonkeyPatch) -> None:
    tried.put("造作比率")
    monkeypatch.setattr(effects, "_SIGN_SECONDS", 0.01)
    long_after = datetime.datetime.now(datetime.UTC)
    ended = threading.Event()

    def slow(*_: object) -> dict[str, object]:
        # It goes on for as long as nothing was said of it after it began.
        for _ in range(2000):
            found = tried.known(long_after)
            if found is None or not found.broken_off:
                break
            ended.wait(0.01)
        return {"questions": [], "sets": [], "seen": found is not None and not found.broken_off}

    monkeypatch.setattr(tried.effects, "_tried", slow)
    tried.measured()
    found = tried.known()
    assert found
    assert found.told
    assert found.told["seen"] is True


def test_what_is_measured_ends_with_the_portal_that_asked() -> None:
    """Else it would take half a machine for minutes, and nobody would read what comes of it."""
    measuring = (
        "import os; from portal.desk.effect_trial import end_with;"
        "portal = os.getppid(); print(os.getpid(), flush=True); end_with(portal)"
    )
    asking = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]], check=False)"
    command = [sys.executable, "-c", asking, measuring]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=CHECKOUT) as portal:
        assert portal.stdout
        child = int(portal.stdout.readline())
        portal.kill()
        try:
            # Until nobody has the other end: the one that measures is gone too.
            portal.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.kill(child, signal.SIGKILL)
            raise

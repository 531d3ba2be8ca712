"""What an editor changes is checked by the rules of the build, published by another with the smallest diff, and taken back to the byte."""

import datetime
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from portal.commands import app, common
from portal.desk.changes import Cells, ChangeError, Changes, State
from portal.desk.contributions import Contributions
from portal.desk.database import Database
from portal.desk.maintained import Maintained, Trial
from portal.desk.offers import About, Kind, Offer
from portal.desk.publishing import Publishing
from portal.desk.subjects import ContributionSubject
from portal.publication.manifest import current_version
from portal.publication.publications import Publications
from portal.settings import Settings
from tests.synthetic import SyntheticProject

NOON = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.UTC)
FIGURE = "synthetic_rate-2023"


@dataclass
class Desk:
    project: SyntheticProject
    settings: Settings

    def __post_init__(self) -> None:
        self.database = Database(self.settings)
        self.changes = Changes(self.database, self.settings)
        self.maintained = Maintained(self.settings)
        self.publishing = Publishing(self.database, self.settings)
        self.contributions = Contributions(self.database, self.settings)

    def row(self, id: str = FIGURE, dataset: str = "observations") -> Cells:
        found = self.maintained.file(self.maintained.dataset(dataset)).find((id,))
        assert found
        return found

    def begun(self, reason: str = "合成更正", contribution: int | None = None) -> int:
        return self.changes.begin(reason, "Synthetic correction", contribution, "editor", NOON)

    def changed(self, dataset: str = "observations", id: str = FIGURE, **cells: str) -> int:
        number, before = self.begun(), self.row(id, dataset)
        self.changes.put(number, dataset, ["id"], before, before | cells, "editor", NOON)
        return number

    def ready(self, number: int) -> int:
        self.changes.turn(number, [State.OPEN], State.READY, "editor", NOON)
        return number

    def published(self, number: int) -> str:
        return self.publishing.publish(self.ready(number), "publisher", NOON)

    def tried(self, number: int) -> Trial:
        made, rows = self.changes.open_one(number)
        return self.maintained.tried(self.maintained.plan(rows, made.reason, made.reason_en), rows)

    def state(self, number: int) -> State:
        return self.changes.open_one(number)[0].state

    def value(self) -> float:
        (row,) = Publications(self.settings).current().rows("SELECT value FROM observations WHERE id = ?", [FIGURE])
        return float(row["value"])


@pytest.fixture
def desk(settings: Settings, built: SyntheticProject) -> Desk:
    own = built.settings.model_copy(update={"var": settings.var, "database_url": settings.database_url})
    return Desk(built, own)


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().split(b"\n")


def test_a_change_is_one_line_of_the_file_an_entry_of_the_changelog_a_version_and_a_line_of_audit(desk: Desk) -> None:
    file, description = (desk.project.datasets / "observations" / n for n in ("data.csv", "dataset.toml"))
    before, described = lines(file), lines(description)
    number = desk.changed(value="52", value_text="52")
    assert (desk.value(), lines(file)) == (45.0, before)
    version = desk.published(number)
    assert (desk.value(), current_version(desk.settings.published)) == (52.0, version)
    after = lines(file)
    assert [n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [2]
    assert sum(a != b for a, b in zip(described, lines(description), strict=True)) == 2
    changelog = desk.maintained.dataset("observations").changelog
    assert (changelog[-1].reason, changelog[-1].reason_en) == ("合成更正", "Synthetic correction")
    made, _ = desk.changes.open_one(number)
    assert (made.state, made.publisher, made.version, made.published) == ("published", "publisher", version, NOON)


def test_what_is_taken_back_stands_as_it_stood_to_the_byte_and_says_why(desk: Desk) -> None:
    file = desk.project.data("observations")
    # Quotes nobody needs and a row in the middle taken away come back as they were.
    text = file.read_bytes().replace(b"synthetic_rate-2020,", b'"synthetic_rate-2020",')
    file.write_bytes(text)
    number = desk.changed(value="52", value_text="52")
    desk.changes.put(number, "observations", ["id"], desk.row("synthetic_rate-2020"), None, "editor", NOON)
    desk.published(number)
    assert b"synthetic_rate-2020" not in file.read_bytes()
    desk.publishing.undo(number, "", "publisher", NOON)
    assert file.read_bytes() == text
    assert desk.value() == 45.0
    assert desk.state(number) is State.UNDONE
    assert desk.maintained.dataset("observations").changelog[-1].reason == f"撤回第 {number} 组修改：合成更正"
    with pytest.raises(ChangeError, match="不能这样处理"):
        desk.publishing.undo(number, "", "publisher", NOON)
    with pytest.raises(ChangeError, match="不能再撤回"):
        desk.publishing.undo(number + 1, "", "publisher", NOON)


def test_what_others_changed_since_is_not_taken_back_over_them(desk: Desk) -> None:
    first = desk.changed(value="52", value_text="52")
    desk.published(first)
    desk.published(desk.changed(value="53", value_text="53"))
    with pytest.raises(ChangeError, match="后来又改过"):
        desk.publishing.undo(first, "", "publisher", NOON)
    assert (desk.value(), desk.state(first)) == (53.0, State.PUBLISHED)


def test_what_breaks_a_rule_is_told_beside_its_row_and_not_published(desk: Desk) -> None:
    number = desk.changed(value="很多", reliability="certain")
    desk.changes.put(
        number, "observations", ["id"], None, {**desk.row(), "id": "new", "source": "none"}, "editor", NOON
    )
    found = desk.tried(number)
    first, second = (r.number for r in desk.changes.open_one(number)[1])
    assert [p.partition("列，")[2] for p in found.of_rows[first]] == [
        "值“很多”：不是数字",
        "值“certain”：“certain”不在允许的值之中（high、medium、low）",
    ]
    assert "在 sources.id 中找不到“none”" in found.of_rows[second][0]
    assert found.others == []
    with pytest.raises(ChangeError, match="3 处不合规则"):
        desk.published(number)
    assert (desk.value(), desk.state(number)) == (45.0, State.READY)


def test_a_source_and_the_figure_it_bears_out_are_published_together_and_change_a_status(desk: Desk) -> None:
    number = desk.changed(value="52", value_text="52", source="synthetic-new")
    assert desk.tried(number).count == 1
    source = desk.row("synthetic-source", "sources") | {"id": "synthetic-new", "title": "合成公报二"}
    desk.changes.put(number, "sources", ["id"], None, source, "editor", NOON)
    trial = desk.tried(number)
    assert (trial.count, trial.statuses["synthetic_rate"]) == (0, "met")
    desk.published(number)
    (row,) = (
        Publications(desk.settings).current().rows("SELECT status FROM progress WHERE indicator = 'synthetic_rate'")
    )
    assert row["status"] == "met"


def test_a_contribution_is_published_with_its_change_and_waits_again_when_that_is_taken_back(desk: Desk) -> None:
    store = Publications(desk.settings).current()
    about = About(kind=ContributionSubject.INDICATOR, id="synthetic_rate")
    code = desk.contributions.receive(Offer(about=about, kind=Kind.FIGURE, value="52"), store, NOON)
    with pytest.raises(ChangeError, match="采用了"):
        desk.begun(contribution=1)
    desk.contributions.decide(1, True, "查到了", "editor", NOON)
    number, before = desk.begun(contribution=1), desk.row()
    desk.changes.put(
        number, "observations", ["id"], before, before | {"value": "52", "value_text": "52"}, "editor", NOON
    )
    version = desk.published(number)
    found = desk.contributions.find(code)
    assert (found.state, found.version) == ("published", version)
    assert [s.number for s in desk.changes.of_contribution(1)] == [number]
    desk.publishing.undo(number, "来源撤回了", "publisher", NOON)
    found = desk.contributions.find(code)
    assert (found.state, found.version) == ("accepted", "")


def test_nobody_publishes_what_they_changed_unless_one_person_may(desk: Desk) -> None:
    number = desk.ready(desk.changed(value="52", value_text="52"))
    with pytest.raises(ChangeError, match="不能自己发布"):
        desk.publishing.publish(number, "editor", NOON)
    alone = Desk(desk.project, desk.settings.model_copy(update={"desk_two_people": False}))
    assert alone.publishing.publish(number, "editor", NOON) == current_version(desk.settings.published)


def test_only_what_was_handed_over_is_published(desk: Desk) -> None:
    number = desk.changed(value="52", value_text="52")
    with pytest.raises(ChangeError, match="不能这样处理"):
        desk.publishing.publish(number, "publisher", NOON)
    with pytest.raises(ChangeError, match="还没有要改的行"):
        desk.published(desk.begun())
    with pytest.raises(ChangeError, match="没有这一组"):
        desk.publishing.publish(99, "publisher", NOON)
    desk.ready(number)
    with pytest.raises(ChangeError, match="不能这样处理"):
        desk.changes.put(number, "observations", ["id"], desk.row(), None, "editor", NOON)


def test_the_same_row_is_in_a_change_once_and_what_changes_nothing_is_told(desk: Desk) -> None:
    number, before = desk.changed(value="52", value_text="52"), desk.row()
    with pytest.raises(ChangeError, match="什么也没有改"):
        desk.changes.put(number, "observations", ["id"], before, dict(before), "editor", NOON)
    desk.changes.put(number, "observations", ["id"], before, before | {"note": " 合\x00成\r\n注 "}, "editor", NOON)
    (row,) = desk.changes.open_one(number)[1]
    assert row.after == before | {"note": "合成\n注"}
    desk.changes.take_out(number, row.number, "editor", NOON)
    assert desk.changes.open_one(number)[1] == []


@pytest.mark.parametrize(("reason", "why"), [(" ", "为什么改"), ("好" * 301, "最多 300 个字")])
def test_a_change_gives_its_reason(desk: Desk, reason: str, why: str) -> None:
    with pytest.raises(ChangeError, match=why):
        desk.begun(reason)


def test_a_reason_names_nobody(desk: Desk) -> None:
    number = desk.begun("问了13800138000，是的。")
    assert desk.changes.open_one(number)[0].reason == "问了〔手机号已隐去〕,是的。"


def test_one_publishes_at_a_time_and_who_reads_elsewhere_publishes_nothing(desk: Desk) -> None:
    from portal.desk import engines

    number = desk.ready(desk.changed(value="52", value_text="52"))
    with engines.publishing(Database(desk.settings).engine()) as alone:
        assert alone
        with pytest.raises(ChangeError, match="有人正在发布"):
            desk.publishing.publish(number, "publisher", NOON)
    elsewhere = Desk(desk.project, desk.settings.model_copy(update={"published": "s3://bucket/portal"}))
    with pytest.raises(ChangeError, match="只读取对象存储"):
        elsewhere.publishing.publish(number, "publisher", NOON)
    assert desk.publishing.publish(number, "publisher", NOON)


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_in_a_work_tree_each_publication_is_a_commit_of_its_files_alone(desk: Desk) -> None:
    root = desk.project.root
    for command in (["init", "-q"], ["config", "user.name", "合成"], ["config", "user.email", "a@synthetic.invalid"]):
        git(root, *command)
    git(root, "add", "corpus", "datasets")
    git(root, "commit", "-qm", "合成起点")
    (desk.project.corpus / "site.toml").write_text((desk.project.corpus / "site.toml").read_text() + "# 合成\n")
    git(root, "add", "corpus")
    number = desk.changed(value="52", value_text="52")
    desk.published(number)
    assert git(root, "log", "-1", "--format=%an %cn %s").strip() == "editor publisher 合成更正"
    touched = git(root, "show", "--name-only", "--format=", "HEAD").split()
    assert touched == ["datasets/observations/data.csv", "datasets/observations/dataset.toml"]
    assert git(root, "diff", "--cached", "--name-only").split() == ["corpus/site.toml"]
    desk.publishing.undo(number, "合成撤回", "publisher", NOON)
    assert git(root, "log", "--format=%s").split() == ["合成撤回", "合成更正", "合成起点"]
    manifest = Publications(desk.settings).current().manifest
    assert manifest.git_revision == git(root, "rev-parse", "HEAD").strip()


def test_a_commit_that_git_refuses_is_told_in_the_audit_and_stops_nothing(desk: Desk, monkeypatch: Any) -> None:
    from portal.desk import written_files
    from portal.desk.accounts import Accounts

    monkeypatch.setattr(written_files.work_tree, "commit", lambda *_: False)
    desk.published(desk.changed(value="52", value_text="52"))
    assert "change.uncommitted" in [line.act for line in Accounts(desk.database, desk.settings).audit(9)]


def test_where_the_files_cannot_be_written_everything_stays_and_a_sentence_says_so(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.desk import written_files

    number = desk.changed(value="52", value_text="52")
    before = desk.project.data("observations").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(written_files, "_replace", full)
        with pytest.raises(ChangeError, match="没有发布成"):
            desk.published(number)
    assert (desk.project.data("observations").read_bytes(), desk.value()) == (before, 45.0)
    assert desk.state(number) is State.READY
    assert desk.publishing.publish(number, "publisher", NOON)
    assert desk.value() == 52.0


class Died(BaseException):
    """As if the process had been killed."""


def died(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> int:
    """A set whose publication ended right after it was written down what is meant."""

    def dies(*_: object) -> None:
        raise Died

    number = desk.ready(desk.changed(value="52", value_text="52"))
    with monkeypatch.context() as broken:
        broken.setattr(desk.publishing, "_carry_out", dies)
        with pytest.raises(Died):
            desk.publishing.publish(number, "publisher", NOON)
    return number


def test_what_somebody_else_wrote_into_a_file_meanwhile_is_left_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = died(desk, monkeypatch)
    with pytest.raises(ChangeError, match="不能这样处理"):
        desk.changes.turn(number, [State.READY], State.OPEN, "editor", NOON)
    file, description = (desk.project.datasets / "observations" / n for n in ("data.csv", "dataset.toml"))
    described = description.read_bytes()
    file.write_bytes(file.read_bytes().replace(b",45,45,", b",47,47,"))
    desk.publishing.recover(NOON)
    assert (desk.value(), desk.state(number), description.read_bytes()) == (47.0, State.READY, described)
    with pytest.raises(ChangeError, match="后来又改过"):
        desk.publishing.publish(number, "publisher", NOON)


def test_a_build_by_hand_finishes_first_what_the_desk_had_begun(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = died(desk, monkeypatch)
    monkeypatch.setattr(common, "settings", lambda: desk.settings.model_copy(update={"desk": True}))
    told = CliRunner().invoke(app, ["build"])
    assert (told.exit_code, "没有变化" in told.output) == (0, True), told.output
    assert (desk.value(), desk.state(number)) == (52.0, State.PUBLISHED)


def test_after_an_older_backup_is_put_back_what_differs_from_the_files_is_told(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "settings", lambda: desk.settings)
    kept = desk.changed(value="47", value_text="47")
    desk.published(kept)
    number = desk.ready(desk.changed(value="52", value_text="52"))

    def backed_up(name: str) -> list[str]:
        return ["desk", "backup" if not (tmp_path / name).exists() else "restore", str(tmp_path / name)]

    for name in ("before", "after"):
        assert CliRunner().invoke(app, backed_up(name)).exit_code == 0
        if name == "before":
            version = desk.publishing.publish(number, "publisher", NOON)
    told = CliRunner().invoke(app, backed_up("before"))
    assert (told.exit_code, desk.value()) == (0, 52.0)
    assert f"第 {number} 组修改（合成更正）在数据库里还没有发布，而文件里已经是改过的样子" in told.stderr
    # What the later set wrote over says nothing of the earlier one.
    assert f"第 {kept} 组" not in told.stderr
    assert f"现在发布的版本是 {version}" in told.stderr
    with pytest.raises(ChangeError, match="后来又改过"):
        desk.publishing.publish(number, "publisher", NOON)
    assert (current_version(Path(desk.settings.published)), desk.value()) == (version, 52.0)

    agreed = CliRunner().invoke(app, backed_up("after"))
    assert agreed.stderr == ""
    desk.publishing.undo(number, "", "publisher", NOON)
    told = CliRunner().invoke(app, backed_up("after"))
    assert f"第 {number} 组修改（合成更正）在数据库里已经发布，而文件里不是它写的样子" in told.stderr

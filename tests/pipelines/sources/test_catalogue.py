"""`portal datasets --check` tells what keeps the catalogue from being published, and what its readers would miss."""

import pytest
from typer.testing import CliRunner

import portal.commands.common
from pipelines.build import build
from pipelines.sources.catalogue import Finding, check_catalogue
from pipelines.sources.problems import BuildError
from portal.publication.manifest import read_manifest, versions
from portal.publication.store import Store
from portal.settings import Settings
from tests.synthetic import CHECKOUT, SOURCES, SyntheticProject


def _sentences(project: SyntheticProject, level: str) -> list[str]:
    return [f.sentence for f in check_catalogue(project.datasets, None) if f.level == level]


def _described(project: SyntheticProject, old: str, new: str) -> str:
    """Change a line of the description of `sources`; its path."""
    path = project.datasets / "sources" / "dataset.toml"
    project.replace(path, old, new)
    return str(path)


def test_the_real_catalogue_has_no_blocker() -> None:
    assert [f for f in check_catalogue(CHECKOUT / "datasets", None) if f.level == "blocker"] == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('license = "CC-BY-4.0"', 'license = ""', "license：不能为空"),
        (
            "updated = 2026-11-22",
            "updated = 2026-11-21",
            "整体：updated（2026-11-21）早于 first_published（2026-11-22）",
        ),
        (
            "changelog = [{ date = 2026-11-22",
            "changelog = [{ date = 2026-11-01",
            "整体：changelog 应从早到晚排列，最早不早于 first_published",
        ),
        ('reason = "首次发布"', 'reason = ""', "changelog.0.reason：不能为空"),
    ],
)
def test_a_blocker_is_told_with_file_and_rule_and_stops_the_build(
    project: SyntheticProject, old: str, new: str, rule: str
) -> None:
    path = _described(project, old, new)
    assert check_catalogue(project.datasets, None) == [Finding("blocker", f"{path}：{rule}")]
    with pytest.raises(BuildError) as raised:
        build(project.settings)
    assert f"{path}：{rule}" in raised.value.problems


def test_a_missing_data_file_is_a_blocker(project: SyntheticProject) -> None:
    project.data("sources").unlink()
    assert _sentences(project, "blocker") == [f"{project.data('sources')}：缺少数据文件。"]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("license_url = ", 'license_url = ""\n#', "没有写许可的网址（license_url）。"),
        ("summary_en = ", 'summary_en = ""\n#', "没有写英文摘要（summary_en）。"),
        ("changelog = ", "#", "没有写更新记录（changelog）。"),
        (
            "updated = 2026-11-22",
            "updated = 2026-12-01",
            "更新日期是 2026-12-01，更新记录只写到 2026-11-22，没有写这次为什么改。",
        ),
    ],
)
def test_a_warning_is_told_and_stops_nothing(project: SyntheticProject, old: str, new: str, sentence: str) -> None:
    assert not any(sentence in s for s in _sentences(project, "warning"))
    path = _described(project, old, new)
    assert f"{path}：{sentence}" in _sentences(project, "warning")
    assert _sentences(project, "blocker") == []


def test_columns_without_example_are_named_in_one_sentence(project: SyntheticProject) -> None:
    path = project.datasets / "sources" / "dataset.toml"
    text = path.read_text("utf-8")
    path.write_text(
        text + '\n[[columns]]\nname = "synthetic"\ntype = "number"\ntitle_zh = "合成"\ntitle_en = "Synthetic"\n',
        "utf-8",
    )
    project.write("sources", SOURCES)
    told = [s.partition("：")[2] for s in _sentences(project, "warning") if s.startswith(str(path))]
    assert "这些列没有说明（description_zh）：synthetic。" in told
    assert "这些列没有单位（unit）：synthetic。" in told
    assert "这些列没有示例（example）：synthetic。" in told


def test_nothing_is_missing_from_the_descriptions_of_the_real_datasets() -> None:
    assert check_catalogue(CHECKOUT / "datasets", None) == []


def test_every_example_is_a_value_of_its_column(store: Store) -> None:
    strange = []
    for dataset in store.manifest.datasets:
        for column in (c for c in dataset.columns if c.example):
            values = store.rows(
                f'SELECT DISTINCT trim(CAST("{column.name}" AS VARCHAR), chr(10)) AS v FROM {dataset.table}'
            )
            known = {str(r["v"]) for r in values}
            if known == {"None"} and column.references:
                # No row has one yet; what it would name is there.
                table, name = column.references.split(".")
                known = {r["v"] for r in store.rows(f'SELECT "{name}" AS v FROM "{table}"')}
            if column.example not in {v.removesuffix(".0") for v in known}:
                strange.append((dataset.id, column.name, column.example))
    assert strange == []


def test_data_that_changed_without_a_word_in_the_changelog_is_told(built: SyntheticProject) -> None:
    (version,) = versions(built.settings.published)
    manifest = read_manifest(built.settings.published / version)
    sentence = "数据和已发布的版本不同，更新记录（changelog）没有新的一条，请写明日期和原因。"
    told = [f.sentence for f in check_catalogue(built.datasets, manifest)]
    assert not any(sentence in s for s in told)
    built.correct()
    told = [f.sentence for f in check_catalogue(built.datasets, manifest) if sentence in f.sentence]
    assert told == [f"{built.datasets / 'sources' / 'dataset.toml'}：{sentence}"]


def test_the_command_prints_both_and_fails_on_blockers_only(
    built: SyntheticProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Settings = built.settings
    monkeypatch.setattr(portal.commands.common, "settings", lambda: settings)
    fine = CliRunner().invoke(portal.commands.app, ["datasets", "--check"])
    assert fine.exit_code == 0
    assert fine.stdout.splitlines()[-1].startswith("阻断 0 处，提醒 ")
    built.data("sources").unlink()
    broken = CliRunner().invoke(portal.commands.app, ["datasets", "--check"])
    assert broken.exit_code == 1
    assert broken.stdout.startswith("阻断  ")
    assert broken.stdout.splitlines()[-1].startswith("阻断 1 处，提醒 ")

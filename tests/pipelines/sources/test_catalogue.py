"""`portal datasets --check` tells what a build would refuse, in its words, and what readers of the catalogue would miss."""

import datetime
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

import portal.commands.common
from pipelines.build import check
from pipelines.sources.catalogue import lacking
from pipelines.sources.problems import BuildError
from portal.publication.manifest import read_manifest, versions
from portal.publication.store import Store
from portal.settings import Settings
from tests.synthetic import CHECKOUT, OBSERVATIONS, SOURCES, SyntheticProject

TODAY = datetime.date(2026, 12, 1)


def _lacking(project: SyntheticProject) -> list[str]:
    return lacking(project.datasets, None, today=TODAY)


def _described(project: SyntheticProject, old: str, new: str) -> str:
    """Change a line of the description of `sources`; its path."""
    path = project.datasets / "sources" / "dataset.toml"
    project.replace(path, old, new)
    return str(path)


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
    assert check(project.settings).problems == [f"{path}：{rule}"]
    assert _lacking(project) == []
    with pytest.raises(BuildError) as raised:
        project.build()
    assert raised.value.problems == [f"{path}：{rule}"]


def _no_data(project: SyntheticProject) -> None:
    project.data("sources").unlink()


def _no_number(project: SyntheticProject) -> None:
    project.replace(project.data("observations"), ",40,40,", ",forty,40,")


def _spaces(project: SyntheticProject) -> None:
    project.replace(project.data("sources"), "合成公报", "合成公报 ")


def _twice(project: SyntheticProject) -> None:
    project.write("sources", [*SOURCES, *SOURCES])


def _no_such_source(project: SyntheticProject) -> None:
    project.write("sources", [])


def _no_quotation(project: SyntheticProject) -> None:
    project.replace(project.plan, "合成率达到50%", "合成率达到51%")


def _no_text(project: SyntheticProject) -> None:
    project.data("sources").write_bytes(b"\xff\xfe")


def _no_plan(project: SyntheticProject) -> None:
    project.replace(project.corpus / "site.toml", 'plan = "synthetic-plan"', 'plan = "another"')


def _no_column(project: SyntheticProject) -> None:
    project.replace(project.data("sources"), "id,publisher", "id,editor")


def _not_judgeable(project: SyntheticProject) -> None:
    project.write("observations", [*OBSERVATIONS[:1], {**OBSERVATIONS[1], "unit": "个"}])


def _a_number_of_its_own(project: SyntheticProject) -> None:
    (project.corpus / "english.toml").write_text('[units]\n"个" = "7"\n', "utf-8")


BREAKING = [
    _no_data,
    _no_number,
    _spaces,
    _twice,
    _no_such_source,
    _no_quotation,
    _no_text,
    _no_plan,
    _no_column,
    _not_judgeable,
    _a_number_of_its_own,
]


@pytest.mark.parametrize("broken", BREAKING)
def test_the_check_says_what_the_build_says(
    project: SyntheticProject, broken: Callable[[SyntheticProject], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(project)
    with pytest.raises(BuildError) as raised:
        project.build()
    monkeypatch.setattr(portal.commands.common, "settings", lambda: project.settings)
    checked = CliRunner().invoke(portal.commands.app, ["datasets", "--check"])
    assert checked.exit_code == 1
    told = [line.removeprefix("阻断  ") for line in checked.stdout.splitlines() if line.startswith("阻断  ")]
    assert told == raised.value.problems
    assert checked.stdout.splitlines()[-1].startswith(f"阻断 {len(told)} 处，提醒 ")


def test_what_was_changed_since_is_checked_as_it_is_now(built: SyntheticProject) -> None:
    assert check(built.settings).problems == []
    built.write("sources", [{**SOURCES[0], "title": "合计"}])
    assert "sources/data.csv：像是合计、小计的行 1 处：第 2 行 title 列“合计”。" in lacking(
        built.datasets, None, check(built.settings).quality, today=TODAY
    )


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
    assert not any(sentence in s for s in _lacking(project))
    path = _described(project, old, new)
    assert f"{path}：{sentence}" in _lacking(project)
    assert check(project.settings).problems == []


def test_columns_without_example_are_named_in_one_sentence(project: SyntheticProject) -> None:
    path = project.datasets / "sources" / "dataset.toml"
    text = path.read_text("utf-8")
    path.write_text(
        text + '\n[[columns]]\nname = "synthetic"\ntype = "number"\ntitle_zh = "合成"\ntitle_en = "Synthetic"\n',
        "utf-8",
    )
    project.write("sources", SOURCES)
    told = [s.partition("：")[2] for s in _lacking(project) if s.startswith(str(path))]
    assert "这些列没有说明（description_zh）：synthetic。" in told
    assert "这些列没有单位（unit）：synthetic。" in told
    assert "这些列没有示例（example）：synthetic。" in told


def test_nothing_is_missing_from_the_descriptions_of_the_real_datasets() -> None:
    assert lacking(CHECKOUT / "datasets", None, today=TODAY) == []


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
    told = lacking(built.datasets, manifest, today=TODAY)
    assert not any(sentence in s for s in told)
    built.correct()
    told = [s for s in lacking(built.datasets, manifest, today=TODAY) if sentence in s]
    assert told == [f"{built.datasets / 'sources' / 'dataset.toml'}：{sentence}"]


def test_the_command_does_not_fail_on_what_stops_no_build(
    built: SyntheticProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Settings = built.settings
    monkeypatch.setattr(portal.commands.common, "settings", lambda: settings)
    fine = CliRunner().invoke(portal.commands.app, ["datasets", "--check"])
    assert fine.exit_code == 0
    assert fine.stdout.splitlines()[-1].startswith("阻断 0 处，提醒 ")

"""The rules of quality at build: broken text keeps a version from being published, doubtful figures are published and told."""

import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pipelines.sources.catalogue import lacking
from pipelines.sources.problems import BuildError
from portal.publication.catalogue import Dataset
from portal.publication.manifest import read_manifest
from portal.publication.quality import RuleState, overdue
from tests.synthetic import OBSERVATIONS, SyntheticProject

DESCRIPTION = """\
id = "synthetic-spending"
title_zh = "合成支出"
title_en = "Synthetic spending"
summary_zh = "仅供测试"
provider = "合成局"
theme = "财税金融"
openness = "无条件开放"
update_frequency = "每年"
first_published = 2026-11-22
updated = 2026-11-22
license = "CC-BY-4.0"

[[columns]]
name = "id"
type = "string"
title_zh = "编号"
title_en = "Id"
required = true
unique = true

[[columns]]
name = "name"
type = "string"
title_zh = "名称"
title_en = "Name"

[[columns]]
name = "place"
type = "string"
title_zh = "地方"
title_en = "Place"

[[columns]]
name = "year"
type = "integer"
title_zh = "年份"
title_en = "Year"

[[columns]]
name = "share"
type = "number"
title_zh = "占比"
title_en = "Share"
unit = "%"

[semantic]
id = "synthetic_share"
name_zh = "合成占比"
name_en = "Synthetic share"
value = "share"
place = "place"
period = "year"
"""


@pytest.fixture
def project(tmp_path: Path) -> SyntheticProject:
    return SyntheticProject(tmp_path)


def spending(project: SyntheticProject, rows: Iterable[str]) -> None:
    folder = project.datasets / "synthetic-spending"
    folder.mkdir()
    (folder / "dataset.toml").write_text(DESCRIPTION, "utf-8")
    (folder / "data.csv").write_text("id,name,place,year,share\n" + "".join(f"{r}\n" for r in rows), "utf-8")


def states(project: SyntheticProject) -> dict[str, RuleState]:
    built = project.build()
    manifest = read_manifest(project.root / "published" / built.version)
    return {s.rule: s for s in manifest.quality["synthetic-spending"]}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ('"a ",合成,,,', "id 列，值“a ”：前后有空格，看起来一样的值会被当成两个；请删去"),
        (" a,合成,,,", "id 列，值“ a”：前后有空格"),
        ("a\u3000,合成,,,", "id 列，值“a\u3000”：前后有空格"),
        ("a\u200bb,合成,,,", "id 列，值“a\u200bb”：里面有看不见的字符（U+200B）；请删去"),
        ("a,合\ufeff成,,,", "name 列，值“合\ufeff成”：里面有看不见的字符（U+FEFF）；请删去"),
        ("a,\ufffdx,,,", "name 列，值“\ufffdx”：有乱码，原文在转码时已经丢失；请从原表重新录入"),
        ("a,锟斤拷,,,", "name 列，值“锟斤拷”：有乱码"),
    ],
)
def test_broken_text_is_not_published(project: SyntheticProject, row: str, sentence: str) -> None:
    spending(project, [row])
    with pytest.raises(BuildError) as caught:
        project.build()
    (problem,) = caught.value.problems
    assert sentence in problem
    assert "synthetic-spending/data.csv 第 2 行" in problem


@pytest.mark.parametrize(
    ("rule", "rows", "cells"),
    [
        ("totals", ["a,合成甲,,,", "b,合 计,,,", "c,总计（个）,,,", "d,合计路,,,"], [(3, "name"), (4, "name")]),
        ("missing_marks", ["a,N/A,,,", "b,null,-,,", "c,合成-丙,,,"], [(2, "name"), (3, "name"), (3, "place")]),
        ("duplicates", ["a,合成甲,一区,2021,5", "b,合成甲,一区,2021,5", "c,合成乙,一区,2021,5"], [(3, "name")]),
        ("duplicates", ["a,合成甲,,,", "Ａ,合成乙,,,"], [(3, "id")]),
        ("percent", ["a,甲,一区,2021,94.24", "b,乙,二区,2021,0.0578"], [(3, "share")]),
        ("percent", ["a,甲,一区,2021,0.39", "b,乙,二区,2021,0.41"], [(2, "share"), (3, "share")]),
        ("outliers", ["a,甲,一区,2021,10", "b,乙,一区,2022,31", "c,丙,二区,2022,90"], [(3, "share")]),
        ("outliers", ["a,甲,一区,2021,31", "b,乙,一区,2022,10", "c,丙,一区,2024,90"], [(3, "share")]),
        ("future", ["a,甲,一区,2026,10", "b,乙,一区,2027,11"], [(3, "year")]),
    ],
)
def test_what_looks_wrong_is_published_and_told(
    project: SyntheticProject, rule: str, rows: list[str], cells: list[tuple[int, str]]
) -> None:
    spending(project, rows)
    found = states(project)[rule]
    assert (found.state, found.count) == ("warned", len(cells))
    assert [(e.line, e.column) for e in found.examples] == cells


def test_sound_data_pass_and_rules_that_concern_nothing_say_so(project: SyntheticProject) -> None:
    spending(project, ["a,合成甲,一区,2021,39", "b,合成乙,一区,2022,39.5", "c,合成丙,二区,2022,12.5"])
    found = states(project)
    assert {s.state for s in found.values()} == {"ok"}
    described = project.datasets / "synthetic-spending" / "dataset.toml"
    described.write_text(described.read_text("utf-8").partition("[semantic]")[0].replace('unit = "%"\n', ""), "utf-8")
    found = states(project)
    assert [r for r, s in found.items() if s.state == "none"] == ["percent", "outliers", "future"]


def test_observations_are_held_to_the_rules_series_by_series(project: SyntheticProject) -> None:
    tripled = {**OBSERVATIONS[1], "id": "synthetic_rate-2021", "period": "2021", "value": 4, "value_text": "4"}
    tripled |= {"period_start": "2021-01-01", "period_end": "2021-12-31"}
    project.write("observations", [*OBSERVATIONS, tripled])
    built = project.build()
    found = {s.rule: s for s in read_manifest(project.root / "published" / built.version).quality["observations"]}
    assert [(e.line, e.column, e.value) for e in found["outliers"].examples] == [(4, "value", "4.0")]


def test_the_check_of_the_catalogue_tells_what_was_found(project: SyntheticProject) -> None:
    spending(project, ["a,合计,一区,2021,39"])
    built = project.build()
    manifest = read_manifest(project.root / "published" / built.version)
    told = lacking(project.datasets, manifest, manifest.quality, today=datetime.date(2028, 11, 22))
    assert "synthetic-spending/data.csv：像是合计、小计的行 1 处：第 2 行 name 列“合计”。" in told
    assert any("更新频率是“每年”，上次更新是 2026-11-22，已过期 183 天。" in s for s in told)


@pytest.mark.parametrize(
    ("frequency", "today", "days"),
    [
        ("每年", datetime.date(2028, 5, 23), 0),
        ("每年", datetime.date(2028, 5, 25), 2),
        ("每月", datetime.date(2027, 2, 1), 9),
        ("不定期", datetime.date(2040, 1, 1), None),
        ("不更新", datetime.date(2040, 1, 1), None),
    ],
)
def test_a_dataset_is_overdue_by_its_own_promise(frequency: str, today: datetime.date, days: int | None) -> None:
    described: dict[str, Any] = {
        "id": "synthetic",
        "title_zh": "合成",
        "title_en": "Synthetic",
        "summary_zh": "合成",
        "provider": "合成局",
        "theme": "合成",
        "openness": "无条件开放",
        "update_frequency": frequency,
        "first_published": datetime.date(2026, 11, 22),
        "updated": datetime.date(2026, 11, 22),
        "license": "CC0-1.0",
        "columns": ({"name": "id", "type": "string", "title_zh": "编号", "title_en": "Id"},),
    }
    assert overdue(Dataset(**described), today) == days

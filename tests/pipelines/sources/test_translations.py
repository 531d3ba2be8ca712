"""What the data say in words is translated by people, states the same numbers, and whatever has no translation is told."""

import datetime
import tomllib
from pathlib import Path

import pytest

from pipelines.sources.catalogue import lacking
from pipelines.sources.problems import BuildError, read_toml
from pipelines.sources.translations import SHOWN, English
from portal.publication.store import Store
from tests.synthetic import CHECKOUT, SyntheticProject

REAL = CHECKOUT / "corpus" / "english.toml"
TODAY = datetime.date(2026, 12, 1)


def _translations(project: SyntheticProject, text: str) -> Path:
    file = project.corpus / "english.toml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    "pair",
    [
        '"4.5万个" = "45,000"',
        '"98%以上" = "98% or more"',
        '"原文为区间“1-2所”，target 取下限1" = "a range, 1-2, of which 1 is taken"',
        '"2025年10月" = "October 2025"',
        '"个" = ""',
    ],
)
def test_a_translation_may_write_the_same_numbers_in_another_way(project: SyntheticProject, pair: str) -> None:
    _translations(project, f"[synthetic]\n{pair}\n")
    project.build()


@pytest.mark.parametrize(
    ("pair", "problem"),
    [
        ('"98%以上" = "96% or more"', "整体：“98%以上”的译文里有原文没有的数 96"),
        ('"4.5万个" = "4,500"', "整体：“4.5万个”的译文里有原文没有的数 4500"),
        ('"合成" = "synthetic since 2021"', "整体：“合成”的译文里有原文没有的数 2021"),
    ],
)
def test_a_number_that_the_original_does_not_state_stops_the_build(
    project: SyntheticProject, pair: str, problem: str
) -> None:
    file = _translations(project, f"[synthetic]\n{pair}\n")
    with pytest.raises(BuildError) as raised:
        project.build()
    assert raised.value.problems == [f"{file}：{problem}"]


def test_a_city_without_the_file_is_told_so(project: SyntheticProject) -> None:
    file = project.corpus / "english.toml"
    file.unlink()
    with pytest.raises(BuildError) as raised:
        project.build()
    assert raised.value.problems == [f"{file}：缺少这个文件。"]


def test_words_without_translation_are_told_once_each(project: SyntheticProject) -> None:
    told = lacking(
        project.datasets, None, english={"到2023年底": "by the end of 2023", "200个": "200", "个": ""}, today=TODAY
    )
    words = [s for s in told if "没有英文译文" in s]
    assert words == [
        f"{project.data('indicators')}：“合成市”没有英文译文（corpus/english.toml）。",
        f"{project.data('observations')}：“合成市”没有英文译文（corpus/english.toml）。",
        f"{project.data('observations')}：“合成数据”没有英文译文（corpus/english.toml）。",
    ]


def test_a_portal_in_chinese_alone_misses_no_translation(project: SyntheticProject) -> None:
    assert [s for s in lacking(project.datasets, None, english={}, today=TODAY) if "没有英文译文" in s] == []


def test_everything_shown_of_the_real_data_has_its_english() -> None:
    assert lacking(CHECKOUT / "datasets", None, english=read_toml(REAL, English).flat(), today=TODAY) == []


def test_no_translation_is_of_something_the_data_no_longer_say(store: Store) -> None:
    said = {
        row[column]
        for dataset, columns in [*SHOWN.items(), ("places", ("name",)), ("city-comparison", ("city",))]
        for row in store.rows(f'SELECT * FROM "{dataset.replace("-", "_")}"')
        for column in columns
    }
    said |= {m.place_is for d in store.manifest.datasets for section in d.semantic for m in section.measures}
    assert [chinese for chinese in read_toml(REAL, English).flat() if chinese not in said] == []


def test_nothing_is_translated_twice() -> None:
    sections = tomllib.loads(REAL.read_text("utf-8"))
    originals = [chinese for section in sections.values() for chinese in section]
    assert len(originals) > 200
    assert sorted(set(originals)) == sorted(originals)

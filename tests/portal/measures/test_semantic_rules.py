"""What a description says of its columns is checked before anything is published, each slip with a sentence."""

import pytest

from pipelines.sources.problems import BuildError
from tests.portal.measures.conftest import LONG_SEMANTIC, WIDE_SEMANTIC, add_tables
from tests.synthetic import SyntheticProject


def problems(project: SyntheticProject, long: str = LONG_SEMANTIC, wide: str = WIDE_SEMANTIC) -> str:
    add_tables(project)
    for dataset, before, now in (("towns", LONG_SEMANTIC, long), ("inns", WIDE_SEMANTIC, wide)):
        if before != now:
            project.replace(project.datasets / f"synthetic-{dataset}" / "dataset.toml", before, now)
    with pytest.raises(BuildError) as error:
        project.build()
    return "\n".join(error.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('value = "value"\n', 'value = "worth"\n', "semantic 的 value 写了不存在的列 worth"),
        ('value = "value"\n', 'value = "town"\n', "semantic 的 value 要一列数，town 列不是（string）"),
        ('doubtful = "doubtful"', 'doubtful = "kind"', "semantic 的 doubtful 要一列true 或 false，kind 列不是"),
        ('kind = ["actual"]', 'kind = ["real"]', "only 里 kind 列没有这些值：real（现有 actual、plan）"),
        ('unit = "unit"\n', "", "semantic 没有写 value 的单位"),
        ('measure = "measure"\n', "", "要写 id、name_zh 和 name_en"),
        ('period = "year"\n', 'periode = "year"\n', "不认识这一项，请检查拼写"),
    ],
)
def test_a_wrong_column_is_told(project: SyntheticProject, old: str, new: str, said: str) -> None:
    assert LONG_SEMANTIC.count(old) == 1
    assert said in problems(project, long=LONG_SEMANTIC.replace(old, new))


def test_one_id_for_two_units_is_told(project: SyntheticProject) -> None:
    wide = WIDE_SEMANTIC.replace('id = "synthetic_beds"', 'id = "synthetic_height"')
    told = problems(project, wide=wide)
    assert "统计项 synthetic_height 的单位是" in told
    assert "请用不同的 id" in told


def test_a_whole_or_a_source_that_is_not_there_is_told(project: SyntheticProject) -> None:
    wide = WIDE_SEMANTIC.replace('unit_is = "家"', 'unit_is = "家"\nwhole = "synthetic_towns"\nsource_is = "nowhere"')
    told = problems(project, wide=wide)
    assert "whole 写的 synthetic_towns 不是本数据集的统计项" in told
    assert "source_is 写的 nowhere 在 sources.id 中找不到" in told


def test_the_same_id_twice_in_a_dataset_is_told(project: SyntheticProject) -> None:
    wide = WIDE_SEMANTIC.replace('id = "synthetic_inns"', 'id = "synthetic_beds"')
    assert "id 重复：synthetic_beds" in problems(project, wide=wide)

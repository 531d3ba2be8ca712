"""The quality checks on a dataset's page: the rule, its state, and where to look."""

import datetime

from portal.publication.quality import Example, RuleState
from portal.publication.store import Store
from portal.texts.interface import use
from portal.ui.quality_table import quality_section


def test_a_warning_names_the_cells(city: Store) -> None:
    found = RuleState(
        rule="outliers", state="warned", count=3, examples=(Example(line=7, column="value", value="31.0"),)
    )
    manifest = city.manifest.model_copy(update={"quality": {"observations": (found,)}})
    dataset = city.dataset("observations")
    use("zh")
    late = dataset.updated + datetime.timedelta(days=558)
    shown = quality_section(manifest, dataset, late)
    assert "请留意：3 处" in shown
    assert "第 7 行 value：31.0 …" in shown
    assert "已过期 10 天" in shown
    use("en")
    assert "row 7, value: 31.0" in quality_section(manifest, dataset, late)
    use("zh")

"""A synthetic city with two tables of its own that say what they measure: one in long form, one in wide form."""

from pathlib import Path

import pytest

from portal.publication.manifest import versions
from portal.publication.store import Store
from tests.synthetic import SyntheticProject

HEAD = """\
id = "{id}"
title_zh = "合成数据集"
title_en = "Synthetic table"
summary_zh = "仅供测试"
provider = "合成单位"
theme = "合成"
openness = "无条件开放"
update_frequency = "不更新"
first_published = 2020-01-01
updated = 2020-01-01
license = "CC0-1.0"
primary_key = [{key}]
"""

LONG_COLUMNS = """
[[columns]]
name = "measure"
type = "string"
title_zh = "统计项"
title_en = "Measure"
[[columns]]
name = "town"
type = "string"
title_zh = "镇"
title_en = "Town"
[[columns]]
name = "year"
type = "integer"
title_zh = "年"
title_en = "Year"
[[columns]]
name = "value"
type = "number"
title_zh = "数"
title_en = "Value"
[[columns]]
name = "unit"
type = "string"
title_zh = "单位"
title_en = "Unit"
[[columns]]
name = "doubtful"
type = "boolean"
title_zh = "存疑"
title_en = "Doubtful"
[[columns]]
name = "kind"
type = "string"
title_zh = "类别"
title_en = "Kind"
allowed = ["actual", "plan"]
[[columns]]
name = "source"
type = "string"
title_zh = "来源"
title_en = "Source"
references = "sources.id"
"""

LONG_SEMANTIC = """
[semantic]
measure = "measure"
value = "value"
unit = "unit"
place = "town"
place_kind = "city"
period = "year"
doubtful = "doubtful"
source = "source"
only = { kind = ["actual"] }

[[semantic.measures]]
value = "合成高度"
id = "synthetic_height"
name_en = "Synthetic height"
aliases_zh = ["合成高"]
aliases_en = ["synthetic tallness"]
"""

# measure, town, year, value, unit, doubtful, kind
LONG_ROWS = [
    ("合成高度", "合成市", 2020, 10, "米", "false", "actual"),
    ("合成高度", "合成市", 2021, 12.5, "米", "false", "actual"),
    ("合成高度", "合成市", 2023, 11.1, "米", "false", "actual"),
    ("合成高度", "甲镇", 2020, 20, "米", "false", "actual"),
    ("合成高度", "甲镇", 2023, 30.4, "米", "false", "actual"),
    ("合成高度", "乙镇", 2023, 11.1, "米", "false", "actual"),
    ("合成高度", "丙镇", 2023, 99, "米", "true", "actual"),
    ("合成高度", "丁镇", 2023, 7, "米", "false", "actual"),
    ("合成高度", "丁镇", 2030, 70, "米", "false", "plan"),
    ("合成高度", "丁镇", 2022, 700, "厘米", "false", "actual"),
    ("合成温度", "甲镇", 2023, 0, "度", "false", "actual"),
    ("合成温度", "乙镇", 2023, 5, "度", "false", "actual"),
    ("合成唯一", "甲镇", 2023, 3, "个", "false", "actual"),
    ("合成存疑", "甲镇", 2023, 3, "个", "true", "actual"),
]

WIDE_COLUMNS = """
[[columns]]
name = "id"
type = "string"
title_zh = "编号"
title_en = "Id"
unique = true
[[columns]]
name = "name"
type = "string"
title_zh = "名称"
title_en = "Name"
[[columns]]
name = "zone"
type = "string"
title_zh = "片区"
title_en = "Zone"
[[columns]]
name = "beds"
type = "integer"
title_zh = "床位"
title_en = "Beds"
unit = "张"
"""

WIDE_SEMANTIC = """
[[semantic]]
id = "synthetic_beds"
name_zh = "合成床位"
name_en = "Synthetic beds"
value = "beds"
place = "name"
place_kind = "place"
period_is = "2022"
additive = true

[[semantic]]
id = "synthetic_inns"
name_zh = "合成旅店"
name_en = "Synthetic inns"
place = "zone"
place_kind = "district"
unit_is = "家"
thing = { column = "name", kind = "place" }
"""

WIDE_ROWS = [
    ("a", "合成店一", "东片", 10),
    ("b", "合成店二", "东片", 30),
    ("c", "合成店三", "西片", 60),
    ("d", "合成店四", "", ""),
]


def add_tables(project: SyntheticProject) -> None:
    """Put both tables into a synthetic project."""
    for name, key, columns, semantic in (
        ("synthetic-towns", '"measure", "town", "year", "unit"', LONG_COLUMNS, LONG_SEMANTIC),
        ("synthetic-inns", '"id"', WIDE_COLUMNS, WIDE_SEMANTIC),
    ):
        folder = project.datasets / name
        folder.mkdir()
        (folder / "dataset.toml").write_text(HEAD.format(id=name, key=key) + columns + semantic, "utf-8")
    names = ("measure", "town", "year", "value", "unit", "doubtful", "kind")
    source = {"source": "synthetic-source"}
    project.write("synthetic-towns", [dict(zip(names, row, strict=True)) | source for row in LONG_ROWS])
    project.write("synthetic-inns", [dict(zip(("id", "name", "zone", "beds"), row, strict=True)) for row in WIDE_ROWS])


@pytest.fixture(scope="session")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The published version of a synthetic city with both tables."""
    project = SyntheticProject(Path(tmp_path_factory.mktemp("towns")) / "project")
    add_tables(project)
    project.build()
    published = Path(str(project.settings.published))
    return Store(published / versions(published)[0], project.settings)

"""A city that is invented and says so, made by `portal new-city`: its plan is a list of tasks of one line each."""

from pathlib import Path

from pipelines.build import build
from pipelines.new_city import new_city
from portal.settings import Settings
from tests.synthetic import CHECKOUT

TASKS = """\
虚构市2025年重点任务清单（虚构文本，仅供测试）
一、虚构民生
1.新建虚构公园12座。
2.改造老旧小区86个。
3.建成公共停车泊位5000个。
4.城市绿地率达到41%。
二、虚构设施
5.更新燃气管网120公里。
6.供水管网漏损率不高于8%。
7.打通断头路9条。
8.新增充电桩1500个。
三、虚构食品
9.食品抽检合格率不低于98%。
10.新建智慧农贸市场6个。
11.完成校园食堂“互联网+明厨亮灶”全覆盖。
12.开展餐饮具抽检4000批次。
13.整治小作坊50家。
"""


def invented_city(root: Path, neighbour: Path | None = None) -> Settings:
    """Settings under which the invented city is published, from nothing.

    Args:
        root: an empty folder.
        neighbour: the corpus of the city whose files it is begun from.
    """
    new_city(root, "虚构市", CHECKOUT / "datasets", 2025, neighbour=neighbour)
    (root / "corpus" / "plan.txt").write_text(TASKS, "utf-8")
    settings = Settings(
        corpus=root / "corpus", datasets=root / "datasets", published=root / "published", var=root / "var"
    )
    assert build(settings).changed
    return settings

"""Cities that are invented and say so, made by `portal new-city`: the plan of one is a list of tasks of one line each, the plan of
the other tables of tasks and projects, its targets entered as rows."""

import csv
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


TABLES = """\
虚表市2024年城市更新行动方案（虚构文本，仅供测试）
虚表政〔2024〕3号
各区人民政府，市直各部门：
一、总体要求
坚持先民生后提升，任务完成情况每季度公布一次。
二、重点任务分解表
| 序号 | 任务 | 年度目标 | 责任单位 | 完成时限 |
| 1 | 新建口袋公园 | 15座 | 虚表市园林局 | 2024年9月底 |
| 2 | 改造老旧小区 | 64个 | 虚表市住建局 | 2024年12月底 |
| 3 | 新增公共停车泊位 | 3200个 | 虚表市城管局 | 2024年10月底 |
| 4 | 提高建成区绿地率 | 达到40.5% | 虚表市园林局 | 2024年12月底 |
| 5 | 更新供水管网 | 75公里 | 虚表市水务局 | 2024年11月底 |
三、重点项目表
| 序号 | 项目 | 建设内容 | 责任单位 |
| 1 | 虚表湖公园 | 建设步道6公里 | 虚表市园林局 |
| 2 | 虚表路改造 | 拓宽至30米 | 虚表市住建局 |
四、保障措施
（一）资金保障。由市财政局统筹城市更新资金，优先用于老旧小区改造。
（二）督查考核。市督查室每月通报一次任务进度。
虚表市人民政府
2024年1月15日
"""
# Name, what people call it, theme, what the table says, unit, number, day and how the table writes it.
TARGETS = [
    ("新建口袋公园", "口袋公园", "公园绿地", "新建口袋公园 | 15座", "座", "15", "2024-09-30", "2024年9月底"),
    ("改造老旧小区", "老旧小区", "住房", "改造老旧小区 | 64个", "个", "64", "2024-12-31", "2024年12月底"),
    (
        "新增公共停车泊位",
        "停车泊位|停车位",
        "停车",
        "新增公共停车泊位 | 3200个",
        "个",
        "3200",
        "2024-10-31",
        "2024年10月底",
    ),
    ("建成区绿地率", "绿地率", "公园绿地", "提高建成区绿地率 | 达到40.5%", "%", "40.5", "2024-12-31", "2024年12月底"),
    ("更新供水管网", "供水管网", "供水", "更新供水管网 | 75公里", "公里", "75", "2024-11-30", "2024年11月底"),
]


def city_of_tables(root: Path, neighbour: Path | None = None) -> Settings:
    """Settings under which the city whose plan is tables is published, from nothing.

    Args:
        root: an empty folder.
        neighbour: the corpus of the city whose files it is begun from.
    """
    new_city(root, "虚表市", CHECKOUT / "datasets", 2024, neighbour=neighbour)
    (root / "corpus" / "plan.txt").write_text(TABLES, "utf-8")
    described = root / "corpus" / "plan.toml"
    described.write_text(described.read_text("utf-8").replace("虚表市方案", "虚表市2024年城市更新行动方案"), "utf-8")
    _enter_targets(root / "datasets" / "indicators" / "data.csv")
    return _published(root)


def _enter_targets(file: Path) -> None:
    """Write the targets below the header of their table."""
    columns = next(csv.reader(file.read_text("utf-8").splitlines()))
    with file.open("a", encoding="utf-8", newline="") as opened:
        rows = csv.DictWriter(opened, columns, lineterminator="\n")
        for at, (name, aliases, theme, quote, unit, number, due, due_text) in enumerate(TARGETS):
            known = {"id": f"invented_{at}", "family": f"invented_{at}", "name_zh": name, "name_en": f"Invented {at}"}
            told = {"aliases": aliases, "theme": theme, "clause": "2", "quote": quote, "unit": unit, "target": number}
            more = {"direction": "at_least", "target_text": f"{number}{unit}", "scope": "虚表市"}
            rows.writerow(known | told | more | {"due": due, "due_text": due_text})


def invented_city(root: Path, neighbour: Path | None = None) -> Settings:
    """Settings under which the invented city is published, from nothing.

    Args:
        root: an empty folder.
        neighbour: the corpus of the city whose files it is begun from.
    """
    new_city(root, "虚构市", CHECKOUT / "datasets", 2025, neighbour=neighbour)
    (root / "corpus" / "plan.txt").write_text(TASKS, "utf-8")
    return _published(root)


def _published(root: Path) -> Settings:
    settings = Settings(
        corpus=root / "corpus", datasets=root / "datasets", published=root / "published", var=root / "var"
    )
    assert build(settings).changed
    return settings

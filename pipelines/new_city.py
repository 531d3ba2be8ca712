"""`portal new-city`: the least a city needs, as files with comments and tables that are only headers."""

import csv
import shutil
from pathlib import Path

from pipelines.sources.datasets import read_descriptions
from pipelines.sources.problems import BuildError

_SITE = """\
# 这座城市的门户。写好以后，把方案原文存成 {plan}.txt，再运行 portal build。
title = "{name}方案进展"
title_en = "Plan portal of {name}"
city = "{name}"
city_en = "{name}"                 # 英文名
city_aliases = []                  # 人们怎么叫这座城市
plan = "{plan}"                    # 方案的编号，与 {plan}.txt 同名
plan_short = "方案"                # 回答里怎么称呼方案
plan_short_en = "the plan"
period_start = {year}-01-01        # 方案从哪天起
period_end = {year}-12-31          # 到哪天止
hotline = "12345"                  # 门户答不了时请人打的电话
"""
_DESCRIPTION = """\
# 方案自身写了的照写，没有写的留空，不推测。
id = "{plan}"
title = "{name}方案"
issuer = ""
number = ""
source = ""
"""
_WORDS = {
    "vocabulary.toml": '# 市民的说法，例如 [synonyms] 里写 "停车位" = ["车位"]。可以先空着。\n',
    "elsewhere.toml": '# 别处的地名：names = ["…"]。问到这些地方会说不是本市。不要写本市。\n',
    "english.toml": '# 数据里的中文说法在英文里怎么说，例如 [units] 里写 "个" = ""。可以先空着。\n',
}


def new_city(root: Path, name: str, model: Path, year: int, plan: str = "plan") -> list[Path]:
    """Write `corpus/` and `datasets/` of a new city.

    Args:
        root: an empty folder, or one that is not there yet.
        name: the city's full name.
        model: the datasets' folder whose descriptions are taken, without a row and without their history.
        year: the year written into the period, to be changed.
        plan: the plan's id.
    Returns:
        the files written.
    Raises:
        BuildError: the folder holds something already.
    """
    if root.exists() and any(root.iterdir()):
        raise BuildError([f"{root} 里已经有文件。请给一个空文件夹。"])
    corpus, datasets = root / "corpus", root / "datasets"
    corpus.mkdir(parents=True)
    said = {"name": name, "plan": plan, "year": year}
    texts = {
        "site.toml": _SITE.format(**said),
        f"{plan}.toml": _DESCRIPTION.format(**said),
        **_WORDS,
    }
    for file, text in texts.items():
        (corpus / file).write_text(text, "utf-8")
    for dataset in read_descriptions(model):
        folder = datasets / dataset.id
        folder.mkdir(parents=True)
        shutil.copy(model / dataset.id / "dataset.toml", folder)
        if not dataset.derived:
            with (folder / "data.csv").open("w", encoding="utf-8", newline="") as opened:
                csv.writer(opened).writerow(c.name for c in dataset.columns)
    return sorted(p for p in root.rglob("*") if p.is_file())

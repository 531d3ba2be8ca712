"""`portal new-city`: the least a city needs, as files with comments and tables that are only headers."""

import csv
import datetime
import tomllib
from pathlib import Path

import tomlkit

from pipelines.sources.datasets import read_descriptions
from pipelines.sources.problems import BuildError
from portal.publication.catalogue import Dataset

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
    "english.toml": '# 数据里的中文说法在英文里怎么说，例如 [units] 里写 "个" = ""。可以先空着。\n',
}

# Tables a city can do without; their descriptions tell of one city's own.
_MADE = {
    "background-figures",
    "coverage-measures",
    "districts",
    "indicators",
    "observations",
    "places",
    "projects",
    "sources",
}
_TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_FIRST = {"reason": "首次发布", "reason_en": "First publication"}


def new_city(
    root: Path, name: str, model: Path, year: int, plan: str = "plan", neighbour: Path | None = None
) -> list[Path]:
    """Write `corpus/` and `datasets/` of a new city.

    Args:
        root: an empty folder, or one that is not there yet.
        name: the city's full name.
        model: the datasets' folder whose descriptions are taken, without a row, their history and what they tell of their city.
        year: the year written into the period, to be changed.
        plan: the plan's id.
        neighbour: the corpus of another city, whose names and whose elsewhere become the new one's elsewhere.
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
        "elsewhere.toml": _elsewhere(neighbour, name),
        **_WORDS,
    }
    for file, text in texts.items():
        (corpus / file).write_text(text, "utf-8")
    for dataset in read_descriptions(model):
        if not (dataset.derived or dataset.id in _MADE):
            continue
        folder = datasets / dataset.id
        folder.mkdir(parents=True)
        described = (model / dataset.id / "dataset.toml").read_text("utf-8")
        (folder / "dataset.toml").write_text(_of_the_city(described, dataset, name), "utf-8")
        if not dataset.derived:
            with (folder / "data.csv").open("w", encoding="utf-8", newline="") as opened:
                csv.writer(opened).writerow(c.name for c in dataset.columns)
    return sorted(p for p in root.rglob("*") if p.is_file())


def _of_the_city(described: str, dataset: Dataset, city: str) -> str:
    """A description that begins today and tells of the new city what is known of it: nothing but its name."""
    document = tomlkit.parse(described)
    today = datetime.datetime.now(datetime.UTC).date()
    document["first_published"] = document["updated"] = today
    document["changelog"] = [{"date": today, **_FIRST}]
    for key, text in _TOLD.get(dataset.id, {}).items():
        document[key] = text.format(city=city, plan=f"{city}方案") if isinstance(text, str) else text
    of_kinds = {c.name for c in dataset.columns if c.allowed}
    for column in document["columns"]:
        column.pop("example", None)
    semantic = document.get("semantic", [])
    for section in semantic if isinstance(semantic, list) else [semantic]:
        # The names of kinds and states are any city's; those of figures are the model's own.
        if section.get("measure") not in of_kinds:
            section.pop("measures", None)
    return tomlkit.dumps(document)


def _elsewhere(neighbour: Path | None, city: str) -> str:
    """The names of other places, so that a question of another city is not answered from this one's texts."""
    document = tomlkit.document()
    document.add(tomlkit.comment("别处的地名：问到这些地方会说不是本市。不要写本市，也请删去本市所在的省。"))
    if neighbour is None:
        return tomlkit.dumps(document)
    held = tomllib.loads((neighbour / "elsewhere.toml").read_text("utf-8"))
    site = tomllib.loads((neighbour / "site.toml").read_text("utf-8"))
    own = {city, city.removesuffix("市")}
    names = [*held.get("names", []), site["city"], *site.get("city_aliases", [])]
    for key, of_others in (("names", names), ("names_en", [*held.get("names_en", []), site["city_en"].lower()])):
        document[key] = tomlkit.array(str(sorted(set(of_others) - own))).multiline(True)
    return tomlkit.dumps(document)

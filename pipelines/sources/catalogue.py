"""How complete the catalogue is: what readers of a dataset would miss. What keeps it from being published, the build says."""

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipelines.sources.datasets import read_descriptions
from pipelines.sources.problems import BuildError
from pipelines.sources.translations import untranslated
from portal.datasets.dcat import FREQUENCY
from portal.publication.catalogue import Column, Dataset
from portal.publication.manifest import Manifest, sha256
from portal.publication.quality import RuleState, overdue

_RULES_BROKEN = {
    "totals": "像是合计、小计的行",
    "missing_marks": "写着 N/A、null 或 - 的格（没有内容请留空）",
    "duplicates": "重复的行或只差写法的编号",
    "percent": "百分数可能写成了小数",
    "outliers": "一年内变到三倍或三分之一的数",
    "future": "时期还没有过去的结果",
}


def lacking(
    folder: Path,
    published: Manifest | None,
    states: Mapping[str, tuple[RuleState, ...]] | None = None,
    english: Mapping[str, str] | None = None,
    today: datetime.date | None = None,
) -> list[str]:
    """What is missing from the descriptions below a folder, or looks wrong in the data, and stops no build; one sentence each.

    Args:
        folder: the datasets' folder.
        published: the current version, to tell data that changed without a word in the changelog; None where there is none.
        states: what came of the rules of quality, by dataset.
        english: the data's words in English; without any, none are missed.
        today: the day by which a dataset may be overdue; the clock's where none is given.
    """
    try:
        datasets = read_descriptions(folder)
    except BuildError:
        return []
    known = {d.id: d for d in published.datasets} if published else {}
    inputs = published.inputs if published else {}
    warnings = [
        f"{folder / d.id / 'dataset.toml'}：{sentence}"
        for d in datasets
        for sentence in (
            *_missing(d),
            *_columns(d, maintained=(folder / d.id / "data.csv").is_file()),
            *_changes(d, folder, known.get(d.id), inputs),
            *_overdue(d, today or datetime.date.today()),
        )
    ]
    words = [
        f"{folder / d.id / 'data.csv'}：“{said}”没有英文译文（corpus/english.toml）。"
        for d in datasets
        if english
        for said in untranslated(folder, d.id, english)
    ]
    return warnings + words + list(_quality(states or {}))


def _quality(states: Mapping[str, tuple[RuleState, ...]]) -> Iterator[str]:
    """What the rules of quality found in the data."""
    for dataset, found in states.items():
        for state in found:
            if state.state == "warned":
                cells = "；".join(f"第 {e.line} 行 {e.column} 列“{e.value}”" for e in state.examples)
                rule = _RULES_BROKEN[state.rule]
                yield f"{dataset}/data.csv：{rule} {state.count} 处：{cells}。"


def _overdue(dataset: Dataset, today: datetime.date) -> Iterator[str]:
    days = overdue(dataset, today)
    if days:
        yield f"更新频率是“{dataset.update_frequency}”，上次更新是 {dataset.updated}，已过期 {days} 天。"


def _missing(dataset: Dataset) -> Iterator[str]:
    """What a catalogue entry should say and does not."""
    for name, what in (
        ("summary_en", "英文摘要"),
        ("keywords", "关键字"),
        ("license_url", "许可的网址"),
        ("contact", "联系方式"),
        ("caveats_zh", "使用前的注意事项"),
        ("changelog", "更新记录"),
    ):
        if not getattr(dataset, name):
            yield f"没有写{what}（{name}）。"
    if dataset.caveats_zh and not dataset.caveats_en:
        yield "注意事项没有英文（caveats_en）。"
    if dataset.update_frequency not in FREQUENCY:
        known = "、".join(FREQUENCY)
        yield f"更新频率“{dataset.update_frequency}”不是目录通用的说法（{known}），别的目录读不出。"


def _wants_example(column: Column) -> bool:
    return not (column.example or column.allowed or column.type in {"boolean", "date", "geojson"})


def _columns(dataset: Dataset, maintained: bool) -> Iterator[str]:
    """What the column dictionary should say and does not, one sentence a kind. A table made of the documents may have nothing to show."""
    # A row's unit stands in its own column, or in that of the indicator it names.
    has_units = any(c.name == "unit" or c.references == "indicators.id" for c in dataset.columns)
    rules = {
        "没有说明（description_zh）": [c for c in dataset.columns if not c.description_zh],
        "没有英文说明（description_en）": [c for c in dataset.columns if not c.description_en],
        "没有示例（example）": [c for c in dataset.columns if maintained and _wants_example(c)],
        "没有单位（unit）": [
            c
            for c in dataset.columns
            if c.type == "number" and not c.unit and not has_units and c.name not in {"lon", "lat"}
        ],
    }
    for rule, columns in rules.items():
        if columns:
            yield f"这些列{rule}：{'、'.join(c.name for c in columns)}。"


def _changes(dataset: Dataset, folder: Path, before: Dataset | None, inputs: dict[str, str]) -> Iterator[str]:
    """Dates and changelog that do not fit each other or the data."""
    if dataset.changelog and dataset.changelog[-1].date < dataset.updated:
        yield f"更新日期是 {dataset.updated}，更新记录只写到 {dataset.changelog[-1].date}，没有写这次为什么改。"
    file = folder / dataset.id / "data.csv"
    known = inputs.get(f"datasets/{dataset.id}/data.csv")
    if (
        before is not None
        and known
        and file.is_file()
        and sha256(file) != known
        and before.changelog == dataset.changelog
    ):
        yield "数据和已发布的版本不同，更新记录（changelog）没有新的一条，请写明日期和原因。"
